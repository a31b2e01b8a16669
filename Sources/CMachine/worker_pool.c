// A pool of worker threads that take tasks from a common counter.
//
// One 32-bit word holds the state of the current job; it is what everybody sleeps on:
//
//     bits 0...9     helpers inside the job
//     bit  10        open: helpers may enter
//     bit  11        the caller sleeps until the last helper leaves
//     bits 12...31   number of the job, modulo 2^20
//
// The caller fills in the job, opens it, works along, closes it, and waits only for helpers that
// have entered. A helper that the system has not woken in time finds the job closed. The job's
// fields change only while it is closed and empty.
//
// Waiting is a short spin, then a futex. Spinning alone made a step a hundred times slower as soon
// as another process wanted a core; sleeping alone costs a wake-up between any two operations of a
// layer. A thread that notices that it was taken off its core while it spun does not spin for a
// while.

#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "include/CMachine.h"

enum {
    HELPER_MASK = 0x3ff,
    OPEN = 1 << 10,
    CALLER_SLEEPS = 1 << 11,
    JOB_SHIFT = 12,
    // Longer than the caller needs between two operations, shorter than anybody's time slice.
    SPIN_NANOSECONDS = 30000,
    // A spin that took this long was interrupted by another thread.
    INTERRUPTED_NANOSECONDS = 500000,
    WAITS_WITHOUT_SPIN = 200,
    // Different bits, so that the helpers' wake-up does not wake the caller, nor the other way
    // round.
    WAKE_HELPERS = 1,
    WAKE_CALLER = 2,
};

typedef struct helper {
    struct cm_pool *pool;
    size_t worker;
    pthread_t thread;
} helper;

struct cm_pool {
    _Alignas(64) _Atomic uint32_t state;
    _Alignas(64) _Atomic size_t next_index;
    _Alignas(64) _Atomic uint32_t sleeping_helpers;
    _Atomic bool stopping;
    size_t task_count;
    cm_task task;
    void *context;
    int caller_waits_without_spin;
    size_t helper_count;
    helper *helpers;
};

