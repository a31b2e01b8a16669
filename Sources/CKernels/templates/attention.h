// Causal attention over blocks of sixteen positions. Included once per instruction set.
//
// Positions are cut into partitions of 256, aligned to position 0. Within a partition a query's
// scores are all taken first, then their maximum, the exponentials and the weighted sum of values;
// partitions are merged in ascending order (Milakov & Gimelshein 2018). Every step handles a query
// on its own, in an order given by positions alone: a score is one chain over the head's
// dimensions, an output element one chain over positions. So it makes no difference which rows and
// heads share an item, or whether partitions are computed together or apart. Positions a query may
// not see are never read into its sums: what lies there may belong to nobody.
//
// The file that includes this defines, before it:
//     CK_QUERY_TILE   queries computed at once
//     CK_WIDE_TILE    registers per query, for up to half as many queries: blocks of scores, or 16
//     dimensions of values

#include <math.h>

#include "templates/vector.h"

/// The scratch memory of one item, and its numbers.
typedef struct attention_state {
    const ck_attention *attention;
    const ck_attention_item *item;
    size_t D, padded, query_count;
    /// [query][D], times the scale.
    float *queries;
    /// [query][256]: scores, then their exponentials.
    float *scores;
    /// [query][padded] of this partition, and merged.
    float *partial, *total;
    float maxima[CK_ITEM_QUERIES], sums[CK_ITEM_QUERIES];
    float total_maxima[CK_ITEM_QUERIES], total_sums[CK_ITEM_QUERIES];
    /// Positions of the partition that a query sees, counted from the partition's first.
    size_t first[CK_ITEM_QUERIES], end[CK_ITEM_QUERIES];
} attention_state;

/// Bytes of a block of one head whose lines take `line_count` times 16 elements.
CK_INLINE size_t head_block_bytes(size_t line_count, ck_type type) {
    return line_count * 16 * byte_count(type) + (type == CK_INT8 ? 16 * sizeof(float) : 0);
}

CK_INLINE const char *key_block(const attention_state *s, size_t block, ck_type type) {
    const ck_attention *a = s->attention;
    size_t index =
        (size_t)s->item->blocks[block] * a->key_value_head_count + s->item->key_value_head;
    return (const char *)a->keys + index * head_block_bytes(s->D, type);
}

CK_INLINE const char *value_block(const attention_state *s, size_t block, ck_type type) {
    const ck_attention *a = s->attention;
    size_t index =
        (size_t)s->item->blocks[block] * a->key_value_head_count + s->item->key_value_head;
    return (const char *)a->values + index * head_block_bytes(s->padded, type);
}

static float exponential_of(float x) { return exponential((float16x)x)[0]; }

// MARK: scores

/// Scores of Q queries with B blocks.
///
/// Blocks lie anywhere in memory: while these are scored, the next ones and the values of these are
/// asked for.
CK_INLINE void score_tile(attention_state *s, ck_type type, size_t partition, size_t q0,
                          size_t block, size_t end_block, int Q, int B) {
    const size_t D = s->D, line_bytes = 16 * byte_count(type);
    const char *keys[4], *next_keys[4], *values[4];
    float16x sums[CK_QUERY_TILE * CK_WIDE_TILE], lines[4];
    CK_UNROLLED for (int b = 0; b < B; b++) {
        size_t here = partition * 16 + block + b;
        keys[b] = key_block(s, here, type);
        next_keys[b] = key_block(s, block + B + b < end_block ? here + B : here, type);
        values[b] = value_block(s, here, type);
    }
    CK_UNROLLED for (int i = 0; i < Q * B; i++) sums[i] = 0.0f;
    const float *queries = s->queries + q0 * D;
    for (size_t d = 0; d < D; d++) {
        CK_UNROLLED for (int b = 0; b < B; b++) {
            __builtin_prefetch(next_keys[b] + d * line_bytes, 0, 3);
            __builtin_prefetch(values[b] + d * line_bytes, 0, 2);
            lines[b] = load_as(keys[b] + d * line_bytes, type);
        }
        CK_UNROLLED for (int q = 0; q < Q; q++) {
            float16x x = queries[q * D + d];
            CK_UNROLLED for (int b = 0; b < B; b++) {
                sums[q * B + b] = madd(lines[b], x, sums[q * B + b]);
            }
        }
    }
    if (type == CK_INT8) {
        // Sixteen positions, sixteen scales.
        CK_UNROLLED for (int b = 0; b < B; b++) {
            float16x scales = load((const float *)(keys[b] + D * 16));
            CK_UNROLLED for (int q = 0; q < Q; q++) sums[q * B + b] *= scales;
        }
    }
    float *scores = s->scores + q0 * CK_PARTITION_POSITIONS + block * 16;
    CK_UNROLLED for (int q = 0; q < Q; q++) {
        CK_UNROLLED for (int b = 0; b < B; b++) {
            store(scores + q * CK_PARTITION_POSITIONS + b * 16, sums[q * B + b]);
        }
    }
}

