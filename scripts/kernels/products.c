// Matrices of numbers: packing, conversion, and products against a plain double loop, bit for bit;
// the bfloat16 product against double precision and against itself alone.

#include <stdio.h>
#include <string.h>

#include "check.h"

static const char *const type_names[] = {"float32", "float16", "bfloat16"};

/// A matrix as plain rows, [N rounded up to 16][K], and laid out by the comment on ck_matrix.
typedef struct number_matrix {
    ck_matrix matrix;
    size_t panel_count, byte_count;
    float *rows;
} number_matrix;

static number_matrix make_matrix(ck_type type, size_t N, size_t K) {
    number_matrix m = {.panel_count = (N + 15) / 16};
    const size_t even = (K + 1) / 2 * 2;
    m.byte_count = m.panel_count * (type == CK_BFLOAT16 ? even * 32
                                    : type == CK_FLOAT16 ? K * 32
                                                         : K * 64);
    m.matrix = (ck_matrix){take(m.byte_count), type, N, K};
    m.rows = take(m.panel_count * 16 * K * 4);
    for (size_t n = 0; n < N; n++) {
        for (size_t k = 0; k < K; k++) {
            const float x = m.rows[n * K + k] = rounded_to(type, random_float());
            char *panel = (char *)m.matrix.panels + n / 16 * (m.byte_count / m.panel_count);
            if (type == CK_FLOAT32) encode(&x, 1, type, panel + (k * 16 + n % 16) * 4);
            if (type == CK_FLOAT16) encode(&x, 1, type, panel + (k * 16 + n % 16) * 2);
            if (type == CK_BFLOAT16)
                encode(&x, 1, type, panel + (k / 2 * 32 + n % 16 * 2 + k % 2) * 2);
        }
    }
    return m;
}

// MARK: packing

static void check_matrix(const subject *s, ck_type to, ck_type from, size_t N, size_t K) {
    seed_random(N * 1000 + K);
    number_matrix m = make_matrix(to, N, K);
    ck_matrix found = m.matrix;
    found.panels = take(m.byte_count);
    const size_t from_bytes = from == CK_FLOAT32 ? 4 : 2;
    // What the source can hold, so that it is rounded only once.
    float *x = take(N * K * 4);
    for (size_t i = 0; i < N * K; i++) x[i] = rounded_to(CK_BFLOAT16, rounded_to(to, m.rows[i]));
    if (from != CK_BFLOAT16) memcpy(x, m.rows, N * K * 4);
    for (size_t i = 0; i < N * K; i++) x[i] = rounded_to(from, x[i]);
    char *source = take(N * K * from_bytes);
    encode(x, N * K, from, source);
    const size_t half = N / 2, middle = m.panel_count / 2;
    for (int part = 0; part < 2; part++) {
        const size_t first = part == 0 ? 0 : middle, end = part == 0 ? middle : m.panel_count;
        s->table->pack(&found, source, from, 0, half, first, end);
        s->table->pack(&found, source + half * K * from_bytes, from, half, N - half, first, end);
    }
    float *output = take(K * 4), *expected = take(K * 4);
    for (size_t n = 0; n < N; n++) {
        for (size_t k = 0; k < K; k++) expected[k] = rounded_to(to, x[n * K + k]);
        s->table->unpack(&found, n, output);
        expect_bits(output, expected, K, "%s to %s, row %zu of %zu x %zu", type_names[from],
                    type_names[to], n, N, K);
    }
    if (to == from) {
        expect_bytes(found.panels, m.matrix.panels, m.byte_count, "panels of %s, %zu x %zu",
                     type_names[to], N, K);
    }
    give_back_all();
}

/// Numbers of every exponent, halves between two of the result's, and what is no number.
static void check_narrowing(const subject *s, ck_type type, size_t count) {
    static const uint32_t special[] = {
        0x00000000, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fc02000, 0x00000001,
        0x007fffff, 0x33000000, 0x33000001, 0x33800000, 0x38800000, 0x387fe000, 0x387fffff,
        0x477fe000, 0x477fefff, 0x477ff000, 0x477fffff, 0x7f7fffff, 0x3f801000, 0x3f803000,
        0x3f808000, 0x3f818000, 0x3f808001, 0xbf807fff,
    };
    const size_t special_count = sizeof special / sizeof *special, bytes = type ? 2 : 4;
    uint32_t *x = take(count * 4);
    char *found = take(count * bytes), *expected = take(count * bytes);
    seed_random(count);
    for (size_t i = 0; i < count; i++) {
        x[i] = random_below(1u << 31) << 1 | random_below(2);
        // Half of them where float16 has its numbers.
        if (i % 2 == 0) x[i] = (x[i] & 0x8fffffff) | 0x30000000;
        if ((x[i] & 0x7f800000) == 0x7f800000) x[i] ^= 0x40000000;
        if (i < special_count) x[i] = special[i];
    }
    encode((const float *)x, count, type, expected);
    s->table->narrow((const float *)x, count, type, found);
    expect_bytes(found, expected, count * bytes, "%zu numbers to %s", count, type_names[type]);
    give_back_all();
}

