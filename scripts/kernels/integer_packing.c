// Rows of codes into panels and back, numbers rounded to codes, and input rounded to integers.

#include <string.h>

#include "integers.h"

static void check_codes(const subject *s, int format, size_t N, size_t K) {
    seed_random((uint64_t)format + K);
    integer_matrix m = make_integer_matrix(format, N, K);
    ck_integer_matrix found = make_empty(&m);
    // Rows come in two pieces, panels go to two threads.
    const size_t half = N / 3, middle = m.panel_count / 2;
    ck_integer_rows rest = {m.rows.codes + half * K, m.rows.scales + half * m.groups,
                            m.rows.offsets ? m.rows.offsets + half * m.groups : NULL, NULL, NULL};
    if (m.rows.super_scales) rest.super_scales = m.rows.super_scales + half * m.super_blocks;
    if (m.rows.super_minimums) rest.super_minimums = m.rows.super_minimums + half * m.super_blocks;
    for (int part = 0; part < 2; part++) {
        const size_t first = part == 0 ? 0 : middle, end = part == 0 ? middle : m.panel_count;
        s->table->pack_integer(&found, &m.rows, 0, half, first, end);
        s->table->pack_integer(&found, &rest, half, N - half, first, end);
    }
    expect_bytes(found.panels, m.matrix.panels, m.byte_count, "panels, %s, %zu x %zu", m.text, N,
                 K);
    float *output = take(K * 4), *expected = take(K * 4);
    const size_t width = m.groups * m.matrix.group_size;
    for (size_t n = 0; n < N; n++) {
        for (size_t k = 0; k < K; k++) {
            const float code = (float)m.codes[n * width + k];
            const size_t group = n * m.groups + k / m.matrix.group_size;
            expected[k] = m.matrix.offset == CK_MINIMUMS
                              ? step(s->is_fused, code, m.scales[group], m.offsets[group])
                              : (code - m.offsets[group]) * m.scales[group];
        }
        s->table->unpack_integer(&m.matrix, n, output);
        expect_bits(output, expected, K, "row %zu, %s, %zu x %zu", n, m.text, N, K);
    }
    give_back_all();
}

/// Rounds rows of a type; the same bits as the reference, and within the rounding of the format.
static void check_rounded(const subject *s, int format, ck_type type, size_t N, size_t K) {
    seed_random((uint64_t)format + K);
    integer_matrix m = make_integer_matrix(format, N, K);
    ck_integer_matrix found = make_empty(&m), expected = make_empty(&m);
    const size_t type_bytes = type == CK_FLOAT32 ? 4 : 2, G = m.matrix.group_size;
    float *x = take(N * K * 4), *output = take(K * 4);
    char *source = take(N * K * type_bytes);
    for (size_t i = 0; i < N * K; i++) x[i] = i / K == 3 ? 0 : rounded_to(type, random_float());
    encode(x, N * K, type, source);
    const size_t half = N / 3;
    s->table->pack_rounded(&found, source, type, 0, half, 0, m.panel_count);
    s->table->pack_rounded(&found, source + half * K * type_bytes, type, half, N - half, 0, 1);
    s->table->pack_rounded(&found, source + half * K * type_bytes, type, half, N - half, 1,
                           m.panel_count);
    if (s->is_fused) {
        ck_table_fused.pack_rounded(&expected, source, type, 0, N, 0, m.panel_count);
        expect_bytes(found.panels, expected.panels, m.byte_count, "%s, %zu x %zu", m.text, N, K);
    }
    for (size_t n = 0; n < N; n++) {
        s->table->unpack_integer(&found, n, output);
        for (size_t first = 0; first < K; first += G) {
            const size_t end = first + G < K ? first + G : K;
            double low = 0, high = 0, squares = 0;
            for (size_t k = first; k < end; k++) {
                const double difference = (double)output[k] - x[n * K + k];
                low = fmin(low, x[n * K + k]);
                high = fmax(high, x[n * K + k]);
                squares += difference * difference;
            }
            // Rounding over the whole range is off by half a step at most, but for a scale that is
            // itself rounded (to eight bits in bfloat16, for 127 steps) and a zero that is a code.
            const double half_range = (1 << (m.matrix.bit_count - 1)) - 1;
            const double width = m.matrix.offset == CK_MIDPOINT
                                     ? fmax(-low, high) / half_range
                                     : (high - low) / (half_range * 2 + 1);
            const double allowed = m.matrix.scale_type == CK_BFLOAT16 && half_range > 7 ? 1.2 : 0.6;
            expect(squares <= (double)(end - first) * width * width * allowed * allowed + 1e-12,
                   "row %zu of %s is %.3g from what it rounds", n, m.text, sqrt(squares));
        }
    }
    give_back_all();
}