CK_INLINE void score_queries(attention_state *s, ck_type type, size_t partition, size_t q0,
                             size_t first_block, size_t end_block, int Q) {
    const int B = Q * 2 <= CK_QUERY_TILE ? CK_WIDE_TILE : CK_WIDE_TILE / 2;
    size_t block = first_block;
    for (; block + B <= end_block; block += B) {
        score_tile(s, type, partition, q0, block, end_block, Q, B);
    }
    for (; block < end_block; block++) score_tile(s, type, partition, q0, block, end_block, Q, 1);
}

// MARK: softmax

/// Turns a query's scores into exponentials, in lanes that depend on the position alone; unseen
/// positions count 0.
CK_INLINE void exponentiate(attention_state *s, size_t q) {
    float *scores = s->scores + q * CK_PARTITION_POSITIONS;
    const int32_t first = (int32_t)s->first[q], end = (int32_t)s->end[q];
    const size_t first_line = s->first[q] / 16 * 16;
    float16x largest = -INFINITY;
    for (size_t i = first_line; i < s->end[q]; i += 16) {
        int16x position = lane_indices() + (int32_t)i;
        int16x seen = (int16x)(position >= first) & (int16x)(position < end);
        largest =
            __builtin_elementwise_max(largest, select(seen, load(scores + i), (float16x)-INFINITY));
    }
    const float top = maximum_lane(largest);
    float16x sums = 0.0f;
    for (size_t i = first_line; i < s->end[q]; i += 16) {
        int16x position = lane_indices() + (int32_t)i;
        int16x seen = (int16x)(position >= first) & (int16x)(position < end);
        float16x weights = select(seen, exponential(load(scores + i) - top), (float16x)0.0f);
        store(scores + i, weights);
        sums += weights;
    }
    s->maxima[q] = top;
    s->sums[q] = sum_lanes(sums);
}

// MARK: values

/// Adds positions first..<end to Q queries' weighted values, in V registers of 16 dimensions each.
CK_INLINE void value_tile(attention_state *s, ck_type type, size_t partition, size_t q0, size_t d,
                          size_t first, size_t end, int Q, int V) {
    float16x sums[CK_QUERY_TILE * CK_WIDE_TILE];
    float *partial = s->partial + q0 * s->padded + d;
    CK_UNROLLED for (int q = 0; q < Q; q++) {
        CK_UNROLLED for (int v = 0; v < V; v++) {
            sums[q * V + v] = load(partial + q * s->padded + v * 16);
        }
    }
    const float *weights = s->scores + q0 * CK_PARTITION_POSITIONS;
    for (size_t p = first; p < end;) {
        size_t block_end = (p / 16 + 1) * 16 < end ? (p / 16 + 1) * 16 : end;
        const char *values = value_block(s, partition * 16 + p / 16, type);
        for (; p < block_end; p++) {
            float16x lines[4];
            CK_UNROLLED for (int v = 0; v < V; v++) {
                lines[v] =
                    load_as(values + ((p % 16) * s->padded + d + v * 16) * byte_count(type), type);
            }
            float scale = 1;
            if (type == CK_INT8) {
                const char *scales = values + 16 * s->padded;
                __builtin_memcpy(&scale, scales + p % 16 * sizeof scale, sizeof scale);
            }
            CK_UNROLLED for (int q = 0; q < Q; q++) {
                float factor = weights[q * CK_PARTITION_POSITIONS + p];
                float16x weight = type == CK_INT8 ? factor * scale : factor;
                CK_UNROLLED for (int v = 0; v < V; v++)
                    sums[q * V + v] = madd(lines[v], weight, sums[q * V + v]);
            }
        }
    }
    CK_UNROLLED for (int q = 0; q < Q; q++) {
        CK_UNROLLED for (int v = 0; v < V; v++) {
            store(partial + q * s->padded + v * 16, sums[q * V + v]);
        }
    }
}

