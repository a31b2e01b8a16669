// The kernels for AVX2 with FMA and F16C: sixteen lanes are two registers of sixteen.

#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>

#include "internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define CK_FUSED 1
#define CK_HALF 1
#define CK_TILE_ROWS 6
#define CK_TILE_WIDE 2
#define CK_QUERY_TILE 4
#define CK_WIDE_TILE 2
#define CK_WIDE_CODES 1
#define CK_DOT_ROWS 5
#define CK_DOT_WIDE 2

#include "templates/attention.h"
#include "templates/integer_input.h"
#include "templates/integer_packing.h"
#include "templates/linear.h"
#include "templates/packing.h"
#include "templates/rows.h"
#include "x86/avx2_dot.h"
// Needs the dot products above.
#include "templates/integer_linear.h"

void ck_integer_linear_avx2(const ck_integer_linear *product, size_t first_panel,
                            size_t end_panel) {
    integer_linear(product, first_panel, end_panel);
}

void ck_quantize_input_avx2(const float *input, size_t count, size_t group_size, int bit_count,
                            void *codes, float *scales, float *sums) {
    quantize_input(input, count, group_size, bit_count, codes, scales, sums);
}

#define CK_TABLE_ISA CK_ISA_AVX2
#define CK_TABLE_BFLOAT16 NULL

#define CK_TABLE_NAME ck_table_avx2
#define CK_TABLE_INTEGER_LINEAR ck_integer_linear_avx2
#define CK_TABLE_QUANTIZE_INPUT ck_quantize_input_avx2
#define CK_TABLE_WIDE_CODES 1
#include "templates/table.h"
#undef CK_TABLE_NAME
#undef CK_TABLE_INTEGER_LINEAR
#undef CK_TABLE_QUANTIZE_INPUT
#undef CK_TABLE_WIDE_CODES

#define CK_TABLE_NAME ck_table_avx2_vnni
#define CK_TABLE_INTEGER_LINEAR ck_integer_linear_avx2_vnni
#define CK_TABLE_QUANTIZE_INPUT ck_quantize_input_vnni
#define CK_TABLE_WIDE_CODES 0
#include "templates/table.h"

#pragma clang attribute pop

#endif
