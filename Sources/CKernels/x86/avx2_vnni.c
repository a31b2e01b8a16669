// Products with integer weights for AVX2 with AVX-VNNI, and the input of all x86 kernels with such
// a dot product of four bytes. Sixteen lanes are two registers of sixteen.

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>

#include "internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define CK_FUSED 1
#define CK_HALF 1
#define CK_WIDE_CODES 0
#define CK_TILE_ROWS 6
#define CK_DOT_ROWS 5
#define CK_DOT_WIDE 2

#include "templates/integer_input.h"

void ck_quantize_input_vnni(const float *input, size_t count, size_t group_size, int bit_count,
                            void *codes, float *scales, float *sums) {
    quantize_input(input, count, group_size, bit_count, codes, scales, sums);
}

#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)

CK_INLINE int16x dot4(int16x sums, uint16x codes, int32_t x) {
    __m256i broadcast = _mm256_set1_epi32(x);
    sums.lo = (__typeof__(sums.lo))_mm256_dpbusd_avx_epi32((__m256i)sums.lo, (__m256i)codes.lo,
                                                           broadcast);
    sums.hi = (__typeof__(sums.hi))_mm256_dpbusd_avx_epi32((__m256i)sums.hi, (__m256i)codes.hi,
                                                           broadcast);
    return sums;
}

#include "templates/integer_dot.h"
#include "templates/integer_linear.h"

void ck_integer_linear_avx2_vnni(const ck_integer_linear *product, size_t first_panel,
                                 size_t end_panel) {
    integer_linear(product, first_panel, end_panel);
}

#pragma clang attribute pop

#endif
