// Matrices of integer codes; see integers.h.

#include "integers.h"

#include <stdio.h>
#include <string.h>

static size_t rounded_up(size_t count, size_t to) { return (count + to - 1) / to * to; }

/// Bytes of the parts of a panel before its lines, for sixteen rows.
typedef struct head_sizes {
    size_t scale, scales, offsets, supers, all;
} head_sizes;

static head_sizes sizes_of(const integer_matrix *m) {
    const ck_integer_matrix *matrix = &m->matrix;
    const size_t number = matrix->scale_type == CK_FLOAT32 ? 4 : 2;
    const bool has_minimums = matrix->offset == CK_MINIMUMS;
    head_sizes sizes = {.scale = m->super_blocks > 0 ? 1 : number};
    sizes.scales = m->groups * 16 * sizes.scale;
    if (matrix->offset == CK_ZERO_POINTS) sizes.offsets = m->groups * 16;
    if (has_minimums) sizes.offsets = sizes.scales;
    sizes.supers = m->super_blocks * 16 * number;
    sizes.all = rounded_up(
        sizes.scales + sizes.offsets + sizes.supers * (has_minimums ? 2 : 1), 64);
    return sizes;
}

/// One scale or minimum, as a byte in super-blocks.
static void lay_number(const integer_matrix *m, float number, size_t index, uint8_t *place) {
    if (m->super_blocks > 0) {
        place[index] = (uint8_t)(int8_t)number;
    } else {
        encode(&number, 1, m->matrix.scale_type, place + index * sizes_of(m).scale);
    }
}

/// Lays everything where the comment on ck_integer_matrix says.
static void lay(const integer_matrix *m) {
    const ck_integer_matrix *matrix = &m->matrix;
    const size_t G = matrix->group_size, width = m->groups * G;
    const head_sizes sizes = sizes_of(m);
    const bool has_minimums = matrix->offset == CK_MINIMUMS;
    for (size_t n = 0; n < matrix->row_count; n++) {
        uint8_t *panel = (uint8_t *)matrix->panels + n / 16 * (m->byte_count / m->panel_count);
        uint8_t *offsets = panel + sizes.scales, *lines = panel + sizes.all;
        for (size_t group = 0; group < m->groups; group++) {
            const size_t from = n * m->groups + group, to = group * 16 + n % 16;
            lay_number(m, m->rows.scales[from], to, panel);
            if (matrix->offset == CK_ZERO_POINTS) offsets[to] = (uint8_t)m->rows.offsets[from];
            if (has_minimums) lay_number(m, m->rows.offsets[from], to, offsets);
        }
        uint8_t *supers = offsets + sizes.offsets;
        for (size_t block = 0; block < m->super_blocks; block++) {
            const size_t from = n * m->super_blocks + block, to = (block * 16 + n % 16) * 2;
            encode(m->rows.super_scales + from, 1, CK_FLOAT16, supers + to);
            if (has_minimums)
                encode(m->rows.super_minimums + from, 1, CK_FLOAT16, supers + sizes.supers + to);
        }
        for (size_t k = 0; k < width; k++) {
            const uint8_t code = m->codes[n * width + k];
            const size_t lane = n % 16 * 4 + k % 4;
            if (matrix->bit_count != 4) lines[k / 4 * 64 + lane] = code;
            if (matrix->bit_count == 4)
                lines[k / 8 * 64 + lane] |= (uint8_t)(k % 8 < 4 ? code : code << 4);
        }
    }
}

static void fill_codes(integer_matrix *m, size_t N, size_t K) {
    const ck_integer_matrix *matrix = &m->matrix;
    const size_t width = m->groups * matrix->group_size;
    const uint32_t code_count = 1u << matrix->bit_count;
    uint8_t *tight = take(N * K);
    float *scales = take(N * m->groups * 4), *offsets = take(N * m->groups * 4);
    for (size_t n = 0; n < N; n++) {
        for (size_t k = 0; k < K; k++) {
            // One row of codes as large as can be, one of zeros: sums as large as can be.
            uint32_t code = random_below(code_count);
            if (n == 0) code = code_count - 1;
            if (n == 1) code = 0;
            m->codes[n * width + k] = tight[n * K + k] = (uint8_t)code;
        }
        for (size_t group = 0; group < m->groups; group++) {
            const size_t place = n * m->groups + group;
            float offset = (float)(code_count / 2);
            if (matrix->offset == CK_ZERO_POINTS) offset = (float)random_below(code_count);
            if (matrix->offset == CK_MINIMUMS)
                offset = rounded_to(matrix->scale_type, random_float());
            m->scales[place] = scales[place] = rounded_to(matrix->scale_type, random_float() / 64);
            m->offsets[place] = offsets[place] = offset;
        }
    }
    m->rows = (ck_integer_rows){tight, scales, matrix->offset == CK_MIDPOINT ? NULL : offsets,
                                NULL, NULL};
}