CK_INLINE void add_values(attention_state *s, ck_type type, size_t partition, size_t q0,
                          size_t first, size_t end, int Q) {
    const int V = Q * 2 <= CK_QUERY_TILE ? CK_WIDE_TILE : CK_WIDE_TILE / 2;
    size_t d = 0;
    for (; d + V * 16 <= s->padded; d += V * 16)
        value_tile(s, type, partition, q0, d, first, end, Q, V);
    for (; d < s->padded; d += 16) value_tile(s, type, partition, q0, d, first, end, Q, 1);
}

/// Weighted values of Q queries: the positions all of them see together, those before and after
/// each on its own.
CK_INLINE void weigh_values(attention_state *s, ck_type type, size_t partition, size_t q0, int Q) {
    size_t first = 0, end = CK_PARTITION_POSITIONS;
    for (int q = 0; q < Q; q++) {
        if (s->first[q0 + q] > first) first = s->first[q0 + q];
        if (s->end[q0 + q] < end) end = s->end[q0 + q];
    }
    if (first >= end) {
        for (int q = 0; q < Q; q++)
            add_values(s, type, partition, q0 + q, s->first[q0 + q], s->end[q0 + q], 1);
        return;
    }
    for (int q = 0; q < Q; q++) {
        if (s->first[q0 + q] < first)
            add_values(s, type, partition, q0 + q, s->first[q0 + q], first, 1);
    }
    add_values(s, type, partition, q0, first, end, Q);
    for (int q = 0; q < Q; q++) {
        if (s->end[q0 + q] > end) add_values(s, type, partition, q0 + q, end, s->end[q0 + q], 1);
    }
}

// MARK: partitions

/// Sets what each query sees of a partition; false if that is nothing for all of them.
CK_INLINE bool limit_partition(attention_state *s, size_t partition, size_t *first_block,
                               size_t *end_block) {
    const size_t begin = partition * CK_PARTITION_POSITIONS;
    size_t lowest = CK_PARTITION_POSITIONS, highest = 0;
    for (size_t q = 0; q < s->query_count; q++) {
        size_t end = s->item->first_position + q / s->item->head_count + 1;
        size_t window = s->attention->window;
        size_t first = window > 0 && end > window ? end - window : 0;
        first = first > begin ? first - begin : 0;
        end = end > begin ? end - begin : 0;
        s->end[q] = end < CK_PARTITION_POSITIONS ? end : CK_PARTITION_POSITIONS;
        s->first[q] = first < s->end[q] ? first : s->end[q];
        if (s->first[q] == s->end[q]) continue;
        if (s->first[q] < lowest) lowest = s->first[q];
        if (s->end[q] > highest) highest = s->end[q];
    }
    *first_block = lowest / 16;
    *end_block = (highest + 15) / 16;
    return lowest < highest;
}

CK_INLINE void compute_tile(attention_state *s, ck_type type, size_t partition, size_t q0,
                            size_t first_block, size_t end_block, int Q) {
    score_queries(s, type, partition, q0, first_block, end_block, Q);
    for (int q = 0; q < Q; q++) exponentiate(s, q0 + q);
    weigh_values(s, type, partition, q0, Q);
}

/// Computes a partition of all queries into `partial`, `maxima` and `sums`.
CK_INLINE void compute_partition(attention_state *s, ck_type type, size_t partition,
                                 size_t first_block, size_t end_block) {
    __builtin_memset(s->partial, 0, s->query_count * s->padded * sizeof(float));
    for (size_t q0 = 0; q0 < s->query_count;) {
        size_t left = s->query_count - q0;
        size_t tile = left < CK_QUERY_TILE ? left : CK_QUERY_TILE;
        switch (tile) {
#define CK_CASE(Q) \
    case Q: \
        if (Q <= CK_QUERY_TILE) \
            compute_tile(s, type, partition, q0, first_block, end_block, \
                         Q <= CK_QUERY_TILE ? Q : 1); \
        break;
            CK_CASE(1)
            CK_CASE(2)
            CK_CASE(3)
            CK_CASE(4)
            CK_CASE(5)
            CK_CASE(6)
            CK_CASE(7)
            CK_CASE(8)
#undef CK_CASE
        }
        q0 += tile;
    }
}

