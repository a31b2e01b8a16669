// Where the parts of a panel of integer codes lie; see ck_integer_matrix.

#ifndef CKERNELS_INTEGER_PANELS_H
#define CKERNELS_INTEGER_PANELS_H

#include "templates/vector.h"

typedef uint8_t char16x __attribute__((ext_vector_type(16)));

CK_INLINE size_t group_count(const ck_integer_matrix *matrix) {
    return (matrix->column_count + matrix->group_size - 1) / matrix->group_size;
}

CK_INLINE size_t offset_byte_count(const ck_integer_matrix *matrix) {
    if (matrix->offset == CK_MIDPOINT) return 0;
    return matrix->offset == CK_ZERO_POINTS ? 1 : byte_count(matrix->scale_type);
}

/// Bytes of scales and offsets before the lines of a panel.
CK_INLINE size_t head_byte_count(const ck_integer_matrix *matrix) {
    size_t lane_bytes = byte_count(matrix->scale_type) + offset_byte_count(matrix);
    return (group_count(matrix) * 16 * lane_bytes + 63) / 64 * 64;
}

/// Bytes of the lines of one group.
CK_INLINE size_t group_byte_count(const ck_integer_matrix *matrix) {
    return matrix->group_size * 2 * (size_t)matrix->bit_count;
}

CK_INLINE size_t integer_panel_byte_count(const ck_integer_matrix *matrix) {
    return head_byte_count(matrix) + group_count(matrix) * group_byte_count(matrix);
}

CK_INLINE char *integer_panel(const ck_integer_matrix *matrix, size_t panel) {
    return (char *)matrix->panels + panel * integer_panel_byte_count(matrix);
}

/// The scales of a group's sixteen rows.
CK_INLINE float16x group_scales(const ck_integer_matrix *matrix, const char *panel, size_t group) {
    const char *scales = panel + group * 16 * byte_count(matrix->scale_type);
    if (matrix->scale_type == CK_FLOAT16) return load_as(scales, CK_FLOAT16);
    if (matrix->scale_type == CK_BFLOAT16) return load_as(scales, CK_BFLOAT16);
    return load_as(scales, CK_FLOAT32);
}

/// The zeros of a group's sixteen rows, or the minimums.
CK_INLINE float16x group_offsets(const ck_integer_matrix *matrix, const char *panel,
                                 size_t group) {
    const char *offsets = panel + group_count(matrix) * 16 * byte_count(matrix->scale_type) +
                          group * 16 * offset_byte_count(matrix);
    if (matrix->offset == CK_MIDPOINT) return (float16x)(float)(1 << (matrix->bit_count - 1));
    if (matrix->offset == CK_ZERO_POINTS) {
        char16x zeros;
        __builtin_memcpy(&zeros, offsets, sizeof zeros);
        return __builtin_convertvector(zeros, float16x);
    }
    if (matrix->scale_type == CK_FLOAT16) return load_as(offsets, CK_FLOAT16);
    if (matrix->scale_type == CK_BFLOAT16) return load_as(offsets, CK_BFLOAT16);
    return load_as(offsets, CK_FLOAT32);
}

#endif
