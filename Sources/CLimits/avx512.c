// Loops over 512-bit multiplications: sixteen sums, so that a product need not wait for the last.

#include "internal.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(                                                     \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16"), \
                   min_vector_width(512))),                                       \
    apply_to = function)

#define SUMS 16

static double float32_avx512(uint64_t rounds) {
    __m512 sums[SUMS], x = _mm512_set1_ps(0.5f), y = _mm512_set1_ps(0.25f);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm512_set1_ps((float)index);
    for (uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile("" : "+v"(x), "+v"(y));
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            sums[index] = _mm512_fmadd_ps(x, y, sums[index]);
        }
    }
    for (int index = 0; index < SUMS; index++) __asm__ volatile("" : : "v"(sums[index]));
    return (double)rounds * SUMS * 16;
}

static double int8_avx512(uint64_t rounds) {
    __m512i sums[SUMS], x = _mm512_set1_epi8(3), y = _mm512_set1_epi8(2);
    const __m512i ones = _mm512_set1_epi16(1);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm512_set1_epi32(index);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            __asm__ volatile("" : "+v"(x), "+v"(y));
            __m512i quads = _mm512_madd_epi16(_mm512_maddubs_epi16(x, y), ones);
            sums[index] = _mm512_add_epi32(sums[index], quads);
        }
    }
    for (int index = 0; index < SUMS; index++) __asm__ volatile("" : : "v"(sums[index]));
    return (double)rounds * SUMS * 64;
}

static double int8_avx512_short(uint64_t rounds) {
    __m512i sums[SUMS], x = _mm512_set1_epi8(3), y = _mm512_set1_epi8(2);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm512_set1_epi16((short)index);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            __asm__ volatile("" : "+v"(x), "+v"(y));
            sums[index] = _mm512_add_epi16(sums[index], _mm512_maddubs_epi16(x, y));
        }
    }
    for (int index = 0; index < SUMS; index++) __asm__ volatile("" : : "v"(sums[index]));
    return (double)rounds * SUMS * 64;
}

static double int8_avx512_vnni(uint64_t rounds) {
    __m512i sums[SUMS], x = _mm512_set1_epi8(3), y = _mm512_set1_epi8(2);
    for (int index = 0; index < SUMS; index++) sums[index] = _mm512_set1_epi32(index);
    for (uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile("" : "+v"(x), "+v"(y));
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            sums[index] = _mm512_dpbusd_epi32(sums[index], x, y);
        }
    }
    for (int index = 0; index < SUMS; index++) __asm__ volatile("" : : "v"(sums[index]));
    return (double)rounds * SUMS * 64;
}

static double bfloat16_avx512(uint64_t rounds) {
    // 0x3f00 is 0.5.
    __m512i x = _mm512_set1_epi16(0x3f00), y = _mm512_set1_epi16(0x3f00);
    __m512 sums[SUMS];
    for (int index = 0; index < SUMS; index++) sums[index] = _mm512_set1_ps((float)index);
    for (uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile("" : "+v"(x), "+v"(y));
#pragma clang loop unroll(full)
        for (int index = 0; index < SUMS; index++) {
            sums[index] = _mm512_dpbf16_ps(sums[index], (__m512bh)x, (__m512bh)y);
        }
    }
    for (int index = 0; index < SUMS; index++) __asm__ volatile("" : : "v"(sums[index]));
    return (double)rounds * SUMS * 32;
}

#pragma clang attribute pop

cl_loop cl_loop_avx512(cl_unit unit) {
    bool usable = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    if (!usable) return NULL;
    switch (unit) {
    case CL_FLOAT32_AVX512:
        return float32_avx512;
    case CL_INT8_AVX512:
        return int8_avx512;
    case CL_INT8_AVX512_SHORT:
        return int8_avx512_short;
    case CL_INT8_AVX512_VNNI:
        return __builtin_cpu_supports("avx512vnni") ? int8_avx512_vnni : NULL;
    case CL_BFLOAT16_AVX512:
        return __builtin_cpu_supports("avx512bf16") ? bfloat16_avx512 : NULL;
    default:
        return NULL;
    }
}

#else

cl_loop cl_loop_avx512(cl_unit unit) {
    (void)unit;
    return NULL;
}

#endif
