// Rows of integer codes into panels, rows of numbers rounded to codes, and back. Included once per
// instruction set.
//
// Columns go by eight: with four bits their codes are one line of the panel, with eight bits two.

#include <math.h>

#include "templates/integer_panels.h"

// MARK: one row of one group

/// One number of a scale's type.
CK_INLINE void store_scale(char *memory, size_t index, float value, ck_type type) {
    store_part_as(memory + index * byte_count(type), (float16x)value, 1, type);
}

CK_INLINE void store_scale_of(const ck_integer_matrix *matrix, char *memory, size_t index,
                              float value) {
    if (matrix->scale_type == CK_FLOAT32) store_scale(memory, index, value, CK_FLOAT32);
    if (matrix->scale_type == CK_FLOAT16) store_scale(memory, index, value, CK_FLOAT16);
    if (matrix->scale_type == CK_BFLOAT16) store_scale(memory, index, value, CK_BFLOAT16);
}

/// Writes scale and offset of one row of a group into the head of its panel.
CK_INLINE void store_head(const ck_integer_matrix *matrix, char *panel, size_t lane, size_t group,
                          float scale, float offset) {
    const size_t index = group * 16 + lane;
    char *offsets = panel + group_count(matrix) * 16 * byte_count(group_scale_type(matrix));
    const bool minimums = matrix->offset == CK_MINIMUMS;
    if (matrix->offset == CK_ZERO_POINTS) ((uint8_t *)offsets)[index] = (uint8_t)offset;
    if (matrix->super_block_bits > 0) {
        ((int8_t *)panel)[index] = (int8_t)scale;
        if (minimums) ((int8_t *)offsets)[index] = (int8_t)offset;
    } else {
        store_scale_of(matrix, panel, index, scale);
        if (minimums) store_scale_of(matrix, offsets, index, offset);
    }
}

/// Writes what multiplies the scales of one row's super-blocks.
CK_INLINE void store_supers(const ck_integer_matrix *matrix, char *panel, size_t lane,
                            const ck_integer_rows *source, size_t row) {
    const size_t count = super_block_count(matrix);
    for (size_t block = 0; block < count; block++) {
        const size_t from = row * count + block, index = block * 16 + lane;
        if (source->super_scales)
            store_scale_of(matrix, panel + super_place(matrix, false), index,
                           source->super_scales[from]);
        if (source->super_minimums)
            store_scale_of(matrix, panel + super_place(matrix, true), index,
                           source->super_minimums[from]);
    }
}

/// Writes the codes of one row into the lines of its panel; `count` of them, then zeros up to a
/// multiple of eight.
CK_INLINE void store_codes(char *lines, size_t lane, const uint8_t *codes, size_t count,
                           int bit_count) {
    for (size_t k = 0; k < count; k += 8) {
        uint32_t words[2] = {0, 0};
        if (k + 8 <= count) {
            __builtin_memcpy(words, codes + k, 8);
        } else {
            __builtin_memcpy(words, codes + k, count - k);
        }
        if (bit_count == 4) {
            uint32_t pairs = (words[0] & 0x0f0f0f0f) | (words[1] & 0x0f0f0f0f) << 4;
            __builtin_memcpy(lines + k * 8 + lane * 4, &pairs, 4);
        } else {
            __builtin_memcpy(lines + k * 16 + lane * 4, words, 4);
            __builtin_memcpy(lines + k * 16 + 64 + lane * 4, words + 1, 4);
        }
    }
}

// MARK: packing

static void pack_integer(const ck_integer_matrix *matrix, const ck_integer_rows *source,
                         size_t first_row, size_t row_count, size_t first_panel,
                         size_t end_panel) {
    const size_t groups = group_count(matrix), K = matrix->column_count;
    size_t begin = first_panel * 16 > first_row ? first_panel * 16 : first_row;
    size_t end = end_panel * 16 < first_row + row_count ? end_panel * 16 : first_row + row_count;
    for (size_t row = begin; row < end; row++) {
        const size_t from = row - first_row;
        char *panel = integer_panel(matrix, row / 16);
        store_codes(panel + head_byte_count(matrix), row % 16, source->codes + from * K, K,
                    matrix->bit_count);
        for (size_t group = 0; group < groups; group++) {
            size_t place = from * groups + group;
            store_head(matrix, panel, row % 16, group, source->scales[place],
                       source->offsets ? source->offsets[place] : 0);
        }
        store_supers(matrix, panel, row % 16, source, from);
    }
}

static void unpack_integer(const ck_integer_matrix *matrix, size_t row, float *output) {
    const char *panel = integer_panel(matrix, row / 16);
    const uint8_t *lines = (const uint8_t *)panel + head_byte_count(matrix);
    const size_t lane = row % 16;
    float16x scales = 0.0f, offsets = 0.0f;
    for (size_t k = 0; k < matrix->column_count; k++) {
        if (k % matrix->group_size == 0) {
            scales = group_scales(matrix, panel, k / matrix->group_size);
            offsets = group_offsets(matrix, panel, k / matrix->group_size);
        }
        int code;
        if (matrix->bit_count == 4) {
            code = lines[k / 8 * 64 + lane * 4 + k % 4];
            code = k % 8 < 4 ? code & 15 : code >> 4;
        } else {
            code = lines[k / 4 * 64 + lane * 4 + k % 4];
        }
        float16x value = (float)code;
        value = matrix->offset == CK_MINIMUMS ? madd(value, scales, offsets)
                                              : (value - offsets) * scales;
        output[k] = value[lane];
    }
}

