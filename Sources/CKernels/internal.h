// The tables of this library, before it is known which of them the CPU can run.

#ifndef CKERNELS_INTERNAL_H
#define CKERNELS_INTERNAL_H

#include "include/CKernels.h"

#define CK_INLINE static inline __attribute__((always_inline, unused))

/// Before a loop over a tile: its registers are an array, which only exists in registers once every
/// index is a constant.
#define CK_UNROLLED _Pragma("clang loop unroll(full)")

/// How far ahead of its use a line of weights is asked for. Half of it was half as good, twice
/// erratic.
#define CK_PREFETCH_BYTES 2048

/// Cases that an instruction set's tiles do not reach are compiled as tiles of 1 and never run.
#define CK_AT_MOST(COUNT, MOST) ((COUNT) <= (MOST) ? (COUNT) : 1)

#define CK_TILES_TO_12(TILE)                                                                   \
    TILE(1)                                                                                    \
    TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)
#define CK_TILES_TO_24(TILE)                                                                  \
    CK_TILES_TO_12(TILE)                                                                      \
    TILE(13)                                                                                  \
    TILE(14)                                                                                  \
    TILE(15) TILE(16) TILE(17) TILE(18) TILE(19) TILE(20) TILE(21) TILE(22) TILE(23) TILE(24)

/// Rows of the next tile, when `left` rows are left: what does not fill a tile is shared out
/// evenly, so that 25 rows are 13 + 12 and not 24 + 1.
CK_INLINE size_t ck_tile_rows(size_t left, size_t most) {
    if (left <= most) return left;
    return left < 2 * most ? (left + 1) / 2 : most;
}

extern const ck_table ck_table_scalar;
extern const ck_table ck_table_avx2;
/// The same with a dot product of bytes.
extern const ck_table ck_table_avx2_vnni;
extern const ck_table ck_table_avx512;
/// The same with a dot product of bytes.
extern const ck_table ck_table_avx512_vnni;
/// The same with a bfloat16 product too.
extern const ck_table ck_table_avx512_bfloat16;
extern const ck_table ck_table_neon;
/// The same with a dot product of bytes.
extern const ck_table ck_table_neon_dotprod;
/// bfloat16 product for a CPU with AVX512-BF16.
void ck_linear_avx512_bfloat16(const ck_linear *_Nonnull product, size_t first_panel,
                               size_t end_panel);
/// Products with integer weights, for the tables of this and of other instruction sets.
void ck_integer_linear_avx2(const ck_integer_linear *_Nonnull product, size_t first_panel,
                            size_t end_panel);
void ck_integer_linear_avx2_vnni(const ck_integer_linear *_Nonnull product, size_t first_panel,
                                 size_t end_panel);
void ck_integer_linear_avx512_vnni(const ck_integer_linear *_Nonnull product, size_t first_panel,
                                   size_t end_panel);
void ck_integer_linear_neon_dotprod(const ck_integer_linear *_Nonnull product, size_t first_panel,
                                    size_t end_panel);
/// Input of integer products: for AVX2, and for those with a dot product of bytes.
void ck_quantize_input_avx2(const float *_Nonnull input, size_t count, size_t group_size,
                            int bit_count, void *_Nonnull codes, float *_Nonnull scales,
                            float *_Nonnull sums);
void ck_quantize_input_vnni(const float *_Nonnull input, size_t count, size_t group_size,
                            int bit_count, void *_Nonnull codes, float *_Nonnull scales,
                            float *_Nonnull sums);

#endif
