// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/spike_bridge.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

using tlm::tlm_generic_payload;

constexpr const char* kReport = "/cortile/spike_bridge";
constexpr std::size_t kWord = sizeof(std::uint32_t);
// Timesteps of input of a sample whose end nobody has stated.
constexpr std::uint32_t kEndless = std::numeric_limits<std::int32_t>::max();

std::uint64_t picoseconds(const sc_core::sc_time& time) {
    return time.value() / sc_core::sc_time(1, sc_core::SC_PS).value();
}

std::uint32_t saturated(std::uint64_t count) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

// The bytes from the start address that a payload's data go to, again and again.
std::uint64_t width_of(const tlm_generic_payload& payload) {
    return std::min(payload.get_streaming_width(), payload.get_data_length());
}

// Is this an access that the map has? Says nothing about what is written, or what there is to read.
tlm::tlm_response_status check(const tlm_generic_payload& payload) {
    if (payload.get_byte_enable_ptr() != nullptr) {
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    }
    const std::uint64_t first = payload.get_address(), width = width_of(payload);
    const BridgeRegisterRow* row = find_bridge_register(first);
    if (row == nullptr || first % row->item != 0) {
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    }
    if (width == 0 || width % row->item != 0 || payload.get_data_length() % row->item != 0) {
        return tlm::TLM_BURST_ERROR_RESPONSE;
    }
    for (std::uint64_t offset = 0; offset < width; offset += row->item) {
        const BridgeRegisterRow* other = find_bridge_register(first + offset);
        if (other == nullptr || other->item != row->item) {
            return tlm::TLM_ADDRESS_ERROR_RESPONSE;
        }
        if ((payload.is_read() && !other->readable) || (payload.is_write() && !other->writable)) {
            return tlm::TLM_COMMAND_ERROR_RESPONSE;
        }
    }
    return tlm::TLM_OK_RESPONSE;
}

}  // namespace

std::array<std::uint32_t, OutputSpike::kWords> OutputSpike::words() const {
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    return {low(timestep),     low(timestep >> 32), low(time),   low(time >> 32),
            neuron.population, neuron.neuron,       neuron.core, value};
}

SpikeBridge::SpikeBridge(const sc_core::sc_module_name& name, const SpikeBridgeParams& params)
    : sc_module(name),
      access("access"),
      output("output"),
      params_(params),
      inject_(params.inject_capacity),
      losses_{{{BridgeStatus::inject_overflow, "input spikes were refused: INJECT is full"},
               {BridgeStatus::inject_invalid,
                "input spikes were refused: a write to INJECT held a neuron or value that cannot "
                "be"},
               {BridgeStatus::receive_overflow, "output spikes were lost: RECEIVE is full"},
               {BridgeStatus::send_overflow,
                "output spikes were lost: the target at `output` is slower than the chip"},
               {BridgeStatus::send_failed,
                "the target at `output` answered output spikes with an error"}}} {
    access.register_b_transport(this, &SpikeBridge::b_transport);
    access.register_transport_dbg(this, &SpikeBridge::transport_dbg);
    SC_HAS_PROCESS(SpikeBridge);
    SC_THREAD(send_outputs);
}

void SpikeBridge::b_transport(tlm_generic_payload& payload, sc_core::sc_time& delay) {
    payload.set_dmi_allowed(false);
    tlm::tlm_response_status status = check(payload);
    if (status == tlm::TLM_OK_RESPONSE && payload.is_read()) {
        // What is read depends on the time; and on it being a delta cycle later than the chip's.
        wait(delay);
        delay = sc_core::SC_ZERO_TIME;
        status = read(payload);
    } else if (status == tlm::TLM_OK_RESPONSE && payload.is_write()) {
        status = write(payload, sc_core::sc_time_stamp() + delay);
    }
    payload.set_response_status(status);
}

tlm::tlm_response_status SpikeBridge::read(tlm_generic_payload& payload) {
    const std::size_t length = payload.get_data_length();
    unsigned char* const data = payload.get_data_ptr();
    if (find_bridge_register(payload.get_address())->address == BridgeRegister::receive) {
        const std::size_t spikes = length / kWord / OutputSpike::kWords;
        if (spikes > receive_.size()) {
            return tlm::TLM_GENERIC_ERROR_RESPONSE;
        }
        for (std::size_t i = 0; i < spikes; ++i) {
            const auto words = receive_.front().words();
            std::memcpy(data + i * sizeof words, words.data(), sizeof words);
            receive_.pop_front();
        }
        return tlm::TLM_OK_RESPONSE;
    }
    for (std::size_t offset = 0; offset < length; offset += kWord) {
        const std::uint64_t address = payload.get_address() + offset % width_of(payload);
        const std::uint32_t value = read_register(static_cast<BridgeRegister>(address));
        std::memcpy(data + offset, &value, kWord);
    }
    return tlm::TLM_OK_RESPONSE;
}

