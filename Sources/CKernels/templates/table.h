// Puts an instruction set's kernels into its table. Included last; the file defines CK_TABLE_NAME,
// CK_TABLE_ISA and CK_TABLE_BFLOAT16 (its bfloat16 product, or NULL).

const ck_table CK_TABLE_NAME = {
    .isa = CK_TABLE_ISA,
    .linear = linear,
    .linear_bfloat16 = CK_TABLE_BFLOAT16,
    .pack = pack,
    .unpack = unpack,
    .narrow = narrow,
    .rms_norm = rms_norm,
    .rotate = rotate,
    .silu_multiply = silu_multiply,
    .store_key = store_key,
    .store_value = store_value,
    .attend = attend,
    .merge = merge,
};
