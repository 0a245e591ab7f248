// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/configuration.h"

#include <cmath>
#include <cstring>

#include "hw_model/management/word_transfer.h"

namespace cortile {

namespace {

namespace reg = registers;

// The registers by which both kinds of block reach their configuration memory are alike.
static_assert(int{reg::core::config_address} == int{reg::edge::config_address} &&
              int{reg::core::config_data} == int{reg::edge::config_data} &&
              int{reg::core::config_bytes} == int{reg::edge::config_bytes} &&
              int{reg::core::commit} == int{reg::edge::commit} &&
              int{reg::core::status} == int{reg::edge::status} &&
              reg::core::status_loaded == reg::edge::status_loaded &&
              reg::core::status_refused == reg::edge::status_refused);

std::uint32_t offset_in_core(std::uint64_t address) {
    return static_cast<std::uint32_t>(address % reg::core_stride);
}

}  // namespace

std::optional<std::uint32_t> ConfigurationMemory::read(std::uint32_t address) const {
    if (address % 4 != 0 || address >= bytes_.size()) {
        return std::nullopt;
    }
    std::uint32_t word = 0;
    std::memcpy(&word, bytes_.data() + address, 4);
    return word;
}

bool ConfigurationMemory::write(std::uint32_t address, std::uint32_t word) {
    if (address % 4 != 0 || address >= kMostBytes || address > bytes_.size()) {
        return false;
    }
    if (address == bytes_.size()) {
        bytes_.resize(address + 4);
    }
    std::memcpy(bytes_.data() + address, &word, 4);
    return true;
}

CoreRegisters::CoreRegisters(const CoreShell& core, Committer commit, const CoreFacts& facts)
    : RegisterBlock(reg::core::rows), core_(core), commit_(std::move(commit)), facts_(facts) {}

std::optional<std::uint32_t> CoreRegisters::on_read(std::uint32_t first, std::uint32_t index) {
    const auto word = on_peek(first, index);
    if (first == reg::core::config_data) {
        value(reg::core::config_address) += word ? 4 : 0;
    } else if (first == reg::core::energy_low) {
        value(reg::core::energy_high) = static_cast<std::uint32_t>(femtojoules() >> 32);
    }
    return word;
}

std::optional<std::uint32_t> CoreRegisters::on_peek(std::uint32_t first, std::uint32_t index) {
    switch (first) {
        case reg::core::neurons:
            return core_.used() ? core_.model().neurons() : 0;
        case reg::core::config_bytes:
            return static_cast<std::uint32_t>(memory_.bytes().size());
        case reg::core::config_data:
            return memory_.read(value(reg::core::config_address));
        case reg::core::state_v:
            return state(StateVariable::v);
        case reg::core::state_u:
            return state(StateVariable::u);
        case reg::core::spikes:
            return spikes();
        case reg::core::energy_low:
            return static_cast<std::uint32_t>(femtojoules());
        case reg::core::counter_low:
            return counter(index, false);
        case reg::core::counter_high:
            return counter(index, true);
        default:
            return value(first, index);
    }
}

std::optional<std::uint32_t> CoreRegisters::state(StateVariable variable) {
    const std::uint32_t neuron = value(reg::core::neuron);
    if (facts_.reals || !core_.used() || neuron >= core_.model().neurons()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(
        static_cast<std::int64_t>(core_.model().read(variable, neuron)));
}

std::optional<std::uint32_t> CoreRegisters::spikes() {
    const std::uint32_t neuron = value(reg::core::neuron);
    if (!core_.used() || neuron >= core_.model().neurons()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(core_.model().spike_count(neuron));
}

std::uint32_t CoreRegisters::counter(std::uint32_t index, bool high) const {
    const std::uint64_t count = core_.used() ? core_.model().activity()[index] : 0;
    return static_cast<std::uint32_t>(high ? count >> 32 : count);
}

std::uint64_t CoreRegisters::femtojoules() const {
    double sum = 0;
    if (core_.used()) {
        const auto counts = core_.model().energy_counts();
        for (std::size_t event = 0; event < counts.size(); ++event) {
            sum += static_cast<double>(counts[event]) * facts_.femtojoules.at(event);
        }
    }
    return static_cast<std::uint64_t>(std::llround(sum));
}

bool CoreRegisters::on_write(std::uint32_t first, std::uint32_t, std::uint32_t,
                             std::uint32_t bits) {
    if (first == reg::core::config_data) {
        std::uint32_t& address = value(reg::core::config_address);
        const bool written = memory_.write(address, bits);
        address += written ? 4 : 0;
        return written;
    }
    if (first == reg::core::commit) {
        value(reg::core::status) =
            commit_(memory_.bytes())
                ? reg::core::status_loaded
                : reg::core::status_refused | (core_.used() ? reg::core::status_loaded : 0);
    }
    return true;
}

EdgeRegisters::EdgeRegisters(Committer commit)
    : RegisterBlock(reg::edge::rows), commit_(std::move(commit)) {}

std::optional<std::uint32_t> EdgeRegisters::on_read(std::uint32_t first, std::uint32_t index) {
    const auto word = on_peek(first, index);
    if (first == reg::edge::config_data) {
        value(reg::edge::config_address) += word ? 4 : 0;
    }
    return word;
}

std::optional<std::uint32_t> EdgeRegisters::on_peek(std::uint32_t first, std::uint32_t index) {
    switch (first) {
        case reg::edge::config_bytes:
            return static_cast<std::uint32_t>(memory_.bytes().size());
        case reg::edge::config_data:
            return memory_.read(value(reg::edge::config_address));
        default:
            return value(first, index);
    }
}

bool EdgeRegisters::on_write(std::uint32_t first, std::uint32_t, std::uint32_t,
                             std::uint32_t bits) {
    if (first == reg::edge::config_data) {
        std::uint32_t& address = value(reg::edge::config_address);
        const bool written = memory_.write(address, bits);
        address += written ? 4 : 0;
        return written;
    }
    if (first == reg::edge::commit) {
        const bool loaded = commit_(memory_.bytes());
        value(reg::edge::status) =
            loaded
                ? reg::edge::status_loaded
                : reg::edge::status_refused | (value(reg::edge::status) & reg::edge::status_loaded);
    }
    return true;
}

CoreConfiguration::CoreConfiguration(const sc_core::sc_module_name& name, const Chip& chip,
                                     CoreCommitter commit, CoreFacts facts)
    : sc_module(name),
      access("access"),
      chip_(chip),
      commit_(std::move(commit)),
      facts_(std::move(facts)) {
    access.register_b_transport(this, &CoreConfiguration::b_transport);
    access.register_transport_dbg(this, &CoreConfiguration::transport_dbg);
}

CoreRegisters& CoreConfiguration::registers_of(std::uint32_t core) {
    std::unique_ptr<CoreRegisters>& registers = registers_[core];
    if (!registers) {
        const CoreId id{core};
        registers = std::make_unique<CoreRegisters>(
            chip_.core(id),
            [this, id](std::span<const std::uint8_t> bytes) { return commit_(id, bytes); }, facts_);
    }
    return *registers;
}

RegisterBlock* CoreConfiguration::find(std::uint64_t address) {
    const auto core = static_cast<std::uint32_t>(address / reg::core_stride);
    return core < chip_.core_count() ? &registers_of(core) : nullptr;
}

void CoreConfiguration::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    transfer_words(
        payload, [this](std::uint64_t address) { return find(address); }, offset_in_core);
}

unsigned CoreConfiguration::transport_dbg(tlm::tlm_generic_payload& payload) {
    return peek_words(
        payload, [this](std::uint64_t address) { return find(address); }, offset_in_core);
}

}  // namespace cortile
