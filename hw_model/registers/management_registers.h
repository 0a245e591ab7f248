// SPDX-License-Identifier: Apache-2.0
// Generated from hw_model/registers/management.yaml; change that.
#pragma once

#include <array>
#include <cstdint>

#include "hw_model/registers/register_access.h"

// clang-format off
namespace cortile::registers {

inline constexpr std::uint32_t version = 1;
inline constexpr std::uint32_t rom_base = 0x00010000;
inline constexpr std::uint32_t image_base = 0xA0000000;
inline constexpr std::uint32_t ram_base = 0x80000000;
inline constexpr std::uint32_t spikes_base = 0x30000000;
inline constexpr std::uint32_t cores_base = 0x40000000;
inline constexpr std::uint32_t magic = 0x4C525443;
inline constexpr std::uint32_t max_processors = 0x4;
inline constexpr std::uint32_t core_stride = 0x10000;
inline constexpr std::uint32_t bridge_status = 0x8;
inline constexpr std::uint32_t bridge_clear = 0xC;
inline constexpr std::uint32_t bridge_step = 0x10;
inline constexpr std::uint32_t bridge_sample = 0x14;
inline constexpr std::uint32_t bridge_receive_count = 0x38;
inline constexpr std::uint32_t bridge_inject = 0x1000;
inline constexpr std::uint32_t bridge_receive = 0x2000;
inline constexpr std::uint32_t mailbox_depth = 0x10;
inline constexpr std::uint32_t image_magic = 0x494E5443;
inline constexpr std::uint32_t image_version = 0x1;
inline constexpr std::uint32_t destination_address_bits = 0x12;
inline constexpr std::uint32_t interrupt_timestep = 0x1;
inline constexpr std::uint32_t interrupt_spikes = 0x2;
inline constexpr std::uint32_t interrupt_error = 0x4;
inline constexpr std::uint32_t interrupt_dma = 0x8;
inline constexpr std::uint32_t interrupt_host = 0x10;
inline constexpr std::uint32_t message_class = 0x1;
inline constexpr std::uint32_t message_spikes = 0x2;
inline constexpr std::uint32_t message_operations = 0x3;
inline constexpr std::uint32_t message_energy = 0x4;
inline constexpr std::uint32_t message_correct = 0x5;
inline constexpr std::uint32_t exit_done = 0x0;
inline constexpr std::uint32_t exit_trap = 0x1;
inline constexpr std::uint32_t exit_image_magic = 0x10;
inline constexpr std::uint32_t exit_image_version = 0x11;
inline constexpr std::uint32_t exit_image_checksum = 0x12;
inline constexpr std::uint32_t exit_image_chip = 0x13;
inline constexpr std::uint32_t exit_core_refused = 0x14;
inline constexpr std::uint32_t exit_dma = 0x15;
inline constexpr std::uint32_t exit_self_test = 0x16;
inline constexpr std::uint32_t exit_image_parts = 0x17;

struct ExitCode {
    std::uint32_t code;
    const char* meaning;
};
inline constexpr ExitCode exit_codes[] = {
    {exit_done, "of SYSTEM.EXIT: the program is done"},
    {exit_trap, "a trap that nothing handles; SYSTEM.FAULT_* say which"},
    {exit_image_magic, "the network image does not begin as one"},
    {exit_image_version, "the network image has another version"},
    {exit_image_checksum, "the network image does not have its checksum"},
    {exit_image_chip, "the network image is for another chip"},
    {exit_core_refused, "a core refused its part of the image"},
    {exit_dma, "DMA met an error"},
    {exit_self_test, "the self-test failed"},
    {exit_image_parts, "a part of the network image lies outside of it, or is for a core that is not there"},
};

namespace system {
inline constexpr std::uint32_t base = 0x10000000;
enum Register : std::uint32_t {
    id = 0x00,
    version = 0x04,
    processors = 0x08,
    cores = 0x0C,
    mesh = 0x10,
    core_type = 0x14,
    clock = 0x18,
    ram_bytes = 0x1C,
    image_bytes = 0x20,
    boot_address = 0x24,
    watchdog = 0x28,
    fault_cause = 0x2C,
    fault_pc = 0x30,
    fault_value = 0x34,
    exit = 0x38,
};
inline constexpr std::array<RegisterRow, 15> rows{{
    {"SYSTEM.ID", 0x00, 0x4C525443, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.VERSION", 0x04, 0x1, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.PROCESSORS", 0x08, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.CORES", 0x0C, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.MESH", 0x10, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.CORE_TYPE", 0x14, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.CLOCK", 0x18, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.RAM_BYTES", 0x1C, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.IMAGE_BYTES", 0x20, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"SYSTEM.BOOT_ADDRESS", 0x24, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"SYSTEM.WATCHDOG", 0x28, 0x0, 1, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
    {"SYSTEM.FAULT_CAUSE", 0x2C, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"SYSTEM.FAULT_PC", 0x30, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"SYSTEM.FAULT_VALUE", 0x34, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"SYSTEM.EXIT", 0x38, 0x0, 1, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
}};
}  // namespace system

namespace timer {
inline constexpr std::uint32_t base = 0x10001000;
enum Register : std::uint32_t {
    time_low = 0x00,
    time_high = 0x04,
    compare_low = 0x10,
    compare_high = 0x14,
};
inline constexpr std::array<RegisterRow, 4> rows{{
    {"TIMER.TIME_LOW", 0x00, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"TIMER.TIME_HIGH", 0x04, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"TIMER.COMPARE_LOW", 0x10, 0xFFFFFFFF, 4, 8, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"TIMER.COMPARE_HIGH", 0x14, 0xFFFFFFFF, 4, 8, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
}};
}  // namespace timer

namespace interrupts {
inline constexpr std::uint32_t base = 0x10002000;
enum Register : std::uint32_t {
    pending = 0x00,
    enable = 0x10,
};
inline constexpr std::array<RegisterRow, 2> rows{{
    {"INTERRUPTS.PENDING", 0x00, 0x0, 1, 4, 0x0, 0x0, 0x0, 0xFFFFFFFF, 0x0},
    {"INTERRUPTS.ENABLE", 0x10, 0x0, 4, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
}};
}  // namespace interrupts

namespace uart {
inline constexpr std::uint32_t base = 0x10003000;
enum Register : std::uint32_t {
    data = 0x00,
};
inline constexpr std::array<RegisterRow, 1> rows{{
    {"UART.DATA", 0x00, 0x0, 1, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
}};
}  // namespace uart

namespace dma {
inline constexpr std::uint32_t base = 0x10004000;
enum Register : std::uint32_t {
    source = 0x00,
    destination = 0x04,
    bytes = 0x08,
    control = 0x0C,
    status = 0x10,
    error_address = 0x14,
    crc = 0x18,
};
inline constexpr std::uint32_t control_start = 0x1;
inline constexpr std::uint32_t control_check_only = 0x2;
inline constexpr std::uint32_t control_source_item = 0xF0;
inline constexpr std::uint32_t control_destination_item = 0xF00;
inline constexpr std::uint32_t status_busy = 0x1;
inline constexpr std::uint32_t status_error = 0x2;
inline constexpr std::array<RegisterRow, 7> rows{{
    {"DMA.SOURCE", 0x00, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"DMA.DESTINATION", 0x04, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"DMA.BYTES", 0x08, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"DMA.CONTROL", 0x0C, 0x0, 1, 4, 0x0, 0xFF2, 0x1, 0x0, 0x0},
    {"DMA.STATUS", 0x10, 0x0, 1, 4, 0x3, 0x0, 0x0, 0x0, 0x0},
    {"DMA.ERROR_ADDRESS", 0x14, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"DMA.CRC", 0x18, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
}};
}  // namespace dma

namespace mailbox {
inline constexpr std::uint32_t base = 0x10005000;
enum Register : std::uint32_t {
    send = 0x00,
    send_host = 0x10,
    receive = 0x20,
    count = 0x40,
};
inline constexpr std::array<RegisterRow, 4> rows{{
    {"MAILBOX.SEND", 0x00, 0x0, 4, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
    {"MAILBOX.SEND_HOST", 0x10, 0x0, 1, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
    {"MAILBOX.RECEIVE", 0x20, 0x0, 4, 4, 0x0, 0x0, 0x0, 0x0, 0xFFFFFFFF},
    {"MAILBOX.COUNT", 0x40, 0x0, 4, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
}};
}  // namespace mailbox

namespace host {
inline constexpr std::uint32_t base = 0x10006000;
enum Register : std::uint32_t {
    next = 0x00,
    words = 0x04,
    data = 0x08,
    samples = 0x0C,
};
inline constexpr std::array<RegisterRow, 4> rows{{
    {"HOST.NEXT", 0x00, 0x0, 1, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
    {"HOST.WORDS", 0x04, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"HOST.DATA", 0x08, 0x0, 1, 4, 0x0, 0x0, 0x0, 0x0, 0xFFFFFFFF},
    {"HOST.SAMPLES", 0x0C, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
}};
}  // namespace host

namespace core {
inline constexpr std::uint32_t base = 0x40000000;
enum Register : std::uint32_t {
    status = 0x00,
    neurons = 0x04,
    config_address = 0x08,
    config_data = 0x0C,
    config_bytes = 0x10,
    commit = 0x14,
    neuron = 0x18,
    state_v = 0x1C,
    state_u = 0x20,
    spikes = 0x24,
    energy_low = 0x28,
    energy_high = 0x2C,
    counter_low = 0x40,
    counter_high = 0x44,
};
inline constexpr std::uint32_t status_loaded = 0x1;
inline constexpr std::uint32_t status_refused = 0x2;
inline constexpr std::array<RegisterRow, 14> rows{{
    {"CORE.STATUS", 0x00, 0x0, 1, 4, 0x3, 0x0, 0x0, 0x0, 0x0},
    {"CORE.NEURONS", 0x04, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.CONFIG_ADDRESS", 0x08, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"CORE.CONFIG_DATA", 0x0C, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"CORE.CONFIG_BYTES", 0x10, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.COMMIT", 0x14, 0x0, 1, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
    {"CORE.NEURON", 0x18, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"CORE.STATE_V", 0x1C, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.STATE_U", 0x20, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.SPIKES", 0x24, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.ENERGY_LOW", 0x28, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.ENERGY_HIGH", 0x2C, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.COUNTER_LOW", 0x40, 0x0, 6, 8, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"CORE.COUNTER_HIGH", 0x44, 0x0, 6, 8, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
}};
}  // namespace core

namespace edge {
inline constexpr std::uint32_t base = 0x10007000;
enum Register : std::uint32_t {
    status = 0x00,
    config_address = 0x08,
    config_data = 0x0C,
    config_bytes = 0x10,
    commit = 0x14,
};
inline constexpr std::uint32_t status_loaded = 0x1;
inline constexpr std::uint32_t status_refused = 0x2;
inline constexpr std::array<RegisterRow, 5> rows{{
    {"EDGE.STATUS", 0x00, 0x0, 1, 4, 0x3, 0x0, 0x0, 0x0, 0x0},
    {"EDGE.CONFIG_ADDRESS", 0x08, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"EDGE.CONFIG_DATA", 0x0C, 0x0, 1, 4, 0x0, 0xFFFFFFFF, 0x0, 0x0, 0x0},
    {"EDGE.CONFIG_BYTES", 0x10, 0x0, 1, 4, 0xFFFFFFFF, 0x0, 0x0, 0x0, 0x0},
    {"EDGE.COMMIT", 0x14, 0x0, 1, 4, 0x0, 0x0, 0xFFFFFFFF, 0x0, 0x0},
}};
}  // namespace edge

}  // namespace cortile::registers
