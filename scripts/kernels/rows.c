// Kernels over one row, against double precision and, bit for bit, the reference.

#include <string.h>

#include "check.h"

static void check_norm(const subject *s, size_t count) {
    float *x = take(count * 4), *weight = take(count * 4), *found = take(count * 4);
    float *expected = take(count * 4);
    double *exact = take(count * 8), *magnitudes = take(count * 8), squares = 0;
    seed_random(count);
    fill_random(x, count);
    fill_random(weight, count);
    for (size_t i = 0; i < count; i++) squares += (double)x[i] * x[i];
    for (size_t i = 0; i < count; i++) {
        exact[i] = x[i] / sqrt(squares / (double)count + 1e-5) * weight[i];
        magnitudes[i] = fabs(exact[i]) + 1e-9;
    }
    s->table->rms_norm(x, weight, 1e-5f, count, found);
    ck_table_fused.rms_norm(x, weight, 1e-5f, count, expected);
    expect_near(found, exact, magnitudes, count, 2e-6, "norm of %zu", count);
    if (s->is_fused) expect_bits(found, expected, count, "norm of %zu", count);
    memcpy(expected, found, count * 4);
    s->table->rms_norm(x, weight, 1e-5f, count, x);
    expect_bits(x, expected, count, "norm of %zu in place", count);
    give_back_all();
}

static void check_rotation(const subject *s, size_t half) {
    float *x = take(half * 8), *cosines = take(half * 4), *sines = take(half * 4);
    float *expected = take(half * 8);
    double *exact = take(half * 16), *magnitudes = take(half * 16);
    seed_random(half);
    fill_random(x, half * 2);
    memcpy(expected, x, half * 8);
    for (size_t i = 0; i < half; i++) {
        const float angle = random_float() * 3;
        cosines[i] = cosf(angle);
        sines[i] = sinf(angle);
        exact[i] = (double)x[i] * cosines[i] - (double)x[half + i] * sines[i];
        exact[half + i] = (double)x[half + i] * cosines[i] + (double)x[i] * sines[i];
        magnitudes[i] = magnitudes[half + i] = fabs(x[i]) + fabs(x[half + i]);
    }
    s->table->rotate(x, cosines, sines, half);
    ck_table_fused.rotate(expected, cosines, sines, half);
    expect_near(x, exact, magnitudes, half * 2, 2e-7, "rotation of %zu", half);
    if (s->is_fused) expect_bits(x, expected, half * 2, "rotation of %zu", half);
    give_back_all();
}

static void check_activation(const subject *s, size_t count) {
    float *gate = take(count * 4), *up = take(count * 4), *found = take(count * 4);
    float *expected = take(count * 4);
    double *exact = take(count * 8), *magnitudes = take(count * 8);
    seed_random(count);
    fill_random(up, count);
    for (size_t i = 0; i < count; i++) {
        gate[i] = random_float() * (i % 3 == 0 ? 100 : 8);
        exact[i] = gate[i] / (1 + exp(-(double)gate[i])) * up[i];
        // exp() ends at 88.72: what is smaller than this is lost.
        magnitudes[i] = fabs(exact[i]) + 1e-30;
    }
    s->table->silu_multiply(gate, up, count, found);
    ck_table_fused.silu_multiply(gate, up, count, expected);
    expect_near(found, exact, magnitudes, count, 2e-6, "activation of %zu", count);
    if (s->is_fused) expect_bits(found, expected, count, "activation of %zu", count);
    give_back_all();
}

void check_rows(const subject *s) {
    begin(s, "norm");
    for (size_t count = 1; count < 100; count++) check_norm(s, count);
    check_norm(s, 1000);
    finish("");
    begin(s, "rotation");
    for (size_t half = 1; half < 100; half++) check_rotation(s, half);
    finish("");
    begin(s, "activation");
    for (size_t count = 1; count < 100; count++) check_activation(s, count);
    check_activation(s, is_quick ? 1000 : 50000);
    finish("");
}
