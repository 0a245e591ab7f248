// SPDX-License-Identifier: Apache-2.0
// The neuron of a Loihi-style core: current-based leaky integrate and fire in integers, one
// operation per clock. State comes in with an operation and leaves with its response, so that one
// datapath serves all neurons of a core. Arithmetic: cores/loihi/cuba_lif.h, with
// M = 2^(STATE_WIDTH-1):
//   stage 0  operands
//   stage 1  |u| * (2^D - 1 - du) and |v| * (2^D - dv)
//   stage 2  u in (-M, M], wrapped; v in [-M+1, M-1], saturated; refractory period; spike
// u is M, not -M, where its bits are 10…0.
module cuba_lif #(
    parameter int STATE_WIDTH = 24,
    parameter int DECAY_WIDTH = 12,
    parameter int INPUT_WIDTH = 19,
    parameter int INPUT_SHIFT = 6,
    parameter int BIAS_WIDTH = 20,
    parameter int THRESHOLD_WIDTH = 23,
    parameter int REFRACTORY_WIDTH = 7,
    parameter int TAG_WIDTH = 10,
    parameter int ORDER_WIDTH = 32
) (
    input logic clk,
    input logic rst_n,

    input  logic                               req_valid,
    output logic                               req_ready,
    input  logic        [       TAG_WIDTH-1:0] req_tag,
    input  logic        [     STATE_WIDTH-1:0] req_u,
    input  logic signed [     STATE_WIDTH-1:0] req_v,
    input  logic        [REFRACTORY_WIDTH-1:0] req_hold,
    input  logic signed [     INPUT_WIDTH-1:0] req_input,
    input  logic        [     DECAY_WIDTH-1:0] req_du,
    input  logic        [     DECAY_WIDTH-1:0] req_dv,
    input  logic signed [      BIAS_WIDTH-1:0] req_bias,
    input  logic        [ THRESHOLD_WIDTH-1:0] req_threshold,
    input  logic        [REFRACTORY_WIDTH-1:0] req_refractory,
    input  logic                               req_spike_enable,

    output logic                               rsp_valid,
    input  logic                               rsp_ready,
    output logic        [       TAG_WIDTH-1:0] rsp_tag,
    output logic        [     STATE_WIDTH-1:0] rsp_u,
    output logic signed [     STATE_WIDTH-1:0] rsp_v,
    output logic        [REFRACTORY_WIDTH-1:0] rsp_hold,
    output logic                               rsp_spike,
    output logic                               rsp_active,

    output logic                               retire_valid,
    output logic        [     ORDER_WIDTH-1:0] retire_order,
    output logic        [       TAG_WIDTH-1:0] retire_tag,
    output logic        [     STATE_WIDTH-1:0] retire_u_before,
    output logic signed [     STATE_WIDTH-1:0] retire_v_before,
    output logic        [REFRACTORY_WIDTH-1:0] retire_hold_before,
    output logic signed [     INPUT_WIDTH-1:0] retire_input,
    output logic        [     DECAY_WIDTH-1:0] retire_du,
    output logic        [     DECAY_WIDTH-1:0] retire_dv,
    output logic signed [      BIAS_WIDTH-1:0] retire_bias,
    output logic        [ THRESHOLD_WIDTH-1:0] retire_threshold,
    output logic        [REFRACTORY_WIDTH-1:0] retire_refractory,
    output logic                               retire_spike_enable,
    output logic        [     STATE_WIDTH-1:0] retire_u,
    output logic signed [     STATE_WIDTH-1:0] retire_v,
    output logic        [REFRACTORY_WIDTH-1:0] retire_hold,
    output logic                               retire_spike,
    output logic                               retire_active
);

    localparam int W = STATE_WIDTH;
    localparam int STAGES = 3;
    localparam int OPERANDS_WIDTH = 2 * W + 2 * REFRACTORY_WIDTH + INPUT_WIDTH + 2 * DECAY_WIDTH
                                    + BIAS_WIDTH + THRESHOLD_WIDTH + 1;
    // Enough for the sum of u, v and bias, and for a decayed current with a shifted input.
    localparam int INPUT_TOP = INPUT_WIDTH + INPUT_SHIFT > W ? INPUT_WIDTH + INPUT_SHIFT : W;
    localparam int BIAS_TOP = BIAS_WIDTH > W ? BIAS_WIDTH : W;
    localparam int SUM_WIDTH = (INPUT_TOP > BIAS_TOP ? INPUT_TOP : BIAS_TOP) + 3;

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
        .req_operands({
            req_u, req_v, req_hold, req_input, req_du, req_dv, req_bias, req_threshold,
            req_refractory, req_spike_enable
        }),
        .advance,
        .operands,
        .rsp_valid,
        .rsp_ready,
        .rsp_tag,
        .retire_valid,
        .retire_order
    );

    // Stage 0 -> 1: what decay leaves of the magnitudes.
    logic [W-1:0] u0, v0;
    logic [DECAY_WIDTH-1:0] du0, dv0;
    logic [OPERANDS_WIDTH-2*W-2*DECAY_WIDTH-REFRACTORY_WIDTH-INPUT_WIDTH-1:0] unused_low0;
    logic [REFRACTORY_WIDTH+INPUT_WIDTH-1:0] unused_middle0;
    assign {u0, v0, unused_middle0, du0, dv0, unused_low0} = operands[0+:OPERANDS_WIDTH];

    logic u_negative0, v_negative0;
    logic [W-1:0] u_magnitude0, v_magnitude0, u_kept0, v_kept0;
    logic [DECAY_WIDTH-1:0] unused_u_fraction0, unused_v_fraction0;
    logic unused_v_top0;
    assign u_negative0 = u0[W-1] && |u0[W-2:0];
    assign v_negative0 = v0[W-1];
    assign u_magnitude0 = u_negative0 ? -u0 : u0;
    assign v_magnitude0 = v_negative0 ? -v0 : v0;
    assign {u_kept0, unused_u_fraction0} = {{DECAY_WIDTH{1'b0}}, u_magnitude0} * {{W{1'b0}}, ~du0};
    assign {unused_v_top0, v_kept0, unused_v_fraction0} =
        {{DECAY_WIDTH + 1{1'b0}}, v_magnitude0}
        * ({{W{1'b0}}, 1'b1, {DECAY_WIDTH{1'b0}}} - {{W + 1{1'b0}}, dv0});

    logic [W-1:0] u_kept1, v_kept1;
    logic u_negative1, v_negative1;
    always_ff @(posedge clk) begin
        if (advance) begin
            u_kept1 <= u_kept0;
            v_kept1 <= v_kept0;
            u_negative1 <= u_negative0;
            v_negative1 <= v_negative0;
        end
    end

    // Stage 1 -> 2: current, voltage, spike.
    logic [W-1:0] u1, v1;
    logic [REFRACTORY_WIDTH-1:0] hold1, refractory1;
    logic [INPUT_WIDTH-1:0] input1;
    logic [2*DECAY_WIDTH-1:0] unused_decays1;
    logic [BIAS_WIDTH-1:0] bias1;
    logic [THRESHOLD_WIDTH-1:0] threshold1;
    logic spike_enable1;
    assign {u1, v1, hold1, input1, unused_decays1, bias1, threshold1, refractory1, spike_enable1} =
        operands[OPERANDS_WIDTH+:OPERANDS_WIDTH];

    logic signed [SUM_WIDTH-1:0] u_kept_wide1, v_kept_wide1, input_wide1, bias_wide1;
    assign u_kept_wide1 = {{SUM_WIDTH - W{1'b0}}, u_kept1};
    assign v_kept_wide1 = {{SUM_WIDTH - W{1'b0}}, v_kept1};
    assign input_wide1 = {
        {SUM_WIDTH - INPUT_WIDTH - INPUT_SHIFT{input1[INPUT_WIDTH-1]}}, input1, {INPUT_SHIFT{1'b0}}
    };
    assign bias_wide1 = {{SUM_WIDTH - BIAS_WIDTH{bias1[BIAS_WIDTH-1]}}, bias1};

    // Cutting the sum down to W bits is the wrap into (-M, M].
    logic [W-1:0] u_next1;
    logic [SUM_WIDTH-W-1:0] unused_wraps1;
    logic u_next_negative1;
    logic signed [SUM_WIDTH-1:0] u_next_wide1, v_sum1, v_limit;
    assign {unused_wraps1, u_next1} = (u_negative1 ? -u_kept_wide1 : u_kept_wide1) + input_wide1;
    assign u_next_negative1 = u_next1[W-1] && |u_next1[W-2:0];
    assign u_next_wide1 = {{SUM_WIDTH - W{u_next_negative1}}, u_next1};
    assign v_sum1 = (v_negative1 ? -v_kept_wide1 : v_kept_wide1) + u_next_wide1 + bias_wide1;
    assign v_limit = {{SUM_WIDTH - W + 1{1'b0}}, {W - 1{1'b1}}};

    logic signed [W-1:0] v_integrated1, v_next1;
    logic [REFRACTORY_WIDTH-1:0] hold_left1;
    logic fires1;
    assign v_integrated1 = v_sum1 > v_limit ? {1'b0, {W - 1{1'b1}}} :
                           v_sum1 < -v_limit ? {1'b1, {W - 2{1'b0}}, 1'b1} : v_sum1[W-1:0];
    assign hold_left1 = hold1 == 0 ? hold1 : hold1 - 1;
    assign v_next1 = hold_left1 == 0 ? v_integrated1 : '0;
    assign fires1 = spike_enable1 && !v_next1[W-1]
                    && {1'b0, v_next1[W-2:0]} > {{W - THRESHOLD_WIDTH{1'b0}}, threshold1};

    always_ff @(posedge clk) begin
        if (advance) begin
            rsp_u <= u_next1;
            rsp_v <= fires1 ? '0 : v_next1;
            rsp_hold <= fires1 ? refractory1 : hold_left1;
            rsp_spike <= fires1;
            rsp_active <= u_next1 != u1 || v_next1 != $signed(v1);
        end
    end

    assign {retire_u_before, retire_v_before, retire_hold_before, retire_input, retire_du,
            retire_dv, retire_bias, retire_threshold, retire_refractory, retire_spike_enable} =
        operands[2*OPERANDS_WIDTH+:OPERANDS_WIDTH];
    assign retire_tag = rsp_tag;
    assign retire_u = rsp_u;
    assign retire_v = rsp_v;
    assign retire_hold = rsp_hold;
    assign retire_spike = rsp_spike;
    assign retire_active = rsp_active;

`ifdef CORTILE_ASSERTIONS
    logic valid0, valid1, computes;
    always_ff @(posedge clk) begin
        if (!rst_n) begin
            {valid1, valid0} <= '0;
        end else if (advance) begin
            {valid1, valid0} <= {valid0, req_valid};
        end
    end
    assign computes = rst_n && valid1 && advance;
    logic signed [SUM_WIDTH-1:0] u_sum1;
    logic [W-1:0] threshold_wide1;
    assign u_sum1 = {unused_wraps1, u_next1};
    assign threshold_wide1 = {{W - THRESHOLD_WIDTH{1'b0}}, threshold1};

    voltage_stays_within_limits :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !rsp_valid || rsp_v != {1'b1, {W - 1{1'b0}}});
    spike_resets_the_voltage :
    assert property (@(posedge clk) disable iff (!rst_n) !(rsp_valid && rsp_spike) || rsp_v == 0);
    spike_needs_an_enable :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && retire_spike) || retire_spike_enable);
    current_wraps_once :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !computes || (u_sum1 - u_next_wide1 <= (v_limit + 1) <<< 1
                                   && u_next_wide1 - u_sum1 <= (v_limit + 1) <<< 1));

    current_wraps_above :
    cover property (@(posedge clk) computes && u_sum1 > v_limit + 1);
    current_wraps_below :
    cover property (@(posedge clk) computes && u_sum1 < -v_limit);
    current_is_the_odd_code :
    cover property (@(posedge clk) computes && u_next1 == {1'b1, {W - 1{1'b0}}});
    voltage_saturates_above :
    cover property (@(posedge clk) computes && v_sum1 > v_limit);
    voltage_saturates_below :
    cover property (@(posedge clk) computes && v_sum1 < -v_limit);
    voltage_is_held :
    cover property (@(posedge clk) computes && hold_left1 != 0);
    hold_ends :
    cover property (@(posedge clk) computes && hold1 == 1);
    fires :
    cover property (@(posedge clk) computes && fires1);
    equals_the_threshold :
    cover property (@(posedge clk) computes && spike_enable1 && v_next1 == threshold_wide1);
    would_fire_if_enabled :
    cover property (@(posedge clk) computes && !spike_enable1 && !v_next1[W-1]
                    && v_next1 > threshold_wide1);
    stays_inactive :
    cover property (@(posedge clk) computes && u_next1 == u1 && v_next1 == v1);
`endif

endmodule
