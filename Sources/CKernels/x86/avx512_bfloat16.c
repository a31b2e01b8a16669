// Products of bfloat16 weights and bfloat16 inputs, float32 sums, for AVX512-BF16.
//
// A line of a panel is columns k and k + 1 of 16 rows: one operand of vdpbf16ps, whose other
// operand is k and k + 1 of one input row, broadcast as 32 bits. vdpbf16ps adds both products to a
// lane's sum, so a sum is one chain over pairs of columns, whatever the tile. Two panels by up to
// 12 rows are 24 registers of sums. Instruction: Intel Architecture Instruction Set Extensions
// Programming Reference, VDPBF16PS.

#if defined(__x86_64__)

#include <immintrin.h>

#include "internal.h"

#pragma clang attribute push(                                               \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"), \
                   min_vector_width(512))),                                 \
    apply_to = function)

/// Most rows of a tile one panel wide; every count has a tile of its own.
#define CK_TILE_ROWS 24
/// Rows up to which a tile is two panels wide. More rows are better off in one pass over the
/// weights: 16 rows as one tile took 0.87 of the time of two tiles of 8.
#define CK_TILE_WIDE 12

CK_INLINE void linear_tile(const ck_linear *product, size_t panel, size_t row, int R, int M) {
    const size_t pairs = (product->weights.column_count + 1) / 2;
    const size_t stride = product->input_stride;
    const size_t panel_bytes = pairs * 64;
    const char *weights = (const char *)product->weights.panels + panel * panel_bytes;
    const uint16_t *input = (const uint16_t *)product->input + row * stride;
    __m512 sums[CK_TILE_ROWS];
    CK_UNROLLED for (int i = 0; i < R * M; i++) sums[i] = _mm512_setzero_ps();
    for (size_t pair = 0; pair < pairs; pair++, weights += 64) {
        __m512bh lines[2];
        CK_UNROLLED for (int r = 0; r < R; r++) {
            const char *line = weights + r * panel_bytes;
            lines[r] = (__m512bh)_mm512_loadu_si512(line);
            _mm_prefetch(line + CK_PREFETCH_BYTES, _MM_HINT_T0);
        }
        CK_UNROLLED for (int m = 0; m < M; m++) {
            int bits;
            __builtin_memcpy(&bits, input + m * stride + pair * 2, sizeof bits);
            __m512bh x = (__m512bh)_mm512_set1_epi32(bits);
            CK_UNROLLED for (int r = 0; r < R; r++)
                sums[r * M + m] = _mm512_dpbf16_ps(sums[r * M + m], lines[r], x);
        }
    }
    CK_UNROLLED for (int r = 0; r < R; r++) {
        CK_UNROLLED for (int m = 0; m < M; m++) {
            float *output = product->output + (row + m) * product->output_stride + (panel + r) * 16;
            __m512 sum = sums[r * M + m];
            if (product->bias)
                sum = _mm512_add_ps(sum, _mm512_loadu_ps(product->bias + (panel + r) * 16));
            if (product->accumulate) sum = _mm512_add_ps(_mm512_loadu_ps(output), sum);
            _mm512_storeu_ps(output, sum);
        }
    }
}

static void wide_tile(const ck_linear *product, size_t panel) {
#define CK_CASE(M) \
    case M: \
        return linear_tile(product, panel, 0, 2, M);
    switch (product->row_count) { CK_TILES_TO_12(CK_CASE) }
#undef CK_CASE
}

static void tall_tile(const ck_linear *product, size_t panel, size_t row, size_t rows) {
#define CK_CASE(M) \
    case M: \
        return linear_tile(product, panel, row, 1, M);
    switch (rows) { CK_TILES_TO_24(CK_CASE) }
#undef CK_CASE
}

void ck_linear_avx512_bfloat16(const ck_linear *product, size_t first_panel, size_t end_panel) {
    size_t panel = first_panel;
    if (product->row_count <= CK_TILE_WIDE) {
        for (; panel + 2 <= end_panel; panel += 2) wide_tile(product, panel);
    }
    // The panel stays in the cache while the rows pass by.
    for (; panel < end_panel; panel++) {
        for (size_t row = 0; row < product->row_count;) {
            size_t rows = ck_tile_rows(product->row_count - row, CK_TILE_ROWS);
            tall_tile(product, panel, row, rows);
            row += rows;
        }
    }
}

#pragma clang attribute pop

#endif
