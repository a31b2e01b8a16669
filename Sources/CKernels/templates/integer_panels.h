// Where the parts of a panel of integer codes lie; see ck_integer_matrix.

#ifndef CKERNELS_INTEGER_PANELS_H
#define CKERNELS_INTEGER_PANELS_H

#include "templates/vector.h"

typedef uint8_t char16x __attribute__((ext_vector_type(16)));

CK_INLINE size_t group_count(const ck_integer_matrix *matrix) {
    return (matrix->column_count + matrix->group_size - 1) / matrix->group_size;
}

/// The type of the scales and minimums of groups.
CK_INLINE ck_type group_scale_type(const ck_integer_matrix *matrix) {
    return matrix->super_block_bits > 0 ? CK_INT8 : matrix->scale_type;
}

CK_INLINE size_t offset_byte_count(const ck_integer_matrix *matrix) {
    if (matrix->offset == CK_MIDPOINT) return 0;
    return matrix->offset == CK_ZERO_POINTS ? 1 : byte_count(group_scale_type(matrix));
}

CK_INLINE size_t super_block_count(const ck_integer_matrix *matrix) {
    if (matrix->super_block_bits == 0) return 0;
    const size_t groups = (size_t)1 << matrix->super_block_bits;
    return (group_count(matrix) + groups - 1) / groups;
}

/// Where the scales, or the minimums, of the super-blocks begin.
CK_INLINE size_t super_place(const ck_integer_matrix *matrix, bool minimums) {
    const size_t lane_bytes = 1 + offset_byte_count(matrix);
    const size_t before = minimums ? super_block_count(matrix) : 0;
    return 16 * (group_count(matrix) * lane_bytes + before * byte_count(matrix->scale_type));
}

/// Bytes of scales and offsets before the lines of a panel.
CK_INLINE size_t head_byte_count(const ck_integer_matrix *matrix) {
    const size_t supers = super_block_count(matrix) * (matrix->offset == CK_MINIMUMS ? 2 : 1);
    const size_t lane_bytes = byte_count(group_scale_type(matrix)) + offset_byte_count(matrix);
    const size_t numbers =
        group_count(matrix) * lane_bytes + supers * byte_count(matrix->scale_type);
    return (numbers * 16 + 63) / 64 * 64;
}

/// Bytes of the lines of one group.
CK_INLINE size_t group_byte_count(const ck_integer_matrix *matrix) {
    return matrix->group_size * (matrix->bit_count == 4 ? 8 : 16);
}

CK_INLINE size_t integer_panel_byte_count(const ck_integer_matrix *matrix) {
    return head_byte_count(matrix) + group_count(matrix) * group_byte_count(matrix);
}

CK_INLINE char *integer_panel(const ck_integer_matrix *matrix, size_t panel) {
    return (char *)matrix->panels + panel * integer_panel_byte_count(matrix);
}

/// Sixteen numbers of the type that scales have.
CK_INLINE float16x load_scales(const ck_integer_matrix *matrix, const char *memory) {
    if (matrix->scale_type == CK_FLOAT16) return load_as(memory, CK_FLOAT16);
    if (matrix->scale_type == CK_BFLOAT16) return load_as(memory, CK_BFLOAT16);
    return load_as(memory, CK_FLOAT32);
}

/// Scales or minimums of a group in a super-block. float32 holds the product exactly where what
/// multiplies is a float16.
CK_INLINE float16x super_block_scales(const ck_integer_matrix *matrix, const char *panel,
                                      const char *bytes, size_t group, bool minimums) {
    const size_t block = group >> matrix->super_block_bits;
    const char *supers =
        panel + super_place(matrix, minimums) + block * 16 * byte_count(matrix->scale_type);
    return load_as(bytes, CK_INT8) * load_scales(matrix, supers);
}

/// The scales of a group's sixteen rows.
CK_INLINE float16x group_scales(const ck_integer_matrix *matrix, const char *panel, size_t group) {
    const char *scales = panel + group * 16 * byte_count(group_scale_type(matrix));
    if (matrix->super_block_bits > 0)
        return super_block_scales(matrix, panel, scales, group, false);
    return load_scales(matrix, scales);
}

/// The zeros of a group's sixteen rows, or the minimums.
CK_INLINE float16x group_offsets(const ck_integer_matrix *matrix, const char *panel,
                                 size_t group) {
    const char *offsets = panel + group_count(matrix) * 16 * byte_count(group_scale_type(matrix)) +
                          group * 16 * offset_byte_count(matrix);
    if (matrix->offset == CK_MIDPOINT) return (float16x)(float)(1 << (matrix->bit_count - 1));
    if (matrix->offset == CK_ZERO_POINTS) {
        char16x zeros;
        __builtin_memcpy(&zeros, offsets, sizeof zeros);
        return __builtin_convertvector(zeros, float16x);
    }
    if (matrix->super_block_bits > 0)
        return super_block_scales(matrix, panel, offsets, group, true);
    return load_scales(matrix, offsets);
}

#endif
