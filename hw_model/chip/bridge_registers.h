// SPDX-License-Identifier: Apache-2.0
// The register map of a SpikeBridge: one table, which docs/reference/spike_bridge.md repeats.
// Registers are 32 bits wide; addresses are in bytes from the bridge's base.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace cortile {

enum class BridgeRegister : std::uint32_t {
    id = 0x000,
    version = 0x004,
    status = 0x008,
    clear = 0x00C,
    step = 0x010,
    sample = 0x014,
    timestep_low = 0x018,
    timestep_high = 0x01C,
    inputs = 0x020,
    largest_value = 0x024,
    inject_count = 0x028,
    inject_free = 0x02C,
    inject_refused = 0x030,
    inject_invalid = 0x034,
    receive_count = 0x038,
    receive_lost = 0x03C,
    send_lost = 0x040,
    send_failed = 0x044,
    inject = 0x1000,
    receive = 0x2000,
};

struct BridgeRegisterRow {
    BridgeRegister address;
    std::uint32_t bytes;  // 4, or the size of a FIFO's window
    std::uint32_t item;   // bytes that are read or written together
    const char* name;
    bool readable, writable;
    const char* meaning;
};

// Ascending by address.
std::span<const BridgeRegisterRow> bridge_registers();
// The row that the byte at `address` belongs to; null: none.
const BridgeRegisterRow* find_bridge_register(std::uint64_t address);

inline constexpr std::uint32_t kBridgeId = 0x54524F43;  // "CORT", the first letter lowest
inline constexpr std::uint32_t kBridgeVersion = 1;      // of this map

enum class BridgeStatus : std::uint32_t {
    busy = 1u << 0,
    received = 1u << 1,
    // From here on they stay until they are written to CLEAR.
    inject_overflow = 1u << 8,
    inject_invalid = 1u << 9,
    receive_overflow = 1u << 10,
    send_overflow = 1u << 11,
    send_failed = 1u << 12,
};

struct BridgeStatusRow {
    BridgeStatus bit;
    const char* name;
    const char* meaning;
};
std::span<const BridgeStatusRow> bridge_status_bits();

// Both tables in Markdown.
std::string bridge_register_text();

}  // namespace cortile
