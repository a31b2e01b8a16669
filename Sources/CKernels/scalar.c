// The kernels for every CPU: no instruction beyond what its architecture always has.

#define CK_FUSED 0
#define CK_HALF 0
#define CK_TILE_ROWS 2
#define CK_TILE_WIDE 0
#define CK_QUERY_TILE 2
#define CK_WIDE_TILE 2
#define CK_TABLE_NAME ck_table_scalar
#define CK_TABLE_ISA CK_ISA_SCALAR
#define CK_TABLE_BFLOAT16 NULL
#define CK_TABLE_INTEGER_LINEAR integer_linear
#define CK_TABLE_QUANTIZE_INPUT quantize_input
#define CK_TABLE_WIDE_CODES 0
#define CK_WIDE_CODES 0
#define CK_DOT_ROWS 2
#define CK_DOT_WIDE 0

#include "templates/vector.h"

/// Adds the products of four unsigned codes, the bytes of a lane, with the four signed bytes of x.
CK_INLINE int16x dot4(int16x sums, uint16x codes, int32_t x) {
    CK_UNROLLED for (int j = 0; j < 4; j++) {
        sums += (int16x)(codes >> (8 * j) & 255) * (int16x)(int32_t)(int8_t)(x >> (8 * j));
    }
    return sums;
}

#include "templates/attention.h"
#include "templates/integer_dot.h"
#include "templates/integer_input.h"
#include "templates/integer_linear.h"
#include "templates/integer_packing.h"
#include "templates/linear.h"
#include "templates/packing.h"
#include "templates/rows.h"
#include "templates/table.h"