/// Adds one query's partition to its total.
CK_INLINE void merge_partition(attention_state *s, size_t q, const float *values, float maximum,
                               float sum) {
    float largest = maximum > s->total_maxima[q] ? maximum : s->total_maxima[q];
    float old_factor = exponential_of(s->total_maxima[q] - largest);
    float new_factor = exponential_of(maximum - largest);
    s->total_maxima[q] = largest;
    s->total_sums[q] = s->total_sums[q] * old_factor + sum * new_factor;
    float *total = s->total + q * s->padded;
    for (size_t d = 0; d < s->padded; d += 16) {
        store(total + d,
              madd(load(values + d), (float16x)new_factor, load(total + d) * old_factor));
    }
}

CK_INLINE void begin_item(attention_state *s, const ck_attention *attention,
                          const ck_attention_item *item, float *scratch) {
    s->attention = attention;
    s->item = item;
    s->D = attention->head_dimension;
    s->padded = (s->D + 15) / 16 * 16;
    s->query_count = item->row_count * item->head_count;
    s->scores = scratch;
    s->queries = s->scores + CK_ITEM_QUERIES * CK_PARTITION_POSITIONS;
    s->partial = s->queries + CK_ITEM_QUERIES * CK_HEAD_DIMENSION;
    s->total = s->partial + CK_ITEM_QUERIES * CK_HEAD_DIMENSION;
    __builtin_memset(s->total, 0, s->query_count * s->padded * sizeof(float));
    for (size_t q = 0; q < s->query_count; q++) {
        s->total_maxima[q] = -INFINITY;
        s->total_sums[q] = 0;
    }
}

CK_INLINE size_t query_column(const attention_state *s, size_t q) {
    const ck_attention_item *item = s->item;
    size_t head = item->key_value_head * s->attention->heads_per_group + item->first_head +
                  q % item->head_count;
    return head * s->D;
}

CK_INLINE void write_outputs(const attention_state *s) {
    for (size_t q = 0; q < s->query_count; q++) {
        size_t row = s->item->first_row + q / s->item->head_count;
        float *output =
            s->attention->output + row * s->attention->output_stride + query_column(s, q);
        float factor = 1.0f / s->total_sums[q];
        for (size_t d = 0; d < s->D; d += 16) {
            float16x values = load(s->total + q * s->padded + d) * factor;
            store_part(output + d, values, s->D - d < 16 ? s->D - d : 16);
        }
    }
}

CK_INLINE void attend_as(const ck_attention *attention, const ck_attention_item *item,
                         float *scratch, ck_type type) {
    attention_state state, *s = &state;
    begin_item(s, attention, item, scratch);
    for (size_t q = 0; q < s->query_count; q++) {
        size_t row = item->first_row + q / item->head_count;
        const float *query =
            attention->queries + row * attention->query_stride + query_column(s, q);
        for (size_t d = 0; d < s->D; d++) s->queries[q * s->D + d] = query[d] * attention->scale;
    }
    const size_t result_floats = s->padded + 16;
    for (size_t partition = item->first_partition; partition < item->end_partition; partition++) {
        size_t first_block, end_block;
        bool seen = limit_partition(s, partition, &first_block, &end_block);
        if (seen) compute_partition(s, type, partition, first_block, end_block);
        for (size_t q = 0; q < s->query_count; q++) {
            const float *values = s->partial + q * s->padded;
            bool query_sees = seen && s->first[q] < s->end[q];
            if (!item->partials) {
                if (query_sees) merge_partition(s, q, values, s->maxima[q], s->sums[q]);
                continue;
            }
            float *result = item->partials + (partition * s->query_count + q) * result_floats;
            if (query_sees) __builtin_memcpy(result, values, s->padded * sizeof(float));
            result[s->padded] = query_sees ? s->maxima[q] : -INFINITY;
            result[s->padded + 1] = query_sees ? s->sums[q] : 0;
        }
    }
    if (!item->partials) write_outputs(s);
}

