// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace cortile {

// The program on the chip's management processors fails. The message says where: pc, symbol, source
// line. Exit code 3.
class FirmwareError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace cortile