tlm::tlm_response_status SpikeBridge::write(tlm_generic_payload& payload,
                                            const sc_core::sc_time& time) {
    const std::size_t length = payload.get_data_length();
    std::vector<std::uint32_t> words(length / kWord);
    std::memcpy(words.data(), payload.get_data_ptr(), length);
    if (find_bridge_register(payload.get_address())->address == BridgeRegister::inject) {
        return inject(words, time);
    }
    const auto steps = static_cast<std::uint64_t>(BridgeRegister::step);
    if (params_.free_running && steps - payload.get_address() < width_of(payload)) {
        return tlm::TLM_COMMAND_ERROR_RESPONSE;
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::uint64_t address = payload.get_address() + i * kWord % width_of(payload);
        write_register(static_cast<BridgeRegister>(address), words[i], time);
    }
    return tlm::TLM_OK_RESPONSE;
}

tlm::tlm_response_status SpikeBridge::inject(std::span<const std::uint32_t> words,
                                             const sc_core::sc_time& time) {
    std::vector<InputSpike> spikes;
    bool valid = true;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const auto value = static_cast<std::int32_t>(words[i + 1]);
        const std::int64_t magnitude = value < 0 ? -std::int64_t{value} : value;
        valid = valid && words[i] < params_.inputs && value != 0 &&
                magnitude <= params_.largest_value && (value > 0 || params_.signed_values);
        spikes.push_back({words[i], value});
    }
    if (!valid) {
        note(invalid, spikes.size());
        return tlm::TLM_GENERIC_ERROR_RESPONSE;
    }
    if (!inject_.push(spikes, time.value())) {
        note(refused, spikes.size());
        return tlm::TLM_GENERIC_ERROR_RESPONSE;
    }
    return tlm::TLM_OK_RESPONSE;
}

std::uint64_t SpikeBridge::steps_left() const {
    std::uint64_t steps = steps_;
    for (const Grant& grant : grants_) {
        steps += grant.steps;
    }
    return steps;
}

std::uint32_t SpikeBridge::read_register(BridgeRegister which) const {
    switch (which) {
        case BridgeRegister::id:
            return kBridgeId;
        case BridgeRegister::version:
            return kBridgeVersion;
        case BridgeRegister::status:
            return sticky_ |
                   (begun_ > finished_ || steps_left() > 0
                        ? static_cast<std::uint32_t>(BridgeStatus::busy)
                        : 0) |
                   (receive_.empty() ? 0 : static_cast<std::uint32_t>(BridgeStatus::received));
        case BridgeRegister::step:
            return saturated(steps_left());
        case BridgeRegister::timestep_low:
            return static_cast<std::uint32_t>(finished_);
        case BridgeRegister::timestep_high:
            return static_cast<std::uint32_t>(finished_ >> 32);
        case BridgeRegister::inputs:
            return params_.inputs;
        case BridgeRegister::largest_value:
            return static_cast<std::uint32_t>(params_.largest_value);
        case BridgeRegister::inject_count:
            return saturated(inject_.size());
        case BridgeRegister::inject_free:
            return saturated(inject_.free());
        case BridgeRegister::inject_refused:
            return saturated(losses_[refused].count);
        case BridgeRegister::inject_invalid:
            return saturated(losses_[invalid].count);
        case BridgeRegister::receive_count:
            return saturated(receive_.size());
        case BridgeRegister::receive_lost:
            return saturated(losses_[not_received].count);
        case BridgeRegister::send_lost:
            return saturated(losses_[not_sent].count);
        case BridgeRegister::send_failed:
            return saturated(losses_[send_error].count);
        case BridgeRegister::clear:
        case BridgeRegister::sample:
        case BridgeRegister::inject:
        case BridgeRegister::receive:
            break;
    }
    throw ContractViolation("SpikeBridge: a register that cannot be read");
}

void SpikeBridge::write_register(BridgeRegister which, std::uint32_t value,
                                 const sc_core::sc_time& time) {
    switch (which) {
        case BridgeRegister::clear:
            sticky_ &= ~value;
            return;
        case BridgeRegister::step:
            grants_.push_back({time, sc_core::sc_delta_count(), value});
            resume_.notify(time - sc_core::sc_time_stamp());
            return;
        case BridgeRegister::sample:
            inject_.push_sample(value == 0 ? kEndless : std::min(value, kEndless), time.value());
            return;
        default:
            throw ContractViolation("SpikeBridge: a register that cannot be written");
    }
}

// Bytes from the address on, as far as they can be read; nothing changes, and no time passes.
unsigned SpikeBridge::transport_dbg(tlm_generic_payload& payload) {
    if (!payload.is_read()) {
        return 0;
    }
    const unsigned length = payload.get_data_length();
    for (unsigned done = 0; done < length; ++done) {
        const std::uint64_t address = payload.get_address() + done;
        std::uint32_t word = 0;
        if (!peek(address - address % kWord, word)) {
            return done;
        }
        std::array<unsigned char, kWord> bytes{};
        std::memcpy(bytes.data(), &word, kWord);
        payload.get_data_ptr()[done] = bytes[address % kWord];
    }
    return length;
}

