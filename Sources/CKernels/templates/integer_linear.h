// Products with integer weights. Included once per instruction set.
//
// With integer input a tile is R panels by M rows: the products of a group are summed as integers
// by dot_group(), then scaled and added to float32 sums,
//
//     dot = dot - zero * (sum of the input codes)         exact: all are integers below 2^24
//     sum = sum + dot * (weight scale * input scale)      one rounding for the scales, one more
//
// group after group. How dot_group() goes about its integers makes no difference to the bits, so
// every tile and every instruction set may do as it likes.
//
// The file that includes this defines, before it:
//     CK_DOT_ROWS     most rows of a tile one panel wide
//     CK_DOT_WIDE     rows up to which a tile is two panels wide
//     dot_group()     see integer_dot.h

#include "templates/integer_panels.h"

CK_INLINE void finish_integer(const ck_integer_linear *product, size_t row, size_t panel,
                              float16x sums) {
    float *output = product->output + row * product->output_stride + panel * 16;
    if (product->bias) sums += load(product->bias + panel * 16);
    if (product->accumulate) sums = load(output) + sums;
    store(output, sums);
}

/// What kind of codes a product meets. Constant wherever a tile is compiled: with a branch less per
/// row, AVX2 does groups of 32 a fifth faster.
typedef struct code_kind {
    int bits;
    /// The offset is CK_MINIMUMS.
    bool minimums;
} code_kind;

/// Scales and offsets of a group's sixteen rows.
typedef struct group_factors {
    float16x scales, offsets;
} group_factors;

CK_INLINE group_factors load_factors(const ck_integer_matrix *weights, const char *panel,
                                     size_t group) {
    group_factors factors = {group_scales(weights, panel, group),
                             group_offsets(weights, panel, group)};
    return factors;
}

/// Adds the integer products of one row and one group to its sum.
CK_INLINE float16x add_scaled(float16x sum, int16x products, group_factors factors, code_kind kind,
                              const ck_integer_linear *product, size_t row, size_t group) {
    const ck_integer_input *input = &product->integer_input;
    const float scale = input->scales[row * input->group_stride + group];
    const float codes = input->sums[row * input->group_stride + group];
    float16x dot = __builtin_convertvector(products, float16x);
    if (kind.minimums) {
        sum = madd(factors.offsets, (float16x)(codes * scale), sum);
    } else {
        dot = madd(-factors.offsets, (float16x)codes, dot);
    }
    return madd(dot, factors.scales * scale, sum);
}

CK_INLINE void integer_tile(const ck_integer_linear *product, code_kind kind, size_t panel,
                            size_t row, int R, int M) {
    const ck_integer_matrix *weights = &product->weights;
    const ck_integer_input *input = &product->integer_input;
    const size_t groups = group_count(weights), G = weights->group_size;
    const size_t head_bytes = head_byte_count(weights), group_bytes = group_byte_count(weights);
    const size_t panel_bytes = integer_panel_byte_count(weights);
    const char *first = integer_panel(weights, panel);
    const char *codes = (const char *)input->codes + row * input->code_stride;
    float16x sums[CK_DOT_ROWS];
    CK_UNROLLED for (int i = 0; i < R * M; i++) sums[i] = 0.0f;
    for (size_t group = 0; group < groups; group++) {
        int16x dots[CK_DOT_ROWS];
        group_factors factors[2];
        CK_UNROLLED for (int r = 0; r < R; r++) {
            factors[r] = load_factors(weights, first + r * panel_bytes, group);
        }
        dot_group(dots, first + head_bytes + group * group_bytes, panel_bytes,
                  codes + group * G * dot_code_bytes(kind.bits), input->code_stride, G, kind.bits,
                  R, M);
        CK_UNROLLED for (int r = 0; r < R; r++) {
            CK_UNROLLED for (int m = 0; m < M; m++) {
                sums[r * M + m] = add_scaled(sums[r * M + m], dots[r * M + m], factors[r], kind,
                                             product, row + m, group);
            }
        }
    }
    CK_UNROLLED for (int r = 0; r < R; r++) {
        CK_UNROLLED for (int m = 0; m < M; m++) {
            finish_integer(product, row + m, panel + r, sums[r * M + m]);
        }
    }
}

CK_INLINE void wide_integer_tile(const ck_integer_linear *product, code_kind kind, size_t panel) {
#define CK_CASE(M) \
    case M: \
        if (M <= CK_DOT_WIDE) { \
            integer_tile(product, kind, panel, 0, 2, CK_AT_MOST(M, CK_DOT_WIDE)); \
        } \
        return;
    switch (product->row_count) { CK_TILES_TO_12(CK_CASE) }
#undef CK_CASE
}

