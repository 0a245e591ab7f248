// SPDX-License-Identifier: Apache-2.0
// Generated from hw_model/registers/management.yaml; change that.
// Addresses in the management plane, offsets of registers and bits of fields.
// clang-format off
#ifndef CORTILE_HAL_REGISTERS_H
#define CORTILE_HAL_REGISTERS_H

#define ROM_BASE 0x00010000u  // boot ROM, 64 KiB; processors start here
#define IMAGE_BASE 0xA0000000u  // network image, as long as it is; read-only
#define RAM_BASE 0x80000000u  // RAM of management.ram
#define SPIKES_BASE 0x30000000u  // spike bridge: reference/spike_bridge.md
#define CORES_BASE 0x40000000u  // configuration of the cores, 64 KiB each, by number

#define MAGIC 0x4C525443u  // of SYSTEM.ID: "CTRL", the first letter lowest
#define MAX_PROCESSORS 0x4u  // processors at most
#define CORE_STRIDE 0x10000u  // bytes from one core's registers to the next one's
#define BRIDGE_STATUS 0x8u  // from SPIKES_BASE: STATUS of the spike bridge
#define BRIDGE_CLEAR 0xCu  // its CLEAR
#define BRIDGE_STEP 0x10u  // its STEP
#define BRIDGE_SAMPLE 0x14u  // its SAMPLE
#define BRIDGE_RECEIVE_COUNT 0x38u  // its RECEIVE_COUNT
#define BRIDGE_INJECT 0x1000u  // its INJECT: items of 2 words
#define BRIDGE_RECEIVE 0x2000u  // its RECEIVE: items of 8 words
#define MAILBOX_DEPTH 0x10u  // messages that a mailbox holds
#define IMAGE_MAGIC 0x494E5443u  // of a network image: "CTNI"
#define IMAGE_VERSION 0x1u  // of the format of network images
#define DESTINATION_ADDRESS_BITS 0x12u  // of an axon's destination (64 bits): its address; the core's number stands above
#define INTERRUPT_TIMESTEP 0x1u  // bit of INTERRUPTS: the chip has done all steps
#define INTERRUPT_SPIKES 0x2u  // bit of INTERRUPTS: output spikes are to be read
#define INTERRUPT_ERROR 0x4u  // bit of INTERRUPTS: DMA, the spike bridge, or a refused COMMIT
#define INTERRUPT_DMA 0x8u  // bit of INTERRUPTS: DMA is done
#define INTERRUPT_HOST 0x10u  // bit of INTERRUPTS: the host has put a sample into its stream
#define MESSAGE_CLASS 0x1u  // to the host, bits 31:28: a sample is done; bits 27:0: its class, all ones for none
#define MESSAGE_SPIKES 0x2u  // to the host: bits 27:0 are output spikes of a timestep
#define MESSAGE_OPERATIONS 0x3u  // to the host: bits 27:0 are synaptic operations of a timestep
#define MESSAGE_ENERGY 0x4u  // to the host: bits 27:0 are the dynamic energy of the cores in a timestep, in pJ
#define MESSAGE_CORRECT 0x5u  // to the host: bits 27:0 are right answers of an epoch of learning
#define EXIT_DONE 0x0u  // of SYSTEM.EXIT: the program is done
#define EXIT_TRAP 0x1u  // a trap that nothing handles; SYSTEM.FAULT_* say which
#define EXIT_IMAGE_MAGIC 0x10u  // the network image does not begin as one
#define EXIT_IMAGE_VERSION 0x11u  // the network image has another version
#define EXIT_IMAGE_CHECKSUM 0x12u  // the network image does not have its checksum
#define EXIT_IMAGE_CHIP 0x13u  // the network image is for another chip
#define EXIT_CORE_REFUSED 0x14u  // a core refused its part of the image
#define EXIT_DMA 0x15u  // DMA met an error
#define EXIT_SELF_TEST 0x16u  // the self-test failed
#define EXIT_IMAGE_PARTS 0x17u  // a part of the network image lies outside of it, or is for a core that is not there

// what the chip is; ending the program
#define SYSTEM_BASE 0x10000000u
#define SYSTEM_ID 0x00u  // constant MAGIC
#define SYSTEM_VERSION 0x04u  // of this map
#define SYSTEM_PROCESSORS 0x08u  // how many there are
#define SYSTEM_CORES 0x0Cu  // cores of the chip
#define SYSTEM_MESH 0x10u  // tiles along x (bits 15:0) and y (31:16)
#define SYSTEM_CORE_TYPE 0x14u  // CRC-32 of the core type's name
#define SYSTEM_CLOCK 0x18u  // clock of the processors in kHz
#define SYSTEM_RAM_BYTES 0x1Cu  // bytes of RAM
#define SYSTEM_IMAGE_BYTES 0x20u  // bytes of the network image; 0 for none
#define SYSTEM_BOOT_ADDRESS 0x24u  // where the ROM's program jumps
#define SYSTEM_WATCHDOG 0x28u  // any value: the program makes progress
#define SYSTEM_FAULT_CAUSE 0x2Cu  // mcause of the trap that EXIT reports
#define SYSTEM_FAULT_PC 0x30u  // its mepc
#define SYSTEM_FAULT_VALUE 0x34u  // its mtval
#define SYSTEM_EXIT 0x38u  // ends the program with a code: constants EXIT_*

