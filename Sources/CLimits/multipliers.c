// How many products a core makes in a second, and how fast its clock is.

#include "internal.h"

/// Some 10 ms of work for the slowest unit.
enum { ROUNDS = 400000 };

static double multiply_scalar(uint64_t rounds) {
    float sums[16] = {0}, factor = 0.5f, summand = 0.25f;
    __asm__ volatile("" : "+m"(factor), "+m"(summand));
    const float x = factor, y = summand;
#pragma clang loop vectorize(disable)
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop vectorize(disable) unroll(full)
        for (int index = 0; index < 16; index++) {
            sums[index] = sums[index] * x + y;
            // One at a time, even where the compiler would rather make vectors of them.
            __asm__ volatile("" : "+x"(sums[index]));
        }
    }
    return (double)rounds * 16;
}

cl_loop cl_loop_portable(cl_unit unit) {
#if defined(__x86_64__)
    return unit == CL_FLOAT32_SCALAR ? multiply_scalar : NULL;
#else
    (void)unit;
    (void)multiply_scalar;
    return NULL;
#endif
}

static cl_loop loop_of(cl_unit unit) {
    cl_loop loop = cl_loop_portable(unit);
    if (!loop) loop = cl_loop_avx2(unit);
    if (!loop) loop = cl_loop_avx512(unit);
    if (!loop) loop = cl_loop_neon(unit);
    return loop;
}

bool cl_unit_is_available(cl_unit unit) { return loop_of(unit) != NULL; }

static double multiply(void *context, size_t thread) {
    (void)thread;
    return (*(cl_loop *)context)(ROUNDS);
}

cl_rate cl_multiply_adds(cl_unit unit, size_t thread_count, size_t repetitions) {
    cl_loop loop = loop_of(unit);
    if (!loop) return (cl_rate){0, 0};
    return cl_measure(multiply, &loop, thread_count, repetitions);
}

static double add(void *context, size_t thread) {
    (void)context;
    (void)thread;
    uint64_t sum = 0;
    enum { COUNT = 16 };
    const uint64_t rounds = 4000000;
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int index = 0; index < COUNT; index++) {
#if defined(__x86_64__)
            // By a register: some processors add small constants without spending a step.
            __asm__ volatile("add %1, %0" : "+r"(sum) : "r"(round));
#elif defined(__aarch64__)
            __asm__ volatile("add %0, %0, %1" : "+r"(sum) : "r"(round));
#else
            sum += round;
            __asm__ volatile("" : "+r"(sum));
#endif
        }
    }
    return (double)rounds * COUNT;
}

cl_rate cl_clock(size_t thread_count, size_t repetitions) {
    return cl_measure(add, NULL, thread_count, repetitions);
}
