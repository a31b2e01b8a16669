// Integer products of one group, four columns at a time. For instruction sets with a dot product of
// four bytes, and for those with none.
//
// The file that includes this defines, before it:
//     dot4(sums, codes, x)    adds to each of 16 sums the products of four unsigned codes, the
//                             bytes of a lane, with the four signed bytes of x

#include "templates/vector.h"

/// Bytes of a code of the input.
CK_INLINE size_t dot_code_bytes(int bits) {
    (void)bits;
    return 1;
}

CK_INLINE uint16x load_line(const char *line) {
    uint16x lanes;
    __builtin_memcpy(&lanes, line, sizeof lanes);
    __builtin_prefetch(line + CK_PREFETCH_BYTES, 0, 3);
    return lanes;
}

/// dots[r * M + m] = products of a group of R panels and M rows.
CK_INLINE void dot_group(int16x *dots, const char *lines, size_t panel_bytes, const char *codes,
                         size_t stride, size_t G, int bits, int R, int M) {
    CK_UNROLLED for (int i = 0; i < R * M; i++) dots[i] = 0;
    for (size_t k = 0; k < G; k += 8, lines += bits == 4 ? 64 : 128) {
        uint16x first[2], second[2];
        CK_UNROLLED for (int r = 0; r < R; r++) {
            first[r] = load_line(lines + r * panel_bytes);
            if (bits == 4) {
                second[r] = first[r] >> 4 & 0x0f0f0f0f;
                first[r] &= 0x0f0f0f0f;
            } else {
                second[r] = load_line(lines + r * panel_bytes + 64);
            }
        }
        CK_UNROLLED for (int m = 0; m < M; m++) {
            int32_t x[2];
            __builtin_memcpy(x, codes + m * stride + k, sizeof x);
            CK_UNROLLED for (int r = 0; r < R; r++) {
                dots[r * M + m] = dot4(dots[r * M + m], first[r], x[0]);
                dots[r * M + m] = dot4(dots[r * M + m], second[r], x[1]);
            }
        }
    }
}