void check_packing(const subject *s) {
    static const size_t shapes[][2] = {{1, 1}, {16, 16}, {37, 203}, {33, 66}};
    begin(s, "packing of numbers");
    for (ck_type to = CK_FLOAT32; to <= CK_BFLOAT16; to++) {
        for (ck_type from = CK_FLOAT32; from <= CK_BFLOAT16; from++) {
            for (size_t i = 0; i < 4; i++)
                check_matrix(s, to, from, shapes[i][0], shapes[i][1]);
        }
    }
    finish("");
    begin(s, "narrowing");
    for (ck_type type = CK_FLOAT32; type <= CK_BFLOAT16; type++) {
        for (size_t count = 1; count < 70; count++) check_narrowing(s, type, count);
        check_narrowing(s, type, is_quick ? 10000 : 200000);
    }
    finish("");
}

// MARK: products

/// A product of M rows, one chain of multiply-adds over k; outputs [M][outputs].
typedef struct number_problem {
    number_matrix weights;
    size_t row_count, outputs, stride;
    float *input, *products, *bias, *residual, *output;
} number_problem;

static number_problem make_problem(ck_type type, size_t rows, size_t N, size_t K) {
    number_problem p = {.weights = make_matrix(type, N, K), .row_count = rows};
    p.outputs = p.weights.panel_count * 16;
    p.stride = K + 3;
    p.input = take((rows * p.stride - 3) * 4);
    p.products = take(rows * p.outputs * 4);
    p.bias = take(p.outputs * 4);
    p.residual = take(rows * p.outputs * 4);
    p.output = take(rows * (p.outputs + 16) * 4);
    fill_random(p.input, rows * p.stride - 3);
    fill_random(p.bias, p.outputs);
    fill_random(p.residual, rows * p.outputs);
    return p;
}

static void multiply(number_problem *p, bool is_fused) {
    const size_t K = p->weights.matrix.column_count;
    for (size_t row = 0; row < p->row_count; row++) {
        for (size_t n = 0; n < p->outputs; n++) {
            float sum = 0;
            for (size_t k = 0; k < K; k++) {
                sum = step(is_fused, p->weights.rows[n * K + k], p->input[row * p->stride + k],
                           sum);
            }
            p->products[row * p->outputs + n] = sum;
        }
    }
}

typedef void kernel(const ck_linear *product, size_t first_panel, size_t end_panel);

/// Computes the first M rows, panels from `first_end` on by a second thread, and compares what may
/// be written and what may not with `products`.
static void check_rows_of(number_problem *p, kernel *linear, ck_linear product, size_t M,
                          size_t first_end) {
    const size_t width = p->outputs + 16, panels = p->weights.panel_count;
    const bool has_bias = M % 4 >= 2, accumulates = M % 2 == 1;
    product.row_count = M;
    product.bias = has_bias ? p->bias : NULL;
    product.output = p->output;
    product.output_stride = width;
    product.accumulate = accumulates;
    for (size_t i = 0; i < p->row_count * width; i++) p->output[i] = -77;
    for (size_t row = 0; row < M && accumulates; row++)
        memcpy(p->output + row * width, p->residual + row * p->outputs, p->outputs * 4);
    linear(&product, 0, first_end < panels ? first_end : panels);
    if (first_end < panels) linear(&product, first_end, panels);
    for (size_t row = 0; row < p->row_count; row++) {
        float expected[512];
        for (size_t n = 0; n < width; n++) {
            float value = -77;
            if (row < M && n < p->outputs) {
                value = p->products[row * p->outputs + n];
                if (has_bias) value += p->bias[n];
                if (accumulates) value = p->residual[row * p->outputs + n] + value;
            }
            expected[n] = value;
        }
        expect_bits(p->output + row * width, expected, width, "%s, K = %zu, row %zu of %zu",
                    type_names[p->weights.matrix.type], p->weights.matrix.column_count, row, M);
    }
}

