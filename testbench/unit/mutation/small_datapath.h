// SPDX-License-Identifier: Apache-2.0
// A datapath of two operands for tests that run no RTL.
#pragma once

#include "rtl/verilated/datapath_description.h"

namespace cortile::test {

// u: signed, 4 bits, not below -7; mode: 2 bits, only 1 and 2; both in port `x`, u lowest. Result u
// in port `y`, retired in `z`.
inline DatapathDescription small_datapath() {
    DatapathDescription d;
    d.name = d.top = "small";
    d.clock = "clk";
    d.reset = {"rst_n", true};
    d.reset_cycles = 2;
    d.request_valid = {"req", false};
    d.request_ready = {"busy", true};
    d.response_valid = {"rsp", false};
    d.retire_valid = "ret";
    d.tie = {{"enable", "0x1"}};
    d.contract.state = {{.name = "u", .width = 4, .is_signed = true, .least = -7}};
    d.contract.parameters = {{.name = "mode", .width = 2, .allowed = {1, 2}}};
    d.pins["u"] = {{{"x", 3, 0}}, {{"y"}}, {{"z"}}, {}};
    d.pins["mode"] = {{{"x", 5, 4}}, {}, {}, {}};
    return d;
}

}  // namespace cortile::test
