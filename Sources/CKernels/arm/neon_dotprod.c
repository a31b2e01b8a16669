// Products with integer weights for AArch64 with the dot product extension: sixteen lanes are four
// registers.
//
// The instruction takes signed bytes; a code c goes in as c - 128, and 128 times the sum of the
// input is added. Instruction: Arm Architecture Reference Manual for A-profile, SDOT (vector).

#if defined(__aarch64__)

#include <arm_neon.h>
#include <math.h>

#include "internal.h"

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#define CK_FUSED 1
#define CK_HALF 1
#define CK_TILE_ROWS 6
#define CK_DOT_ROWS 5
#define CK_DOT_WIDE 1

#include "templates/vector.h"

/// Adds the products of four unsigned codes, the bytes of a lane, with the four signed bytes of x.
CK_INLINE int16x dot4(int16x sums, uint16x codes, int32_t x) {
    const int8x16_t input = vreinterpretq_s8_s32(vdupq_n_s32(x));
    int32_t total = 0;
    CK_UNROLLED for (int j = 0; j < 4; j++) total += (int8_t)(x >> (8 * j));
    const int32x4_t shift = vdupq_n_s32(128 * total);
    CK_UNROLLED for (int q = 0; q < 4; q++) {
        uint8x16_t lanes;
        int32x4_t sum;
        __builtin_memcpy(&lanes, (const char *)&codes + q * 16, sizeof lanes);
        __builtin_memcpy(&sum, (const char *)&sums + q * 16, sizeof sum);
        int8x16_t signed_lanes = vreinterpretq_s8_u8(veorq_u8(lanes, vdupq_n_u8(128)));
        sum = vdotq_s32(vaddq_s32(sum, shift), signed_lanes, input);
        __builtin_memcpy((char *)&sums + q * 16, &sum, sizeof sum);
    }
    return sums;
}

#include "templates/integer_dot.h"
#include "templates/integer_linear.h"

void ck_integer_linear_neon_dotprod(const ck_integer_linear *product, size_t first_panel,
                                    size_t end_panel) {
    integer_linear(product, first_panel, end_panel);
}

#pragma clang attribute pop

#endif
