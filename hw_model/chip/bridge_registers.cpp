// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/bridge_registers.h"

#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

namespace cortile {

namespace {

using enum BridgeRegister;

constexpr std::uint32_t kWord = 4, kWindow = 0x1000, kInputSpike = 8, kOutputSpike = 32;

constexpr std::array kRegisters{
    BridgeRegisterRow{id, kWord, kWord, "ID", true, false, "0x54524F43: a spike bridge"},
    BridgeRegisterRow{version, kWord, kWord, "VERSION", true, false, "of this map: 1"},
    BridgeRegisterRow{status, kWord, kWord, "STATUS", true, false, "the bits below"},
    BridgeRegisterRow{clear, kWord, kWord, "CLEAR", false, true,
                      "ones clear those bits of STATUS that stay"},
    BridgeRegisterRow{step, kWord, kWord, "STEP", true, true,
                      "write: let the chip run so many more timesteps; read: those not begun yet"},
    BridgeRegisterRow{sample, kWord, kWord, "SAMPLE", false, true,
                      "with the next timestep a sample begins, all cores in their first state: its "
                      "timesteps of input, 0 for no end"},
    BridgeRegisterRow{timestep_low, kWord, kWord, "TIMESTEP_LOW", true, false,
                      "timesteps finished since the start, bits 31 to 0"},
    BridgeRegisterRow{timestep_high, kWord, kWord, "TIMESTEP_HIGH", true, false, "bits 63 to 32"},
    BridgeRegisterRow{inputs, kWord, kWord, "INPUTS", true, false, "input neurons"},
    BridgeRegisterRow{largest_value, kWord, kWord, "LARGEST_VALUE", true, false,
                      "magnitude of what an input spike may carry: 1 where spikes are plain"},
    BridgeRegisterRow{inject_count, kWord, kWord, "INJECT_COUNT", true, false,
                      "spikes that wait for a timestep"},
    BridgeRegisterRow{inject_free, kWord, kWord, "INJECT_FREE", true, false,
                      "spikes that there is still room for"},
    BridgeRegisterRow{inject_refused, kWord, kWord, "INJECT_REFUSED", true, false,
                      "input spikes refused since the start, for want of room"},
    BridgeRegisterRow{inject_invalid, kWord, kWord, "INJECT_INVALID", true, false,
                      "input spikes refused since the start, with others of a write that held a "
                      "neuron or a value that cannot be"},
    BridgeRegisterRow{receive_count, kWord, kWord, "RECEIVE_COUNT", true, false,
                      "output spikes to be read"},
    BridgeRegisterRow{receive_lost, kWord, kWord, "RECEIVE_LOST", true, false,
                      "output spikes since the start that found RECEIVE full"},
    BridgeRegisterRow{send_lost, kWord, kWord, "SEND_LOST", true, false,
                      "output spikes since the start that found the queue to `output` full"},
    BridgeRegisterRow{send_failed, kWord, kWord, "SEND_FAILED", true, false,
                      "output spikes since the start that the target at `output` answered with an "
                      "error"},
    BridgeRegisterRow{inject, kWindow, kInputSpike, "INJECT", false, true,
                      "FIFO of input spikes, 8 bytes each"},
    BridgeRegisterRow{receive, kWindow, kOutputSpike, "RECEIVE", true, false,
                      "FIFO of output spikes, 32 bytes each; reading takes them out"},
};

constexpr std::array kStatusBits{
    BridgeStatusRow{BridgeStatus::busy, "BUSY", "a timestep runs, or is still to run by STEP"},
    BridgeStatusRow{BridgeStatus::received, "RECEIVED", "RECEIVE_COUNT is not 0"},
    BridgeStatusRow{BridgeStatus::inject_overflow, "INJECT_OVERFLOW", "stays: INJECT_REFUSED grew"},
    BridgeStatusRow{BridgeStatus::inject_invalid, "INJECT_INVALID", "stays: INJECT_INVALID grew"},
    BridgeStatusRow{BridgeStatus::receive_overflow, "RECEIVE_OVERFLOW", "stays: RECEIVE_LOST grew"},
    BridgeStatusRow{BridgeStatus::send_overflow, "SEND_OVERFLOW", "stays: SEND_LOST grew"},
    BridgeStatusRow{BridgeStatus::send_failed, "SEND_FAILED", "stays: SEND_FAILED grew"},
};

}  // namespace

std::span<const BridgeRegisterRow> bridge_registers() {
    return kRegisters;
}

const BridgeRegisterRow* find_bridge_register(std::uint64_t address) {
    const auto found =
        std::find_if(kRegisters.begin(), kRegisters.end(), [&](const BridgeRegisterRow& row) {
            const auto first = static_cast<std::uint64_t>(row.address);
            return address >= first && address - first < row.bytes;
        });
    return found == kRegisters.end() ? nullptr : &*found;
}

std::span<const BridgeStatusRow> bridge_status_bits() {
    return kStatusBits;
}

std::string bridge_register_text() {
    std::string text = "| address | register | access | |\n|---|---|---|---|\n";
    for (const BridgeRegisterRow& row : kRegisters) {
        const auto first = static_cast<std::uint32_t>(row.address);
        const std::string range = row.bytes == kWord ? fmt::format("`0x{:04X}`", first)
                                                     : fmt::format("`0x{:04X}` to `0x{:04X}`",
                                                                   first, first + row.bytes - 1);
        text += fmt::format("| {} | `{}` | {} | {} |\n", range, row.name,
                            !row.writable   ? "read"
                            : !row.readable ? "write"
                                            : "read, write",
                            row.meaning);
    }
    text += "\n| bit of STATUS | | |\n|---|---|---|\n";
    for (const BridgeStatusRow& row : kStatusBits) {
        text += fmt::format("| {} | `{}` | {} |\n",
                            std::countr_zero(static_cast<std::uint32_t>(row.bit)), row.name,
                            row.meaning);
    }
    return text;
}

}  // namespace cortile
