// Which table runs on this CPU.

#include "internal.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

#if defined(__x86_64__)

static const ck_table *avx512_table(void) {
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl") ||
        !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c")) {
        return NULL;
    }
    if (!__builtin_cpu_supports("avx512vnni")) return &ck_table_avx512;
    return __builtin_cpu_supports("avx512bf16") ? &ck_table_avx512_bfloat16 : &ck_table_avx512_vnni;
}

static const ck_table *avx2_table(void) {
    bool usable = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("f16c");
    if (!usable) return NULL;
    return __builtin_cpu_supports("avxvnni") ? &ck_table_avx2_vnni : &ck_table_avx2;
}

#endif

#if defined(__aarch64__)

static const ck_table *neon_table(void) {
#if defined(__linux__)
    // The bit that Linux gives to the dot product of bytes.
    const unsigned long dot_product = 1ul << 20;
    if (getauxval(AT_HWCAP) & dot_product) return &ck_table_neon_dotprod;
#endif
    return &ck_table_neon;
}

#endif

const ck_table *_Nullable ck_table_for(ck_isa isa) {
    switch (isa) {
    case CK_ISA_SCALAR:
        return &ck_table_scalar;
#if defined(__x86_64__)
    case CK_ISA_AVX2:
        return avx2_table();
    case CK_ISA_AVX512:
        return avx512_table();
#endif
#if defined(__aarch64__)
    case CK_ISA_NEON:
        return neon_table();
#endif
    default:
        return NULL;
    }
}
