// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/dma.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "hw_model/base/checksum.h"

namespace cortile {

namespace reg = registers;

namespace {

// A field whose lowest bit is that of its mask.
std::uint32_t field(std::uint32_t control, std::uint32_t mask) {
    return (control & mask) / (mask & -mask);
}

}  // namespace

Dma::Dma(const sc_core::sc_module_name& name, InterruptController& interrupts,
         const RegisterSpace& space, const sc_core::sc_time& word)
    : sc_module(name),
      RegisterBlock(reg::dma::rows),
      bus("bus"),
      interrupts_(interrupts),
      space_(space),
      word_(word) {
    SC_HAS_PROCESS(Dma);
    SC_THREAD(work);
}

bool Dma::on_write(std::uint32_t first, std::uint32_t, std::uint32_t next, std::uint32_t bits) {
    const bool busy = (value(reg::dma::status) & reg::dma::status_busy) != 0;
    if (busy) {
        return false;  // its registers are in use
    }
    if (first != reg::dma::control) {
        return next % 4 == 0;
    }
    if (bits & reg::dma::control_start) {
        value(reg::dma::status) = reg::dma::status_busy;
        start_.notify(space_.time() - sc_core::sc_time_stamp());
    }
    return true;
}

void Dma::work() {
    for (;;) {
        wait(start_);
        sc_core::sc_time delay;
        const bool okay = transfer(delay);
        wait(delay + value(reg::dma::bytes) / 4 * word_);
        value(reg::dma::status) = okay ? 0 : reg::dma::status_error;
        interrupts_.raise(reg::interrupt_dma | (okay ? 0 : reg::interrupt_error));
    }
}

bool Dma::transfer(sc_core::sc_time& delay) {
    const std::uint32_t control = value(reg::dma::control);
    End source{value(reg::dma::source), 4 * field(control, reg::dma::control_source_item)};
    End destination{value(reg::dma::destination),
                    4 * field(control, reg::dma::control_destination_item)};
    // Whole items at both ends.
    const std::uint32_t unit = std::lcm(std::max(source.item, 4u), std::max(destination.item, 4u));
    const std::uint32_t burst = std::max(unit, kBurstBytes / unit * unit);
    std::vector<std::uint8_t> data(burst);
    std::uint32_t crc = 0;
    for (std::uint32_t left = value(reg::dma::bytes); left > 0;) {
        const std::uint32_t bytes = std::min(left, burst);
        if (!access(false, source, data.data(), bytes, delay)) {
            return false;
        }
        crc = checksum(std::span(data).first(bytes), crc);
        if ((control & reg::dma::control_check_only) == 0 &&
            !access(true, destination, data.data(), bytes, delay)) {
            return false;
        }
        source.address += source.item == 0 ? bytes : 0;
        destination.address += destination.item == 0 ? bytes : 0;
        left -= bytes;
    }
    value(reg::dma::crc) = crc;
    return true;
}

bool Dma::access(bool write, const End& end, std::uint8_t* data, std::uint32_t bytes,
                 sc_core::sc_time& delay) {
    tlm::tlm_generic_payload payload;
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(end.address);
    payload.set_data_ptr(data);
    payload.set_data_length(bytes);
    payload.set_streaming_width(end.item == 0 ? bytes : end.item);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    bus->b_transport(payload, delay);
    if (!payload.is_response_ok()) {
        value(reg::dma::error_address) = end.address;
        return false;
    }
    return true;
}

}  // namespace cortile
