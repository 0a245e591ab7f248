// SPDX-License-Identifier: Apache-2.0
/* Between the program and the shared library that is built around a piece of RTL at run time. Plain
 * C, so that the two need not be compiled alike. */
#ifndef CORTILE_RTL_VERILATED_HARNESS_ABI_H
#define CORTILE_RTL_VERILATED_HARNESS_ABI_H

#include <stdint.h>

#define CORTILE_HARNESS_VERSION 2

/* How often, of 256, a clock passes without a request offered, or a response taken; from `seed`. */
typedef struct {
    uint64_t seed;
    uint32_t request, response;
} CortileStalls;

/* As Disagreement (cores/api/neuron_datapath.h). */
typedef struct {
    int32_t kind;       /* 0 value, 1 retire, 2 handshake, 3 assertion */
    uint64_t operation; /* in the call: how many have retired */
    int32_t word;       /* retire: of the operands, or operand words + word of the results */
    int64_t expected, got;
    char message[256];
} CortileHarnessError;

typedef struct {
    uint32_t version, operand_words, result_words;
    void* (*create)(void);
    void (*destroy)(void* model);
    void (*reset)(void* model);
    /* `results` of words that the RTL does not show stay as they are. 0: done; 1: see *error. */
    int (*run)(void* model, const int64_t* operands, uint64_t count, int64_t* results,
               const CortileStalls* stalls, CortileHarnessError* error);
    uint64_t (*cycles)(const void* model); /* clocks since create */
    /* Is a response, or an operation taken, at another time than stated an error? At first: no. */
    void (*check_timing)(void* model, int on);
    /* What the library was built without is null. */
    int (*trace_open)(void* model, const char* file);
    void (*trace_close)(void* model);
    void (*write_coverage)(void* model, const char* file);
    void (*select_mutant)(void* model, uint32_t mutant);
} CortileHarness;

#ifdef __cplusplus
/* What the RTL prints. */
int cortile_harness_print(const char* format, ...);
#endif

#endif
