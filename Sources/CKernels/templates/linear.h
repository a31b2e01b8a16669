// Products of a few to many rows with a matrix in panels, float32 sums. Included once per
// instruction set.
//
// A tile is R panels by M rows of sums, held in registers while k runs; a line of weights, once
// widened, meets all M rows. Each sum is one chain over ascending k, so tiles of any shape give the
// same bits.
//
// The file that includes this defines, before it:
//     CK_TILE_ROWS    most rows of a tile one panel wide; every count has a tile of its own
//     CK_TILE_WIDE    rows up to which a tile is two panels wide

#include "templates/vector.h"

/// Writes a row of a tile's sums: plus bias, plus what was there.
CK_INLINE void finish_sums(const ck_linear *product, size_t row, size_t panel, float16x sums) {
    float *output = product->output + row * product->output_stride + panel * 16;
    if (product->bias) sums += load(product->bias + panel * 16);
    if (product->accumulate) sums = load(output) + sums;
    store(output, sums);
}

/// Adds one column of R panels times one column of M rows.
CK_INLINE void add_column(float16x *sums, const float16x *lines, const float *input, size_t stride,
                          int R, int M) {
    CK_UNROLLED for (int m = 0; m < M; m++) {
        float16x x = input[m * stride];
        CK_UNROLLED for (int r = 0; r < R; r++) {
            sums[r * M + m] = madd(lines[r], x, sums[r * M + m]);
        }
    }
}

/// The second columns of R lines of bfloat16.
///
/// Loaded again, from the nearest cache, and hidden from the optimiser that it is again: kept
/// beside the sums since the first columns were taken, they would not fit into AVX2's registers.
CK_INLINE void load_odd_columns(float16x *lines, const char *weights, size_t panel_bytes, int R) {
    __asm__("" : "+r"(weights));
    CK_UNROLLED for (int r = 0; r < R; r++) {
        uint16x pairs = (uint16x)load((const float *)(weights + r * panel_bytes));
        lines[r] = (float16x)(pairs & 0xffff0000);
    }
}

CK_INLINE void linear_tile(const ck_linear *product, ck_type type, size_t panel, size_t row, int R,
                           int M) {
    const size_t K = product->weights.column_count;
    const size_t stride = product->input_stride;
    const size_t line_bytes = type == CK_FLOAT16 ? 32 : 64;
    const size_t panel_bytes = (type == CK_BFLOAT16 ? (K + 1) / 2 : K) * line_bytes;
    const char *weights = (const char *)product->weights.panels + panel * panel_bytes;
    const float *input = (const float *)product->input + row * stride;
    float16x sums[CK_TILE_ROWS], lines[2];
    CK_UNROLLED for (int i = 0; i < R * M; i++) sums[i] = 0.0f;
    for (size_t k = 0; k < K; weights += line_bytes) {
        CK_UNROLLED for (int r = 0; r < R; r++) {
            const char *line = weights + r * panel_bytes;
            __builtin_prefetch(line + CK_PREFETCH_BYTES, 0, 3);
            if (type == CK_BFLOAT16) {
                lines[r] = (float16x)((uint16x)load((const float *)line) << 16);
            } else {
                lines[r] = load_as(line, type);
            }
        }
        add_column(sums, lines, input + k++, stride, R, M);
        if (type == CK_BFLOAT16 && k < K) {
            load_odd_columns(lines, weights, panel_bytes, R);
            add_column(sums, lines, input + k++, stride, R, M);
        }
    }
    CK_UNROLLED for (int r = 0; r < R; r++) {
        CK_UNROLLED for (int m = 0; m < M; m++) {
            finish_sums(product, row + m, panel + r, sums[r * M + m]);
        }
    }
}

CK_INLINE void wide_tile(const ck_linear *product, ck_type type, size_t panel) {
#define CK_CASE(M) \
    case M: \
        if (M <= CK_TILE_WIDE) { \
            linear_tile(product, type, panel, 0, 2, CK_AT_MOST(M, CK_TILE_WIDE)); \
        } \
        return;
    switch (product->row_count) { CK_TILES_TO_12(CK_CASE) }
#undef CK_CASE
}

CK_INLINE void tall_tile(const ck_linear *product, ck_type type, size_t panel, size_t row,
                         size_t rows) {
#define CK_CASE(M) \
    case M: \
        if (M <= CK_TILE_ROWS) { \
            linear_tile(product, type, panel, row, 1, CK_AT_MOST(M, CK_TILE_ROWS)); \
        } \
        return;
    switch (rows) { CK_TILES_TO_24(CK_CASE) }
#undef CK_CASE
}

CK_INLINE void linear_as(const ck_linear *product, ck_type type, size_t first_panel,
                         size_t end_panel) {
    size_t panel = first_panel;
    if (product->row_count <= CK_TILE_WIDE) {
        for (; panel + 2 <= end_panel; panel += 2) wide_tile(product, type, panel);
    }
    // The panel stays in the cache while the rows pass by.
    for (; panel < end_panel; panel++) {
        for (size_t row = 0; row < product->row_count;) {
            size_t rows = ck_tile_rows(product->row_count - row, CK_TILE_ROWS);
            tall_tile(product, type, panel, row, rows);
            row += rows;
        }
    }
}

static void linear(const ck_linear *product, size_t first_panel, size_t end_panel) {
    if (product->weights.type == CK_FLOAT32) linear_as(product, CK_FLOAT32, first_panel, end_panel);
    if (product->weights.type == CK_FLOAT16) linear_as(product, CK_FLOAT16, first_panel, end_panel);
    if (product->weights.type == CK_BFLOAT16)
        linear_as(product, CK_BFLOAT16, first_panel, end_panel);
}
