// What the checks of kernels share; see check.h.

#define _GNU_SOURCE

#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// MARK: random numbers

static uint64_t random_state = 1;

void seed_random(uint64_t seed) { random_state = seed * 0x9E3779B97F4A7C15u | 1; }

static uint64_t next_random(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545F4914F6CDD1Du;
}

uint32_t random_below(uint32_t bound) { return (uint32_t)(next_random() >> 33) % bound; }

float random_float(void) { return (float)((int64_t)next_random() >> 40) / 8388608; }

void fill_random(float *memory, size_t count) {
    for (size_t i = 0; i < count; i++) memory[i] = random_float();
}

// MARK: memory

typedef struct mapping {
    void *start;
    size_t byte_count;
} mapping;

static mapping mappings[256];
static size_t mapping_count = 0;

void *take(size_t byte_count) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t usable = (byte_count + page - 1) / page * page;
    char *start = mmap(NULL, usable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                       0);
    if (start == MAP_FAILED || mapping_count == 256 ||
        mprotect(start + usable, page, PROT_NONE) != 0) {
        fprintf(stderr, "no memory for %zu bytes in piece %zu\n", byte_count, mapping_count);
        exit(2);
    }
    mappings[mapping_count++] = (mapping){start, usable + page};
    return start + usable - byte_count;
}

void give_back_all(void) {
    while (mapping_count > 0) {
        mapping_count--;
        munmap(mappings[mapping_count].start, mappings[mapping_count].byte_count);
    }
}

// MARK: conversions

uint16_t half_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    const uint16_t sign = bits >> 16 & 0x8000;
    const double magnitude = fabs((double)x);
    if (isnan(x)) return sign | 0x7e00 | (bits >> 13 & 0x3ff);
    if (magnitude >= 65520) return sign | 0x7c00;
    if (magnitude == 0) return sign;
    const int exponent = ilogb(magnitude) < -14 ? -14 : ilogb(magnitude);
    const int units = (int)nearbyint(ldexp(magnitude, 10 - exponent));
    return sign | (uint16_t)((exponent + 14) * 1024 + units);
}

float half_value(uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    float magnitude = ldexpf((float)(fraction + (exponent > 0 ? 1024 : 0)),
                             (exponent > 0 ? exponent : 1) - 25);
    if (exponent == 31) magnitude = fraction > 0 ? NAN : INFINITY;
    return bits & 0x8000 ? -magnitude : magnitude;
}

uint16_t brain_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    if (isnan(x)) return (uint16_t)(bits >> 16 | 0x40);
    const uint32_t rest = bits & 0xffff, odd = bits >> 16 & 1;
    return (uint16_t)((bits >> 16) + (rest > 0x8000 || (rest == 0x8000 && odd == 1)));
}

float brain_value(uint16_t bits) {
    const uint32_t wide = (uint32_t)bits << 16;
    float x;
    memcpy(&x, &wide, 4);
    return x;
}

float rounded_to(ck_type type, float x) {
    if (type == CK_FLOAT16) return half_value(half_bits(x));
    return type == CK_BFLOAT16 ? brain_value(brain_bits(x)) : x;
}

void encode(const float *elements, size_t count, ck_type type, void *output) {
    if (type == CK_FLOAT32) memcpy(output, elements, count * 4);
    for (size_t i = 0; type != CK_FLOAT32 && i < count; i++) {
        uint16_t bits = type == CK_FLOAT16 ? half_bits(elements[i]) : brain_bits(elements[i]);
        memcpy((char *)output + i * 2, &bits, 2);
    }
}

// MARK: comparisons

static const subject *current_subject;
static const char *current_kind;
static long case_count, failed_count;
static double worst_difference, allowed_difference;
static bool has_bits, has_differences;
long failure_count = 0;

void begin(const subject *subject, const char *kind) {
    current_subject = subject;
    current_kind = kind;
    case_count = failed_count = 0;
    worst_difference = allowed_difference = 0;
    has_bits = has_differences = false;
}

static void fail(const char *format, va_list arguments) {
    failed_count++;
    if (failed_count > 3) return;
    printf("  %s, %s: ", current_subject->name, current_kind);
    vprintf(format, arguments);
}

void expect_bits(const void *found, const void *expected, size_t count, const char *format, ...) {
    case_count++;
    has_bits = true;
    if (memcmp(found, expected, count * 4) == 0) return;
    va_list arguments;
    va_start(arguments, format);
    fail(format, arguments);
    va_end(arguments);
    if (failed_count > 3) return;
    for (size_t i = 0; i < count; i++) {
        const float *x = (const float *)found + i, *y = (const float *)expected + i;
        if (memcmp(x, y, 4) == 0) continue;
        printf("; word %zu of %zu is %.9g and not %.9g\n", i, count, (double)*x, (double)*y);
        return;
    }
}

void expect_bytes(const void *found, const void *expected, size_t count, const char *format, ...) {
    case_count++;
    has_bits = true;
    if (memcmp(found, expected, count) == 0) return;
    va_list arguments;
    va_start(arguments, format);
    fail(format, arguments);
    va_end(arguments);
    if (failed_count > 3) return;
    for (size_t i = 0; i < count; i++) {
        const uint8_t x = ((const uint8_t *)found)[i], y = ((const uint8_t *)expected)[i];
        if (x == y) continue;
        printf("; byte %zu of %zu is %d and not %d\n", i, count, x, y);
        return;
    }
}

void expect_near(const float *found, const double *expected, const double *magnitudes, size_t count,
                 double tolerance, const char *format, ...) {
    case_count++;
    has_differences = true;
    allowed_difference = tolerance;
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs((double)found[i] - expected[i]) / magnitudes[i];
        // A NaN is as wrong as can be.
        if (!(difference <= worst)) worst = isnan(difference) ? INFINITY : difference;
    }
    if (worst > worst_difference) worst_difference = worst;
    if (worst <= tolerance) return;
    va_list arguments;
    va_start(arguments, format);
    fail(format, arguments);
    va_end(arguments);
    if (failed_count <= 3) printf("; off by %.2g, allowed is %.2g\n", worst, tolerance);
}

void expect(bool holds, const char *format, ...) {
    case_count++;
    if (holds) return;
    va_list arguments;
    va_start(arguments, format);
    fail(format, arguments);
    va_end(arguments);
    if (failed_count <= 3) printf("\n");
}

void finish(const char *remark) {
    char name[64];
    snprintf(name, sizeof name, "%s%s", current_subject->name,
             current_subject->is_emulated ? " (emulated)" : "");
    printf("%-27s %-25s %7ld cases", name, current_kind, case_count);
    if (has_bits) printf(", bit for bit");
    if (has_differences)
        printf(", off by %.1e of %.1e", worst_difference, allowed_difference);
    printf("%s%s", *remark ? ", " : "", remark);
    if (failed_count > 0) printf(": %ld FAILED", failed_count);
    printf("\n");
    fflush(stdout);
    failure_count += failed_count;
    give_back_all();
}
