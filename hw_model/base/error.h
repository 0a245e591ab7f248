// SPDX-License-Identifier: Apache-2.0
// The errors that libraries throw. A library never exits or prints; `app` turns an error into one
// message and an exit code (docs/reference/exit_codes.md).
#pragma once

#include <stdexcept>
#include <string>

namespace cortile {

// The user's mistake: a file, an option or a network that cannot be used. The message names the
// place, what was expected, what was found, and how to mend it. Exit code 2.
class ConfigError : public std::runtime_error {
  public:
    // `where`: "file.yaml:12: chip.mesh.width" or "net.nir: /node/nodes/fc1/weight".
    // `what`: what was expected and found. `hint`: how to mend it; may be empty.
    ConfigError(const std::string& where, const std::string& what, const std::string& hint = {});

    const std::string& where() const { return where_; }
    const std::string& problem() const { return problem_; }
    const std::string& hint() const { return hint_; }

  private:
    std::string where_, problem_, hint_;
};

// The model contradicts itself: a defect of Cortile or of a core type, not of its input. Exit
// code 3.
class ContractViolation : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

// Two implementations of one contract disagree. Exit code 4.
class CosimMismatch : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace cortile
