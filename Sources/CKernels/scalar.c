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

#include "templates/attention.h"
#include "templates/linear.h"
#include "templates/packing.h"
#include "templates/rows.h"
#include "templates/table.h"
