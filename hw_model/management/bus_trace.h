// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hw_model/management/management_bus.h"

namespace cortile {

// Transactions on the bus as waves (VCD: IEEE 1364-2005, clause 18), with a group of signals for
// each initiator: valid, write, okay, address, bytes, and the first word of the data. Initiators
// run ahead of the kernel's time, and so a change is kept until nobody can be earlier.
class BusTrace {
  public:
    // `initiators`: names, in the order of binding. Throws ConfigError: cannot be written.
    BusTrace(const std::filesystem::path& file, const std::vector<std::string>& initiators);

    void note(const BusTransaction& transaction);
    // At the end. Throws ConfigError: could not be written.
    void finish();

  private:
    void write_header(const std::vector<std::string>& initiators);
    void write_until(std::uint64_t time);
    std::string code(char signal, std::size_t initiator) const;

    std::filesystem::path file_;
    std::ofstream out_;
    std::size_t initiators_;
    // By time in ps, then order: what changes, as text.
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> changes_;
    std::uint64_t sequence_ = 0, written_ = 0;
};

}  // namespace cortile