void check_integer_packing(const subject *s) {
    static const size_t shapes[][2] = {{1, 1}, {16, 16}, {37, 203}, {20, 129}};
    begin(s, "packing of codes");
    for (int format = 0; format < FORMAT_COUNT + GGUF_FORMAT_COUNT; format++) {
        for (size_t j = 0; j < 4; j++) check_codes(s, format, shapes[j][0], shapes[j][1]);
    }
    finish("");
    begin(s, "rounding of weights");
    for (int format = 0; format < FORMAT_COUNT; format++) {
        if (is_quick && format % 4 != format / 9 % 4) continue;
        for (ck_type type = CK_FLOAT32; type <= CK_BFLOAT16; type++)
            check_rounded(s, format, type, 37, type == CK_FLOAT16 ? 256 : 131);
    }
    finish("");
}

/// What a row rounds to, one group after another.
static void round_row(bool is_fused, const float *x, size_t K, size_t G, int *codes, float *scales,
                      float *sums) {
    for (size_t first = 0; first < K; first += G) {
        float largest = 0, total = 0;
        for (size_t k = first; k < first + G && k < K; k++) largest = fmaxf(largest, fabsf(x[k]));
        const float inverse = largest >= 0x1p-120f ? 127 / largest : 0;
        for (size_t k = first; k < first + G; k++) {
            // Adding this number leaves no bits behind the point.
            const float magic = 0x1.8p23f, value = k < K ? x[k] : 0;
            codes[k] = (int)(step(is_fused, value, inverse, magic) - magic);
            total += (float)codes[k];
        }
        scales[first / G] = inverse > 0 ? largest / 127 : 0;
        sums[first / G] = total;
    }
}

static void check_row(const subject *s, size_t K, size_t G, int bit_count) {
    const size_t width = (K + G - 1) / G * G, bytes = s->table->integer_code_bytes[bit_count == 8];
    float *x = take(K * 4), *scales = take(width / G * 4), *sums = take(width / G * 4);
    int *codes = take(width * 4), *found_codes = take(width * 4);
    float *found_scales = take(width / G * 4), *found_sums = take(width / G * 4);
    char *memory = take(width * bytes);
    seed_random(K * 200 + G);
    fill_random(x, K);
    // A group of zeros, one of next to nothing, one of large numbers.
    for (size_t k = G; k < 2 * G && k < K; k++) x[k] = 0;
    for (size_t k = 2 * G; k < 3 * G && k < K; k++) x[k] *= 0x1p-122f;
    for (size_t k = 3 * G; k < 4 * G && k < K; k++) x[k] *= 0x1p100f;
    memset(memory, 99, width * bytes);
    round_row(s->is_fused, x, K, G, codes, scales, sums);
    s->table->quantize_input(x, K, G, bit_count, memory, found_scales, found_sums);
    for (size_t k = 0; k < width; k++) {
        const size_t swapped = k % 4 == 1 ? k + 1 : k % 4 == 2 ? k - 1 : k;
        int16_t code = (int8_t)memory[k];
        if (bytes == 2) memcpy(&code, memory + swapped * 2, 2);
        found_codes[k] = code;
    }
    expect_bits(found_codes, codes, width, "codes, K = %zu, groups of %zu", K, G);
    expect_bits(found_scales, scales, width / G, "scales, K = %zu, groups of %zu", K, G);
    expect_bits(found_sums, sums, width / G, "sums, K = %zu, groups of %zu", K, G);
    // Numbers that are not finite leave no finite scale, wherever they are.
    for (size_t k = 0; k < K; k += 1 + K / 7) {
        const float before = x[k];
        x[k] = k % 3 == 0 ? NAN : k % 3 == 1 ? INFINITY : -INFINITY;
        s->table->quantize_input(x, K, G, bit_count, memory, found_scales, found_sums);
        expect(!isfinite(found_scales[k / G]), "column %zu of %zu is not finite", k, K);
        x[k] = before;
    }
    give_back_all();
}

void check_integer_input(const subject *s) {
    static const size_t counts[] = {1, 15, 16, 17, 31, 64, 100, 128, 129, 203, 512, 600};
    begin(s, "rounding of input");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (size_t G = 16; G <= 128; G *= 2) {
            check_row(s, counts[i], G, 4);
            check_row(s, counts[i], G, 8);
        }
    }
    finish("");
}
