// Sixteen lanes of float32 and what the kernels do with them, written once for every instruction
// set.
//
// A file that includes this defines, before it:
//     CK_FUSED        1 if multiply-add rounds once (the instruction set has it), 0 if it rounds
//     twice CK_HALF         1 if float16 is converted by the instruction set, 0 if by integer
//     arithmetic
// and has the target attribute in force: the compiler lowers the vectors to one register of
// AVX-512, two of AVX2, four of SSE2 or NEON. Contraction is off, so that only madd() fuses and
// every instance of a line rounds alike.

#ifndef CKERNELS_VECTOR_H
#define CKERNELS_VECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "internal.h"

#pragma STDC FP_CONTRACT OFF
// The wide vectors are passed between inlined functions only: there is no ABI to change.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float float16x __attribute__((ext_vector_type(16)));
typedef int32_t int16x __attribute__((ext_vector_type(16)));
typedef uint32_t uint16x __attribute__((ext_vector_type(16)));
typedef uint16_t short16x __attribute__((ext_vector_type(16)));
typedef int8_t byte16x __attribute__((ext_vector_type(16)));

CK_INLINE float16x load(const float *memory) {
    float16x lanes;
    __builtin_memcpy(&lanes, memory, sizeof lanes);
    return lanes;
}

CK_INLINE void store(float *memory, float16x lanes) {
    __builtin_memcpy(memory, &lanes, sizeof lanes);
}

/// The first `count` < 16 lanes; the others are `rest`.
CK_INLINE float16x load_part(const float *memory, size_t count, float rest) {
    float16x lanes = rest;
    __builtin_memcpy(&lanes, memory, count * sizeof(float));
    return lanes;
}

CK_INLINE void store_part(float *memory, float16x lanes, size_t count) {
    __builtin_memcpy(memory, &lanes, count * sizeof(float));
}

