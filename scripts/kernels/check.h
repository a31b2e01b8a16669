// What the checks of kernels share: random numbers, memory that ends at a page nobody may touch,
// conversions by their definitions, and the count of what was compared.

#ifndef KERNELS_CHECK_H
#define KERNELS_CHECK_H

#include <math.h>

#include "internal.h"

/// A table to check.
typedef struct subject {
    const char *name;
    const ck_table *table;
    /// Whether a multiply-add rounds once.
    bool is_fused;
    /// Whether its instructions are replaced by this CPU's, see emulation.h.
    bool is_emulated;
} subject;

/// The scalar kernels, but multiply-adds round once: the bits every table but scalar has to give.
extern const ck_table ck_table_fused;

/// Whether fewer cases are wanted: for machines that are emulated to the last bit.
extern bool is_quick;

// MARK: random numbers

/// Begins a sequence that depends on the seed alone.
void seed_random(uint64_t seed);
uint32_t random_below(uint32_t bound);
/// Uniform in -1..<1.
float random_float(void);
void fill_random(float *memory, size_t count);

// MARK: memory

/// Zeroed memory, aligned to 64 bytes if `byte_count` is a multiple of that, whose end is the end
/// of a page; the next page can be neither read nor written.
void *take(size_t byte_count);
/// Gives back all that was taken.
void give_back_all(void);

// MARK: conversions

float rounded_to(ck_type type, float x);
uint16_t half_bits(float x);
float half_value(uint16_t bits);
uint16_t brain_bits(float x);
float brain_value(uint16_t bits);
/// Writes elements of a type.
void encode(const float *elements, size_t count, ck_type type, void *output);
/// a * b + c, rounded once or twice.
static inline float step(bool is_fused, float a, float b, float c) {
    return is_fused ? fmaf(a, b, c) : a * b + c;
}

// MARK: comparisons

/// Begins a kind of case of one table; finish() prints its line.
void begin(const subject *subject, const char *kind);
/// One case: `count` words of 32 bits have to be equal. What is said of it is printf's.
void expect_bits(const void *found, const void *expected, size_t count, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/// The same for bytes.
void expect_bytes(const void *found, const void *expected, size_t count, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/// One case: numbers have to be within `tolerance` times `magnitudes` of those expected.
void expect_near(const float *found, const double *expected, const double *magnitudes, size_t count,
                 double tolerance, const char *format, ...) __attribute__((format(printf, 6, 7)));
/// One case: a fact.
void expect(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
/// Prints the line of a kind; `remark` may be empty.
void finish(const char *remark);
/// Cases that failed, of all kinds.
extern long failure_count;

// MARK: kinds

void check_integer_packing(const subject *subject);
void check_integer_input(const subject *subject);
void check_integer_products(const subject *subject);
void check_packing(const subject *subject);
void check_products(const subject *subject);
void check_bfloat16_products(const subject *subject);
void check_rows(const subject *subject);
void check_attention(const subject *subject);

#endif
