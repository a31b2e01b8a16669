// Loops over 128-bit multiplications of ARM: sixteen sums, so that a product need not wait for the
// last.

#include "internal.h"

#if defined(__aarch64__)

#include <arm_neon.h>
#include <sys/auxv.h>

#define SUMS 16

/// HWCAP_ASIMDDP of the kernel's interface.
#define HAS_DOT (1ul << 20)

static double float32_neon(uint64_t rounds) {
    float32x4_t sums[SUMS], x = vdupq_n_f32(0.5f), y = vdupq_n_f32(0.25f);
    for (int index = 0; index < SUMS; index++) sums[index] = vdupq_n_f32((float)index);
    for (uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile("" : "+w"(x), "+w"(y));
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) sums[index] = vfmaq_f32(sums[index], x, y);
    }
    for (int index = 0; index < SUMS; index++) __asm__ volatile("" : : "w"(sums[index]));
    return (double)rounds * SUMS * 4;
}

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

static double int8_neon_dot(uint64_t rounds) {
    int32x4_t sums[SUMS];
    int8x16_t x = vdupq_n_s8(3), y = vdupq_n_s8(2);
    for (int index = 0; index < SUMS; index++) sums[index] = vdupq_n_s32(index);
    for (uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile("" : "+w"(x), "+w"(y));
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) sums[index] = vdotq_s32(sums[index], x, y);
    }
    for (int index = 0; index < SUMS; index++) __asm__ volatile("" : : "w"(sums[index]));
    return (double)rounds * SUMS * 16;
}

#pragma clang attribute pop

cl_loop cl_loop_neon(cl_unit unit) {
    switch (unit) {
    case CL_FLOAT32_NEON:
        return float32_neon;
    case CL_INT8_NEON_DOT:
        return getauxval(AT_HWCAP) & HAS_DOT ? int8_neon_dot : NULL;
    default:
        return NULL;
    }
}

#else

cl_loop cl_loop_neon(cl_unit unit) {
    (void)unit;
    return NULL;
}

#endif
