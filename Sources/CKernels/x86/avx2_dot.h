// Integer products of one group for AVX2, which multiplies bytes in pairs only.
//
// Four bits: vpmaddubsw adds two products of an unsigned code (at most 15) and a signed one (at
// most 127) into 16 bits; eight such sums of 3,810 at most fit before they are widened, which is
// done every 32 columns. Six bits: two sums of 16,002 fit. Eight bits: that would overflow at once,
// so codes are widened to 16 bits, even and odd columns apart, and vpmaddwd adds two products into
// 32 bits; the input comes in 16 bits and in the same order.
//
// A multiplication and an addition go through the pipes of Zen 3 in 0.62 cycles together, not in
// 0.5; unpacking runs beside them for nothing: unpacking a group once for 64 rows was no faster.
// Broadcasts from memory take no pipe at all. What scaling a group costs is the number of its
// instructions: putting it off until the next group's products, to hide its latency, was slower.

#include <immintrin.h>

#include "templates/vector.h"

/// Bytes of a code of the input.
CK_INLINE size_t dot_code_bytes(int bits) { return bits == 8 ? 2 : 1; }

CK_INLINE __m256i load_half(const char *memory) {
    return _mm256_loadu_si256((const __m256i *)memory);
}

CK_INLINE __m256i broadcast4(const char *memory) {
    int bits;
    __builtin_memcpy(&bits, memory, sizeof bits);
    return _mm256_set1_epi32(bits);
}

/// Takes two sums as they are. Without it the optimiser reorders the additions of many columns, and
/// has more of their terms alive at once than there are registers.
CK_INLINE void settle(__m256i *sums) { __asm__("" : "+x"(sums[0]), "+x"(sums[1])); }

/// Adds 8 columns of one line to sums of 16 bits, [panel][row][half of the lanes].
CK_INLINE void add_pairs(__m256i *pairs, const char *line, size_t panel_bytes, const char *codes,
                         size_t stride, int R, int M) {
    const __m256i mask = _mm256_set1_epi8(15);
    CK_UNROLLED for (int r = 0; r < R; r++) {
        __m256i low[2], high[2];
        __builtin_prefetch(line + r * panel_bytes + CK_PREFETCH_BYTES, 0, 3);
        CK_UNROLLED for (int h = 0; h < 2; h++) {
            __m256i both = load_half(line + r * panel_bytes + h * 32);
            low[h] = _mm256_and_si256(both, mask);
            high[h] = _mm256_and_si256(_mm256_srli_epi16(both, 4), mask);
        }
        CK_UNROLLED for (int m = 0; m < M; m++) {
            __m256i *sums = pairs + (r * M + m) * 2;
            __m256i x = broadcast4(codes + m * stride);
            sums[0] = _mm256_add_epi16(sums[0], _mm256_maddubs_epi16(low[0], x));
            sums[1] = _mm256_add_epi16(sums[1], _mm256_maddubs_epi16(low[1], x));
            x = broadcast4(codes + m * stride + 4);
            sums[0] = _mm256_add_epi16(sums[0], _mm256_maddubs_epi16(high[0], x));
            sums[1] = _mm256_add_epi16(sums[1], _mm256_maddubs_epi16(high[1], x));
            settle(sums);
        }
    }
}

/// Adds 16 or 32 columns, as many as 16 bits have room for.
CK_INLINE void add_columns(__m256i *dots, const char *lines, size_t panel_bytes, const char *codes,
                           size_t stride, int columns, int R, int M) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i pairs[CK_DOT_ROWS * 2];
    CK_UNROLLED for (int i = 0; i < R * M * 2; i++) pairs[i] = _mm256_setzero_si256();
    CK_UNROLLED for (int k = 0; k < columns; k += 8)
        add_pairs(pairs, lines + k * 8, panel_bytes, codes + k, stride, R, M);
    CK_UNROLLED for (int i = 0; i < R * M * 2; i++)
        dots[i] = _mm256_add_epi32(dots[i], _mm256_madd_epi16(pairs[i], ones));
}

