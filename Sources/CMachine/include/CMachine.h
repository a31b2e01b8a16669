// What the engine wants of the operating system and Swift's C library module does not offer: a pool
// of worker threads over futexes, the number of cores this process may use, large aligned memory, a
// hash of many bytes; and, in terminal.h, the terminal.

#ifndef CMACHINE_H
#define CMACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "terminal.h"

#pragma clang assume_nonnull begin

/// Physical cores this process may use: the affinity mask, one thread per core, at most the CPU
/// quota of its cgroup, rounded up. At least 1.
size_t cm_usable_core_count(void);

/// Memory of zeros for `byte_count` bytes, or NULL. From 1 MiB on it is aligned to 2 MiB, marked
/// for huge pages and touched by nobody yet; below, it is aligned to 64 bytes.
void *_Nullable cm_memory_make(size_t byte_count);

/// Has the system provide all pages of memory of cm_memory_make now, rather than when they are
/// first written. False: it has not got them.
bool cm_memory_claim(void *memory, size_t byte_count);

/// Returns memory of cm_memory_make with the same byte count.
void cm_memory_free(void *memory, size_t byte_count);

/// A 64-bit hash of bytes, against accidents: it is no defence against somebody who wants to
/// deceive. The same on every machine of the same byte order.
uint64_t cm_content_hash(const void *_Nullable bytes, size_t byte_count);

/// Threads that share one job at a time with the thread that calls cm_pool_run.
typedef struct cm_pool cm_pool;

/// One task of a job. `worker` is below the pool's thread count and belongs to one thread at a
/// time; 0 is the caller.
typedef void (*cm_task)(void *_Nullable context, size_t worker, size_t index);

/// A pool of `thread_count` threads, the caller's included; fewer if the system refuses them. NULL
/// without memory.
cm_pool *_Nullable cm_pool_make(size_t thread_count);

/// Ends the threads. Nobody may be inside cm_pool_run.
void cm_pool_free(cm_pool *pool);

/// Threads in fact, the caller's included.
size_t cm_pool_thread_count(const cm_pool *pool);

/// Runs tasks 0..<count, each once, in any order and on any worker, and returns when all are done.
///
/// One thread at a time may call this. A worker that is late takes no part: a core that another
/// process holds costs its share of the work, not a wait.
void cm_pool_run(cm_pool *pool, size_t count, cm_task task, void *_Nullable context);

#pragma clang assume_nonnull end

#endif
