// Products of a few to many rows with a matrix in panels, float32 sums. Included once per instruction set.
//
// A tile is R panels by M rows of sums, held in registers while k runs; a line of weights, once widened, meets all M
// rows. Each sum is one chain over ascending k, so tiles of any shape give the same bits.
//
// The file that includes this defines, before it:
//     CK_TILE_ROWS    most rows of a tile; every count up to it has a tile of its own
//     CK_TILE_WIDE    rows up to which a tile is two panels wide

#include "templates/vector.h"

/// How far ahead of its use a line of weights is asked for. Half of it was half as good, twice erratic.
#define CK_PREFETCH_BYTES 2048

/// Writes a row of a tile's sums: plus bias, plus what was there.
CK_INLINE void finish_sums(const ck_linear *product, size_t row, size_t panel, float16x sums) {
    float *output = product->output + row * product->output_stride + panel * 16;
    if (product->bias) sums += load(product->bias + panel * 16);
    if (product->accumulate) sums = load(output) + sums;
    store(output, sums);
}

/// Rows of a tile, so that what is left over is shared out evenly: 16 rows are 8 + 8, not 12 + 4.
CK_INLINE size_t next_tile_rows(size_t left, size_t most) {
    if (left <= most) return left;
    return left < 2 * most ? (left + 1) / 2 : most;
}

CK_INLINE void linear_tile(const ck_linear *product, ck_type type, size_t panel, size_t row, int R, int M) {
    const size_t K = product->weights.column_count;
    const size_t stride = product->input_stride;
    const size_t line_bytes = type == CK_FLOAT16 ? 32 : 64;
    const size_t panel_bytes = (type == CK_BFLOAT16 ? (K + 1) / 2 : K) * line_bytes;
    const char *weights = (const char *)product->weights.panels + panel * panel_bytes;
    const float *input = (const float *)product->input + row * stride;
    float16x sums[2 * CK_TILE_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < R * M; i++) sums[i] = 0.0f;
    const size_t step = type == CK_BFLOAT16 ? 2 : 1;
    size_t k = 0;
    for (; k + step <= K; k += step, weights += line_bytes) {
        float16x lines[2], odd_lines[2];
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            const char *line = weights + r * panel_bytes;
            __builtin_prefetch(line + CK_PREFETCH_BYTES, 0, 3);
            if (type == CK_BFLOAT16) {
                uint16x pairs = (uint16x)load((const float *)line);
                lines[r] = (float16x)(pairs << 16);
                odd_lines[r] = (float16x)(pairs & 0xffff0000);
            } else {
                lines[r] = load_as(line, type);
            }
        }
#pragma clang loop unroll(full)
        for (int m = 0; m < M; m++) {
            float16x x = input[m * stride + k];
#pragma clang loop unroll(full)
            for (int r = 0; r < R; r++) sums[r * M + m] = madd(lines[r], x, sums[r * M + m]);
        }
        if (type != CK_BFLOAT16) continue;
#pragma clang loop unroll(full)
        for (int m = 0; m < M; m++) {
            float16x x = input[m * stride + k + 1];
#pragma clang loop unroll(full)
            for (int r = 0; r < R; r++) sums[r * M + m] = madd(odd_lines[r], x, sums[r * M + m]);
        }
    }
    if (k < K) {
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            float16x line = (float16x)((uint16x)load((const float *)(weights + r * panel_bytes)) << 16);
#pragma clang loop unroll(full)
            for (int m = 0; m < M; m++) sums[r * M + m] = madd(line, (float16x)input[m * stride + k], sums[r * M + m]);
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int m = 0; m < M; m++) finish_sums(product, row + m, panel + r, sums[r * M + m]);
    }
}

/// All tiles of `width` panels: the panels stay in the cache while the rows pass by.
CK_INLINE void linear_panels(const ck_linear *product, ck_type type, size_t panel, int width) {
    for (size_t row = 0; row < product->row_count;) {
        size_t rows = next_tile_rows(product->row_count - row, CK_TILE_ROWS);
        switch (rows) {
#define CK_CASE(M)                                                                                    \
    case M:                                                                                           \
        if (M <= CK_TILE_ROWS) linear_tile(product, type, panel, row, width, M <= CK_TILE_ROWS ? M : 1); \
        break;
            CK_CASE(1) CK_CASE(2) CK_CASE(3) CK_CASE(4) CK_CASE(5) CK_CASE(6)
            CK_CASE(7) CK_CASE(8) CK_CASE(9) CK_CASE(10) CK_CASE(11) CK_CASE(12)
#undef CK_CASE
        }
        row += rows;
    }
}

CK_INLINE void linear_as(const ck_linear *product, ck_type type, size_t first_panel, size_t end_panel) {
    size_t panel = first_panel;
    if (CK_TILE_WIDE >= CK_TILE_ROWS || product->row_count <= CK_TILE_WIDE) {
        for (; panel + 2 <= end_panel; panel += 2) linear_panels(product, type, panel, 2);
    }
    for (; panel < end_panel; panel++) linear_panels(product, type, panel, 1);
}

static void linear(const ck_linear *product, size_t first_panel, size_t end_panel) {
    if (product->weights.type == CK_FLOAT32) linear_as(product, CK_FLOAT32, first_panel, end_panel);
    if (product->weights.type == CK_FLOAT16) linear_as(product, CK_FLOAT16, first_panel, end_panel);
    if (product->weights.type == CK_BFLOAT16) linear_as(product, CK_BFLOAT16, first_panel, end_panel);
}
