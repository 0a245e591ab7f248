// SPDX-License-Identifier: Apache-2.0
// Unicorn 2 as the other implementation of the instruction set.
#pragma once

#include <unicorn/unicorn.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace cortile::test {

class UnicornMachine {
  public:
    UnicornMachine(std::uint32_t first, std::size_t bytes) : first_(first), bytes_(bytes) {
        check(uc_open(UC_ARCH_RISCV, UC_MODE_RISCV32, &engine_));
        check(uc_mem_map(engine_, first, bytes, UC_PROT_ALL));
        for (int x = 0; x < 32; ++x) {
            names_[static_cast<std::size_t>(x)] = UC_RISCV_REG_X0 + x;
        }
    }
    ~UnicornMachine() { uc_close(engine_); }
    UnicornMachine(const UnicornMachine&) = delete;
    UnicornMachine& operator=(const UnicornMachine&) = delete;

    void write(const std::vector<std::uint8_t>& memory) {
        check(uc_mem_write(engine_, first_, memory.data(), memory.size()));
    }
    std::vector<std::uint8_t> read() const {
        std::vector<std::uint8_t> memory(bytes_);
        check(uc_mem_read(engine_, first_, memory.data(), bytes_));
        return memory;
    }
    void set_x(int index, std::uint32_t value) {
        check(uc_reg_write(engine_, UC_RISCV_REG_X0 + index, &value));
    }
    // x0 to x31.
    std::array<std::uint32_t, 32> registers() {
        std::array<std::uint32_t, 32> values{};
        std::array<void*, 32> pointers{};
        for (std::size_t x = 0; x < 32; ++x) {
            pointers[x] = &values[x];
        }
        check(uc_reg_read_batch(engine_, names_.data(), pointers.data(), 32));
        return values;
    }
    std::uint32_t pc() const {
        std::uint32_t value = 0;
        check(uc_reg_read(engine_, UC_RISCV_REG_PC, &value));
        return value;
    }
    // One instruction. False: it did not complete (it traps).
    bool step(std::uint32_t pc) {
        return uc_emu_start(engine_, pc, ~std::uint64_t{0}, 0, 1) == UC_ERR_OK;
    }

  private:
    static void check(uc_err error) {
        if (error != UC_ERR_OK) {
            throw std::runtime_error(std::string("Unicorn: ") + uc_strerror(error));
        }
    }

    uc_engine* engine_ = nullptr;
    std::uint32_t first_;
    std::size_t bytes_;
    std::array<int, 32> names_{};
};

}  // namespace cortile::test
