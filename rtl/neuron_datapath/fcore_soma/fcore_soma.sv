// SPDX-License-Identifier: Apache-2.0
// The spiking soma of a Tianjic-style core in integers, one operation per clock. State comes in
// with an operation and leaves with its response, so that one datapath serves all neurons of a
// core. Arithmetic: cores/fcore/spiking_soma.h. Membranes and thresholds are signed and saturate
// at STATE_WIDTH bits.
//   stage 0  operands
//   stage 1  effective threshold; membrane with its input
//   stage 2  spike; membrane after reset, which is the one shown
//   stage 3  membrane and adaptive threshold times their factors
//   stage 4  leak, window, floor; adaptive threshold; refractory period
// `random` is drawn by the core, one number for each operation.
module fcore_soma #(
    parameter int STATE_WIDTH = 28,
    parameter int INPUT_WIDTH = 32,
    parameter int FACTOR_WIDTH = 8,
    parameter int TIMER_WIDTH = 16,
    parameter int REFRACTORY_WIDTH = 4,
    parameter int TAG_WIDTH = 10,
    parameter int ORDER_WIDTH = 32
) (
    input logic clk,
    input logic rst_n,

    input  logic                               req_valid,
    output logic                               req_ready,
    input  logic        [       TAG_WIDTH-1:0] req_tag,
    input  logic signed [     STATE_WIDTH-1:0] req_v,
    input  logic signed [     STATE_WIDTH-1:0] req_theta,
    input  logic        [     TIMER_WIDTH-1:0] req_timer,
    input  logic        [REFRACTORY_WIDTH-1:0] req_hold,
    input  logic signed [     INPUT_WIDTH-1:0] req_input,
    input  logic        [     STATE_WIDTH-1:0] req_random,
    input  logic signed [     STATE_WIDTH-1:0] req_threshold,
    input  logic signed [     STATE_WIDTH-1:0] req_floor,
    input  logic signed [     STATE_WIDTH-1:0] req_initial,
    input  logic signed [     STATE_WIDTH-1:0] req_reset,
    input  logic signed [     STATE_WIDTH-1:0] req_decrement,
    input  logic signed [     STATE_WIDTH-1:0] req_leak_add,
    input  logic signed [     STATE_WIDTH-1:0] req_theta_add,
    input  logic signed [     STATE_WIDTH-1:0] req_theta_step,
    input  logic        [     STATE_WIDTH-1:0] req_random_mask,
    input  logic        [    FACTOR_WIDTH-1:0] req_leak_factor,
    input  logic        [    FACTOR_WIDTH-1:0] req_theta_factor,
    input  logic        [     TIMER_WIDTH-1:0] req_window,
    input  logic        [REFRACTORY_WIDTH-1:0] req_refractory,
    input  logic        [                 1:0] req_reset_mode,
    input  logic                               req_leaks_by_factor,
    input  logic                               req_theta_by_factor,
    input  logic                               req_fires,

    output logic                               rsp_valid,
    input  logic                               rsp_ready,
    output logic        [       TAG_WIDTH-1:0] rsp_tag,
    output logic signed [     STATE_WIDTH-1:0] rsp_v,
    output logic signed [     STATE_WIDTH-1:0] rsp_theta,
    output logic        [     TIMER_WIDTH-1:0] rsp_timer,
    output logic        [REFRACTORY_WIDTH-1:0] rsp_hold,
    output logic                               rsp_spike,
    output logic signed [     STATE_WIDTH-1:0] rsp_shown,
    output logic                               rsp_active,

    output logic                               retire_valid,
    output logic        [     ORDER_WIDTH-1:0] retire_order,
    output logic        [       TAG_WIDTH-1:0] retire_tag,
    output logic signed [     STATE_WIDTH-1:0] retire_v_before,
    output logic signed [     STATE_WIDTH-1:0] retire_theta_before,
    output logic        [     TIMER_WIDTH-1:0] retire_timer_before,
    output logic        [REFRACTORY_WIDTH-1:0] retire_hold_before,
    output logic signed [     INPUT_WIDTH-1:0] retire_input,
    output logic        [     STATE_WIDTH-1:0] retire_random,
    output logic signed [     STATE_WIDTH-1:0] retire_threshold,
    output logic signed [     STATE_WIDTH-1:0] retire_floor,
    output logic signed [     STATE_WIDTH-1:0] retire_initial,
    output logic signed [     STATE_WIDTH-1:0] retire_reset,
    output logic signed [     STATE_WIDTH-1:0] retire_decrement,
    output logic signed [     STATE_WIDTH-1:0] retire_leak_add,
    output logic signed [     STATE_WIDTH-1:0] retire_theta_add,
    output logic signed [     STATE_WIDTH-1:0] retire_theta_step,
    output logic        [     STATE_WIDTH-1:0] retire_random_mask,
    output logic        [    FACTOR_WIDTH-1:0] retire_leak_factor,
    output logic        [    FACTOR_WIDTH-1:0] retire_theta_factor,
    output logic        [     TIMER_WIDTH-1:0] retire_window,
    output logic        [REFRACTORY_WIDTH-1:0] retire_refractory,
    output logic        [                 1:0] retire_reset_mode,
    output logic                               retire_leaks_by_factor,
    output logic                               retire_theta_by_factor,
    output logic                               retire_fires,
    output logic signed [     STATE_WIDTH-1:0] retire_v,
    output logic signed [     STATE_WIDTH-1:0] retire_theta,
    output logic        [     TIMER_WIDTH-1:0] retire_timer,
    output logic        [REFRACTORY_WIDTH-1:0] retire_hold,
    output logic                               retire_spike,
    output logic signed [     STATE_WIDTH-1:0] retire_shown,
    output logic                               retire_active
);

    localparam int W = STATE_WIDTH;
    localparam int STAGES = 5;
    // Enough for the sum of three numbers of W bits, and of a membrane and its input.
    localparam int S = INPUT_WIDTH + 1 > W + 2 ? INPUT_WIDTH + 1 : W + 2;
    localparam int PRODUCT_WIDTH = W + FACTOR_WIDTH + 1;
    localparam logic [1:0] RESET_TO_VALUE = 0;
    localparam logic [1:0] RESET_SUBTRACT_THRESHOLD = 1;
    localparam logic [1:0] RESET_NONE = 3;

    // In the order in which stages need them: what a stage leaves out is together.
    localparam int EARLY_WIDTH = INPUT_WIDTH + 3 * W;                     // of stage 0
    localparam int SHARED_WIDTH = 3 * W + REFRACTORY_WIDTH;               // of stages 0 and 3
    localparam int SPIKE_WIDTH = 2 * W + 3;                               // of stage 1
    localparam int DECAY_WIDTH = 2 * FACTOR_WIDTH + 2 * W + 2;            // of stage 2
    localparam int LATE_WIDTH = 2 * TIMER_WIDTH + 2 * W + REFRACTORY_WIDTH;  // of stage 3
    localparam int OPERANDS_WIDTH = EARLY_WIDTH + SHARED_WIDTH + SPIKE_WIDTH + DECAY_WIDTH
                                    + LATE_WIDTH;

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
            req_input, req_random, req_random_mask, req_threshold,
            req_v, req_theta, req_floor, req_hold,
            req_fires, req_reset_mode, req_reset, req_decrement,
            req_leak_factor, req_theta_factor, req_leaks_by_factor, req_theta_by_factor,
            req_theta_add, req_theta_step,
            req_timer, req_window, req_initial, req_leak_add, req_refractory
        }),
        .advance,
        .operands,
        .rsp_valid,
        .rsp_ready,
        .rsp_tag,
        .retire_valid,
        .retire_order
    );

    function automatic logic signed [W-1:0] saturated(input logic signed [S-1:0] x);
        saturated = &x[S-1:W-1] || ~|x[S-1:W-1] ? x[W-1:0] : {x[S-1], {W - 1{!x[S-1]}}};
    endfunction

    function automatic logic signed [S-1:0] wide(input logic signed [W-1:0] x);
        wide = {{S - W{x[W-1]}}, x};
    endfunction

    // Stage 0 -> 1: effective threshold, integration.
    logic signed [INPUT_WIDTH-1:0] input0;
    logic [W-1:0] random0, random_mask0;
    logic signed [W-1:0] threshold0, v0, theta0, floor0;
    logic [REFRACTORY_WIDTH-1:0] hold0;
    logic [SPIKE_WIDTH+DECAY_WIDTH+LATE_WIDTH-1:0] unused_low0;
    assign {input0, random0, random_mask0, threshold0, v0, theta0, floor0, hold0, unused_low0} =
        operands[0+:OPERANDS_WIDTH];

    logic signed [S-1:0] input_wide0, threshold_sum0, v_sum0;
    logic signed [W-1:0] threshold_drawn0;
    assign input_wide0 = {{S - INPUT_WIDTH{input0[INPUT_WIDTH-1]}}, input0};
    assign threshold_sum0 = wide(threshold0) + wide(theta0) + wide(random0 & random_mask0);
    assign threshold_drawn0 = saturated(threshold_sum0);
    assign v_sum0 = wide(v0) + input_wide0;

    logic signed [W-1:0] threshold1, v1;
    always_ff @(posedge clk) begin
        if (advance) begin
            threshold1 <= threshold_drawn0 > floor0 ? threshold_drawn0 : floor0;
            v1 <= hold0 == 0 ? saturated(v_sum0) : v0;
        end
    end

    // Stage 1 -> 2: spike and reset.
    logic enabled1;
    logic [1:0] reset_mode1;
    logic signed [W-1:0] reset1, decrement1;
    logic [EARLY_WIDTH+SHARED_WIDTH-1:0] unused_high1;
    logic [DECAY_WIDTH+LATE_WIDTH-1:0] unused_low1;
    assign {unused_high1, enabled1, reset_mode1, reset1, decrement1, unused_low1} =
        operands[OPERANDS_WIDTH+:OPERANDS_WIDTH];

    logic fires1;
    logic signed [S-1:0] v_less1;
    logic signed [W-1:0] v_reset1;
    assign fires1 = enabled1 && v1 > threshold1;
    assign v_less1 = wide(v1)
                     - wide(reset_mode1 == RESET_SUBTRACT_THRESHOLD ? threshold1 : decrement1);
    assign v_reset1 = reset_mode1 == RESET_TO_VALUE ? reset1 :
                      reset_mode1 == RESET_NONE ? v1 : saturated(v_less1);

    logic fired2;
    logic signed [W-1:0] v2;
    always_ff @(posedge clk) begin
        if (advance) begin
            fired2 <= fires1;
            v2 <= fires1 ? v_reset1 : v1;
        end
    end

    // Stage 2 -> 3: decay. Without a factor the whole is kept: 2^FACTOR_WIDTH parts of as many.
    logic signed [W-1:0] theta2, theta_add2, theta_step2;
    logic [FACTOR_WIDTH-1:0] leak_factor2, theta_factor2;
    logic leaks_by_factor2, theta_by_factor2;
    logic [EARLY_WIDTH+W-1:0] unused_high2;
    logic [W+REFRACTORY_WIDTH+SPIKE_WIDTH-1:0] unused_middle2;
    logic [LATE_WIDTH-1:0] unused_low2;
    assign {unused_high2, theta2, unused_middle2, leak_factor2, theta_factor2, leaks_by_factor2,
            theta_by_factor2, theta_add2, theta_step2, unused_low2} =
        operands[2*OPERANDS_WIDTH+:OPERANDS_WIDTH];

    logic [FACTOR_WIDTH:0] v_parts2, theta_parts2;
    logic signed [PRODUCT_WIDTH-1:0] v_wide2, theta_wide2, v_parts_wide2, theta_parts_wide2;
    logic signed [W-1:0] v_kept2, theta_kept2;
    logic unused_v_top2, unused_theta_top2;
    logic [FACTOR_WIDTH-1:0] unused_v_fraction2, unused_theta_fraction2;
    assign v_parts2 = leaks_by_factor2 ? {1'b0, leak_factor2} : {1'b1, {FACTOR_WIDTH{1'b0}}};
    assign theta_parts2 = theta_by_factor2 ? {1'b0, theta_factor2} : {1'b1, {FACTOR_WIDTH{1'b0}}};
    assign v_wide2 = {{FACTOR_WIDTH + 1{v2[W-1]}}, v2};
    assign theta_wide2 = {{FACTOR_WIDTH + 1{theta2[W-1]}}, theta2};
    assign v_parts_wide2 = {{W{1'b0}}, v_parts2};
    assign theta_parts_wide2 = {{W{1'b0}}, theta_parts2};
    // Leaving the fraction away rounds down.
    assign {unused_v_top2, v_kept2, unused_v_fraction2} = v_wide2 * v_parts_wide2;
    assign {unused_theta_top2, theta_kept2, unused_theta_fraction2} =
        theta_wide2 * theta_parts_wide2;

    logic fired3;
    logic signed [W-1:0] shown3, v_kept3, theta_kept3;
    logic signed [W:0] theta_change3;
    always_ff @(posedge clk) begin
        if (advance) begin
            fired3 <= fired2;
            shown3 <= v2;
            v_kept3 <= v_kept2;
            theta_kept3 <= theta_kept2;
            theta_change3 <= {theta_add2[W-1], theta_add2}
                             + (fired2 ? {theta_step2[W-1], theta_step2} : '0);
        end
    end

    // Stage 3 -> 4: what the next timestep starts from.
    logic signed [W-1:0] v3, theta3, floor3, initial3, leak_add3;
    logic [REFRACTORY_WIDTH-1:0] hold3, refractory3;
    logic [TIMER_WIDTH-1:0] timer3, window3;
    logic [EARLY_WIDTH-1:0] unused_high3;
    logic [SPIKE_WIDTH+DECAY_WIDTH-1:0] unused_middle3;
    assign {unused_high3, v3, theta3, floor3, hold3, unused_middle3, timer3, window3, initial3,
            leak_add3, refractory3} = operands[3*OPERANDS_WIDTH+:OPERANDS_WIDTH];

    // A counter at its last value is not followed by the end of any window.
    logic has_window3, window_ends3;
    logic [TIMER_WIDTH:0] timer_next3;
    assign has_window3 = window3 != 0;
    assign timer_next3 = {1'b0, timer3} + 1;
    assign window_ends3 = has_window3 && timer_next3 == {1'b0, window3};

    logic signed [S-1:0] v_sum3, theta_sum3;
    logic signed [W-1:0] v_kept_or_initial3, v_next3, theta_next3;
    logic [REFRACTORY_WIDTH-1:0] hold_next3;
    assign v_sum3 = wide(v_kept3) + wide(leak_add3);
    assign v_kept_or_initial3 = window_ends3 ? initial3 : saturated(v_sum3);
    assign v_next3 = v_kept_or_initial3 > floor3 ? v_kept_or_initial3 : floor3;
    assign theta_sum3 = wide(theta_kept3) + {{S - W - 1{theta_change3[W]}}, theta_change3};
    assign theta_next3 = saturated(theta_sum3);
    assign hold_next3 = fired3 ? refractory3 : hold3 == 0 ? hold3 : hold3 - 1;

    always_ff @(posedge clk) begin
        if (advance) begin
            rsp_v <= v_next3;
            rsp_theta <= theta_next3;
            rsp_timer <= has_window3 && !window_ends3 ? timer_next3[TIMER_WIDTH-1:0] : '0;
            rsp_hold <= hold_next3;
            rsp_spike <= fired3;
            rsp_shown <= shown3;
            rsp_active <= fired3 || v_next3 != v3 || theta_next3 != theta3 || hold_next3 != hold3;
        end
    end

    assign {retire_input, retire_random, retire_random_mask, retire_threshold, retire_v_before,
            retire_theta_before, retire_floor, retire_hold_before, retire_fires, retire_reset_mode,
            retire_reset, retire_decrement, retire_leak_factor, retire_theta_factor,
            retire_leaks_by_factor, retire_theta_by_factor, retire_theta_add, retire_theta_step,
            retire_timer_before, retire_window, retire_initial, retire_leak_add,
            retire_refractory} = operands[4*OPERANDS_WIDTH+:OPERANDS_WIDTH];
    assign retire_tag = rsp_tag;
    assign retire_v = rsp_v;
    assign retire_theta = rsp_theta;
    assign retire_timer = rsp_timer;
    assign retire_hold = rsp_hold;
    assign retire_spike = rsp_spike;
    assign retire_shown = rsp_shown;
    assign retire_active = rsp_active;

`ifdef CORTILE_ASSERTIONS
    logic valid0, valid1, valid2, valid3;
    always_ff @(posedge clk) begin
        if (!rst_n) begin
            {valid3, valid2, valid1, valid0} <= '0;
        end else if (advance) begin
            {valid3, valid2, valid1, valid0} <= {valid2, valid1, valid0, req_valid};
        end
    end
    logic computes0, computes1, computes2, computes3;
    assign computes0 = rst_n && valid0 && advance;
    assign computes1 = rst_n && valid1 && advance;
    assign computes2 = rst_n && valid2 && advance;
    assign computes3 = rst_n && valid3 && advance;
    logic signed [S-1:0] highest, lowest;
    assign highest = {{S - W + 1{1'b0}}, {W - 1{1'b1}}};
    assign lowest = ~highest;
    logic subtracts1;
    assign subtracts1 = fires1 && reset_mode1 != RESET_TO_VALUE && reset_mode1 != RESET_NONE;

    membrane_stays_above_its_floor :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !retire_valid || retire_v >= retire_floor);
    spike_needs_to_be_enabled :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && retire_spike) || retire_fires);
    spike_starts_the_refractory_period :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && retire_spike)
                     || (retire_hold == retire_refractory && retire_active));
    held_membrane_takes_no_input :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && !retire_spike && retire_hold_before != 0)
                     || retire_shown == retire_v_before);
    window_is_not_exceeded :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && retire_timer_before < retire_window)
                     || retire_timer < retire_window);
    timer_rests_without_a_window :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !(retire_valid && retire_window == 0) || retire_timer == 0);
    decay_never_enlarges :
    assert property (@(posedge clk) disable iff (!rst_n)
                     !computes2 || (unused_v_top2 == v_kept2[W-1]
                                    && unused_theta_top2 == theta_kept2[W-1]));

    threshold_saturates_above :
    cover property (@(posedge clk) computes0 && threshold_sum0 > highest);
    threshold_saturates_below :
    cover property (@(posedge clk) computes0 && threshold_sum0 < lowest);
    threshold_is_raised_to_the_floor :
    cover property (@(posedge clk) computes0 && threshold_drawn0 < floor0);
    membrane_saturates_above :
    cover property (@(posedge clk) computes0 && hold0 == 0 && v_sum0 > highest);
    membrane_saturates_below :
    cover property (@(posedge clk) computes0 && hold0 == 0 && v_sum0 < lowest);
    membrane_is_held :
    cover property (@(posedge clk) computes0 && hold0 != 0 && input0 != 0);
    fires_to_value :
    cover property (@(posedge clk) computes1 && fires1 && reset_mode1 == RESET_TO_VALUE);
    fires_less_threshold :
    cover property (@(posedge clk)
                    computes1 && fires1 && reset_mode1 == RESET_SUBTRACT_THRESHOLD);
    fires_less_decrement :
    cover property (@(posedge clk)
                    computes1 && subtracts1 && reset_mode1 != RESET_SUBTRACT_THRESHOLD);
    fires_without_reset :
    cover property (@(posedge clk) computes1 && fires1 && reset_mode1 == RESET_NONE);
    reset_saturates_above :
    cover property (@(posedge clk) computes1 && subtracts1 && v_less1 > highest);
    reset_saturates_below :
    cover property (@(posedge clk) computes1 && subtracts1 && v_less1 < lowest);
    equals_the_threshold :
    cover property (@(posedge clk) computes1 && enabled1 && v1 == threshold1);
    would_fire_if_enabled :
    cover property (@(posedge clk) computes1 && !enabled1 && v1 > threshold1);
    leak_rounds_down :
    cover property (@(posedge clk) computes2 && v2 < 0 && unused_v_fraction2 != 0);
    theta_rounds_down :
    cover property (@(posedge clk) computes2 && theta2 < 0 && unused_theta_fraction2 != 0);
    leak_saturates_above :
    cover property (@(posedge clk) computes3 && !window_ends3 && v_sum3 > highest);
    leak_saturates_below :
    cover property (@(posedge clk) computes3 && !window_ends3 && v_sum3 < lowest);
    membrane_is_raised_to_the_floor :
    cover property (@(posedge clk) computes3 && v_kept_or_initial3 < floor3);
    theta_saturates_above :
    cover property (@(posedge clk) computes3 && theta_sum3 > highest);
    theta_saturates_below :
    cover property (@(posedge clk) computes3 && theta_sum3 < lowest);
    window_ends :
    cover property (@(posedge clk) computes3 && window_ends3);
    window_ends_with_a_spike :
    cover property (@(posedge clk) computes3 && window_ends3 && fired3);
    timer_overflows :
    cover property (@(posedge clk) computes3 && has_window3 && timer_next3[TIMER_WIDTH]);
    hold_ends :
    cover property (@(posedge clk) computes3 && !fired3 && hold3 == 1);
    fires_while_held :
    cover property (@(posedge clk) computes3 && fired3 && hold3 != 0);
    spikes_and_changes_nothing_else :
    cover property (@(posedge clk) computes3 && fired3 && v_next3 == v3 && theta_next3 == theta3
                    && hold_next3 == hold3);
    stays_inactive :
    cover property (@(posedge clk) computes3 && !fired3 && v_next3 == v3 && theta_next3 == theta3
                    && hold_next3 == hold3);
`endif

endmodule
