// Matrices of integer codes; see integers.h.

#include "integers.h"

#include <stdio.h>
#include <string.h>

static size_t rounded_up(size_t count, size_t to) { return (count + to - 1) / to * to; }

/// Lays everything where the comment on ck_integer_matrix says.
static void lay(const integer_matrix *m) {
    const ck_integer_matrix *matrix = &m->matrix;
    const size_t G = matrix->group_size, width = m->groups * G;
    const size_t scale_bytes = matrix->scale_type == CK_FLOAT32 ? 4 : 2;
    const size_t offset_bytes = matrix->offset == CK_MIDPOINT      ? 0
                                : matrix->offset == CK_ZERO_POINTS ? 1
                                                                   : scale_bytes;
    const size_t head = rounded_up(m->groups * 16 * (scale_bytes + offset_bytes), 64);
    for (size_t n = 0; n < matrix->row_count; n++) {
        uint8_t *panel = (uint8_t *)matrix->panels + n / 16 * (m->byte_count / m->panel_count);
        uint8_t *offsets = panel + m->groups * 16 * scale_bytes, *lines = panel + head;
        for (size_t group = 0; group < m->groups; group++) {
            const size_t from = n * m->groups + group, to = group * 16 + n % 16;
            encode(m->scales + from, 1, matrix->scale_type, panel + to * scale_bytes);
            if (matrix->offset == CK_ZERO_POINTS) offsets[to] = (uint8_t)m->offsets[from];
            if (matrix->offset == CK_MINIMUMS)
                encode(m->offsets + from, 1, matrix->scale_type, offsets + to * scale_bytes);
        }
        for (size_t k = 0; k < width; k++) {
            const uint8_t code = m->codes[n * width + k];
            const size_t lane = n % 16 * 4 + k % 4;
            if (matrix->bit_count == 8) lines[k / 4 * 64 + lane] = code;
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
    m->rows = (ck_integer_rows){tight, scales, matrix->offset == CK_MIDPOINT ? NULL : offsets};
}

integer_matrix make_integer_matrix(int index, size_t N, size_t K) {
    static const char *const offset_names[] = {"midpoint", "zero points", "minimums"};
    static const char *const type_names[] = {"float32", "float16", "bfloat16"};
    const ck_offset offset = (ck_offset)(index / 3 % 3);
    const ck_type scale_type = (ck_type)(index % 3);
    const size_t G = 16u << (index / 9 % 4);
    const int bit_count = index < FORMAT_COUNT / 2 ? 4 : 8;
    integer_matrix m = {.groups = (K + G - 1) / G, .panel_count = (N + 15) / 16};
    snprintf(m.text, sizeof m.text, "%d bits, groups of %zu, %s, %s", bit_count, G,
             offset_names[offset], type_names[scale_type]);
    const size_t scale_bytes = scale_type == CK_FLOAT32 ? 4 : 2;
    const size_t offset_bytes = offset == CK_MIDPOINT ? 0 : offset == CK_MINIMUMS ? scale_bytes : 1;
    m.byte_count = m.panel_count * (rounded_up(m.groups * 16 * (scale_bytes + offset_bytes), 64) +
                                    m.groups * G * 2 * (size_t)bit_count);
    m.matrix = (ck_integer_matrix){take(m.byte_count), N, K, G, bit_count, scale_type, offset};
    m.codes = take(m.panel_count * 16 * m.groups * G);
    m.scales = take(m.panel_count * 16 * m.groups * 4);
    m.offsets = take(m.panel_count * 16 * m.groups * 4);
    fill_codes(&m, N, K);
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