CK_INLINE float16x madd(float16x a, float16x b, float16x c) {
#if CK_FUSED
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

CK_INLINE float16x select(int16x mask, float16x yes, float16x no) {
    return (float16x)((mask & (int16x)yes) | (~mask & (int16x)no));
}

CK_INLINE int16x lane_indices(void) {
    return (int16x){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

/// Adds the lanes in a fixed tree.
CK_INLINE float sum_lanes(float16x x) {
    typedef float float8x __attribute__((ext_vector_type(8)));
    typedef float float4x __attribute__((ext_vector_type(4)));
    float8x eight = x.lo + x.hi;
    float4x four = eight.lo + eight.hi;
    return (four.x + four.z) + (four.y + four.w);
}

CK_INLINE float maximum_lane(float16x x) { return __builtin_reduce_max(x); }

// MARK: conversions

CK_INLINE float16x widen_half(short16x bits) {
#if CK_HALF
    typedef _Float16 half16x __attribute__((ext_vector_type(16)));
    return __builtin_convertvector((half16x)bits, float16x);
#else
    // The 15 bits, moved to a float32's place, are short of 2^112; infinities and NaNs then get the
    // full exponent.
    uint16x wide = __builtin_convertvector(bits, uint16x);
    float16x magnitude = (float16x)((wide & 0x7fff) << 13) * 0x1p112f;
    uint16x special = (uint16x)(magnitude >= 65536.0f) & 0x7f800000;
    return (float16x)((uint16x)magnitude | special | ((wide & 0x8000) << 16));
#endif
}

CK_INLINE short16x narrow_half(float16x x) {
#if CK_HALF
    typedef _Float16 half16x __attribute__((ext_vector_type(16)));
    return (short16x) __builtin_convertvector(x, half16x);
#else
    uint16x bits = (uint16x)x;
    uint16x sign = (bits >> 16) & 0x8000;
    uint16x magnitude = bits & 0x7fffffff;
    uint16x odd = (magnitude >> 13) & 1;
    uint16x normal = (magnitude - (112u << 23) + 0xfff + odd) >> 13;
    // Adding 0.5 puts the unit of float16's subnormals at the last bit, and rounds to it.
    uint16x small = (uint16x)((float16x)magnitude + 0.5f) - 0x3f000000;
    uint16x result =
        (uint16x)select((int16x)(magnitude < 0x38800000u), (float16x)small, (float16x)normal);
    result = (uint16x)select((int16x)(magnitude >= 0x477ff000u), (float16x)(uint16x)0x7c00,
                             (float16x)result);
    uint16x quiet = 0x7e00 | ((magnitude >> 13) & 0x3ff);
    result = (uint16x)select((int16x)(magnitude > 0x7f800000u), (float16x)quiet, (float16x)result);
    return __builtin_convertvector(result | sign, short16x);
#endif
}

CK_INLINE float16x widen_brain(short16x bits) {
    return (float16x)(__builtin_convertvector(bits, uint16x) << 16);
}

CK_INLINE short16x narrow_brain(float16x x) {
    uint16x bits = (uint16x)x;
    uint16x rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    uint16x quiet = (bits >> 16) | 0x40;
    int16x is_nan = (int16x)((bits & 0x7fffffff) > 0x7f800000u);
    return __builtin_convertvector((uint16x)select(is_nan, (float16x)quiet, (float16x)rounded),
                                   short16x);
}

CK_INLINE size_t byte_count(ck_type type) {
    return type == CK_FLOAT32 ? 4 : type == CK_INT8 ? 1 : 2;
}

/// Sixteen elements of any type as float32. `type` is a constant where this is inlined.
CK_INLINE float16x load_as(const void *memory, ck_type type) {
    if (type == CK_FLOAT32) return load(memory);
    if (type == CK_INT8) {
        byte16x bytes;
        __builtin_memcpy(&bytes, memory, sizeof bytes);
        return __builtin_convertvector(bytes, float16x);
    }
    short16x bits;
    __builtin_memcpy(&bits, memory, sizeof bits);
    return type == CK_FLOAT16 ? widen_half(bits) : widen_brain(bits);
}

/// The first `count` ≤ 16 elements of any type as float32; the others are 0.
CK_INLINE float16x load_part_as(const void *memory, size_t count, ck_type type) {
    if (type == CK_FLOAT32) return load_part(memory, count, 0);
    short16x bits = 0;
    __builtin_memcpy(&bits, memory, count * 2);
    return type == CK_FLOAT16 ? widen_half(bits) : widen_brain(bits);
}

/// Rounds and stores the first `count` ≤ 16 lanes.
CK_INLINE void store_part_as(void *memory, float16x lanes, size_t count, ck_type type) {
    if (type == CK_FLOAT32) {
        __builtin_memcpy(memory, &lanes, count * 4);
    } else {
        short16x bits = type == CK_FLOAT16 ? narrow_half(lanes) : narrow_brain(lanes);
        __builtin_memcpy(memory, &bits, count * 2);
    }
}

// MARK: exp

/// e^x, within two units in the last place; 0 below -87.33, infinity above 88.72, NaN of NaN.
///
/// x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by its Taylor series to r^7, whose rest is below 2^-27;
/// times 2^n by the exponent, in two factors, so that n = 128 does not overflow early.
CK_INLINE float16x exponential(float16x x) {
    const float16x magic = 0x1.8p23f;
    // NaN fails both comparisons and passes through.
    float16x clamped = select((int16x)(x < -88.0f), (float16x)-88.0f, x);
    clamped = select((int16x)(clamped > 89.0f), (float16x)89.0f, clamped);
    float16x shifted = madd(clamped, (float16x)0x1.715476p0f, magic);
    float16x n = shifted - magic;
    float16x r = madd(n, (float16x)-0x1.62e400p-1f, clamped);
    r = madd(n, (float16x)-0x1.7f7d1cp-20f, r);
    float16x p = 1.0f / 5040;
    p = madd(p, r, (float16x)(1.0f / 720));
    p = madd(p, r, (float16x)(1.0f / 120));
    p = madd(p, r, (float16x)(1.0f / 24));
    p = madd(p, r, (float16x)(1.0f / 6));
    p = madd(p, r, (float16x)0.5f);
    p = madd(p, r, (float16x)1.0f);
    p = madd(p, r, (float16x)1.0f);
    int16x exponent = (int16x)shifted - (int16x)magic;
    int16x half = exponent >> 1;
    float16x first = (float16x)((half + 127) << 23);
    float16x second = (float16x)((exponent - half + 127) << 23);
    float16x result = p * first * second;
    return select((int16x)(x < -87.33f), (float16x)0.0f, result);
}

#endif
