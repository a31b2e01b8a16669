// Checks every table of kernels that this machine can run; started by scripts/check-kernels.
//
//     driver [quick] [chosen=TABLE] [TABLE...]
//
// `quick`: fewer cases; `chosen`: the table that has to be chosen for this CPU; and the tables to
// check, all that can run if none is named.

#include <stdio.h>
#include <string.h>

#include "check.h"

bool is_quick = false;

#if defined(__x86_64__)

/// Whether the CPU has what a table of AVX-512 needs.
static bool has_avx512(bool needs_dot, bool needs_bfloat16) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           (!needs_dot || __builtin_cpu_supports("avx512vnni")) &&
           (!needs_bfloat16 || __builtin_cpu_supports("avx512bf16"));
}

#endif

/// Whether a table's own instructions are there.
static bool can_run(const ck_table *table) {
#if defined(__x86_64__)
    if (table == &ck_table_avx2) return ck_table_for(CK_ISA_AVX2) != NULL;
    if (table == &ck_table_avx2_vnni) return __builtin_cpu_supports("avxvnni");
    if (table == &ck_table_avx512) return has_avx512(false, false);
    if (table == &ck_table_avx512_vnni) return has_avx512(true, false);
    if (table == &ck_table_avx512_bfloat16) return has_avx512(true, true);
#endif
#if defined(__aarch64__)
    if (table == &ck_table_neon_dotprod)
        return ck_table_for(CK_ISA_NEON) == &ck_table_neon_dotprod;
#endif
    return table != NULL;
}

static subject subjects[] = {
    {"scalar", &ck_table_scalar, false, false},
#if defined(__x86_64__)
    {"avx2", &ck_table_avx2, true, false},
    {"avx2_vnni", &ck_table_avx2_vnni, true, false},
    {"avx512", &ck_table_avx512, true, false},
    {"avx512_vnni", &ck_table_avx512_vnni, true, false},
    {"avx512_bfloat16", &ck_table_avx512_bfloat16, true, false},
#endif
#if defined(__aarch64__)
    {"neon", &ck_table_neon, true, false},
    {"neon_dotprod", &ck_table_neon_dotprod, true, false},
#endif
};

/// The best table that is chosen for this CPU.
static const ck_table *chosen_table(void) {
    static const ck_isa order[] = {CK_ISA_NEON, CK_ISA_AVX512, CK_ISA_AVX2, CK_ISA_SCALAR};
    for (size_t i = 0; i < 4; i++) {
        if (ck_table_for(order[i])) return ck_table_for(order[i]);
    }
    return NULL;
}

static void check_table(subject *s) {
    check_integer_packing(s);
    check_integer_input(s);
    check_integer_products(s);
    check_packing(s);
    check_products(s);
    check_bfloat16_products(s);
    check_rows(s);
    check_attention(s);
}

int main(int count, char **arguments) {
    const char *wanted = NULL, *chosen = "none";
    int named_count = 0;
    for (int i = 1; i < count; i++) {
        const bool is_option = strcmp(arguments[i], "quick") == 0;
        is_quick = is_quick || is_option;
        if (strncmp(arguments[i], "chosen=", 7) == 0) {
            wanted = arguments[i] + 7;
        } else if (!is_option) {
            named_count++;
        }
    }
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        subject *s = &subjects[i];
        bool is_named = named_count == 0;
        for (int j = 1; j < count; j++) is_named = is_named || strcmp(arguments[j], s->name) == 0;
        if (s->table == chosen_table()) chosen = s->name;
        if (!is_named) continue;
        if (!can_run(s->table)) {
#if defined(KERNELS_EMULATED)
            s->is_emulated = true;
#else
            printf("%-27s not on this CPU\n", s->name);
            continue;
#endif
        }
        check_table(s);
    }
    const bool is_chosen = !wanted || strcmp(wanted, chosen) == 0;
    printf("chosen for this CPU: %s%s\n", chosen, is_chosen ? "" : ", which is WRONG");
    printf("%ld cases failed\n", failure_count);
    return failure_count > 0 || !is_chosen;
}
