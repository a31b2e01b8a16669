// The reference of check-kernels: the kernels for every CPU, but a multiply-add rounds once, as it
// does in every instruction set that has it. Tiles are small and conversions done by integers, so
// it has little in common with what it is compared to but the templates.

#define CK_FUSED 1
#define CK_HALF 0
#define CK_TILE_ROWS 1
#define CK_TILE_WIDE 0
#define CK_QUERY_TILE 1
#define CK_WIDE_TILE 2
#define CK_TABLE_NAME ck_table_fused
#define CK_TABLE_ISA CK_ISA_SCALAR
#define CK_TABLE_BFLOAT16 NULL
#define CK_TABLE_INTEGER_LINEAR integer_linear
#define CK_TABLE_QUANTIZE_INPUT quantize_input
#define CK_TABLE_WIDE_CODES 0
#define CK_WIDE_CODES 0
#define CK_DOT_ROWS 1
#define CK_DOT_WIDE 0

#include "check.h"
#include "templates/vector.h"

/// Adds the products of four unsigned codes, the bytes of a lane, with the four signed bytes of x.
CK_INLINE int16x dot4(int16x sums, uint16x codes, int32_t x) {
    for (int lane = 0; lane < 16; lane++) {
        for (int j = 0; j < 4; j++) {
            sums[lane] += ((const uint8_t *)&codes)[lane * 4 + j] * ((const int8_t *)&x)[j];
        }
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
