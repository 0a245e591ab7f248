// SPDX-License-Identifier: Apache-2.0
`ifndef SERIAL_LIF_DEFINES_VH
`define SERIAL_LIF_DEFINES_VH

`define SERIAL_LIF_THRESHOLD 8'd200

// THE BUG: up to 192 of the membrane and 225 of the input make 417, which takes 9 bits. With 8 the
// carry is lost and the membrane wraps where it is to saturate.
`ifndef SERIAL_LIF_SUM_BITS
`define SERIAL_LIF_SUM_BITS 8
`endif

`endif