CK_INLINE void dot_group_of_4_bits(__m256i *dots, const char *lines, size_t panel_bytes,
                                   const char *codes, size_t stride, size_t G, int R, int M) {
    CK_UNROLLED for (int i = 0; i < R * M * 2; i++) dots[i] = _mm256_setzero_si256();
    if (G == 16) return add_columns(dots, lines, panel_bytes, codes, stride, 16, R, M);
    for (size_t k = 0; k < G; k += 32)
        add_columns(dots, lines + k * 8, panel_bytes, codes + k, stride, 32, R, M);
}

/// Codes of six bits, a byte each: sums of 16 bits have room for eight columns.
CK_INLINE void dot_group_of_6_bits(__m256i *dots, const char *lines, size_t panel_bytes,
                                   const char *codes, size_t stride, size_t G, int R, int M) {
    const __m256i ones = _mm256_set1_epi16(1);
    CK_UNROLLED for (int i = 0; i < R * M * 2; i++) dots[i] = _mm256_setzero_si256();
    for (size_t k = 0; k < G; k += 8, lines += 128) {
        CK_UNROLLED for (int r = 0; r < R; r++) {
            const char *line = lines + r * panel_bytes;
            __m256i first[2], second[2];
            __builtin_prefetch(line + CK_PREFETCH_BYTES, 0, 3);
            __builtin_prefetch(line + 64 + CK_PREFETCH_BYTES, 0, 3);
            CK_UNROLLED for (int h = 0; h < 2; h++) {
                first[h] = load_half(line + h * 32);
                second[h] = load_half(line + 64 + h * 32);
            }
            CK_UNROLLED for (int m = 0; m < M; m++) {
                __m256i *sums = dots + (r * M + m) * 2;
                __m256i x = broadcast4(codes + m * stride + k);
                __m256i y = broadcast4(codes + m * stride + k + 4);
                CK_UNROLLED for (int h = 0; h < 2; h++) {
                    __m256i pairs = _mm256_add_epi16(_mm256_maddubs_epi16(first[h], x),
                                                     _mm256_maddubs_epi16(second[h], y));
                    sums[h] = _mm256_add_epi32(sums[h], _mm256_madd_epi16(pairs, ones));
                }
                settle(sums);
            }
        }
    }
}

CK_INLINE void dot_group_of_8_bits(__m256i *dots, const char *lines, size_t panel_bytes,
                                   const char *codes, size_t stride, size_t G, int R, int M) {
    const __m256i mask = _mm256_set1_epi16(255);
    CK_UNROLLED for (int i = 0; i < R * M * 2; i++) dots[i] = _mm256_setzero_si256();
    for (size_t k = 0; k < G; k += 4, lines += 64) {
        CK_UNROLLED for (int r = 0; r < R; r++) {
            __m256i even[2], odd[2];
            __builtin_prefetch(lines + r * panel_bytes + CK_PREFETCH_BYTES, 0, 3);
            CK_UNROLLED for (int h = 0; h < 2; h++) {
                __m256i both = load_half(lines + r * panel_bytes + h * 32);
                even[h] = _mm256_and_si256(both, mask);
                odd[h] = _mm256_srli_epi16(both, 8);
            }
            CK_UNROLLED for (int m = 0; m < M; m++) {
                __m256i *sums = dots + (r * M + m) * 2;
                __m256i x = broadcast4(codes + m * stride + k * 2);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(even[0], x));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(even[1], x));
                x = broadcast4(codes + m * stride + k * 2 + 4);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(odd[0], x));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(odd[1], x));
            }
        }
    }
}

/// dots[r * M + m] = products of a group of R panels and M rows.
CK_INLINE void dot_group(int16x *dots, const char *lines, size_t panel_bytes, const char *codes,
                         size_t stride, size_t G, int bits, int R, int M) {
    __m256i halves[CK_DOT_ROWS * 2];
    if (bits == 4) {
        dot_group_of_4_bits(halves, lines, panel_bytes, codes, stride, G, R, M);
    } else if (bits == 6) {
        dot_group_of_6_bits(halves, lines, panel_bytes, codes, stride, G, R, M);
    } else {
        dot_group_of_8_bits(halves, lines, panel_bytes, codes, stride, G, R, M);
    }
    CK_UNROLLED for (int i = 0; i < R * M; i++) __builtin_memcpy(dots + i, halves + 2 * i, 64);
}
