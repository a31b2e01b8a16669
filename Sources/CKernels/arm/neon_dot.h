// The dot product of four bytes for AArch64 without the extension that has it: four products at a
// time, widened to 16 bits and added in pairs.

#include <arm_neon.h>

#include "templates/vector.h"

/// Adds the products of four unsigned codes, the bytes of a lane, with the four signed bytes of x.
CK_INLINE int16x dot4(int16x sums, uint16x codes, int32_t x) {
    int8x8_t input = vreinterpret_s8_s32(vdup_n_s32(x));
    int16x8_t wide = vmovl_s8(input);
    CK_UNROLLED for (int q = 0; q < 4; q++) {
        uint8x16_t lanes;
        int32x4_t sum;
        __builtin_memcpy(&lanes, (const char *)&codes + q * 16, sizeof lanes);
        __builtin_memcpy(&sum, (const char *)&sums + q * 16, sizeof sum);
        // A code times an input byte is at most 255 * 127, which fits 16 bits with its sign.
        int16x8_t low = vmulq_s16(vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(lanes))), wide);
        int16x8_t high = vmulq_s16(vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(lanes))), wide);
        sum = vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
        __builtin_memcpy((char *)&sums + q * 16, &sum, sizeof sum);
    }
    return sums;
}