static void attend(const ck_attention *attention, const ck_attention_item *item, float *scratch) {
    if (attention->type == CK_FLOAT32) attend_as(attention, item, scratch, CK_FLOAT32);
    if (attention->type == CK_FLOAT16) attend_as(attention, item, scratch, CK_FLOAT16);
    if (attention->type == CK_BFLOAT16) attend_as(attention, item, scratch, CK_BFLOAT16);
    if (attention->type == CK_INT8) attend_as(attention, item, scratch, CK_INT8);
}

static void merge(const ck_attention *attention, const ck_attention_item *item, float *scratch) {
    attention_state state, *s = &state;
    begin_item(s, attention, item, scratch);
    const size_t result_floats = s->padded + 16;
    for (size_t partition = item->first_partition; partition < item->end_partition; partition++) {
        for (size_t q = 0; q < s->query_count; q++) {
            const float *result = item->partials + (partition * s->query_count + q) * result_floats;
            if (result[s->padded + 1] == 0) continue;
            merge_partition(s, q, result, result[s->padded], result[s->padded + 1]);
        }
    }
    write_outputs(s);
}

// MARK: storing

/// Rounds one head of one position to bytes, `byte_stride` apart, and returns its scale.
CK_INLINE float store_bytes(const float *x, size_t count, int8_t *bytes, size_t byte_stride) {
    const float16x magic = 0x1.8p23f;
    float16x largest = 0.0f, finite = 0.0f;
    for (size_t d = 0; d < count; d += 16) {
        float16x lanes = load_part_as(x + d, count - d < 16 ? count - d : 16, CK_FLOAT32);
        largest = __builtin_elementwise_max(largest, __builtin_elementwise_abs(lanes));
        // Zero times an infinity or a NaN is a NaN, which max() may pass over.
        finite = madd(lanes, (float16x)0.0f, finite);
    }
    const float most = maximum_lane(largest) + sum_lanes(finite);
    const bool usable = most >= 0x1p-120f && most <= 0x1p120f;
    const float inverse = usable ? 127 / most : 0;
    for (size_t d = 0; d < count; d += 16) {
        size_t part = count - d < 16 ? count - d : 16;
        float16x lanes = usable ? load_part_as(x + d, part, CK_FLOAT32) : (float16x)0.0f;
        int16x codes = (int16x)madd(lanes, (float16x)inverse, magic) - (int16x)magic;
        for (size_t i = 0; i < part; i++) bytes[(d + i) * byte_stride] = (int8_t)codes[i];
    }
    return usable ? most / 127 : most * 0x1p120f * 0;
}

static void store_key(const float *key, size_t head_dimension, size_t slot, ck_type type,
                      void *block) {
    if (type == CK_INT8) {
        float scale = store_bytes(key, head_dimension, (int8_t *)block + slot, 16);
        char *scales = (char *)block + head_dimension * 16;
        __builtin_memcpy(scales + slot * sizeof scale, &scale, sizeof scale);
        return;
    }
    for (size_t d = 0; d < head_dimension; d += 16) {
        size_t count = head_dimension - d < 16 ? head_dimension - d : 16;
        float16x lanes = load_part_as(key + d, count, CK_FLOAT32);
        if (type == CK_FLOAT32) {
            for (size_t i = 0; i < count; i++) ((float *)block)[(d + i) * 16 + slot] = lanes[i];
        } else {
            short16x bits = type == CK_FLOAT16 ? narrow_half(lanes) : narrow_brain(lanes);
            for (size_t i = 0; i < count; i++) ((uint16_t *)block)[(d + i) * 16 + slot] = bits[i];
        }
    }
}

static void store_value(const float *value, size_t head_dimension, size_t slot, ck_type type,
                        void *block) {
    size_t padded = (head_dimension + 15) / 16 * 16;
    char *output = (char *)block + slot * padded * byte_count(type);
    if (type == CK_INT8) {
        float scale = store_bytes(value, head_dimension, (int8_t *)output, 1);
        char *scales = (char *)block + padded * 16;
        __builtin_memcpy(scales + slot * sizeof scale, &scale, sizeof scale);
        return;
    }
    for (size_t d = 0; d < head_dimension; d += 16) {
        size_t count = head_dimension - d < 16 ? head_dimension - d : 16;
        store_part_as(output + d * byte_count(type), load_part(value + d, count, 0), count, type);
    }
}
