// SPDX-License-Identifier: Apache-2.0
// What every pipelined neuron datapath does around its arithmetic: the handshake on both sides, the
// tag and the operands of each stage, and the order in which operations retire
// (docs/contracts/neuron_datapath.md). All stages move together, whenever `advance` is high.
module datapath_pipeline #(
    parameter int STAGES = 3,
    parameter int TAG_WIDTH = 10,
    parameter int OPERANDS_WIDTH = 1,
    parameter int ORDER_WIDTH = 32
) (
    input logic clk,
    input logic rst_n,

    input  logic                      req_valid,
    output logic                      req_ready,
    input  logic [     TAG_WIDTH-1:0] req_tag,
    input  logic [OPERANDS_WIDTH-1:0] req_operands,

    // To the arithmetic: stage s of the operands is bits [s*OPERANDS_WIDTH +: OPERANDS_WIDTH], the
    // first stage being 0.
    output logic                             advance,
    output logic [OPERANDS_WIDTH*STAGES-1:0] operands,

    output logic                 rsp_valid,
    input  logic                 rsp_ready,
    output logic [TAG_WIDTH-1:0] rsp_tag,

    output logic                   retire_valid,
    output logic [ORDER_WIDTH-1:0] retire_order  // how many have retired before, wrapping
);

    logic [          STAGES-1:0] valid;
    logic [TAG_WIDTH*STAGES-1:0] tags;

    assign rsp_valid = valid[STAGES-1];
    assign rsp_tag = tags[TAG_WIDTH*STAGES-1-:TAG_WIDTH];
    assign advance = !rsp_valid || rsp_ready;
    assign req_ready = advance;
    assign retire_valid = rsp_valid && rsp_ready;

    always_ff @(posedge clk) begin
        if (!rst_n) begin
            valid <= '0;
            retire_order <= '0;
        end else begin
            if (advance) begin
                valid <= {valid[STAGES-2:0], req_valid};
            end
            if (retire_valid) begin
                retire_order <= retire_order + 1;
            end
        end
    end

    always_ff @(posedge clk) begin
        if (advance) begin
            tags <= {tags[TAG_WIDTH*(STAGES-1)-1:0], req_tag};
            operands <= {operands[OPERANDS_WIDTH*(STAGES-1)-1:0], req_operands};
        end
    end

`ifdef CORTILE_ASSERTIONS
    logic past_stalled, past_valid;
    logic [TAG_WIDTH-1:0] past_tag;
    always_ff @(posedge clk) begin
        past_stalled <= rst_n && rsp_valid && !rsp_ready;
        past_valid <= rsp_valid;
        past_tag <= rsp_tag;
    end
    response_is_kept_until_taken :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !past_stalled || (rsp_valid && rsp_tag == past_tag));
    nothing_is_accepted_while_stalled :
    assert property (@(posedge clk) disable iff (!rst_n) !(rsp_valid && !rsp_ready && req_ready));
    response_stalls :
    cover property (@(posedge clk) disable iff (!rst_n) rsp_valid && !rsp_ready);
    request_waits :
    cover property (@(posedge clk) disable iff (!rst_n) req_valid && !req_ready);
    bubble_between_responses :
    cover property (@(posedge clk) disable iff (!rst_n) past_valid && !rsp_valid && |valid);
`endif

endmodule
