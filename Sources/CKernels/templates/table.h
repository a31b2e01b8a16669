// Puts an instruction set's kernels into its table. Included last; the file defines
//     CK_TABLE_NAME, CK_TABLE_ISA
//     CK_TABLE_BFLOAT16              its bfloat16 product, or NULL
//     CK_TABLE_INTEGER_LINEAR        its product with integer weights
//     CK_TABLE_QUANTIZE_INPUT        what makes the input of that
//     CK_TABLE_WIDE_CODES            1 if that writes two bytes a code for weights of eight bits

const ck_table CK_TABLE_NAME = {
    .isa = CK_TABLE_ISA,
    .linear = linear,
    .linear_bfloat16 = CK_TABLE_BFLOAT16,
    .integer_linear = CK_TABLE_INTEGER_LINEAR,
    .integer_code_bytes = {1, 1 + CK_TABLE_WIDE_CODES},
    .quantize_input = CK_TABLE_QUANTIZE_INPUT,
    .pack_integer = pack_integer,
    .pack_rounded = pack_rounded,
    .unpack_integer = unpack_integer,
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
