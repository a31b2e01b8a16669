// Attention and what stores its keys and values: against double precision over what is stored, bit
// for bit against the reference, and bit for bit against itself in other pieces.

#include <string.h>

#include "check.h"

/// Rows of one sequence over a cache of their own. Slots that no row sees are NaN.
typedef struct cache {
    ck_attention attention;
    /// D rounded up to 16; the sequence's positions; rows, the last of which sees all positions.
    size_t padded, position_count, row_count;
    size_t key_bytes, value_bytes, block_count;
    int32_t *blocks;
    /// [position][head][D]
    float *keys, *values;
    float *scratch, *found, *expected;
} cache;

static size_t type_bytes(ck_type type) { return type == CK_FLOAT32 ? 4 : type == CK_INT8 ? 1 : 2; }

static size_t head_bytes(size_t lines, ck_type type) {
    return lines * 16 * type_bytes(type) + (type == CK_INT8 ? 64 : 0);
}

static char *block_of(const cache *c, bool is_value, size_t position, size_t head) {
    const size_t index =
        (size_t)c->blocks[position / 16] * c->attention.key_value_head_count + head;
    return is_value ? (char *)c->attention.values + index * c->value_bytes
                    : (char *)c->attention.keys + index * c->key_bytes;
}

/// One stored element, read by the comment on ck_attention.
static float stored(const cache *c, bool is_value, size_t position, size_t head, size_t d) {
    const ck_type type = c->attention.type;
    const char *block = block_of(c, is_value, position, head);
    const size_t slot = position % 16, index = is_value ? slot * c->padded + d : d * 16 + slot;
    float x;
    uint16_t bits;
    memcpy(&x, block + index * 4 * (type == CK_FLOAT32), 4);
    memcpy(&bits, block + index * 2 * (type == CK_FLOAT16 || type == CK_BFLOAT16), 2);
    if (type == CK_FLOAT16) return half_value(bits);
    if (type == CK_BFLOAT16) return brain_value(bits);
    if (type == CK_FLOAT32) return x;
    const size_t lines = is_value ? c->padded : c->attention.head_dimension;
    memcpy(&x, block + lines * 16 + slot * 4, 4);
    return (float)((const int8_t *)block)[index] * x;
}

/// Everything a NaN, but for the dimensions that only fill up.
static void poison(cache *c) {
    const ck_attention *a = &c->attention;
    const size_t head_count = c->block_count * a->key_value_head_count, D = a->head_dimension;
    const size_t bytes = type_bytes(a->type);
    memset((char *)a->keys, 0xff, head_count * c->key_bytes);
    memset((char *)a->values, 0xff, head_count * c->value_bytes);
    for (size_t line = 0; line < head_count * 16; line++) {
        char *values = (char *)a->values + line / 16 * c->value_bytes;
        memset(values + (line % 16 * c->padded + D) * bytes, 0, (c->padded - D) * bytes);
    }
}

static void store(cache *c, const ck_table *table) {
    const size_t D = c->attention.head_dimension, heads = c->attention.key_value_head_count;
    const ck_type type = c->attention.type;
    poison(c);
    for (size_t position = 0; position < c->position_count; position++) {
        for (size_t head = 0; head < heads; head++) {
            const size_t from = (position * heads + head) * D, slot = position % 16;
            table->store_key(c->keys + from, D, slot, type, block_of(c, false, position, head));
            table->store_value(c->values + from, D, slot, type, block_of(c, true, position, head));
        }
    }
}

static cache make_cache(ck_type type, size_t D, size_t heads, size_t group, size_t positions,
                        size_t rows, size_t window) {
    cache c = {.padded = (D + 15) / 16 * 16, .position_count = positions, .row_count = rows};
    const size_t columns = heads * group * D, used = (positions + 15) / 16;
    seed_random(D * 1000 + positions);
    c.key_bytes = head_bytes(D, type);
    c.value_bytes = head_bytes(c.padded, type);
    c.block_count = used + 2;
    c.blocks = take(used * 4);
    // Blocks lie anywhere.
    for (size_t i = 0; i < used; i++) c.blocks[i] = (int32_t)((i * 7 + 3) % c.block_count);
    for (size_t i = 0; i < used && c.block_count % 7 == 0; i++) c.blocks[i] = (int32_t)(used - i);
    c.keys = take(positions * heads * D * 4);
    c.values = take(positions * heads * D * 4);
    fill_random(c.keys, positions * heads * D);
    fill_random(c.values, positions * heads * D);
    float *queries = take((rows * (columns + 7) - 7) * 4);
    fill_random(queries, rows * (columns + 7) - 7);
    c.scratch = take(CK_ATTENTION_SCRATCH * 4);
    c.found = take(rows * (columns + 9) * 4);
    c.expected = take(rows * (columns + 9) * 4);
    c.attention = (ck_attention){.queries = queries,
                                 .query_stride = columns + 7,
                                 .output_stride = columns + 9,
                                 .keys = take(c.block_count * heads * c.key_bytes),
                                 .values = take(c.block_count * heads * c.value_bytes),
                                 .type = type,
                                 .head_dimension = D,
                                 .key_value_head_count = heads,
                                 .heads_per_group = group,
                                 .scale = 2 / sqrtf((float)D),
                                 .window = window};
    return c;
}