/// Scales of groups are bytes, and a float16 multiplies those of a super-block.
static void fill_super_blocks(integer_matrix *m, size_t N) {
    const bool has_minimums = m->matrix.offset == CK_MINIMUMS;
    const size_t count = N * m->super_blocks;
    float *scales = take(N * m->groups * 4), *offsets = take(N * m->groups * 4);
    float *super_scales = take(count * 4), *super_minimums = take(count * 4);
    for (size_t i = 0; i < count; i++) {
        super_scales[i] = rounded_to(CK_FLOAT16, random_float() / 8192);
        super_minimums[i] = rounded_to(CK_FLOAT16, random_float() / 128);
    }
    for (size_t n = 0; n < N; n++) {
        for (size_t group = 0; group < m->groups; group++) {
            const size_t place = n * m->groups + group;
            const size_t block = n * m->super_blocks + (group >> m->matrix.super_block_bits);
            scales[place] = (float)random_below(256) - 128;
            offsets[place] = (float)random_below(256) - 128;
            m->scales[place] = scales[place] * super_scales[block];
            if (has_minimums) m->offsets[place] = offsets[place] * super_minimums[block];
        }
    }
    m->rows.scales = scales;
    m->rows.super_scales = super_scales;
    if (has_minimums) {
        m->rows.offsets = offsets;
        m->rows.super_minimums = super_minimums;
    }
}

integer_matrix make_integer_matrix(int index, size_t N, size_t K) {
    static const char *const offset_names[] = {"midpoint", "zero points", "minimums"};
    static const char *const type_names[] = {"float32", "float16", "bfloat16"};
    ck_offset offset = (ck_offset)(index / 3 % 3);
    ck_type scale_type = (ck_type)(index % 3);
    size_t G = 16u << (index / 9 % 4);
    int bit_count = index < FORMAT_COUNT / 2 ? 4 : 8, super_block_bits = 0;
    if (index >= FORMAT_COUNT) {
        index -= FORMAT_COUNT;
        offset = index % 2 == 0 ? CK_MIDPOINT : CK_MINIMUMS;
        scale_type = CK_FLOAT16;
        G = index / 2 % 2 == 0 ? 16 : 32;
        bit_count = index < GGUF_FORMAT_COUNT / 3 ? 4 : 6;
        // Of 64 columns: the matrices here are small.
        if (index / 4 != 1) super_block_bits = G == 16 ? 2 : 1;
    }
    integer_matrix m = {.groups = (K + G - 1) / G, .panel_count = (N + 15) / 16};
    snprintf(m.text, sizeof m.text, "%d bits, groups of %zu, %s, %s%s", bit_count, G,
             offset_names[offset], type_names[scale_type],
             super_block_bits > 0 ? ", super-blocks" : "");
    m.matrix = (ck_integer_matrix){NULL,       N,      K, G, bit_count,
                                   scale_type, offset, super_block_bits};
    if (super_block_bits > 0)
        m.super_blocks = ((m.groups - 1) >> super_block_bits) + 1;
    m.byte_count = m.panel_count * (sizes_of(&m).all + m.groups * G * (bit_count == 4 ? 8 : 16));
    m.matrix.panels = take(m.byte_count);
    m.codes = take(m.panel_count * 16 * m.groups * G);
    m.scales = take(m.panel_count * 16 * m.groups * 4);
    m.offsets = take(m.panel_count * 16 * m.groups * 4);
    fill_codes(&m, N, K);
    if (m.super_blocks > 0) fill_super_blocks(&m, N);
    // Rows beyond the matrix: nothing is stored, so zero points are 0.
    if (offset == CK_MIDPOINT) {
        for (size_t i = N * m.groups; i < m.panel_count * 16 * m.groups; i++)
            m.offsets[i] = (float)(1 << (bit_count - 1));
    }
    lay(&m);
    return m;
}

ck_integer_matrix make_empty(const integer_matrix *from) {
    ck_integer_matrix empty = from->matrix;
    empty.panels = take(from->byte_count);
    return empty;
}
