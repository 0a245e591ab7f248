// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include <tlm>

#include "hw_model/registers/register_block.h"

namespace cortile {

// Carries out `payload` word by word: burst or stream. `find(address)` gives the block that
// answers, null for none, and `offset(address)` the address within it. Words before one that is
// refused have been transferred. Sets the response.
template <typename Find, typename Offset>
void transfer_words(tlm::tlm_generic_payload& payload, Find find, Offset offset) {
    payload.set_dmi_allowed(false);
    const std::uint32_t length = payload.get_data_length(), width = payload.get_streaming_width();
    if (payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (length == 0 || length % 4 != 0 || width == 0 || width % 4 != 0) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    for (std::uint32_t at = 0; at < length; at += 4) {
        const std::uint64_t address = payload.get_address() + at % width;
        RegisterBlock* const block = find(address);
        if (block == nullptr) {
            payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
            return;
        }
        unsigned char* const data = payload.get_data_ptr() + at;
        bool okay = true;
        if (payload.is_read()) {
            const auto value = block->read(offset(address));
            okay = value.has_value();
            if (okay) {
                std::memcpy(data, &*value, 4);
            }
        } else if (payload.is_write()) {
            std::uint32_t value = 0;
            std::memcpy(&value, data, 4);
            okay = block->write(offset(address), value);
        }
        if (!okay) {
            payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
            return;
        }
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

// The words of a debug access that can be read without any effect; writes none. Returns how many
// bytes that are.
template <typename Find, typename Offset>
unsigned peek_words(tlm::tlm_generic_payload& payload, Find find, Offset offset) {
    if (!payload.is_read() || payload.get_address() % 4 != 0) {
        return 0;
    }
    unsigned done = 0;
    for (; done + 4 <= payload.get_data_length(); done += 4) {
        const std::uint64_t address = payload.get_address() + done;
        RegisterBlock* const block = find(address);
        const auto value = block == nullptr ? std::nullopt : block->peek(offset(address));
        if (!value) {
            break;
        }
        std::memcpy(payload.get_data_ptr() + done, &*value, 4);
    }
    return done;
}

}  // namespace cortile
