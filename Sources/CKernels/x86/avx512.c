// The kernels for AVX-512 (F, BW, DQ, VL): sixteen lanes are one register of thirty-two.

#if defined(__x86_64__)

#include <math.h>

#include "internal.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,f16c"), min_vector_width(512))), \
    apply_to = function)

#define CK_FUSED 1
#define CK_HALF 1
#define CK_TILE_ROWS 24
#define CK_TILE_WIDE 12
#define CK_QUERY_TILE 8
#define CK_WIDE_TILE 4

#include "templates/attention.h"
#include "templates/integer_packing.h"
#include "templates/linear.h"
#include "templates/packing.h"
#include "templates/rows.h"

#define CK_TABLE_ISA CK_ISA_AVX512

// Without a dot product of bytes, integers are best left to AVX2's kernels.
#define CK_TABLE_NAME ck_table_avx512
#define CK_TABLE_BFLOAT16 NULL
#define CK_TABLE_INTEGER_LINEAR ck_integer_linear_avx2
#define CK_TABLE_QUANTIZE_INPUT ck_quantize_input_avx2
#define CK_TABLE_WIDE_CODES 1
#include "templates/table.h"
#undef CK_TABLE_NAME
#undef CK_TABLE_INTEGER_LINEAR
#undef CK_TABLE_QUANTIZE_INPUT
#undef CK_TABLE_WIDE_CODES

#define CK_TABLE_NAME ck_table_avx512_vnni
#define CK_TABLE_INTEGER_LINEAR ck_integer_linear_avx512_vnni
#define CK_TABLE_QUANTIZE_INPUT ck_quantize_input_vnni
#define CK_TABLE_WIDE_CODES 0
#include "templates/table.h"
#undef CK_TABLE_NAME
#undef CK_TABLE_BFLOAT16

#define CK_TABLE_NAME ck_table_avx512_bfloat16
#define CK_TABLE_BFLOAT16 ck_linear_avx512_bfloat16
#include "templates/table.h"

#pragma clang attribute pop

#endif
