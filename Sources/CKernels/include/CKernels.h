// Kernels over plain memory: one table of functions per instruction set, the same source compiled
// for each.
//
// Nothing here allocates, starts a thread or keeps state. The caller owns all memory and splits the
// work.
//
// The law of every kernel: the bits of an output element depend on its own inputs and on the table,
// never on how many rows, panels, heads or positions are computed beside it.

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Output rows in a panel of weights: one AVX-512 register of sums.
#define CK_PANEL_ROWS 16
/// Positions in a block of the key-value cache.
#define CK_BLOCK_SLOTS 16
/// Positions whose softmax is taken in one piece; such partitions are merged in ascending order.
#define CK_PARTITION_POSITIONS 256
/// Most query vectors (rows times heads) one attention item may hold.
#define CK_ITEM_QUERIES 16
/// Largest head dimension of the attention kernels.
#define CK_HEAD_DIMENSION 256
/// Floats of scratch memory that attend() needs.
#define CK_ATTENTION_SCRATCH                                                  \
    (CK_ITEM_QUERIES * (3 * CK_HEAD_DIMENSION + CK_PARTITION_POSITIONS + 16))

typedef enum __attribute__((enum_extensibility(closed))) ck_isa {
    CK_ISA_SCALAR = 0,
    CK_ISA_AVX2 = 1,
    CK_ISA_AVX512 = 2,
    CK_ISA_NEON = 3,
} ck_isa;

typedef enum __attribute__((enum_extensibility(closed))) ck_type {
    CK_FLOAT32 = 0,
    CK_FLOAT16 = 1,
    CK_BFLOAT16 = 2,
    /// Keys and values only: signed bytes, and a float32 scale for each position of a head.
    CK_INT8 = 3,
} ck_type;

/// A matrix [N, K], stored in panels of 16 rows, the last one padded with rows of zeros.
///
///     float32, float16   [panels][K][16]          one line per column, lanes are rows
///     bfloat16           [panels][ceil(K/2)][16][2]   columns k and k+1 of 16 rows; an odd K is
///     padded with zeros
typedef struct ck_matrix {
    void *panels;
    ck_type type;
    size_t row_count;
    size_t column_count;
} ck_matrix;

/// output[t][n] = sum over k of input[t][k] * weights[n][k] + bias[n], or the same added to
/// output[t][n].
///
/// The sum runs over ascending k in one chain of fused multiply-adds (pairs of k for the bfloat16
/// dot product). Outputs are written in whole panels: `output` rows and `bias` reach up to the next
/// multiple of 16.
typedef struct ck_linear {
    ck_matrix weights;
    /// float32, or bfloat16 padded with zeros to an even count for the bfloat16 dot product.
    const void *input;
    /// Elements from one row of `input` to the next.
    size_t input_stride;
    size_t row_count;
    const float *_Nullable bias;
    float *output;
    /// Elements from one row of `output` to the next.
    size_t output_stride;
    bool accumulate;
} ck_linear;

/// What makes an integer code a signed number.
typedef enum __attribute__((enum_extensibility(closed))) ck_offset {
    /// weight = scale * (code - half of the range).
    CK_MIDPOINT = 0,
    /// weight = scale * (code - zero point).
    CK_ZERO_POINTS = 1,
    /// weight = scale * code + minimum.
    CK_MINIMUMS = 2,
} ck_offset;

/// A matrix [N, K] of integer codes with a scale for each group of columns of a row, in panels of
/// 16 rows. A panel is, for all groups one after another, and then padded to 64 bytes:
///
///     scales     [groups][16]            `scale_type`; with super-blocks signed bytes
///     offsets    [groups][16]            zero points: 1 byte; minimums: as the scales
///     supers     [super-blocks][16]      `scale_type`, only with super-blocks: what multiplies
///                                        the scales of their groups
///     minimums   [super-blocks][16]      the same for minimums
///     lines      [groups][size / 8][64]  4 bits: byte 4 r + j holds the codes of row r, column
///                                        k + j in the low and k + 4 + j in the high half
///                [groups][size / 4][64]  6 or 8: byte 4 r + j is the code of row r, column k + j
///
/// Rows and columns beyond the matrix have scale 0.
typedef struct ck_integer_matrix {
    void *panels;
    size_t row_count;
    size_t column_count;
    /// 16, 32, 64 or 128.
    size_t group_size;
    /// 4, 6 or 8; codes of 6 bits are stored as those of 8.
    int bit_count;
    ck_type scale_type;
    ck_offset offset;
    /// log2 of the groups of a super-block, as GGUF's k-quants have them; 0 where scales stand for
    /// themselves.
    int super_block_bits;
} ck_integer_matrix;

