// SPDX-License-Identifier: Apache-2.0
// The multiply-accumulate row of a Tianjic-style dendrite: one axon's value times the weights of
// LANES neurons, added to their accumulators, one operation per clock. A spike is the value 1.
// Weights come decoded, as the core's weight memory or table gives them. Lane l is bits
// [l*WIDTH +: WIDTH]. Arithmetic: cores/blocks/dendrite.h.
//   stage 0  operands
//   stage 1  weight * value; with a value of 0 the products before stay, so that nothing toggles
//   stage 2  accumulators
// Accumulators come in with an operation and leave with its response: a core serves the rows of one
// axon after another, and the same row again once its response has come. Accumulators that are too
// narrow for their sum wrap around, so that no sum depends on the order of axons, or saturate at
// each operation (SATURATES).
module fcore_mac_row #(
    parameter int LANES = 16,
    parameter int ACC_WIDTH = 32,
    parameter int WEIGHT_WIDTH = 8,
    parameter int VALUE_WIDTH = 8,
    parameter int SATURATES = 0,
    parameter int TAG_WIDTH = 10,
    parameter int ORDER_WIDTH = 32
) (
    input logic clk,
    input logic rst_n,

    input  logic                          req_valid,
    output logic                          req_ready,
    input  logic [         TAG_WIDTH-1:0] req_tag,
    input  logic [   LANES*ACC_WIDTH-1:0] req_acc,
    input  logic [LANES*WEIGHT_WIDTH-1:0] req_weight,
    input  logic [       VALUE_WIDTH-1:0] req_value,

    output logic                       rsp_valid,
    input  logic                       rsp_ready,
    output logic [      TAG_WIDTH-1:0] rsp_tag,
    output logic [LANES*ACC_WIDTH-1:0] rsp_acc,
    output logic                       rsp_skipped,

    output logic                          retire_valid,
    output logic [       ORDER_WIDTH-1:0] retire_order,
    output logic [         TAG_WIDTH-1:0] retire_tag,
    output logic [   LANES*ACC_WIDTH-1:0] retire_acc_before,
    output logic [LANES*WEIGHT_WIDTH-1:0] retire_weight,
    output logic [       VALUE_WIDTH-1:0] retire_value,
    output logic [   LANES*ACC_WIDTH-1:0] retire_acc,
    output logic                          retire_skipped
);

    localparam int STAGES = 3;
    localparam int PRODUCT_WIDTH = WEIGHT_WIDTH + VALUE_WIDTH;
    localparam int OPERANDS_WIDTH = LANES * (ACC_WIDTH + WEIGHT_WIDTH) + VALUE_WIDTH;

    logic                             advance;
    logic [OPERANDS_WIDTH*STAGES-1:0] operands;

    datapath_pipeline #(
        .STAGES(STAGES),
        .TAG_WIDTH(TAG_WIDTH),
        .OPERANDS_WIDTH(OPERANDS_WIDTH),
        .ORDER_WIDTH(ORDER_WIDTH)
    ) pipeline (
        .clk,
        .rst_n,
        .req_valid,
        .req_ready,
        .req_tag,
        .req_operands({req_acc, req_weight, req_value}),
        .advance,
        .operands,
        .rsp_valid,
        .rsp_ready,
        .rsp_tag,
        .retire_valid,
        .retire_order
    );

    logic [LANES*ACC_WIDTH-1:0] unused_acc0, acc1;
    logic [LANES*WEIGHT_WIDTH-1:0] weight0, unused_weight1;
    logic [VALUE_WIDTH-1:0] value0, value1;
    assign {unused_acc0, weight0, value0} = operands[0+:OPERANDS_WIDTH];
    assign {acc1, unused_weight1, value1} = operands[OPERANDS_WIDTH+:OPERANDS_WIDTH];

    logic multiplies0, multiplied1;
    assign multiplies0 = value0 != 0;
    assign multiplied1 = value1 != 0;

    logic signed [PRODUCT_WIDTH-1:0] value_wide0;
    assign value_wide0 = {{WEIGHT_WIDTH{1'b0}}, value0};

`ifdef CORTILE_ASSERTIONS
    logic [LANES-1:0] lane_overflows_above1, lane_overflows_below1;
`endif

    for (genvar lane = 0; lane < LANES; lane++) begin : g_lane
        // Stage 0 -> 1: product.
        logic signed [WEIGHT_WIDTH-1:0] lane_weight0;
        logic signed [PRODUCT_WIDTH-1:0] weight_wide0, product1;
        assign lane_weight0 = weight0[lane*WEIGHT_WIDTH+:WEIGHT_WIDTH];
        assign weight_wide0 = {{VALUE_WIDTH{lane_weight0[WEIGHT_WIDTH-1]}}, lane_weight0};
        always_ff @(posedge clk) begin
            if (advance && multiplies0) begin
                product1 <= weight_wide0 * value_wide0;
            end
        end

        // Stage 1 -> 2: sum.
        logic signed [ACC_WIDTH-1:0] lane_acc1, lane_sum1;
        logic signed [ACC_WIDTH:0] sum1;
        assign lane_acc1 = acc1[lane*ACC_WIDTH+:ACC_WIDTH];
        assign sum1 = {lane_acc1[ACC_WIDTH-1], lane_acc1}
                      + {{ACC_WIDTH + 1 - PRODUCT_WIDTH{product1[PRODUCT_WIDTH-1]}}, product1};
        assign lane_sum1 = SATURATES != 0 && sum1[ACC_WIDTH] != sum1[ACC_WIDTH-1]
                           ? {sum1[ACC_WIDTH], {ACC_WIDTH - 1{!sum1[ACC_WIDTH]}}}
                           : sum1[ACC_WIDTH-1:0];
        always_ff @(posedge clk) begin
            if (advance) begin
                rsp_acc[lane*ACC_WIDTH+:ACC_WIDTH] <= multiplied1 ? lane_sum1 : lane_acc1;
            end
        end

`ifdef CORTILE_ASSERTIONS
        assign lane_overflows_above1[lane] = !sum1[ACC_WIDTH] && sum1[ACC_WIDTH-1];
        assign lane_overflows_below1[lane] = sum1[ACC_WIDTH] && !sum1[ACC_WIDTH-1];
`endif
    end

    always_ff @(posedge clk) begin
        if (advance) begin
            rsp_skipped <= !multiplied1;
        end
    end

    assign {retire_acc_before, retire_weight, retire_value} =
        operands[2*OPERANDS_WIDTH+:OPERANDS_WIDTH];
    assign retire_tag = rsp_tag;
    assign retire_acc = rsp_acc;
    assign retire_skipped = rsp_skipped;

`ifdef CORTILE_ASSERTIONS
    logic valid0, valid1, computes0, computes1;
    always_ff @(posedge clk) begin
        if (!rst_n) begin
            {valid1, valid0} <= '0;
        end else if (advance) begin
            {valid1, valid0} <= {valid0, req_valid};
        end
    end
    assign computes0 = rst_n && valid0 && advance;
    assign computes1 = rst_n && valid1 && advance;

    skips_zeros_and_nothing_else :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !retire_valid || retire_skipped == (retire_value == 0));
    skipping_keeps_the_accumulators :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && retire_skipped) || retire_acc == retire_acc_before);
    weights_of_zero_keep_the_accumulators :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && retire_weight == 0) || retire_acc == retire_acc_before);

    skips :
    cover property (@(posedge clk) computes0 && !multiplies0);
    skips_after_a_product :
    cover property (@(posedge clk) computes0 && !multiplies0 && valid1 && multiplied1);
    multiplies_after_a_skip :
    cover property (@(posedge clk) computes0 && multiplies0 && valid1 && !multiplied1);
    spike :
    cover property (@(posedge clk) computes0 && value0 == 1);
    largest_value :
    cover property (@(posedge clk) computes0 && &value0);
    overflows_above :
    cover property (@(posedge clk) computes1 && multiplied1 && |lane_overflows_above1);
    overflows_below :
    cover property (@(posedge clk) computes1 && multiplied1 && |lane_overflows_below1);
`endif

endmodule
