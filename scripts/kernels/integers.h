// A matrix of integer codes to check kernels with, as plain rows and laid into panels by what
// CKernels.h says of them.

#ifndef KERNELS_INTEGERS_H
#define KERNELS_INTEGERS_H

#include "check.h"

/// Combinations of bits, group size, offset and type of scales.
#define FORMAT_COUNT (2 * 4 * 3 * 3)
/// GGUF's others, which come after: 4 bits with super-blocks, 6 bits without and with them; groups
/// of 16 or 32, midpoint or minimums.
#define GGUF_FORMAT_COUNT (3 * 2 * 2)

typedef struct integer_matrix {
    /// With panels laid out by the definition.
    ck_integer_matrix matrix;
    char text[64];
    size_t groups, super_blocks, panel_count, byte_count;
    /// [N rounded up to 16][groups times group size], zeros beyond the matrix.
    uint8_t *codes;
    /// [N rounded up to 16][groups], what they stand for; offsets are the number to subtract, or to
    /// add where they are minimums.
    float *scales, *offsets;
    /// What pack_integer() takes.
    ck_integer_rows rows;
} integer_matrix;

/// The bits of format `index`, and so on; rows and columns are N and K.
integer_matrix make_integer_matrix(int index, size_t N, size_t K);
/// The same matrix with panels of zeros.
ck_integer_matrix make_empty(const integer_matrix *from);

#endif
