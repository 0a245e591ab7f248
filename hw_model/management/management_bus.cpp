// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/management_bus.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

ManagementBus::ManagementBus(const sc_core::sc_module_name& name) : sc_module(name), to("to") {}

ManagementBus::Port& ManagementBus::port() {
    const int initiator = static_cast<int>(entries_.size());
    const std::string entry = fmt::format("{}_from_{}", basename(), initiator);
    Port& port = entries_.emplace_back(std::make_unique<Entry>(entry.c_str()))->port;
    port.register_b_transport(this, &ManagementBus::b_transport, initiator);
    port.register_transport_dbg(this, &ManagementBus::transport_dbg, initiator);
    port.register_get_direct_mem_ptr(this, &ManagementBus::get_direct_mem_ptr, initiator);
    return port;
}

void ManagementBus::add(const Region& region) {
    for (const Region& other : regions_) {
        if (region.first - other.first < other.size || other.first - region.first < region.size) {
            throw ContractViolation("ManagementBus: " + region.name + " overlaps " + other.name);
        }
    }
    regions_.push_back(region);
}

const ManagementBus::Region* ManagementBus::find(std::uint64_t address, std::uint64_t bytes) const {
    for (const Region& region : regions_) {
        if (address >= region.first && address - region.first < region.size) {
            return region.size - (address - region.first) >= bytes ? &region : nullptr;
        }
    }
    return nullptr;
}

std::string ManagementBus::region_at(std::uint32_t address) const {
    const Region* const region = find(address, 1);
    return region == nullptr ? "" : region->name;
}

void ManagementBus::b_transport(int initiator, tlm::tlm_generic_payload& payload,
                                sc_core::sc_time& delay) {
    const std::uint64_t address = payload.get_address();
    const std::uint32_t length = payload.get_data_length();
    const sc_core::sc_time begin = sc_core::sc_time_stamp() + delay;
    if (observer_) {
        open_.insert(begin);
    }
    const std::uint32_t reach = std::min(length, payload.get_streaming_width());
    const Region* const region = find(address, std::max(reach, 1u));
    if (region == nullptr) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else {
        delay += region->latency;
        const std::uint32_t words = (length + 3) / 4;
        words_ += words;
        memory_words_ += region->memory ? words : 0;
        payload.set_address(address - region->first);
        to[static_cast<int>(index(*region))]->b_transport(payload, delay);
        payload.set_address(address);
    }
    if (observer_) {
        std::uint32_t word = 0;
        std::memcpy(&word, payload.get_data_ptr(), std::min(length, 4u));
        open_.erase(open_.find(begin));
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        observer_({begin, now + delay, open_.empty() ? now : std::min(now, *open_.begin()),
                   initiator, payload.is_write(), static_cast<std::uint32_t>(address), length, word,
                   payload.is_response_ok()});
    }
}

unsigned ManagementBus::transport_dbg(int, tlm::tlm_generic_payload& payload) {
    const std::uint64_t address = payload.get_address();
    const Region* const region = find(address, 1);
    if (region == nullptr) {
        return 0;
    }
    payload.set_address(address - region->first);
    const unsigned done = to[static_cast<int>(index(*region))]->transport_dbg(payload);
    payload.set_address(address);
    return done;
}

bool ManagementBus::get_direct_mem_ptr(int, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
    const std::uint64_t address = payload.get_address();
    const Region* const region = find(address, 1);
    if (region == nullptr || !region->memory) {
        dmi.allow_none();
        return false;
    }
    payload.set_address(address - region->first);
    const bool granted = to[static_cast<int>(index(*region))]->get_direct_mem_ptr(payload, dmi);
    payload.set_address(address);
    dmi.set_start_address(dmi.get_start_address() + region->first);
    dmi.set_end_address(dmi.get_end_address() + region->first);
    return granted;
}

}  // namespace cortile
