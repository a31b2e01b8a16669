// Rows of a checkpoint into panels of 16 rows, and back. Included once per instruction set.
//
// Layout: see ck_matrix. A panel of sixteen source rows is read as sixteen streams, a line of the
// panel at a time.

#include "templates/vector.h"

CK_INLINE size_t panel_line_count(const ck_matrix *matrix) {
    return matrix->type == CK_BFLOAT16 ? (matrix->column_count + 1) / 2 : matrix->column_count;
}

CK_INLINE size_t panel_byte_count(const ck_matrix *matrix) {
    return panel_line_count(matrix) * (matrix->type == CK_FLOAT16 ? 32 : 64);
}

/// One source row into one lane of a panel, sixteen columns at a time.
CK_INLINE void pack_row(char *panel, size_t lane, size_t column_count, ck_type to,
                        const char *source, ck_type from) {
    for (size_t k = 0; k < column_count; k += 16) {
        size_t count = column_count - k < 16 ? column_count - k : 16;
        if (to == CK_FLOAT32) {
            float16x x = load_part_as(source + k * byte_count(from), count, from);
            float *lines = (float *)panel + k * 16 + lane;
            for (size_t i = 0; i < count; i++) lines[i * 16] = x[i];
            continue;
        }
        uint16_t bits[16];
        if (to == from) {
            __builtin_memcpy(bits, source + k * 2, count * 2);
        } else {
            store_part_as(bits, load_part_as(source + k * byte_count(from), count, from), 16, to);
        }
        uint16_t *elements = (uint16_t *)panel;
        for (size_t i = 0; i < count; i++) {
            size_t column = k + i;
            size_t place =
                to == CK_FLOAT16 ? column * 16 + lane : column / 2 * 32 + lane * 2 + column % 2;
            elements[place] = bits[i];
        }
    }
}

CK_INLINE void pack_as(const ck_matrix *matrix, const char *source, ck_type to, ck_type from,
                       size_t first_row, size_t row_count, size_t first_panel, size_t end_panel) {
    size_t begin = first_panel * 16 > first_row ? first_panel * 16 : first_row;
    size_t end = end_panel * 16 < first_row + row_count ? end_panel * 16 : first_row + row_count;
    for (size_t row = begin; row < end; row++) {
        char *panel = (char *)matrix->panels + row / 16 * panel_byte_count(matrix);
        const char *from_row = source + (row - first_row) * matrix->column_count * byte_count(from);
        pack_row(panel, row % 16, matrix->column_count, to, from_row, from);
    }
}

static void pack(const ck_matrix *matrix, const void *source, ck_type type, size_t first_row,
                 size_t row_count, size_t first_panel, size_t end_panel) {
#define CK_CASE(TO, FROM)                                                                \
    if (matrix->type == TO && type == FROM)                                              \
        pack_as(matrix, source, TO, FROM, first_row, row_count, first_panel, end_panel);
    CK_CASE(CK_FLOAT32, CK_FLOAT32)
    CK_CASE(CK_FLOAT32, CK_FLOAT16)
    CK_CASE(CK_FLOAT32, CK_BFLOAT16)
    CK_CASE(CK_FLOAT16, CK_FLOAT32)
    CK_CASE(CK_FLOAT16, CK_FLOAT16)
    CK_CASE(CK_FLOAT16, CK_BFLOAT16)
    CK_CASE(CK_BFLOAT16, CK_FLOAT32)
    CK_CASE(CK_BFLOAT16, CK_FLOAT16)
    CK_CASE(CK_BFLOAT16, CK_BFLOAT16)
#undef CK_CASE
}

static void unpack(const ck_matrix *matrix, size_t row, float *output) {
    const char *panel = (const char *)matrix->panels + row / 16 * panel_byte_count(matrix);
    size_t lane = row % 16, column_count = matrix->column_count;
    if (matrix->type == CK_FLOAT32) {
        for (size_t k = 0; k < column_count; k++) output[k] = ((const float *)panel)[k * 16 + lane];
        return;
    }
    const uint16_t *elements = (const uint16_t *)panel;
    for (size_t k = 0; k < column_count; k += 16) {
        size_t count = column_count - k < 16 ? column_count - k : 16;
        short16x bits = 0;
        for (size_t i = 0; i < count; i++) {
            size_t column = k + i;
            bits[i] = matrix->type == CK_FLOAT16
                          ? elements[column * 16 + lane]
                          : elements[column / 2 * 32 + lane * 2 + column % 2];
        }
        store_part(output + k, matrix->type == CK_FLOAT16 ? widen_half(bits) : widen_brain(bits),
                   count);
    }
}
