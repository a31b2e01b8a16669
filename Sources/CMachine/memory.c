// Large aligned memory.

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "include/CMachine.h"

static const size_t mapped_from = 1 << 20;
static const size_t huge_page = 2 << 20;

void *cm_memory_make(size_t byte_count) {
    if (byte_count > SIZE_MAX / 4) return NULL;
    if (byte_count < mapped_from) {
        size_t rounded = (byte_count + 63) / 64 * 64;
        void *memory = aligned_alloc(64, rounded == 0 ? 64 : rounded);
        if (memory) memset(memory, 0, rounded);
        return memory;
    }
    // Mapped with a huge page to spare; what lies before and behind the aligned part is given back.
    size_t length = (byte_count + huge_page - 1) / huge_page * huge_page;
    char *mapped =
        mmap(NULL, length + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return NULL;
    size_t before = (huge_page - (size_t)mapped % huge_page) % huge_page;
    if (before > 0) munmap(mapped, before);
    if (before < huge_page) munmap(mapped + before + length, huge_page - before);
    madvise(mapped + before, length, MADV_HUGEPAGE);
    return mapped + before;
}

bool cm_memory_claim(void *memory, size_t byte_count) {
    if (byte_count < mapped_from) return true;
    size_t length = (byte_count + huge_page - 1) / huge_page * huge_page;
#ifdef MADV_POPULATE_WRITE
    // A kernel before 5.14 does not know the advice; then the pages come as they are written.
    return madvise(memory, length, MADV_POPULATE_WRITE) == 0 || errno == EINVAL;
#else
    return true;
#endif
}

void cm_memory_free(void *memory, size_t byte_count) {
    if (byte_count < mapped_from) {
        free(memory);
    } else {
        munmap(memory, (byte_count + huge_page - 1) / huge_page * huge_page);
    }
}
