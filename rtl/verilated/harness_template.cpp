// SPDX-License-Identifier: Apache-2.0
// Written for one datapath out of its datapath.yaml: @NAME@.
// The RTL behind its pins, as functions that run rows of operations. Nothing here knows what the
// datapath computes.
#include <cstdio>
#include <cstdarg>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <type_traits>

// What the RTL prints (failed assertions too) is kept, and goes into the error.
namespace {
thread_local std::string printed;
thread_local bool stopped = false;
}  // namespace
int cortile_harness_print(const char* format, ...) {
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    const int length = std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (printed.size() < 4096) {
        printed += text;
    }
    return length;
}

#include "harness_abi.h"

#include "Vdut.h"
#include "verilated.h"
#if @TRACE@
#include "verilated_fst_c.h"
#endif
#if @COVERAGE@
#include "verilated_cov.h"
#endif

void vl_finish(const char*, int, const char*) VL_MT_UNSAFE {}
void vl_stop(const char* file, int line, const char* scope) VL_MT_UNSAFE {
    if (!stopped && printed.empty()) {
        printed = std::string(file) + ":" + std::to_string(line) + " in " + scope;
    }
    stopped = true;
}
void vl_fatal(const char* file, int line, const char* scope, const char* message) VL_MT_UNSAFE {
    printed += message != nullptr ? message : "";
    vl_stop(file, line, scope);
}
void vl_warn(const char*, int, const char*, const char*) VL_MT_UNSAFE {}

namespace {

constexpr std::uint32_t kOperandWords = @OPERAND_WORDS@, kResultWords = @RESULT_WORDS@;
constexpr bool kRising = @RISING@;
constexpr std::uint64_t kLatency = @LATENCY@, kInterval = @INTERVAL@;
constexpr unsigned kResetCycles = @RESET_CYCLES@;
// A response that takes longer than this never comes.
constexpr std::uint64_t kPatience = 64 + 16 * (kLatency + kInterval);

template <unsigned kWidth>
constexpr std::uint64_t kMask = kWidth >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << kWidth) - 1;

// Bits [kLow + kWidth - 1 : kLow] of a port of any width.
template <unsigned kLow, unsigned kWidth, typename Port>
inline std::uint64_t get(const Port& port) {
    if constexpr (std::is_integral_v<Port>) {
        return static_cast<std::uint64_t>(port) >> kLow & kMask<kWidth>;
    } else {
        std::uint64_t value = 0;
        for (unsigned bit = 0; bit < kWidth;) {
            const unsigned at = kLow + bit;
            value |= static_cast<std::uint64_t>(port[at / 32] >> at % 32) << bit;
            bit += 32 - at % 32;
        }
        return value & kMask<kWidth>;
    }
}

template <unsigned kLow, unsigned kWidth, typename Port>
inline void put(Port& port, std::uint64_t value) {
    value &= kMask<kWidth>;
    if constexpr (std::is_integral_v<Port>) {
        port = static_cast<Port>((static_cast<std::uint64_t>(port) & ~(kMask<kWidth> << kLow)) |
                                 value << kLow);
    } else {
        for (unsigned bit = 0; bit < kWidth;) {
            const unsigned at = kLow + bit, room = 32 - at % 32;
            const unsigned part = kWidth - bit < room ? kWidth - bit : room;
            const std::uint32_t mask = static_cast<std::uint32_t>(kMask<32> >> (32 - part));
            port[at / 32] = (port[at / 32] & ~(mask << at % 32)) |
                            (static_cast<std::uint32_t>(value >> bit) & mask) << at % 32;
            bit += part;
        }
    }
}

// The value of a code whose lowest value is kBase.
template <unsigned kWidth>
inline std::int64_t decode(std::uint64_t code, std::int64_t base) {
    return base + static_cast<std::int64_t>((code - static_cast<std::uint64_t>(base)) &
                                            kMask<kWidth>);
}

// SplitMix64, as cores/datapath/stimulus.cpp.
struct Random {
    std::uint64_t state;
    std::uint64_t next() {
        std::uint64_t z = state += 0x9E3779B97F4A7C15u;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        return z ^ z >> 31;
    }
};

struct Failure {
    CortileHarnessError error;
};

class Model {
  public:
    Model() : context_(std::make_unique<VerilatedContext>()) {
        use();
        context_->threads(1);  // no pool of threads that nothing runs on, and that fork() forgets
        context_->assertOn(true);
#if @TRACE@
        context_->traceEverOn(true);
#endif
        top_ = std::make_unique<Vdut>(context_.get());
        reset();
    }
    ~Model() {
        use();
        trace_close();
        top_->final();
    }

    void reset() {
        use();
        printed.clear();
        stopped = false;
        retired_ = 0;
@TIE@
        set_idle();
@RESET@
    }

