// The kernels for NEON (every AArch64 CPU has it): sixteen lanes are four registers of thirty-two.

#if defined(__aarch64__)

#define CK_FUSED 1
#define CK_HALF 1
#define CK_TILE_ROWS 6
#define CK_TILE_WIDE 2
#define CK_QUERY_TILE 4
#define CK_WIDE_TILE 2
#define CK_TABLE_ISA CK_ISA_NEON
#define CK_TABLE_BFLOAT16 NULL
#define CK_TABLE_QUANTIZE_INPUT quantize_input
#define CK_TABLE_WIDE_CODES 0
#define CK_WIDE_CODES 0
#define CK_DOT_ROWS 5
#define CK_DOT_WIDE 1

#include "arm/neon_dot.h"
#include "templates/attention.h"
#include "templates/integer_dot.h"
#include "templates/integer_input.h"
#include "templates/integer_linear.h"
#include "templates/integer_packing.h"
#include "templates/linear.h"
#include "templates/packing.h"
#include "templates/rows.h"

#define CK_TABLE_NAME ck_table_neon
#define CK_TABLE_INTEGER_LINEAR integer_linear
#include "templates/table.h"
#undef CK_TABLE_NAME
#undef CK_TABLE_INTEGER_LINEAR

#define CK_TABLE_NAME ck_table_neon_dotprod
#define CK_TABLE_INTEGER_LINEAR ck_integer_linear_neon_dotprod
#include "templates/table.h"

#endif
