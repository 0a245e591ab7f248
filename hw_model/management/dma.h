// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include "hw_model/management/devices.h"
#include "hw_model/management/register_space.h"
#include "hw_model/registers/management_registers.h"

namespace cortile {

// Copies words over the bus in bursts, and computes their CRC. The data moves when a transfer
// starts; it is reported done when its time has passed.
class Dma : public sc_core::sc_module, public RegisterBlock {
  public:
    static constexpr std::uint32_t kBurstBytes = 64;

    // `word`: time of each word, beside what the bus takes.
    Dma(const sc_core::sc_module_name& name, InterruptController& interrupts,
        const RegisterSpace& space, const sc_core::sc_time& word);

    tlm_utils::simple_initiator_socket<Dma> bus;

  private:
    struct End {
        std::uint32_t address, item;  // item: bytes of a FIFO's items; 0: memory
    };
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;
    void work();
    bool transfer(sc_core::sc_time& delay);
    bool access(bool write, const End& end, std::uint8_t* data, std::uint32_t bytes,
                sc_core::sc_time& delay);

    InterruptController& interrupts_;
    const RegisterSpace& space_;
    sc_core::sc_time word_;
    sc_core::sc_event start_;
};

}  // namespace cortile