/// Rows of codes to be packed, one code a byte.
typedef struct ck_integer_rows {
    /// [rows, K]
    const uint8_t *codes;
    /// [rows, groups]
    const float *scales;
    /// [rows, groups]; NULL where the offset is the midpoint.
    const float *_Nullable offsets;
    /// [rows, super-blocks]; NULL where there are none.
    const float *_Nullable super_scales;
    /// [rows, super-blocks]; NULL where there are no minimums.
    const float *_Nullable super_minimums;
} ck_integer_rows;

/// Input rows as integers: x[k] = scale[k / group] * code[k], codes from -127 to 127.
typedef struct ck_integer_input {
    /// ck_table.integer_code_bytes bytes an element, in the order the table's kernels want.
    const void *_Nullable codes;
    /// Bytes from one row to the next.
    size_t code_stride;
    /// [rows, groups]
    const float *_Nullable scales;
    /// [rows, groups]: the sum of a group's codes.
    const float *_Nullable sums;
    /// Elements from one row of scales or sums to the next.
    size_t group_stride;
} ck_integer_input;

/// output[t][n] = sum over k of input[t][k] * weights[n][k] + bias[n], or the same added to
/// output[t][n].
///
/// With integer input the products of a group are summed as integers, which is exact; scaled
/// groups are added in ascending order, by fused multiply-adds. With float32 input the sum runs
/// over ascending k in one chain, over weights widened to float32. Outputs are written in whole
/// panels.
typedef struct ck_integer_linear {
    ck_integer_matrix weights;
    /// float32 [rows, K padded with zeros to whole groups], or NULL.
    const float *_Nullable input;
    /// Elements from one row of `input` to the next.
    size_t input_stride;
    /// Used where `input` is NULL.
    ck_integer_input integer_input;
    size_t row_count;
    const float *_Nullable bias;
    float *output;
    /// Elements from one row of `output` to the next.
    size_t output_stride;
    bool accumulate;
} ck_integer_linear;

/// Causal attention over a paged cache, for all rows of a batch in one layer.
///
///     queries  [T, ≥ H * D]      float32; query head h of a row begins at column h * D
///     keys     [B][G][D][16]     `type`; B blocks, G key-value heads, 16 positions
///     values   [B][G][16][P]     `type`; P = D rounded up to 16, padded with zeros
///              with int8, 16 float32 scales follow on every [D][16] and [16][P]
///     output   [T, H * D]        float32
typedef struct ck_attention {
    const float *queries;
    size_t query_stride;
    float *output;
    size_t output_stride;
    const void *keys;
    const void *values;
    ck_type type;
    size_t head_dimension;
    size_t key_value_head_count;
    /// Query heads that share one key-value head.
    size_t heads_per_group;
    float scale;
    /// Positions a query sees, itself included; 0: all before it.
    size_t window;
} ck_attention;

/// A piece of attention for one thread: some rows of one sequence, some query heads of one
/// key-value head.
///
/// Queries are counted row by row: query q is row q / head_count, head q % head_count.
typedef struct ck_attention_item {
    /// The sequence's block table: blocks[p / 16] holds position p.
    const int32_t *blocks;
    size_t first_row;
    size_t first_position;
    size_t row_count;
    size_t key_value_head;
    /// First query head, counted within its group.
    size_t first_head;
    size_t head_count;
    /// Partitions of CK_PARTITION_POSITIONS to walk.
    size_t first_partition;
    size_t end_partition;
    /// Where unmerged results go, [partition][query][P + 16]: weighted values, then maximum and
    /// sum. NULL: all partitions are in this item; merge them and write the output.
    float *_Nullable partials;
} ck_attention_item;

