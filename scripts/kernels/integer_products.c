// Products with integer weights against a plain double loop over rows and columns, bit for bit:
// integers are exact, and the order of what is rounded is what templates/integer_linear.h says.

#include <string.h>

#include "integers.h"

/// Input rows, and what the products are, [rows][N rounded up to 16].
typedef struct problem {
    integer_matrix weights;
    size_t row_count, width;
    /// [rows][width]
    int8_t *codes;
    /// [rows][groups + 3]
    float *scales, *sums;
    /// [rows][width + 5]
    float *input;
    float *integer_products, *float_products;
    float *bias, *residual;
} problem;

static void fill_input(problem *p) {
    const size_t groups = p->weights.groups, G = p->weights.matrix.group_size;
    const size_t K = p->weights.matrix.column_count;
    for (size_t row = 0; row < p->row_count; row++) {
        for (size_t k = 0; k < K; k++) {
            int code = (int)random_below(255) - 127;
            if (row < 2) code = row == 0 ? 127 : -127;
            p->codes[row * p->width + k] = (int8_t)code;
            p->sums[row * (groups + 3) + k / G] += (float)code;
            p->input[row * (p->width + 5) + k] = random_float();
        }
        for (size_t group = 0; group < groups; group++)
            p->scales[row * (groups + 3) + group] = random_float() / 32;
    }
}

/// The sum over groups of one row and one output.
static float integer_sum(const problem *p, bool is_fused, size_t row, size_t n) {
    const integer_matrix *w = &p->weights;
    const size_t G = w->matrix.group_size;
    float sum = 0;
    for (size_t group = 0; group < w->groups; group++) {
        const uint8_t *weights = w->codes + n * p->width + group * G;
        const int8_t *input = p->codes + row * p->width + group * G;
        int dot = 0, total = 0;
        for (size_t k = 0; k < G; k++) dot += weights[k] * input[k];
        for (size_t k = 0; k < G; k++) total += input[k];
        const float scale = p->scales[row * (w->groups + 3) + group];
        const float offset = w->offsets[n * w->groups + group];
        if (w->matrix.offset == CK_MINIMUMS) {
            sum = step(is_fused, offset, (float)total * scale, sum);
        } else {
            dot -= (int)offset * total;
        }
        sum = step(is_fused, (float)dot, w->scales[n * w->groups + group] * scale, sum);
    }
    return sum;
}

/// The sum over columns with float32 input.
static float float_sum(const problem *p, bool is_fused, size_t row, size_t n) {
    const integer_matrix *w = &p->weights;
    float sum = 0;
    for (size_t k = 0; k < w->matrix.column_count; k++) {
        const size_t group = n * w->groups + k / w->matrix.group_size;
        const float code = (float)w->codes[n * p->width + k];
        const float weight = w->matrix.offset == CK_MINIMUMS
                                 ? step(is_fused, code, w->scales[group], w->offsets[group])
                                 : (code - w->offsets[group]) * w->scales[group];
        sum = step(is_fused, weight, p->input[row * (p->width + 5) + k], sum);
    }
    return sum;
}

static problem make_problem(bool is_fused, int format, size_t rows, size_t N, size_t K) {
    problem p = {.weights = make_integer_matrix(format, N, K), .row_count = rows};
    const size_t groups = p.weights.groups, outputs = p.weights.panel_count * 16;
    p.width = groups * p.weights.matrix.group_size;
    p.codes = take(rows * p.width);
    p.scales = take(rows * (groups + 3) * 4);
    p.sums = take(rows * (groups + 3) * 4);
    p.input = take(rows * (p.width + 5) * 4);
    p.integer_products = take(rows * outputs * 4);
    p.float_products = take(rows * outputs * 4);
    p.bias = take(outputs * 4);
    p.residual = take(rows * outputs * 4);
    fill_random(p.bias, outputs);
    fill_random(p.residual, rows * outputs);
    fill_input(&p);
    for (size_t row = 0; row < rows; row++) {
        for (size_t n = 0; n < outputs; n++) {
            p.integer_products[row * outputs + n] = integer_sum(&p, is_fused, row, n);
            p.float_products[row * outputs + n] = float_sum(&p, is_fused, row, n);
        }
    }
    return p;
}

/// The input's codes as a table wants them; `stride` is bytes from row to row.
static void *table_codes(const problem *p, const ck_table *table, size_t *stride) {
    const size_t bytes = table->integer_code_bytes[p->weights.matrix.bit_count == 8];
    // Rows need not follow each other closely.
    *stride = p->width * bytes + 32;
    char *codes = take(p->row_count * *stride - 32);
    for (size_t row = 0; row < p->row_count; row++) {
        for (size_t k = 0; k < p->width; k++) {
            const int16_t code = p->codes[row * p->width + k];
            // With two bytes each four go by 0, 2, 1, 3.
            const size_t swapped = k % 4 == 1 ? k + 1 : k % 4 == 2 ? k - 1 : k;
            if (bytes == 2) memcpy(codes + row * *stride + swapped * 2, &code, 2);
            if (bytes == 1) codes[row * *stride + k] = (char)code;
        }
    }
    return codes;
}