static void pause_core(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void sleep_while(_Atomic uint32_t *state, uint32_t value, uint32_t bits) {
    syscall(SYS_futex, state, FUTEX_WAIT_BITSET_PRIVATE, value, NULL, NULL, bits);
}

static void wake(_Atomic uint32_t *state, int count, uint32_t bits) {
    syscall(SYS_futex, state, FUTEX_WAKE_BITSET_PRIVATE, count, NULL, NULL, bits);
}

static bool job_is_over(uint32_t state, uint32_t unused) {
    (void)unused;
    return (state & HELPER_MASK) == 0;
}

static bool job_is_new(uint32_t state, uint32_t last_job) {
    return (state & OPEN) && state >> JOB_SHIFT != last_job;
}

/// Spins until `done`, for a short while at most; true if it came to pass.
static bool spin(cm_pool *pool, bool (*done)(uint32_t, uint32_t), uint32_t argument,
                 int *waits_without_spin) {
    if (*waits_without_spin > 0) {
        *waits_without_spin -= 1;
        return done(atomic_load_explicit(&pool->state, memory_order_acquire), argument);
    }
    int64_t begin = nanoseconds(), last = begin;
    while (true) {
        for (int i = 0; i < 16; i++) {
            if (done(atomic_load_explicit(&pool->state, memory_order_acquire), argument))
                return true;
            pause_core();
        }
        int64_t now = nanoseconds();
        if (now - last > INTERRUPTED_NANOSECONDS) {
            *waits_without_spin = WAITS_WITHOUT_SPIN;
            return false;
        }
        if (now - begin > SPIN_NANOSECONDS) return false;
        last = now;
    }
}

static void take_tasks(cm_pool *pool, size_t worker) {
    const size_t count = pool->task_count;
    while (true) {
        size_t index = atomic_fetch_add_explicit(&pool->next_index, 1, memory_order_relaxed);
        if (index >= count) return;
        pool->task(pool->context, worker, index);
    }
}

/// Enters an open job that this helper has not seen, helps, leaves. False if there is none.
static bool help(cm_pool *pool, size_t worker, uint32_t *last_job) {
    uint32_t state = atomic_load_explicit(&pool->state, memory_order_acquire);
    while (true) {
        if (!job_is_new(state, *last_job)) return false;
        if (atomic_compare_exchange_weak_explicit(&pool->state, &state, state + 1,
                                                  memory_order_acquire, memory_order_acquire)) {
            break;
        }
    }
    *last_job = state >> JOB_SHIFT;
    take_tasks(pool, worker);
    uint32_t before = atomic_fetch_sub_explicit(&pool->state, 1, memory_order_acq_rel);
    if ((before & HELPER_MASK) == 1 && (before & CALLER_SLEEPS)) wake(&pool->state, 1, WAKE_CALLER);
    return true;
}

static void *run_helper(void *argument) {
    helper *self = argument;
    cm_pool *pool = self->pool;
    uint32_t last_job = UINT32_MAX;
    int waits_without_spin = 0;
    pthread_setname_np(pthread_self(), "compute");
    while (!atomic_load(&pool->stopping)) {
        if (help(pool, self->worker, &last_job)) continue;
        if (spin(pool, job_is_new, last_job, &waits_without_spin)) continue;
        // Counted before the state is read again: the caller either sees the count or this sees its
        // new state.
        atomic_fetch_add(&pool->sleeping_helpers, 1);
        uint32_t state = atomic_load(&pool->state);
        if (!job_is_new(state, last_job) && !atomic_load(&pool->stopping)) {
            sleep_while(&pool->state, state, WAKE_HELPERS);
        }
        atomic_fetch_sub(&pool->sleeping_helpers, 1);
    }
    return NULL;
}

/// Begins a new job in the state word; also used to wake everybody at the end.
static void publish(cm_pool *pool, uint32_t flags) {
    uint32_t job = (atomic_load_explicit(&pool->state, memory_order_relaxed) >> JOB_SHIFT) + 1;
    atomic_store(&pool->state, job << JOB_SHIFT | flags);
}

static void wait_for_helpers(cm_pool *pool) {
    uint32_t state = atomic_fetch_and(&pool->state, ~(uint32_t)OPEN) & ~(uint32_t)OPEN;
    if (job_is_over(state, 0) || spin(pool, job_is_over, 0, &pool->caller_waits_without_spin))
        return;
    state = atomic_fetch_or(&pool->state, CALLER_SLEEPS) | CALLER_SLEEPS;
    while (!job_is_over(state, 0)) {
        sleep_while(&pool->state, state, WAKE_CALLER);
        state = atomic_load_explicit(&pool->state, memory_order_acquire);
    }
}

void cm_pool_run(cm_pool *pool, size_t count, cm_task task, void *context) {
    if (count <= 1 || pool->helper_count == 0) {
        for (size_t index = 0; index < count; index++) task(context, 0, index);
        return;
    }
    pool->task = task;
    pool->context = context;
    pool->task_count = count;
    atomic_store_explicit(&pool->next_index, 0, memory_order_relaxed);
    publish(pool, OPEN);
    uint32_t sleeping = atomic_load(&pool->sleeping_helpers);
    if (sleeping > 0)
        wake(&pool->state, (int)(count - 1 < sleeping ? count - 1 : sleeping), WAKE_HELPERS);
    take_tasks(pool, 0);
    wait_for_helpers(pool);
}

cm_pool *cm_pool_make(size_t thread_count) {
    size_t helper_count = thread_count > 1 ? thread_count - 1 : 0;
    if (helper_count > HELPER_MASK) helper_count = HELPER_MASK;
    cm_pool *pool = aligned_alloc(_Alignof(cm_pool), sizeof(cm_pool));
    helper *helpers = calloc(helper_count + 1, sizeof(helper));
    if (pool == NULL || helpers == NULL) {
        free(pool);
        free(helpers);
        return NULL;
    }
    *pool = (cm_pool){.helpers = helpers};
    for (; pool->helper_count < helper_count; pool->helper_count++) {
        helper *next = &helpers[pool->helper_count];
        next->pool = pool;
        next->worker = pool->helper_count + 1;
        if (pthread_create(&next->thread, NULL, run_helper, next) != 0) break;
    }
    return pool;
}

void cm_pool_free(cm_pool *pool) {
    atomic_store(&pool->stopping, true);
    publish(pool, 0);
    wake(&pool->state, INT_MAX, WAKE_HELPERS);
    for (size_t i = 0; i < pool->helper_count; i++) pthread_join(pool->helpers[i].thread, NULL);
    free(pool->helpers);
    free(pool);
}

size_t cm_pool_thread_count(const cm_pool *pool) { return pool->helper_count + 1; }
