// SPDX-License-Identifier: Apache-2.0
// A neuron with its state inside, clocked on the falling edge and reset asynchronously by a high
// level. Its threshold rises with every spike and falls back (adaptation), and it has a refractory
// period. The spike is a register: it shows in the clock after the voltage reached the threshold.
module negedge_lif #(
    parameter int Threshold = 150,
    parameter int Step = 48,
    parameter int Rest = 3
) (
    input  logic              clock,
    input  logic              areset,
    input  logic        [7:0] drive,
    input  logic              inhibit,
    output logic signed [9:0] membrane,
    output logic        [7:0] adaptation,
    output logic        [1:0] resting,
    output logic              axon
);
    typedef enum logic {
        Listens,
        Rests
    } phase_t;
    phase_t phase;
    logic   crosses;
    logic signed [10:0] change, next;

    assign phase   = resting != 2'd0 ? Rests : Listens;
    assign change  = inhibit ? -$signed({3'b000, drive}) : $signed({3'b000, drive});
    assign next    = 11'(membrane) - (11'(membrane) >>> 3) + change;
    assign crosses = membrane >= $signed({2'b00, adaptation}) + $signed(10'(Threshold));

    always_ff @(negedge clock, posedge areset) begin
        if (areset) begin
            membrane   <= -10'sd20;
            adaptation <= '0;
            resting    <= '0;
            axon       <= 1'b0;
        end else begin
            axon       <= 1'b0;
            adaptation <= adaptation - (adaptation >> 5);
            case (phase)
                Rests: resting <= resting - 2'd1;
                Listens: begin
                    if (crosses) begin
                        axon       <= 1'b1;
                        membrane   <= -10'sd20;
                        resting    <= 2'(Rest);
                        adaptation <= adaptation > 8'(255 - Step) ? 8'd255 : adaptation + 8'(Step);
                    end else if (next > 11'sd511) begin
                        membrane <= 10'sd511;
                    end else begin
                        membrane <= next < -11'sd512 ? -10'sd512 : next[9:0];
                    end
                end
            endcase
        end
    end
endmodule