    int run(const std::int64_t* operands, std::uint64_t count, std::int64_t* results,
            const CortileStalls& stalls, CortileHarnessError* error) {
        use();
        stalls_ = stalls;
        random_.state = stalls.seed;
        done_ = 0;
        try {
            run_@STYLE@(operands, count, results);
            return 0;
        } catch (const Failure& failure) {
            *error = failure.error;
            return 1;
        }
    }

    std::uint64_t cycles() const { return cycles_; }
    void select_mutant(std::uint32_t mutant) { @SELECT_MUTANT@ }

    void trace_open([[maybe_unused]] const char* file) {
#if @TRACE@
        trace_ = std::make_unique<VerilatedFstC>();
        top_->trace(trace_.get(), 99);
        trace_->open(file);
#endif
    }
    void trace_close() {
#if @TRACE@
        if (trace_) {
            trace_->close();
            trace_.reset();
        }
#endif
    }
    void write_coverage([[maybe_unused]] const char* file) {
#if @COVERAGE@
        context_->coveragep()->write(file);
#endif
    }

  private:
    // Verilator's run-time library looks for the context of its thread in places where it should
    // ask the model, its destructor among them: with two models that may be one that is gone.
    void use() { Verilated::threadContextp(context_.get()); }

    // -- pins ---------------------------------------------------------------------------------
    void drive([[maybe_unused]] const std::int64_t* x) {
@DRIVE@
    }
    void sample([[maybe_unused]] std::int64_t* y) {
@SAMPLE@
    }
    // Of RTL with a fixed latency: the results that are there so many clocks after the operation.
    void sample_after([[maybe_unused]] std::uint64_t clocks, [[maybe_unused]] std::int64_t* y) {
@SAMPLE_AFTER@
    }
    void set_idle() {
@SET_IDLE@
    }
    void set_request([[maybe_unused]] bool offer, [[maybe_unused]] std::uint64_t tag) {
@SET_REQUEST@
    }
    void set_response_ready([[maybe_unused]] bool ready) {
@SET_RESPONSE_READY@
    }
    bool request_ready() const { return @REQUEST_READY@; }
    bool response_valid() const { return @RESPONSE_VALID@; }
    // Compares tag and retire channel with the operation `x` and its result `y`.
    void check_response([[maybe_unused]] std::uint64_t tag, [[maybe_unused]] const std::int64_t* x,
                        [[maybe_unused]] const std::int64_t* y) {
@CHECK_RESPONSE@
    }
    void check_no_response() {
@CHECK_NO_RESPONSE@
    }

    // -- time ---------------------------------------------------------------------------------
    void settle() {
        top_->eval();
        dump();
        if (stopped) {
            fail(3, printed);
        }
    }
    void edge() {
@EDGE@
        ++cycles_;
    }
    // The clock's other edge goes with the inputs of the next clock: settle() evaluates both.
    void rest() {
@REST@
    }
    void dump() {
#if @TRACE@
        context_->timeInc(1);
        if (trace_) {
            trace_->dump(context_->time());
        }
#endif
    }

    [[noreturn]] void fail(int kind, const std::string& message, int word = -1,
                           std::int64_t expected = 0, std::int64_t got = 0) {
#if @TRACE@
        if (trace_) {
            trace_->flush();
        }
#endif
        Failure failure{};
        failure.error.kind = kind;
        failure.error.operation = done_;
        failure.error.word = word;
        failure.error.expected = expected;
        failure.error.got = got;
        std::strncpy(failure.error.message, message.c_str(), sizeof failure.error.message - 1);
        throw failure;
    }
    void expect_word(int word, std::int64_t expected, std::int64_t got) {
        if (expected != got) {
            fail(1, "", word, expected, got);
        }
    }

    // RTL that keeps its state and cannot be told to wait takes an operation each clock.
    bool offers() {
        return !@CAN_IDLE@ || stalls_.request == 0 || (random_.next() & 255) >= stalls_.request;
    }
    bool takes() { return stalls_.response == 0 || (random_.next() & 255) >= stalls_.response; }

    // -- styles -------------------------------------------------------------------------------
    void run_combinational(const std::int64_t* x, std::uint64_t count, std::int64_t* y) {
        for (; done_ < count; ++done_, x += kOperandWords, y += kResultWords) {
            drive(x);
            settle();
            sample(y);
        }
    }