void check_products(const subject *s) {
    static const size_t shapes[][2] = {{70, 131}, {1, 1}, {16, 8}, {40, 300}};
    begin(s, "products");
    for (ck_type type = CK_FLOAT32; type <= CK_BFLOAT16; type++) {
        for (size_t i = 0; i < 4; i++) {
            seed_random(i + 1);
            number_problem p = make_problem(type, 61, shapes[i][0], shapes[i][1]);
            multiply(&p, s->is_fused);
            ck_linear base = {
                .weights = p.weights.matrix, .input = p.input, .input_stride = p.stride};
            for (size_t M = 1; M <= 61; M += M < 26 ? 1 : 7) {
                for (size_t first_end = 0; first_end <= (is_quick ? 1 : 3); first_end++)
                    check_rows_of(&p, s->table->linear, base, M, first_end);
            }
            give_back_all();
        }
    }
    finish("");
}

// MARK: bfloat16

/// A number as vdpbf16ps takes and leaves it: subnormals are zeros.
static float flushed(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }

/// The sum that the manual of vdpbf16ps describes: of each pair the odd column first, each product
/// added with one rounding.
static float manual_sum(const number_problem *p, const float *x, size_t n) {
    const size_t K = p->weights.matrix.column_count;
    float sum = 0;
    for (size_t k = 0; k < K; k += 2) {
        for (size_t j = 2; j-- > 0;) {
            const bool is_there = k + j < K;
            const float weight = is_there ? p->weights.rows[n * K + k + j] : 0;
            sum = flushed(fmaf(flushed(weight), is_there ? flushed(x[k + j]) : 0, flushed(sum)));
        }
    }
    return sum;
}

static void check_bfloat16_shape(const subject *s, size_t N, size_t K, bool is_tiny,
                                 long *same_count, long *count) {
    seed_random(K);
    number_problem p = make_problem(CK_BFLOAT16, 61, N, K);
    const size_t stride = (K + 1) / 2 * 2 + 2, width = p.outputs;
    uint16_t *narrow = take((p.row_count * stride - 2) * 2);
    ck_linear base = {.weights = p.weights.matrix, .input = narrow, .input_stride = stride};
    for (size_t row = 0; row < p.row_count; row++) {
        float *x = p.input + row * p.stride;
        double expected[512], magnitudes[512];
        for (size_t k = 0; k < K; k++) {
            x[k] = rounded_to(CK_BFLOAT16, is_tiny ? x[k] * 0x1p-125f : x[k]);
            narrow[row * stride + k] = brain_bits(x[k]);
        }
        for (size_t n = 0; n < width; n++) {
            expected[n] = 0;
            // Subnormals may be lost.
            magnitudes[n] = is_tiny ? (double)K * 0x1p-105 : 1e-30;
            for (size_t k = 0; k < K; k++) {
                const double term = (double)p.weights.rows[n * K + k] * x[k];
                expected[n] += term;
                magnitudes[n] += fabs(term);
            }
        }
        // One row alone is what it has to be among others.
        ck_linear alone = base;
        alone.input = narrow + row * stride;
        alone.row_count = 1;
        alone.output = p.products + row * width;
        s->table->linear_bfloat16(&alone, 0, p.weights.panel_count);
        expect_near(p.products + row * width, expected, magnitudes, width, 2e-6,
                    "K = %zu, row %zu", K, row);
        for (size_t n = 0; n < width; n++, (*count)++) {
            const float sum = manual_sum(&p, x, n);
            *same_count += memcmp(&sum, p.products + row * width + n, 4) == 0;
        }
    }
    for (size_t M = 1; M <= 61; M += M < 26 ? 1 : 7) {
        for (size_t first_end = 0; first_end <= 3; first_end++)
            check_rows_of(&p, s->table->linear_bfloat16, base, M, first_end);
    }
    give_back_all();
}

void check_bfloat16_products(const subject *s) {
    long same_count = 0, count = 0;
    char remark[64];
    if (!s->table->linear_bfloat16) return;
    begin(s, "bfloat16 products");
    check_bfloat16_shape(s, 1, 1, false, &same_count, &count);
    check_bfloat16_shape(s, 16, 8, false, &same_count, &count);
    check_bfloat16_shape(s, 70, 131, false, &same_count, &count);
    check_bfloat16_shape(s, 40, 300, true, &same_count, &count);
    snprintf(remark, sizeof remark, "%ld of %ld sums are the manual's", same_count, count);
    finish(remark);
}