// MARK: storing

static void check_stored(const subject *s, cache *c) {
    const ck_attention *a = &c->attention;
    const size_t key_count = c->block_count * a->key_value_head_count * c->key_bytes;
    const size_t value_count = c->block_count * a->key_value_head_count * c->value_bytes;
    char *keys = take(key_count), *values = take(value_count);
    store(c, &ck_table_fused);
    memcpy(keys, a->keys, key_count);
    memcpy(values, a->values, value_count);
    store(c, s->table);
    if (s->is_fused) {
        expect_bytes(a->keys, keys, key_count, "keys, D = %zu", a->head_dimension);
        expect_bytes(a->values, values, value_count, "values, D = %zu", a->head_dimension);
    }
    for (size_t i = 0; i < c->position_count * a->key_value_head_count; i++) {
        const size_t position = i / a->key_value_head_count, head = i % a->key_value_head_count;
        for (int is_value = 0; is_value < 2; is_value++) {
            const float *x = (is_value ? c->values : c->keys) + i * a->head_dimension;
            float largest = 0, worst = 0;
            for (size_t d = 0; d < a->head_dimension; d++) {
                const float found = stored(c, is_value, position, head, d);
                largest = fmaxf(largest, fabsf(x[d]));
                const float wanted = a->type == CK_INT8 ? x[d] : rounded_to(a->type, x[d]);
                const float difference = fabsf(found - wanted);
                worst = difference <= worst ? worst : difference;
            }
            expect(worst <= (a->type == CK_INT8 ? 0.501f / 127 * largest : 0),
                   "position %zu, head %zu: off by %g", position, head, (double)worst);
        }
    }
}

/// A number that is not finite leaves a scale that is not.
static void check_not_finite(const subject *s, const cache *c) {
    const size_t D = c->attention.head_dimension;
    float *x = take(D * 4), scales[2];
    for (size_t d = 0; d < D; d += 1 + D / 5) {
        memcpy(x, c->keys, D * 4);
        x[d] = d % 2 == 0 ? NAN : -INFINITY;
        s->table->store_key(x, D, 0, CK_INT8, block_of(c, false, 0, 0));
        s->table->store_value(x, D, 0, CK_INT8, block_of(c, true, 0, 0));
        memcpy(scales, block_of(c, false, 0, 0) + D * 16, 4);
        memcpy(scales + 1, block_of(c, true, 0, 0) + c->padded * 16, 4);
        expect(!isfinite(scales[0]) && !isfinite(scales[1]), "D = %zu, number %zu", D, d);
    }
}

// MARK: attending

/// Rows first..<end, heads of one group, all partitions in one item, or each in one of its own and
/// then merged.
static void attend(const cache *c, const ck_table *table, float *output, size_t first_row,
                   size_t end_row, size_t head, size_t first_head, size_t head_count,
                   bool is_merged) {
    static float partials[3 * CK_ITEM_QUERIES * (CK_HEAD_DIMENSION + 16)];
    const size_t partitions =
        (c->position_count + CK_PARTITION_POSITIONS - 1) / CK_PARTITION_POSITIONS;
    ck_attention attention = c->attention;
    attention.output = output;
    ck_attention_item item = {.blocks = c->blocks,
                              .first_row = first_row,
                              .first_position = c->position_count - c->row_count + first_row,
                              .row_count = end_row - first_row,
                              .key_value_head = head,
                              .first_head = first_head,
                              .head_count = head_count,
                              .end_partition = partitions};
    if (!is_merged) return table->attend(&attention, &item, c->scratch);
    memset(partials, 0xff, sizeof partials);
    item.partials = partials;
    for (size_t i = partitions; i-- > 0;) {
        item.first_partition = i;
        item.end_partition = i + 1;
        table->attend(&attention, &item, c->scratch);
    }
    item.first_partition = 0;
    item.end_partition = partitions;
    table->merge(&attention, &item, c->scratch);
}

/// All rows and heads, in items of at most `most_rows` rows and `most_heads` heads.
static void attend_all(const cache *c, const ck_table *table, float *output, size_t most_rows,
                       size_t most_heads, bool is_merged) {
    const ck_attention *a = &c->attention;
    for (size_t i = 0; i < c->row_count * a->output_stride; i++) output[i] = -77;
    for (size_t head = 0; head < a->key_value_head_count; head++) {
        for (size_t row = 0; row < c->row_count; row += most_rows) {
            const size_t end = row + most_rows < c->row_count ? row + most_rows : c->row_count;
            for (size_t first = 0; first < a->heads_per_group; first += most_heads) {
                const size_t left = a->heads_per_group - first;
                attend(c, table, output, row, end, head, first,
                       left < most_heads ? left : most_heads, is_merged);
            }
        }
    }
}

