// SPDX-License-Identifier: Apache-2.0
// A neuron for eight pins in and eight out: operands come one after another through `data`, the
// product of spike count and weight is made by shifts and additions, one a clock, and added to what
// the leak left of the membrane. Unsigned; the membrane saturates.
//
//   u <- min(u - u / 4 + count * weight, 255)
//   fires if u >= `SERIAL_LIF_THRESHOLD; then u <- u - `SERIAL_LIF_THRESHOLD
//
// load_u: data is u. start: data is {count, weight}. done: out is the new u, fire the spike.
`default_nettype none
`include "serial_lif_defines.vh"

module serial_lif (
    input  wire       clk,
    input  wire       rst_n,
    input  wire [7:0] data,
    input  wire       load_u,
    input  wire       start,
    output wire       done,
    output wire [7:0] out,
    output wire       fire
);
    // Room for the membrane and all that is added to it.
    reg [`SERIAL_LIF_SUM_BITS-1:0] sum;
    reg [7:0] addend;
    reg [3:0] count;
    reg [2:0] left;  // steps of the multiplication

    wire saturates = |(sum >> 8);
    wire [7:0] u = saturates ? 8'hFF : sum[7:0];

    assign done = left == 3'd1;
    assign fire = u >= `SERIAL_LIF_THRESHOLD;
    assign out  = fire ? u - `SERIAL_LIF_THRESHOLD : u;

    always @(posedge clk) begin
        if (!rst_n) begin
            left <= 3'd0;
        end else if (load_u) begin
            sum  <= data - (data >> 2);
            left <= 3'd0;
        end else if (start) begin
            count  <= data[7:4];
            addend <= {4'd0, data[3:0]};
            left   <= 3'd5;
        end else if (left != 3'd0) begin
            left <= left - 3'd1;
            if (left != 3'd1) begin
                count  <= count >> 1;
                addend <= addend << 1;
                if (count[0]) begin
                    sum <= sum + addend;
                end
            end
        end
    end
endmodule
`default_nettype wire
