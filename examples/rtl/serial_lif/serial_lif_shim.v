// SPDX-License-Identifier: Apache-2.0
// Gives serial_lif all of an operation at once: presents u with load_u, then count and weight with
// start, and hands on done.
module serial_lif_shim (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       request,
    input  wire [7:0] u,
    input  wire [3:0] count,
    input  wire [3:0] weight,
    output wire       done,
    output wire [7:0] u_next,
    output wire       fire
);
    // 0: u goes in with the request; 1: count and weight; 2: waits.
    reg [1:0] step;

    serial_lif neuron (
        .clk(clk),
        .rst_n(rst_n),
        .data(step == 2'd0 ? u : {count, weight}),
        .load_u(step == 2'd0 && request),
        .start(step == 2'd1),
        .done(done),
        .out(u_next),
        .fire(fire)
    );

    always @(posedge clk) begin
        if (!rst_n || done) begin
            step <= 2'd0;
        end else if ((step == 2'd0 && request) || step == 2'd1) begin
            step <= step + 2'd1;
        end
    end
endmodule