// a 64-bit counter of 100 ns, which raises the timer interrupt of a processor from its compare value on
#define TIMER_BASE 0x10001000u
#define TIMER_TIME_LOW 0x00u  // bits 31:0; reading it keeps TIME_HIGH
#define TIMER_TIME_HIGH 0x04u  // bits 63:32 when TIME_LOW was read
#define TIMER_COMPARE_LOW(n) (0x10u + 8u * (n))  // of processor n, bits 31:0
#define TIMER_COMPARE_HIGH(n) (0x14u + 8u * (n))  // of processor n, bits 63:32

// what is behind the external interrupt of each processor
#define INTERRUPTS_BASE 0x10002000u
#define INTERRUPTS_PENDING 0x00u  // constants INTERRUPT_*; they stay until cleared
#define INTERRUPTS_ENABLE(n) (0x10u + 4u * (n))  // bits of PENDING that interrupt processor n

// a console, output only
#define UART_BASE 0x10003000u
#define UART_DATA 0x00u  // bits 7:0: the next byte

// copies words; one transfer at a time
#define DMA_BASE 0x10004000u
#define DMA_SOURCE 0x00u  // address, a multiple of 4
#define DMA_DESTINATION 0x04u  // address, a multiple of 4
#define DMA_BYTES 0x08u  // how many, a multiple of 4
#define DMA_CONTROL 0x0Cu  // starts a transfer; ignored while one runs
#define DMA_CONTROL_START 0x1u  // begin
#define DMA_CONTROL_CHECK_ONLY 0x2u  // nothing is written: for CRC
#define DMA_CONTROL_SOURCE_ITEM 0xF0u  // SOURCE is a FIFO whose items have so many words: its address stays; 0: it is memory
#define DMA_CONTROL_DESTINATION_ITEM 0xF00u  // DESTINATION likewise
#define DMA_STATUS 0x10u  // of the last transfer
#define DMA_STATUS_BUSY 0x1u  // it runs
#define DMA_STATUS_ERROR 0x2u  // the bus answered with an error, at ERROR_ADDRESS
#define DMA_ERROR_ADDRESS 0x14u  // where, if STATUS.ERROR
#define DMA_CRC 0x18u  // CRC-32 (IEEE 802.3) of what the last transfer read

// messages of a word; a processor's software interrupt is high while its mailbox holds some
#define MAILBOX_BASE 0x10005000u
#define MAILBOX_SEND(n) (0x00u + 4u * (n))  // to processor n; an error if its mailbox is full
#define MAILBOX_SEND_HOST 0x10u  // to the host
#define MAILBOX_RECEIVE(n) (0x20u + 4u * (n))  // of processor n; an error if there is none
#define MAILBOX_COUNT(n) (0x40u + 4u * (n))  // messages that wait for processor n

// the host's stream of samples
#define HOST_BASE 0x10006000u
#define HOST_NEXT 0x00u  // any value: ask for the next sample. INTERRUPT_HOST says that it is there
#define HOST_WORDS 0x04u  // words left of the sample
#define HOST_DATA 0x08u  // next word of the sample: its timesteps of input; all its timesteps (0: there are no more samples); then of each timestep of input how many spikes, and two words each: neuron, value
#define HOST_SAMPLES 0x0Cu  // samples that the host will give

// a core; those of core n are n times CORE_STRIDE behind
#define CORE_BASE 0x40000000u
#define CORE_STATUS 0x00u  // what is there
#define CORE_STATUS_LOADED 0x1u  // a network is in it
#define CORE_STATUS_REFUSED 0x2u  // COMMIT met what the core cannot be configured with
#define CORE_NEURONS 0x04u  // neurons in use
#define CORE_CONFIG_ADDRESS 0x08u  // byte of the configuration memory that CONFIG_DATA is at, a multiple of 4
#define CORE_CONFIG_DATA 0x0Cu  // a word of the configuration memory; then CONFIG_ADDRESS is 4 higher
#define CORE_CONFIG_BYTES 0x10u  // bytes of configuration memory written so far
#define CORE_COMMIT 0x14u  // any value: the core becomes what its configuration memory says, with all state at its start; if it cannot (STATUS.REFUSED, INTERRUPT_ERROR), it stays what it was
#define CORE_NEURON 0x18u  // neuron that the registers below are of
#define CORE_STATE_V 0x1Cu  // its membrane voltage; an error where there is no such neuron, and on cores that compute in reals
#define CORE_STATE_U 0x20u  // its synaptic current, likewise
#define CORE_SPIKES 0x24u  // its spikes since COMMIT
#define CORE_ENERGY_LOW 0x28u  // dynamic energy of the core's events since COMMIT in fJ, bits 31:0; reading it keeps ENERGY_HIGH
#define CORE_ENERGY_HIGH 0x2Cu  // bits 63:32 when ENERGY_LOW was read
#define CORE_COUNTER_LOW(n) (0x40u + 8u * (n))  // events since COMMIT, bits 31:0: axon_in, synaptic_operation, neuron_update_inactive, neuron_update_active, neuron_spike, axon_out
#define CORE_COUNTER_HIGH(n) (0x44u + 8u * (n))  // bits 63:32

// the host's axon table, by which input spikes find their cores
#define EDGE_BASE 0x10007000u
#define EDGE_STATUS 0x00u  // what is there
#define EDGE_STATUS_LOADED 0x1u  // an axon table is in it
#define EDGE_STATUS_REFUSED 0x2u  // COMMIT met what is no axon table
#define EDGE_CONFIG_ADDRESS 0x08u  // as CORE.CONFIG_ADDRESS
#define EDGE_CONFIG_DATA 0x0Cu  // as CORE.CONFIG_DATA
#define EDGE_CONFIG_BYTES 0x10u  // as CORE.CONFIG_BYTES
#define EDGE_COMMIT 0x14u  // any value: take the axon table

#endif
