// Rows of float32 rounded to integers, group by group. Included once for each order of codes.
//
// The file that includes this defines, before it:
//     CK_WIDE_CODES    1 if input for weights of eight bits has two bytes a code, each four of them
//                      in the order 0, 2, 1, 3; 0 if codes are bytes in their own order

#include "templates/vector.h"

CK_INLINE void store_input_codes(char *output, size_t index, int16x codes, int bit_count) {
    if (CK_WIDE_CODES && bit_count == 8) {
        short16x lanes = __builtin_convertvector(codes, short16x);
        lanes = __builtin_shufflevector(lanes, lanes, 0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14,
                                        13, 15);
        __builtin_memcpy(output + index * 2, &lanes, sizeof lanes);
    } else {
        byte16x lanes = __builtin_convertvector(codes, byte16x);
        __builtin_memcpy(output + index, &lanes, sizeof lanes);
    }
}

static void quantize_input(const float *input, size_t count, size_t group_size, int bit_count,
                           void *codes, float *scales, float *sums) {
    const float16x magic = 0x1.8p23f;
    for (size_t first = 0; first < count; first += group_size) {
        float16x largest = 0.0f, finite = 0.0f;
        for (size_t i = first; i < first + group_size; i += 16) {
            if (i >= count) break;
            float16x x = load_part_as(input + i, count - i < 16 ? count - i : 16, CK_FLOAT32);
            largest = __builtin_elementwise_max(largest, __builtin_elementwise_abs(x));
            // Zero times an infinity or a NaN is a NaN, which max() may pass over.
            finite = madd(x, (float16x)0.0f, finite);
        }
        const float most = maximum_lane(largest) + sum_lanes(finite);
        const float inverse = most >= 0x1p-120f && most <= 0x1p120f ? 127 / most : 0;
        int16x total = 0;
        for (size_t i = first; i < first + group_size; i += 16) {
            float16x x = 0.0f;
            if (inverse > 0 && i < count)
                x = load_part_as(input + i, count - i < 16 ? count - i : 16, CK_FLOAT32);
            int16x lanes = (int16x)madd(x, (float16x)inverse, magic) - (int16x)magic;
            store_input_codes((char *)codes, i, lanes, bit_count);
            total += lanes;
        }
        scales[first / group_size] = inverse > 0 ? most / 127 : most * 0x1p120f * 0;
        sums[first / group_size] = sum_lanes(__builtin_convertvector(total, float16x));
    }
}
