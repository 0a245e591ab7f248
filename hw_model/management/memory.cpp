// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/memory.h"

#include <algorithm>
#include <cstring>

#include "hw_model/cpu/processor_bus.h"

namespace cortile {

Memory::Memory(const sc_core::sc_module_name& name, std::vector<std::uint8_t> content,
               bool writable)
    : sc_module(name), access("access"), content_(std::move(content)), writable_(writable) {
    const std::size_t page = DirectMemory::kPageBytes;
    content_.resize(std::max(page, (content_.size() + page - 1) / page * page));
    access.register_b_transport(this, &Memory::b_transport);
    access.register_transport_dbg(this, &Memory::transport_dbg);
    access.register_get_direct_mem_ptr(this, &Memory::get_direct_mem_ptr);
}

void Memory::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    const std::uint64_t address = payload.get_address();
    const std::uint32_t length = payload.get_data_length();
    payload.set_dmi_allowed(true);
    if (payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    } else if (payload.get_streaming_width() < length) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    } else if (address > content_.size() || content_.size() - address < length) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else if (payload.is_write() && !writable_) {
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
    } else {
        if (payload.is_write()) {
            std::memcpy(content_.data() + address, payload.get_data_ptr(), length);
        } else if (payload.is_read()) {
            std::memcpy(payload.get_data_ptr(), content_.data() + address, length);
        }
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
}

unsigned Memory::transport_dbg(tlm::tlm_generic_payload& payload) {
    const std::uint64_t address = payload.get_address();
    if (address >= content_.size()) {
        return 0;
    }
    const auto length = static_cast<unsigned>(
        std::min<std::uint64_t>(payload.get_data_length(), content_.size() - address));
    if (payload.is_write()) {
        std::memcpy(content_.data() + address, payload.get_data_ptr(), length);
    } else if (payload.is_read()) {
        std::memcpy(payload.get_data_ptr(), content_.data() + address, length);
    }
    return length;
}

bool Memory::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
    dmi.set_dmi_ptr(content_.data());
    dmi.set_start_address(0);
    dmi.set_end_address(content_.size() - 1);
    writable_ ? dmi.allow_read_write() : dmi.allow_read();
    return true;
}

}  // namespace cortile