/// Attention of one row and head in double precision, [D], and the sum of the terms' magnitudes.
static void attend_exactly(const cache *c, size_t row, size_t query_head, double *output,
                           double *magnitudes) {
    const ck_attention *a = &c->attention;
    const size_t D = a->head_dimension, head = query_head / a->heads_per_group;
    const size_t end = c->position_count - c->row_count + row + 1;
    const size_t first = a->window > 0 && end > a->window ? end - a->window : 0;
    const float *query = a->queries + row * a->query_stride + query_head * D;
    double weights[1024], total = 0;
    for (size_t d = 0; d < D; d++) output[d] = magnitudes[d] = 0;
    for (size_t position = first; position < end; position++) {
        double score = 0;
        for (size_t d = 0; d < D; d++)
            score += (double)query[d] * a->scale * stored(c, false, position, head, d);
        weights[position] = exp(score);
        total += weights[position];
    }
    for (size_t position = first; position < end; position++) {
        for (size_t d = 0; d < D; d++) {
            const double term = weights[position] / total * stored(c, true, position, head, d);
            output[d] += term;
            magnitudes[d] += fabs(term);
        }
    }
}

static void check_attended(const subject *s, cache *c) {
    const ck_attention *a = &c->attention;
    const size_t D = a->head_dimension, words = c->row_count * a->output_stride;
    const size_t most_heads = a->heads_per_group < 16 ? a->heads_per_group : 16;
    const size_t most_rows = 16 / most_heads;
    double exact[CK_HEAD_DIMENSION], magnitudes[CK_HEAD_DIMENSION];
    attend_all(c, s->table, c->expected, most_rows, most_heads, false);
    for (size_t i = 0; i < c->row_count * a->key_value_head_count * a->heads_per_group; i++) {
        // One row in four is enough for what is slow.
        if (c->row_count > 4 && i / c->row_count % 4 > 0) continue;
        const size_t row = i % c->row_count, head = i / c->row_count;
        attend_exactly(c, row, head, exact, magnitudes);
        expect_near(c->expected + row * a->output_stride + head * D, exact, magnitudes, D, 1e-5,
                    "D = %zu, row %zu, %zu positions", D, row, c->position_count);
    }
    if (s->is_fused) {
        attend_all(c, &ck_table_fused, c->found, most_rows, most_heads, false);
        expect_bits(c->expected, c->found, words, "D = %zu, %zu positions, window %zu", D,
                    c->position_count, a->window);
    }
    const size_t pieces[][3] = {{1, 1, 0}, {most_rows, most_heads, 1}, {1, 2, 1}, {2, 3, 0}};
    for (size_t i = 0; i < 4; i++) {
        attend_all(c, s->table, c->found, pieces[i][0], pieces[i][1], pieces[i][2]);
        expect_bits(c->found, c->expected, words,
                    "pieces %zu of D = %zu, %zu positions, window %zu", i, D, c->position_count,
                    a->window);
    }
}

void check_attention(const subject *s) {
    // D, key-value heads, query heads of each, positions, rows, window.
    static const size_t shapes[][6] = {
        {16, 1, 1, 1, 1, 0},   {8, 2, 3, 17, 5, 0},    {40, 2, 2, 40, 16, 0},
        {64, 2, 7, 300, 3, 0}, {64, 1, 4, 530, 19, 0}, {80, 1, 1, 260, 16, 0},
        {128, 1, 8, 513, 2, 0}, {256, 1, 2, 33, 8, 0}, {64, 2, 3, 300, 9, 20},
        {32, 1, 1, 600, 16, 300}, {128, 1, 16, 256, 2, 1}, {24, 1, 5, 100, 11, 7},
    };
    static const char *const names[][2] = {
        {"storing float32", "attention over float32"},
        {"storing float16", "attention over float16"},
        {"storing bfloat16", "attention over bfloat16"},
        {"storing int8", "attention over int8"},
    };
    for (ck_type type = CK_FLOAT32; type <= CK_INT8; type++) {
        for (int part = 0; part < 2; part++) {
            begin(s, names[type][part]);
            for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
                const size_t *n = shapes[i];
                if (is_quick && i % 4 != (size_t)type) continue;
                cache c = make_cache(type, n[0], n[1], n[2], n[3], n[4], n[5]);
                if (part == 0) {
                    check_stored(s, &c);
                    if (type == CK_INT8) check_not_finite(s, &c);
                } else {
                    store(&c, s->table);
                    check_attended(s, &c);
                }
                give_back_all();
            }
            finish("");
        }
    }
}
