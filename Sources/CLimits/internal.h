// What the parts of this target share.

#ifndef CLIMITS_INTERNAL_H
#define CLIMITS_INTERNAL_H

#include "include/CLimits.h"

/// Work of one thread in one repetition; gives the operations it has done.
typedef double (*cl_work)(void *context, size_t thread);

/// Runs `work` on threads that begin together, several times, after one run that does not count.
cl_rate cl_measure(cl_work work, void *context, size_t thread_count, size_t repetitions);

/// Bytes that `cl_read_streams` takes at a time from each stream.
#define CL_READ_BYTES 256

/// A loop over multiplications with operands in registers; gives the multiply-adds it has done.
typedef double (*cl_loop)(uint64_t rounds);

/// Loops of one instruction set, by unit; NULL where this build has none.
cl_loop cl_loop_portable(cl_unit unit);
cl_loop cl_loop_avx2(cl_unit unit);
cl_loop cl_loop_avx512(cl_unit unit);
cl_loop cl_loop_neon(cl_unit unit);

/// Keeps a result from being optimized away.
#define CL_KEEP(value) __asm__ volatile("" : : "x"(value))

#endif