/// Computes M rows, panels shared out in one of five ways, and compares all that may be written
/// and all that may not.
static void check_case(const subject *s, const problem *p, const ck_integer_linear *base, size_t M,
                       int split, float *output) {
    const size_t panels = p->weights.panel_count, outputs = panels * 16, stride = outputs + 16;
    const float untouched = -77;
    const bool has_bias = M % 4 >= 2, accumulates = M % 2 == 1;
    const float *products = base->input ? p->float_products : p->integer_products;
    ck_integer_linear product = *base;
    product.row_count = M;
    product.bias = has_bias ? p->bias : NULL;
    product.output = output;
    product.output_stride = stride;
    product.accumulate = accumulates;
    for (size_t row = 0; row < p->row_count; row++) {
        for (size_t n = 0; n < stride; n++) {
            const bool is_residual = row < M && n < outputs && accumulates;
            output[row * stride + n] = is_residual ? p->residual[row * outputs + n] : untouched;
        }
    }
    const size_t first_ends[] = {panels, 1, 2, 3, 1};
    for (size_t panel = 0, end = first_ends[split]; panel < panels; panel = end, end++) {
        if (end > panels || (panel > 0 && split < 4)) end = panels;
        s->table->integer_linear(&product, panel, end);
    }
    float expected[512];
    bool is_equal = true;
    for (size_t row = 0; row < p->row_count && is_equal; row++) {
        for (size_t n = 0; n < stride; n++) {
            float value = untouched;
            if (row < M && n < outputs) {
                value = products[row * outputs + n];
                if (has_bias) value += p->bias[n];
                if (accumulates) value = p->residual[row * outputs + n] + value;
            }
            expected[n] = value;
        }
        is_equal = memcmp(output + row * stride, expected, stride * 4) == 0;
        if (!is_equal || row + 1 == p->row_count) {
            expect_bits(output + row * stride, expected, stride,
                        "%s, K = %zu, row %zu of %zu, split %d, %s input", p->weights.text,
                        p->weights.matrix.column_count, row, M, split,
                        base->input ? "float32" : "integer");
        }
    }
}

/// All numbers of rows up to `most`, and then `row_count`; `splits` ways of sharing out panels.
static void check_shape(const subject *s, int format, size_t row_count, size_t most, int splits,
                        size_t N, size_t K, bool takes_integers) {
    seed_random((uint64_t)format * 1000 + K);
    problem p = make_problem(s->is_fused, format, row_count, N, K);
    ck_integer_linear base = {.weights = p.weights.matrix};
    if (takes_integers) {
        size_t stride;
        const void *codes = table_codes(&p, s->table, &stride);
        base.integer_input =
            (ck_integer_input){codes, stride, p.scales, p.sums, p.weights.groups + 3};
    } else {
        base.input = p.input;
        base.input_stride = p.width + 5;
    }
    float *output = take(row_count * (p.weights.panel_count * 16 + 16) * 4);
    for (size_t M = 1; M <= row_count; M = M == most ? row_count : M + 1) {
        for (int i = 0; i < splits; i++)
            check_case(s, &p, &base, M, (i + format + (int)M) % 5, output);
        if (M == row_count) break;
    }
    give_back_all();
}

void check_integer_products(const subject *s) {
    static const char *const names[] = {"products of 4 bits", "the same, float32 input",
                                        "products of 8 bits", "the same, float32 input",
                                        "products of GGUF's others", "the same, float32 input"};
    // N, K: a single number, whole panels and groups, ragged ones.
    static const size_t shapes[][2] = {{1, 1}, {16, 8}, {17, 33}, {33, 128}, {90, 300}};
    const int splits = is_quick ? 1 : 5;
    for (int part = 0; part < 4; part++) {
        begin(s, names[part]);
        const bool takes_integers = part % 2 == 0;
        for (int i = 0; i < FORMAT_COUNT / 2; i++) {
            const int format = i + part / 2 * FORMAT_COUNT / 2;
            if (is_quick && i % 4 != format / 9 % 4) continue;
            check_shape(s, format, 26, 26, splits, 70, 203, takes_integers);
            check_shape(s, format, is_quick ? 75 : 301, 1, 1, 36, 40, takes_integers);
            for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++)
                check_shape(s, format, 9, 9, 1, shapes[j][0], shapes[j][1], takes_integers);
        }
        finish("");
    }
    for (int part = 4; part < 6; part++) {
        begin(s, names[part]);
        for (int i = 0; i < GGUF_FORMAT_COUNT; i++)
            check_shape(s, FORMAT_COUNT + i, 26, 26, splits, 70, 203, part == 4);
        finish("");
    }
}
