// What this machine can do at most: bytes read from memory per second, products per second of each
// kind of multiplier, steps of its clock.
//
// Every function takes numbers and gives numbers. A measurement starts its own threads, lets them
// begin together, and ends them.

#ifndef CLIMITS_H
#define CLIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A kind of multiplier: instruction, width, and what is summed into what.
typedef enum __attribute__((enum_extensibility(closed))) cl_unit {
    /// Plain C, one product at a time.
    CL_FLOAT32_SCALAR = 0,
    CL_FLOAT32_AVX2 = 1,
    CL_FLOAT32_AVX512 = 2,
    /// maddubs, madd and add: pairs of bytes, widened to 32 bits at once.
    CL_INT8_AVX2 = 3,
    /// maddubs and a 16-bit add: widened now and then by somebody else.
    CL_INT8_AVX2_SHORT = 4,
    CL_INT8_AVX512 = 5,
    CL_INT8_AVX512_SHORT = 6,
    CL_INT8_AVX_VNNI = 7,
    CL_INT8_AVX512_VNNI = 8,
    CL_BFLOAT16_AVX512 = 9,
    CL_FLOAT32_NEON = 10,
    CL_INT8_NEON_DOT = 11,
    CL_UNIT_COUNT = 12,
} cl_unit;

/// A rate per second, all threads together, over some repetitions. 0: it could not be measured.
typedef struct cl_rate {
    double median;
    double best;
} cl_rate;

/// Whether this CPU and this build have it.
bool cl_unit_is_available(cl_unit unit);

/// Multiply-adds per second, operands in registers.
cl_rate cl_multiply_adds(cl_unit unit, size_t thread_count, size_t repetitions);

/// Bytes per second read from `byte_count` bytes that no cache holds; each thread reads its own
/// part, in `stream_count` (1 to 8) streams with prefetch.
cl_rate cl_memory_read(size_t byte_count, size_t thread_count, size_t stream_count,
                       size_t repetitions);

/// Additions per second, each of which waits for the one before: the clock, where an addition takes
/// one step.
cl_rate cl_clock(size_t thread_count, size_t repetitions);

/// Bytes of the largest cache the system tells of; 0 if it tells of none.
size_t cl_cache_byte_count(void);

#pragma clang assume_nonnull end

#endif
