// Products with integer weights for AVX512-VNNI.
//
// A line of a panel is four columns of 16 rows: one operand of vpdpbusd, whose other operand is the
// same four columns of one input row, broadcast as 32 bits. Two panels by up to 12 rows are 24
// registers of sums. Instruction: Intel 64 and IA-32 Architectures Software Developer's Manual,
// VPDPBUSD.

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>

#include "internal.h"

#pragma clang attribute push(                                                         \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma,f16c"),  \
                   min_vector_width(512))),                                           \
    apply_to = function)

#define CK_FUSED 1
#define CK_HALF 1
#define CK_TILE_ROWS 24
#define CK_DOT_ROWS 24
#define CK_DOT_WIDE 12

#include "templates/vector.h"

CK_INLINE int16x dot4(int16x sums, uint16x codes, int32_t x) {
    return (int16x)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)codes, _mm512_set1_epi32(x));
}

#include "templates/integer_dot.h"
#include "templates/integer_linear.h"

void ck_integer_linear_avx512_vnni(const ck_integer_linear *product, size_t first_panel,
                                   size_t end_panel) {
    integer_linear(product, first_panel, end_panel);
}

#pragma clang attribute pop

#endif
