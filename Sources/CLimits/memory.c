// How fast memory is read.
//
// A part of each thread is read once per repetition, from several places at a time, 64 bytes a
// line. What is read is summed into a few registers, which costs less than memory takes. Several
// streams hide more of the latency than one, and lines are asked for before they are needed, since
// the hardware's own prefetcher stops at the end of a page.

#include <string.h>
#include <unistd.h>

#include "CMachine.h"
#include "internal.h"

enum { PREFETCH_BYTES = 2048 };

typedef uint64_t lane4 __attribute__((vector_size(32)));

typedef struct reading {
    const char *memory;
    size_t thread_bytes;
    size_t stream_count;
} reading;

static double read_part(void *context, size_t thread) {
    const reading *reading = context;
    const size_t stream_bytes = reading->thread_bytes / reading->stream_count;
    const char *start = reading->memory + thread * reading->thread_bytes;
    lane4 sums[4] = {{0}, {0}, {0}, {0}};
    for (size_t place = 0; place < stream_bytes; place += CL_READ_BYTES) {
        for (size_t stream = 0; stream < reading->stream_count; stream++) {
            const char *line = start + stream * stream_bytes + place;
            for (size_t byte = 0; byte < CL_READ_BYTES; byte += 64) {
                __builtin_prefetch(line + byte + PREFETCH_BYTES, 0, 3);
            }
            for (size_t byte = 0; byte < CL_READ_BYTES; byte += 128) {
                for (size_t part = 0; part < 4; part++) {
                    lane4 value;
                    memcpy(&value, line + byte + part * 32, sizeof value);
                    sums[part] += value;
                }
            }
        }
    }
    lane4 sum = sums[0] + sums[1] + sums[2] + sums[3];
    uint64_t total = sum[0] + sum[1] + sum[2] + sum[3];
    __asm__ volatile("" : : "r"(total));
    return (double)(stream_bytes * reading->stream_count);
}

cl_rate cl_memory_read(size_t byte_count, size_t thread_count, size_t stream_count,
                       size_t repetitions) {
    cl_rate nothing = {0, 0};
    if (thread_count == 0 || thread_count > 4096 || stream_count == 0 || stream_count > 8) {
        return nothing;
    }
    const size_t unit = CL_READ_BYTES * stream_count;
    const size_t thread_bytes = byte_count / thread_count / unit * unit;
    if (thread_bytes == 0) return nothing;
    const size_t taken = thread_bytes * thread_count;
    char *memory = cm_memory_make(taken);
    if (!memory) return nothing;
    // Written once: pages that nobody has written to are all the same page of zeros.
    memset(memory, 1, taken);
    reading reading = {memory, thread_bytes, stream_count};
    cl_rate rate = cl_measure(read_part, &reading, thread_count, repetitions);
    cm_memory_free(memory, taken);
    return rate;
}

size_t cl_cache_byte_count(void) {
    long most = 0;
    const int names[] = {_SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE, _SC_LEVEL4_CACHE_SIZE};
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        long bytes = sysconf(names[index]);
        if (bytes > most) most = bytes;
    }
    return (size_t)most;
}
