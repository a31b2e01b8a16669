// The kernels for AVX2 with FMA and F16C: sixteen lanes are two registers of sixteen.

#if defined(__x86_64__)

#include <math.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define CK_FUSED 1
#define CK_HALF 1
#define CK_TILE_ROWS 6
#define CK_TILE_WIDE 3
#define CK_QUERY_TILE 4
#define CK_WIDE_TILE 2
#define CK_TABLE_NAME ck_table_avx2
#define CK_TABLE_ISA CK_ISA_AVX2
#define CK_TABLE_BFLOAT16 NULL

#include "templates/attention.h"
#include "templates/linear.h"
#include "templates/packing.h"
#include "templates/rows.h"
#include "templates/table.h"

#pragma clang attribute pop

#endif