    // Responses announce themselves.
    void run_handshake(const std::int64_t* operands, std::uint64_t count, std::int64_t* results) {
        std::uint64_t issued = 0, waited = 0, since_issue = kInterval;
        bool offered = false;
        while (done_ < count) {
            rest();
            // What was offered stays offered until it is taken.
            if (!offered && issued < count && since_issue >= kInterval && offers()) {
                offered = true;
                drive(operands + issued * kOperandWords);
            }
            set_request(offered, issued);
            const bool take = takes();
            set_response_ready(take);
            settle();
            if (offered && request_ready()) {
                ++issued;
                offered = false;
                since_issue = 0;
            }
            if (response_valid() && take) {
                if (done_ == issued) {
                    fail(2, "a response without an operation");
                }
                std::int64_t* const y = results + done_ * kResultWords;
                sample(y);
                check_response(done_, operands + done_ * kOperandWords, y);
                ++done_;
                waited = 0;
            } else {
                check_no_response();
                if (++waited > kPatience * 8) {
                    fail(2, issued == done_ ? "operations are not taken" : "no response");
                }
            }
            edge();
            ++since_issue;
        }
        rest();
        set_request(false, 0);
    }

    // Responses come after a fixed number of clocks.
    void run_fixed_latency(const std::int64_t* operands, std::uint64_t count,
                           std::int64_t* results) {
        struct Pending {
            std::uint64_t operation, age;
        };
        std::deque<Pending> pending;
        std::uint64_t issued = 0, waited = 0, since_issue = kInterval;
        while (done_ < count) {
            rest();
            bool offer = issued < count && since_issue >= kInterval && offers();
            if (offer) {
                drive(operands + issued * kOperandWords);
            }
            set_request(offer, issued);
            settle();
            if (offer && request_ready()) {
                pending.push_back({issued++, 0});
                since_issue = 0;
            }
            if (!pending.empty() && pending.back().age == 0) {
                sample_after(0, results + pending.back().operation * kResultWords);
            }
            if (kLatency == 0 && !pending.empty()) {
                pending.pop_front();
                ++done_;
            }
            edge();
            ++since_issue;
            for (Pending& p : pending) {
                sample_after(++p.age, results + p.operation * kResultWords);
            }
            if (!pending.empty() && pending.front().age >= kLatency) {
                pending.pop_front();
                ++done_;
                waited = 0;
            } else if (++waited > kPatience * 8) {
                fail(2, "operations are not taken");
            }
        }
        rest();
        set_request(false, 0);
    }

    // One operation at a time, its operands held until the response.
    void run_multi_cycle(const std::int64_t* x, std::uint64_t count, std::int64_t* y) {
        for (; done_ < count; ++done_, x += kOperandWords, y += kResultWords) {
            rest();
            drive(x);
            set_response_ready(true);
            for (unsigned idle = 0; !offers() && idle < 16; ++idle) {
                set_request(false, 0);
                settle();
                edge();
                rest();
            }
            set_request(true, done_);
            bool accepted = false;
            std::uint64_t clocks = 0;
            for (;;) {
                settle();
                const bool accept = !accepted && request_ready();
                if (accepted && @HAS_RESPONSE_VALID@ && response_valid()) {
                    sample(y);
                    check_response(done_, x, y);
                    break;
                }
                edge();
                accepted |= accept;
                if (accepted && !@HAS_RESPONSE_VALID@ && ++clocks >= kLatency) {
                    sample(y);
                    break;
                }
                if (@HAS_RESPONSE_VALID@ && ++clocks > kPatience) {
                    fail(2, accepted ? "no response" : "the operation is not taken");
                }
                rest();
                set_request(@HOLD_REQUEST@ || !accepted, done_);
            }
            if (@HAS_RESPONSE_VALID@) {
                edge();
                ++clocks;
            }
            for (; clocks < kInterval; ++clocks) {
                rest();
                set_request(false, 0);
                settle();
                edge();
            }
        }
        rest();
        set_request(false, 0);
    }

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vdut> top_;
#if @TRACE@
    std::unique_ptr<VerilatedFstC> trace_;
#endif
    CortileStalls stalls_{};
    Random random_{0};
    std::uint64_t cycles_ = 0, done_ = 0, retired_ = 0;
};

Model* model(void* pointer) {
    return static_cast<Model*>(pointer);
}

const CortileHarness harness{
    CORTILE_HARNESS_VERSION,
    kOperandWords,
    kResultWords,
    []() -> void* { return new Model; },
    [](void* m) { delete model(m); },
    [](void* m) { model(m)->reset(); },
    [](void* m, const int64_t* operands, uint64_t count, int64_t* results,
       const CortileStalls* stalls, CortileHarnessError* error) {
        return model(m)->run(operands, count, results, *stalls, error);
    },
    [](const void* m) { return static_cast<const Model*>(m)->cycles(); },
#if @TRACE@
    [](void* m, const char* file) {
        model(m)->trace_open(file);
        return 0;
    },
    [](void* m) { model(m)->trace_close(); },
#else
    nullptr,
    nullptr,
#endif
#if @COVERAGE@
    [](void* m, const char* file) { model(m)->write_coverage(file); },
#else
    nullptr,
#endif
#if @MUTANTS@
    [](void* m, uint32_t mutant) { model(m)->select_mutant(mutant); },
#else
    nullptr,
#endif
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const CortileHarness* cortile_harness() {
    return &harness;
}
