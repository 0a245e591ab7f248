// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/register_space.h"

#include "hw_model/management/word_transfer.h"

namespace cortile {

RegisterSpace::RegisterSpace(const sc_core::sc_module_name& name, std::uint32_t first)
    : sc_module(name), access("access"), first_(first) {
    access.register_b_transport(this, &RegisterSpace::b_transport);
    access.register_transport_dbg(this, &RegisterSpace::transport_dbg);
}

RegisterBlock* RegisterSpace::find(std::uint64_t address) const {
    const auto found = blocks_.find(address / kBlockBytes * kBlockBytes);
    return found == blocks_.end() ? nullptr : found->second;
}

void RegisterSpace::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    time_ = sc_core::sc_time_stamp() + delay;
    transfer_words(
        payload, [this](std::uint64_t address) { return find(address); },
        [](std::uint64_t address) { return static_cast<std::uint32_t>(address % kBlockBytes); });
}

unsigned RegisterSpace::transport_dbg(tlm::tlm_generic_payload& payload) {
    return peek_words(
        payload, [this](std::uint64_t address) { return find(address); },
        [](std::uint64_t address) { return static_cast<std::uint32_t>(address % kBlockBytes); });
}

}  // namespace cortile
