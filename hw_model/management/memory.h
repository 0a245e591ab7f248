// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

namespace cortile {

// RAM, ROM, or the network image. Debug transport writes read-only memories too.
class Memory : public sc_core::sc_module {
  public:
    // Rounds up to whole pages of DirectMemory.
    Memory(const sc_core::sc_module_name& name, std::vector<std::uint8_t> content, bool writable);

    tlm_utils::simple_target_socket<Memory> access;

    std::uint32_t size() const { return static_cast<std::uint32_t>(content_.size()); }
    std::uint8_t* data() { return content_.data(); }

  private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);

    std::vector<std::uint8_t> content_;
    bool writable_;
};

}  // namespace cortile
