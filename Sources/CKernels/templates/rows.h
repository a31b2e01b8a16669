// Kernels over one row: norm, rotation, activation, conversion, reductions. Included once per
// instruction set.

#include <math.h>

#include "templates/vector.h"

static void rms_norm(const float *x, const float *weight, float epsilon, size_t count,
                     float *output) {
    // Two chains hide the latency of the addition; which one an element joins depends on its index
    // alone.
    float16x even = 0.0f, odd = 0.0f;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        float16x a = load(x + i), b = load(x + i + 16);
        even = madd(a, a, even);
        odd = madd(b, b, odd);
    }
    for (; i < count; i += 16) {
        float16x a = count - i < 16 ? load_part(x + i, count - i, 0) : load(x + i);
        even = madd(a, a, even);
    }
    float mean = sum_lanes(even + odd) / (float)(count == 0 ? 1 : count);
    float scale = 1.0f / sqrtf(mean + epsilon);
    for (i = 0; i + 16 <= count; i += 16) store(output + i, load(x + i) * scale * load(weight + i));
    size_t rest = count - i;
    if (rest > 0) {
        float16x part = load_part(x + i, rest, 0) * scale * load_part(weight + i, rest, 0);
        store_part(output + i, part, rest);
    }
}

static void rotate(float *x, const float *cosines, const float *sines, size_t half) {
    float *y = x + half;
    size_t i = 0;
    for (; i + 16 <= half; i += 16) {
        float16x a = load(x + i), b = load(y + i), c = load(cosines + i), s = load(sines + i);
        store(x + i, madd(a, c, -(b * s)));
        store(y + i, madd(b, c, a * s));
    }
    size_t rest = half - i;
    if (rest > 0) {
        float16x a = load_part(x + i, rest, 0), b = load_part(y + i, rest, 0);
        float16x c = load_part(cosines + i, rest, 0), s = load_part(sines + i, rest, 0);
        store_part(x + i, madd(a, c, -(b * s)), rest);
        store_part(y + i, madd(b, c, a * s), rest);
    }
}

CK_INLINE float16x silu_product(float16x gate, float16x up) {
    return gate / (1.0f + exponential(-gate)) * up;
}

static void silu_multiply(const float *gate, const float *up, size_t count, float *output) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) store(output + i, silu_product(load(gate + i), load(up + i)));
    size_t rest = count - i;
    if (rest > 0) {
        float16x part = silu_product(load_part(gate + i, rest, 0), load_part(up + i, rest, 0));
        store_part(output + i, part, rest);
    }
}

CK_INLINE void narrow_as(const float *input, size_t count, ck_type type, char *output) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        store_part_as(output + i * byte_count(type), load(input + i), 16, type);
    size_t rest = count - i;
    if (rest > 0) {
        store_part_as(output + i * byte_count(type), load_part(input + i, rest, 0), rest, type);
    }
}

static void narrow(const float *input, size_t count, ck_type type, void *output) {
    if (type == CK_FLOAT32) narrow_as(input, count, CK_FLOAT32, output);
    if (type == CK_FLOAT16) narrow_as(input, count, CK_FLOAT16, output);
    if (type == CK_BFLOAT16) narrow_as(input, count, CK_BFLOAT16, output);
}
