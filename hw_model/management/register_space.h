// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include "hw_model/registers/register_block.h"

namespace cortile {

// Blocks of registers behind one socket. Accesses are whole words; bursts of them, and streams.
class RegisterSpace : public sc_core::sc_module {
  public:
    static constexpr std::uint32_t kBlockBytes = 0x1000;  // from one block's base to the next one's

    // Addresses start at `first` of the memory map.
    RegisterSpace(const sc_core::sc_module_name& name, std::uint32_t first);

    tlm_utils::simple_target_socket<RegisterSpace> access;

    // `base`: in the memory map, a multiple of kBlockBytes. The block must live as long.
    void add(std::uint32_t base, RegisterBlock& block) { blocks_[base - first_] = &block; }
    // Of the access that a block is asked for: when it happens.
    const sc_core::sc_time& time() const { return time_; }

  private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    RegisterBlock* find(std::uint64_t address) const;

    std::uint32_t first_;
    std::map<std::uint64_t, RegisterBlock*> blocks_;
    sc_core::sc_time time_;
};

}  // namespace cortile
