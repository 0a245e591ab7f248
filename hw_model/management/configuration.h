// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include "hw_model/chip/chip.h"
#include "hw_model/registers/management_registers.h"
#include "hw_model/registers/register_block.h"

namespace cortile {

// Bytes that are written and read word by word, and grow as they are written.
class ConfigurationMemory {
  public:
    static constexpr std::uint32_t kMostBytes = 1u << 28;

    std::optional<std::uint32_t> read(std::uint32_t address) const;
    bool write(std::uint32_t address, std::uint32_t word);
    std::span<const std::uint8_t> bytes() const { return bytes_; }

  private:
    std::vector<std::uint8_t> bytes_;
};

// Takes configuration memory into use. False: it cannot.
using Committer = std::function<bool(std::span<const std::uint8_t>)>;

// What is the same for all cores of a chip.
struct CoreFacts {
    bool reals = false;  // they compute in reals, which registers do not hold
    // Energy of an event in fJ, in the order of CoreModel::energy_counts().
    std::vector<double> femtojoules;
};

// The registers of one core.
class CoreRegisters : public RegisterBlock {
  public:
    CoreRegisters(const CoreShell& core, Committer commit, const CoreFacts& facts);

  private:
    std::optional<std::uint32_t> on_read(std::uint32_t first, std::uint32_t index) override;
    std::optional<std::uint32_t> on_peek(std::uint32_t first, std::uint32_t index) override;
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;
    std::optional<std::uint32_t> state(StateVariable variable);
    std::optional<std::uint32_t> spikes();
    std::uint32_t counter(std::uint32_t index, bool high) const;
    std::uint64_t femtojoules() const;

    const CoreShell& core_;
    Committer commit_;
    const CoreFacts& facts_;
    ConfigurationMemory memory_;
};

// The axon table at the chip's edge.
class EdgeRegisters : public RegisterBlock {
  public:
    explicit EdgeRegisters(Committer commit);

  private:
    std::optional<std::uint32_t> on_read(std::uint32_t first, std::uint32_t index) override;
    std::optional<std::uint32_t> on_peek(std::uint32_t first, std::uint32_t index) override;
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;

    Committer commit_;
    ConfigurationMemory memory_;
};

// All cores of a chip behind one socket: registers::core_stride bytes each. Those of a core are
// made when it is first accessed.
class CoreConfiguration : public sc_core::sc_module {
  public:
    using CoreCommitter = std::function<bool(CoreId, std::span<const std::uint8_t>)>;

    CoreConfiguration(const sc_core::sc_module_name& name, const Chip& chip, CoreCommitter commit,
                      CoreFacts facts);

    tlm_utils::simple_target_socket<CoreConfiguration> access;

  private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    RegisterBlock* find(std::uint64_t address);
    CoreRegisters& registers_of(std::uint32_t core);

    const Chip& chip_;
    CoreCommitter commit_;
    CoreFacts facts_;
    std::map<std::uint32_t, std::unique_ptr<CoreRegisters>> registers_;
};

}  // namespace cortile
