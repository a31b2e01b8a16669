// Included before x86/avx2_vnni.c and x86/avx512*.c where the CPU lacks their instructions: the
// same source, with its tiles, becomes code for AVX2, and the intrinsics it uses become what the
// manual says they compute. Instructions: Intel 64 and IA-32 Architectures Software Developer's
// Manual, VPDPBUSD, VDPBF16PS.

#ifndef KERNELS_EMULATION_H
#define KERNELS_EMULATION_H

#include <immintrin.h>
#include <math.h>
#include <stdint.h>

// The wide vectors are passed between inlined functions only: there is no ABI to change.
#pragma clang diagnostic ignored "-Wpsabi"

// The attributes of a file's functions, within its pragma.
#define target(...) target("avx2,fma,f16c")

#define EMULATED static inline __attribute__((always_inline, unused, target("avx2,fma,f16c")))

/// Adds four products of an unsigned byte of `codes` and a signed one of `x` to each sum; bytes go
/// as 16 bits, even and odd ones apart.
EMULATED __m256i emulated_dots_of_256(__m256i sums, __m256i codes, __m256i x) {
    __m256i even = _mm256_and_si256(codes, _mm256_set1_epi16(255));
    __m256i odd = _mm256_srli_epi16(codes, 8);
    __m256i even_x = _mm256_srai_epi16(_mm256_slli_epi16(x, 8), 8);
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(even, even_x));
    return _mm256_add_epi32(sums, _mm256_madd_epi16(odd, _mm256_srai_epi16(x, 8)));
}

EMULATED __m512i emulated_dots_of_512(__m512i sums, __m512i codes, __m512i x) {
    __m256i halves[2], code_halves[2], x_halves[2];
    __builtin_memcpy(halves, &sums, sizeof sums);
    __builtin_memcpy(code_halves, &codes, sizeof codes);
    __builtin_memcpy(x_halves, &x, sizeof x);
    for (int h = 0; h < 2; h++)
        halves[h] = emulated_dots_of_256(halves[h], code_halves[h], x_halves[h]);
    __builtin_memcpy(&sums, halves, sizeof sums);
    return sums;
}

EMULATED float flushed(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }

/// Of each pair the odd element first, each product added with one rounding; subnormals are zeros.
EMULATED __m512 emulated_brain_dots(__m512 sums, __m512bh a, __m512bh b) {
    float *output = (float *)&sums;
    for (int lane = 0; lane < 16; lane++) {
        for (int j = 1; j >= 0; j--) {
            const uint32_t x = (uint32_t)((const uint16_t *)&a)[lane * 2 + j] << 16;
            const uint32_t y = (uint32_t)((const uint16_t *)&b)[lane * 2 + j] << 16;
            const float factor = flushed(*(const float *)&x), other = flushed(*(const float *)&y);
            output[lane] = flushed(__builtin_fmaf(factor, other, flushed(output[lane])));
        }
    }
    return sums;
}

EMULATED __m512 emulated_load(const void *memory) {
    __m512 lanes;
    __builtin_memcpy(&lanes, memory, sizeof lanes);
    return lanes;
}

EMULATED void emulated_store(void *memory, __m512 lanes) {
    __builtin_memcpy(memory, &lanes, sizeof lanes);
}

EMULATED __m512i emulated_broadcast(int x) {
    __v16si lanes;
    for (int i = 0; i < 16; i++) lanes[i] = x;
    return (__m512i)lanes;
}

#undef _mm512_dpbusd_epi32
#undef _mm256_dpbusd_avx_epi32
#undef _mm512_dpbf16_ps
#define _mm512_dpbusd_epi32 emulated_dots_of_512
#define _mm256_dpbusd_avx_epi32 emulated_dots_of_256
#define _mm512_dpbf16_ps emulated_brain_dots
#define _mm512_set1_epi32 emulated_broadcast
#define _mm512_setzero_ps() ((__m512){0})
#define _mm512_add_ps(a, b) ((a) + (b))
#define _mm512_loadu_ps emulated_load
#define _mm512_loadu_si512 emulated_load
#define _mm512_storeu_ps emulated_store

#endif