CK_INLINE void tall_integer_tile(const ck_integer_linear *product, code_kind kind, size_t panel,
                                 size_t row, size_t rows) {
#define CK_CASE(M) \
    case M: \
        if (M <= CK_DOT_ROWS) { \
            integer_tile(product, kind, panel, row, 1, CK_AT_MOST(M, CK_DOT_ROWS)); \
        } \
        return;
    switch (rows) { CK_TILES_TO_24(CK_CASE) }
#undef CK_CASE
}

CK_INLINE void integer_linear_as(const ck_integer_linear *product, int bits, bool minimums,
                                 size_t first_panel, size_t end_panel) {
    const code_kind kind = {bits, minimums};
    size_t panel = first_panel;
    if (product->row_count <= CK_DOT_WIDE) {
        for (; panel + 2 <= end_panel; panel += 2) wide_integer_tile(product, kind, panel);
    }
    // Four panels stay in the second-level cache while the rows pass by, and a tile of rows in the
    // first while it meets them: many rows do not fit into either.
    for (; panel < end_panel; panel += 4) {
        const size_t block_end = panel + 4 < end_panel ? panel + 4 : end_panel;
        for (size_t row = 0; row < product->row_count;) {
            size_t rows = ck_tile_rows(product->row_count - row, CK_DOT_ROWS);
            for (size_t p = panel; p < block_end; p++)
                tall_integer_tile(product, kind, p, row, rows);
            row += rows;
        }
    }
}

// MARK: float32 input

/// Adds the columns k..<k + count that a line holds; `count` is 4 for a whole run of bytes.
CK_INLINE void add_widened(float16x *sums, const ck_integer_matrix *weights, int16x codes,
                           float16x scales, float16x offsets, const float *input, size_t stride,
                           int count, int M) {
    for (int j = 0; j < count; j++) {
        float16x code = __builtin_convertvector(codes >> (8 * j) & 255, float16x);
        float16x line = weights->offset == CK_MINIMUMS ? madd(code, scales, offsets)
                                                       : (code - offsets) * scales;
        CK_UNROLLED for (int m = 0; m < M; m++) {
            sums[m] = madd(line, (float16x)input[m * stride + j], sums[m]);
        }
    }
}

CK_INLINE void widened_tile(const ck_integer_linear *product, int bits, size_t panel, size_t row,
                            int M) {
    const ck_integer_matrix *weights = &product->weights;
    const size_t G = weights->group_size, K = weights->column_count;
    const float *input = product->input + row * product->input_stride;
    const char *head = integer_panel(weights, panel);
    const char *line = head + head_byte_count(weights);
    float16x sums[CK_TILE_ROWS], scales = 0.0f, offsets = 0.0f;
    CK_UNROLLED for (int i = 0; i < M; i++) sums[i] = 0.0f;
    for (size_t k = 0; k < K; k += 4) {
        if (k % G == 0) {
            scales = group_scales(weights, head, k / G);
            offsets = group_offsets(weights, head, k / G);
        }
        int16x codes = (int16x)load((const float *)line);
        if (bits == 4) codes = (k % 8 < 4 ? codes : codes >> 4) & 0x0f0f0f0f;
        if (bits != 4 || k % 8 == 4) line += 64;
        add_widened(sums, weights, codes, scales, offsets, input + k, product->input_stride,
                    K - k < 4 ? (int)(K - k) : 4, M);
    }
    CK_UNROLLED for (int m = 0; m < M; m++) finish_integer(product, row + m, panel, sums[m]);
}

CK_INLINE void widened_linear_as(const ck_integer_linear *product, int bits, size_t first_panel,
                                 size_t end_panel) {
    for (size_t panel = first_panel; panel < end_panel; panel++) {
        for (size_t row = 0; row < product->row_count;) {
            size_t rows = ck_tile_rows(product->row_count - row, CK_TILE_ROWS);
#define CK_CASE(M) \
    case M: \
        if (M <= CK_TILE_ROWS) { \
            widened_tile(product, bits, panel, row, CK_AT_MOST(M, CK_TILE_ROWS)); \
        } \
        break;
            switch (rows) { CK_TILES_TO_24(CK_CASE) }
#undef CK_CASE
            row += rows;
        }
    }
}

static void integer_linear(const ck_integer_linear *product, size_t first_panel,
                           size_t end_panel) {
    const int bits = product->weights.bit_count;
    const bool minimums = product->weights.offset == CK_MINIMUMS;
    if (product->input) {
        if (bits == 4) widened_linear_as(product, 4, first_panel, end_panel);
        if (bits != 4) widened_linear_as(product, 8, first_panel, end_panel);
    } else {
#define CK_CASE(BITS, MINIMUMS) \
    if (bits == BITS && minimums == MINIMUMS) \
        integer_linear_as(product, BITS, MINIMUMS, first_panel, end_panel);
        CK_CASE(4, false)
        CK_CASE(4, true)
        CK_CASE(6, false)
        CK_CASE(6, true)
        CK_CASE(8, false)
        CK_CASE(8, true)
#undef CK_CASE
    }
}
