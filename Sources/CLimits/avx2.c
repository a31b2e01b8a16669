// Loops over 256-bit multiplications: twelve sums, so that a product need not wait for the last.

#include "internal.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define SUMS 12

static double float32_avx2(uint64_t rounds) {
    __m256 sums[SUMS], x = _mm256_set1_ps(0.5f), y = _mm256_set1_ps(0.25f);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm256_set1_ps((float)index);
    __asm__ volatile("" : "+x"(x), "+x"(y));
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            sums[index] = _mm256_fmadd_ps(x, y, sums[index]);
        }
        __asm__ volatile("" : "+x"(x), "+x"(y));
    }
    for (int index = 0; index < SUMS; index++) CL_KEEP(sums[index]);
    return (double)rounds * SUMS * 8;
}

static double int8_avx2(uint64_t rounds) {
    __m256i sums[SUMS], x = _mm256_set1_epi8(3), y = _mm256_set1_epi8(2);
    const __m256i ones = _mm256_set1_epi16(1);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm256_set1_epi32(index);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            __asm__ volatile("" : "+x"(x), "+x"(y));
            __m256i pairs = _mm256_maddubs_epi16(x, y);
            __m256i quads = _mm256_madd_epi16(pairs, ones);
            sums[index] = _mm256_add_epi32(sums[index], quads);
        }
    }
    for (int index = 0; index < SUMS; index++) CL_KEEP(sums[index]);
    return (double)rounds * SUMS * 32;
}

static double int8_avx2_short(uint64_t rounds) {
    __m256i sums[SUMS], x = _mm256_set1_epi8(3), y = _mm256_set1_epi8(2);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm256_set1_epi16((short)index);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            __asm__ volatile("" : "+x"(x), "+x"(y));
            sums[index] = _mm256_add_epi16(sums[index], _mm256_maddubs_epi16(x, y));
        }
    }
    for (int index = 0; index < SUMS; index++) CL_KEEP(sums[index]);
    return (double)rounds * SUMS * 32;
}

#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,avxvnni"))), apply_to = function)

static double int8_avx_vnni(uint64_t rounds) {
    __m256i sums[SUMS], x = _mm256_set1_epi8(3), y = _mm256_set1_epi8(2);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm256_set1_epi32(index);
    for (uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile("" : "+x"(x), "+x"(y));
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            sums[index] = _mm256_dpbusd_avx_epi32(sums[index], x, y);
        }
    }
    for (int index = 0; index < SUMS; index++) CL_KEEP(sums[index]);
    return (double)rounds * SUMS * 32;
}

#pragma clang attribute pop

cl_loop cl_loop_avx2(cl_unit unit) {
    bool usable = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!usable) return NULL;
    switch (unit) {
    case CL_FLOAT32_AVX2:
        return float32_avx2;
    case CL_INT8_AVX2:
        return int8_avx2;
    case CL_INT8_AVX2_SHORT:
        return int8_avx2_short;
    case CL_INT8_AVX_VNNI:
        return __builtin_cpu_supports("avxvnni") ? int8_avx_vnni : NULL;
    default:
        return NULL;
    }
}

#else

cl_loop cl_loop_avx2(cl_unit unit) {
    (void)unit;
    return NULL;
}

#endif