// MARK: rounding

/// How well a scale fits the numbers of a group: sum of squares of what rounding changes; writes
/// the codes.
CK_INLINE float round_group(const float *x, size_t count, float scale, float zero, float highest,
                            uint8_t *codes) {
    const float16x magic = 0x1.8p23f;
    const float inverse = scale > 0 ? 1 / scale : 0;
    float16x errors = 0.0f;
    for (size_t i = 0; i < count; i += 16) {
        float16x lanes = load(x + i);
        float16x code = madd(lanes, (float16x)inverse, magic) - magic + zero;
        code = select((int16x)(code < 0.0f), (float16x)0.0f, code);
        code = select((int16x)(code > highest), (float16x)highest, code);
        float16x error = (code - zero) * scale - lanes;
        errors = madd(error, error, errors);
        char16x bytes = __builtin_convertvector(__builtin_convertvector(code, int16x), char16x);
        __builtin_memcpy(codes + i, &bytes, sizeof bytes);
    }
    return sum_lanes(errors);
}

/// A scale as the matrix will store it.
CK_INLINE float stored_scale(const ck_integer_matrix *matrix, float scale) {
    char memory[4];
    store_scale_of(matrix, memory, 0, scale);
    if (matrix->scale_type == CK_FLOAT16) return load_part_as(memory, 1, CK_FLOAT16)[0];
    if (matrix->scale_type == CK_BFLOAT16) return load_part_as(memory, 1, CK_BFLOAT16)[0];
    return scale;
}

/// Finds scale, zero and codes for one group of a row, padded to sixteens with zeros.
///
/// Zero is always a code: a weight of 0 stays 0. Several ranges are tried, the full one first: a
/// narrower one cuts the largest weights and represents all others better.
CK_INLINE void round_best(const ck_integer_matrix *matrix, const float *x, size_t count,
                          float *scale, float *zero, uint8_t *codes) {
    const float highest = (float)((1 << matrix->bit_count) - 1);
    const float middle = (float)(1 << (matrix->bit_count - 1));
    // With eight bits the full range is already finer than what else is rounded.
    const int range_count = matrix->bit_count == 4 ? 8 : 1;
    float16x low = 0.0f, high = 0.0f;
    for (size_t i = 0; i < count; i += 16) {
        low = __builtin_elementwise_min(low, load(x + i));
        high = __builtin_elementwise_max(high, load(x + i));
    }
    const float least = -maximum_lane(-low), most = maximum_lane(high);
    float best = INFINITY;
    *scale = 0;
    *zero = matrix->offset == CK_MIDPOINT ? middle : 0;
    for (int i = 0; i < range_count; i++) {
        uint8_t tried[128];
        float part = 1 - 0.05f * (float)i, candidate, candidate_zero = middle;
        if (matrix->offset == CK_MIDPOINT) {
            float largest = most > -least ? most : -least;
            candidate = stored_scale(matrix, largest * part / (middle - 1));
        } else {
            candidate = stored_scale(matrix, (most - least) * part / highest);
            candidate_zero = candidate > 0 ? rintf(-least * part / candidate) : 0;
            if (candidate_zero > highest) candidate_zero = highest;
        }
        float error = round_group(x, count, candidate, candidate_zero, highest, tried);
        if (error < best) {
            best = error;
            *scale = candidate;
            *zero = candidate_zero;
            __builtin_memcpy(codes, tried, (count + 15) / 16 * 16);
        }
    }
}

CK_INLINE void pack_rounded_as(const ck_integer_matrix *matrix, const char *source, ck_type type,
                               size_t first_row, size_t row_count, size_t first_panel,
                               size_t end_panel) {
    const size_t G = matrix->group_size, K = matrix->column_count;
    size_t begin = first_panel * 16 > first_row ? first_panel * 16 : first_row;
    size_t end = end_panel * 16 < first_row + row_count ? end_panel * 16 : first_row + row_count;
    for (size_t row = begin; row < end; row++) {
        const char *from = source + (row - first_row) * K * byte_count(type);
        char *panel = integer_panel(matrix, row / 16);
        char *lines = panel + head_byte_count(matrix);
        for (size_t group = 0; group < group_count(matrix); group++) {
            float x[128], scale, zero;
            uint8_t codes[128] = {0};
            size_t count = K - group * G < G ? K - group * G : G;
            for (size_t i = 0; i < count; i += 16) {
                size_t part = count - i < 16 ? count - i : 16;
                const char *place = from + (group * G + i) * byte_count(type);
                store(x + i, load_part_as(place, part, type));
            }
            round_best(matrix, x, count, &scale, &zero, codes);
            store_head(matrix, panel, row % 16, group, scale,
                       matrix->offset == CK_MINIMUMS ? -zero * scale : zero);
            store_codes(lines + group * group_byte_count(matrix), row % 16, codes, count,
                        matrix->bit_count);
        }
    }
}

static void pack_rounded(const ck_integer_matrix *matrix, const void *source, ck_type type,
                         size_t first_row, size_t row_count, size_t first_panel,
                         size_t end_panel) {
#define CK_CASE(FROM)                                                                             \
    if (type == FROM)                                                                             \
        pack_rounded_as(matrix, source, FROM, first_row, row_count, first_panel, end_panel);
    CK_CASE(CK_FLOAT32)
    CK_CASE(CK_FLOAT16)
    CK_CASE(CK_BFLOAT16)
#undef CK_CASE
}
