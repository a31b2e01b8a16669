// The tables of this library, before it is known which of them the CPU can run.

#ifndef CKERNELS_INTERNAL_H
#define CKERNELS_INTERNAL_H

#include "include/CKernels.h"

extern const ck_table ck_table_scalar;
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
/// The same with a bfloat16 product.
extern const ck_table ck_table_avx512_bfloat16;
extern const ck_table ck_table_neon;
/// bfloat16 product for a CPU with AVX512-BF16.
void ck_linear_avx512_bfloat16(const ck_linear *_Nonnull product, size_t first_panel, size_t end_panel);

#endif