bool SpikeBridge::peek(std::uint64_t address, std::uint32_t& word) const {
    const BridgeRegisterRow* row = find_bridge_register(address);
    if (row == nullptr || !row->readable) {
        return false;
    }
    if (row->address != BridgeRegister::receive) {
        word = read_register(row->address);
        return true;
    }
    const std::uint64_t index = (address - static_cast<std::uint64_t>(row->address)) / kWord;
    if (index / OutputSpike::kWords >= receive_.size()) {
        return false;
    }
    word = receive_[index / OutputSpike::kWords].words()[index % OutputSpike::kWords];
    return true;
}

// A write to STEP comes into effect at its time, and not in the delta cycle in which it is made:
// the order of the processes in that cycle is the kernel's.
void SpikeBridge::take_grants(const sc_core::sc_time& now) {
    std::erase_if(grants_, [&](const Grant& grant) {
        const bool due = grant.time <= now && grant.delta < sc_core::sc_delta_count();
        if (due) {
            steps_ += grant.steps;
            inject_.release(grant.time.value());
        }
        return due;
    });
}

// If not, resume_ is notified when it may be otherwise.
bool SpikeBridge::may_start(const sc_core::sc_time& now) {
    take_grants(now);
    if (begun_ > 0 && now < started_ + params_.period) {
        resume_.notify(started_ + params_.period - now);
        return false;
    }
    if (params_.free_running) {
        if (begun_ > 0 && now == started_) {
            throw ConfigError(name(),
                              "a timestep of this chip takes no time: running freely, it would "
                              "never let time pass",
                              "give a period, or step the chip");
        }
        return true;
    }
    if (steps_ > 0) {
        --steps_;
        return true;
    }
    for (const Grant& grant : grants_) {
        resume_.notify(grant.time > now ? grant.time - now : sc_core::SC_ZERO_TIME);
    }
    return false;
}

bool SpikeBridge::begin_timestep(Chip& chip) {
    const sc_core::sc_time& now = sc_core::sc_time_stamp();
    if (!may_start(now)) {
        return false;
    }
    const InjectQueue::Due due = inject_.take(now.value());
    if (begun_ == 0 || due.sample) {
        chip.begin_sample(due.sample.value_or(kEndless));
    }
    chip.host().spikes().clear();
    chip.host().values().clear();
    for (const InputSpike& spike : due.spikes) {
        chip.host().spikes().push_back(spike.neuron);
        chip.host().values().push_back(spike.value);
    }
    started_ = now;
    ++begun_;
    return true;
}

void SpikeBridge::end_timestep(Chip& chip) {
    const std::uint64_t time = picoseconds(sc_core::sc_time_stamp());
    for (const WatchedNeuron& neuron : params_.watched) {
        const CoreModel& model = chip.core(CoreId{neuron.core}).model();
        const double value = model.read(StateVariable::spikes, neuron.local);
        if (value == 0) {
            continue;
        }
        const OutputSpike spike{finished_, time, neuron,
                                static_cast<std::uint32_t>(static_cast<std::int64_t>(value))};
        if (receive_.size() < params_.receive_capacity) {
            receive_.push_back(spike);
        } else if (params_.receive_capacity > 0) {
            note(not_received, 1);
        }
        if (output.size() == 0) {
            continue;
        }
        if (send_.size() < params_.send_capacity) {
            send_.push_back(spike);
            to_send_.notify(sc_core::SC_ZERO_TIME);
        } else {
            note(not_sent, 1);
        }
    }
    ++finished_;
}

void SpikeBridge::note(Loss kind, std::uint64_t spikes) {
    Losses& loss = losses_[kind];
    const auto bit = static_cast<std::uint32_t>(loss.bit);
    loss.count += spikes;
    sticky_ |= bit;
    if ((warned_ & bit) == 0) {
        warned_ |= bit;
        // SC_REPORT_WARNING would name the folder in which the library was built.
        const std::string text = fmt::format(
            "{}: {} (said once; STATUS and the counters tell the rest)", name(), loss.what);
        sc_core::sc_report_handler::report(sc_core::SC_WARNING, kReport, text.c_str(),
                                           "hw_model/chip/spike_bridge.cpp", __LINE__);
    }
}

void SpikeBridge::send_outputs() {
    for (;;) {
        if (send_.empty()) {
            wait(to_send_);
        } else {
            const OutputSpike spike = send_.front();
            send_.pop_front();
            send(spike);
        }
    }
}

void SpikeBridge::send(const OutputSpike& spike) {
    auto words = spike.words();
    tlm_generic_payload payload;
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(params_.output_address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(words.data()));
    payload.set_data_length(sizeof words);
    payload.set_streaming_width(sizeof words);
    for (int i = 0; i < output.size(); ++i) {
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        sc_core::sc_time delay;
        output[i]->b_transport(payload, delay);
        if (!payload.is_response_ok()) {
            note(send_error, 1);
        }
        if (delay > sc_core::SC_ZERO_TIME) {
            wait(delay);
        }
    }
}

}  // namespace cortile
