// SPDX-License-Identifier: Apache-2.0
// A leaky integrate-and-fire neuron as a piece of logic, for a core that keeps its neurons in a
// memory: state comes in, state goes out, no clock. Signed, saturating; the leak is a shift that
// rounds toward zero.
//
//   s <- s - s / 2^LEAK_SHIFT + i        saturated
//   fires if s > th; then s <- s - th
module lif_update (s_in, i_syn, th, s_out, fire);
    parameter WIDTH = 12;
    parameter INPUT_WIDTH = 9;
    parameter LEAK_SHIFT = 4;

    input  [WIDTH-1:0]       s_in;
    input  [INPUT_WIDTH-1:0] i_syn;
    input  [WIDTH-2:0]       th;
    output [WIDTH-1:0]       s_out;
    output                   fire;

    reg  [WIDTH-1:0] magnitude, leak, kept, summed;
    reg  [WIDTH:0]   wide;
    wire [WIDTH-1:0] highest = {1'b0, {WIDTH-1{1'b1}}};
    wire [WIDTH-1:0] lowest  = {1'b1, {WIDTH-1{1'b0}}};

    always @* begin
        magnitude = s_in[WIDTH-1] ? ~s_in + 1'b1 : s_in;
        leak      = magnitude >> LEAK_SHIFT;
        kept      = s_in[WIDTH-1] ? s_in + leak : s_in - leak;
        wide      = {kept[WIDTH-1], kept}
                    + {{WIDTH-INPUT_WIDTH+1{i_syn[INPUT_WIDTH-1]}}, i_syn};
        // The two highest bits of the wide sum differ where it leaves WIDTH bits.
        case (wide[WIDTH:WIDTH-1])
            2'b01:   summed = highest;
            2'b10:   summed = lowest;
            default: summed = wide[WIDTH-1:0];
        endcase
    end

    assign fire  = !summed[WIDTH-1] && summed[WIDTH-2:0] > th;
    assign s_out = fire ? summed - {1'b0, th} : summed;
endmodule