/// The kernels of one instruction set.
typedef struct ck_table {
    ck_isa isa;

    /// Panels first..<end of a product with float32 input.
    void (*linear)(const ck_linear *product, size_t first_panel, size_t end_panel);
    /// The same with bfloat16 weights and bfloat16 input; NULL where the CPU has no such dot
    /// product.
    void (*_Nullable linear_bfloat16)(const ck_linear *product, size_t first_panel,
                                      size_t end_panel);

    /// Panels first..<end of a product with integer weights.
    void (*integer_linear)(const ck_integer_linear *product, size_t first_panel,
                           size_t end_panel);
    /// Bytes of an element of ck_integer_input.codes for weights of 4 and of 8 bits.
    size_t integer_code_bytes[2];
    /// Rounds one row [count] to integers, one scale a group; codes are written up to a whole
    /// number of groups, zeros after `count`. A row with a number that is not finite gets scales
    /// that are not finite.
    void (*quantize_input)(const float *input, size_t count, size_t group_size, int bit_count,
                           void *codes, float *scales, float *sums);
    /// Lays rows of codes into panels: source row i becomes matrix row first_row + i; only the
    /// panels first..<end are written.
    void (*pack_integer)(const ck_integer_matrix *matrix, const ck_integer_rows *source,
                         size_t first_row, size_t row_count, size_t first_panel,
                         size_t end_panel);
    /// Rounds source rows [K] of `type` to codes, the nearest of the format that the matrix can
    /// hold, and lays them into panels; as `pack`.
    void (*pack_rounded)(const ck_integer_matrix *matrix, const void *source, ck_type type,
                         size_t first_row, size_t row_count, size_t first_panel,
                         size_t end_panel);
    /// Writes one row of a matrix of integers as float32 [K].
    void (*unpack_integer)(const ck_integer_matrix *matrix, size_t row, float *output);

    /// Converts and lays row-major source rows into panels. Source row i, [K] of `type` without
    /// alignment, becomes matrix row first_row + i; only the panels first..<end are written.
    void (*pack)(const ck_matrix *matrix, const void *source, ck_type type, size_t first_row,
                 size_t row_count, size_t first_panel, size_t end_panel);
    /// Writes one matrix row as float32 [K].
    void (*unpack)(const ck_matrix *matrix, size_t row, float *output);
    /// Rounds to the nearest, ties to even.
    void (*narrow)(const float *input, size_t count, ck_type type, void *output);

    /// output[i] = x[i] / sqrt(mean(x²) + epsilon) * weight[i]. `output` may be `x`.
    void (*rms_norm)(const float *x, const float *weight, float epsilon, size_t count,
                     float *output);
    /// Turns the pairs (x[i], x[half + i]) by the angles whose cosines and sines are given, in
    /// place.
    void (*rotate)(float *x, const float *cosines, const float *sines, size_t half);
    /// output[i] = gate[i] / (1 + exp(-gate[i])) * up[i].
    void (*silu_multiply)(const float *gate, const float *up, size_t count, float *output);

    /// Converts one head's key [D] or value [D] into a slot of its block.
    void (*store_key)(const float *key, size_t head_dimension, size_t slot, ck_type type,
                      void *block);
    void (*store_value)(const float *value, size_t head_dimension, size_t slot, ck_type type,
                        void *block);

    /// Computes one item. `scratch` has CK_ATTENTION_SCRATCH floats, 64-byte aligned, for the
    /// calling thread alone.
    void (*attend)(const ck_attention *attention, const ck_attention_item *item, float *scratch);
    /// Merges the partials of all partitions first..<end in ascending order and writes the output.
    void (*merge)(const ck_attention *attention, const ck_attention_item *item, float *scratch);
} ck_table;

/// The kernels for an instruction set, or NULL if this CPU or this build has not got it.
const ck_table *_Nullable ck_table_for(ck_isa isa);

#pragma clang assume_nonnull end

#endif
