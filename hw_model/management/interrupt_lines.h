// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "hw_model/cpu/csr.h"

namespace cortile {

// Where devices raise the lines of processors.
class InterruptLines {
  public:
    virtual ~InterruptLines() = default;
    virtual void set_line(std::uint32_t processor, Interrupt line, bool high) = 0;
};

}  // namespace cortile
