// Threads that begin together, and the median of several measurements.

#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "internal.h"

typedef struct job {
    cl_work work;
    void *context;
    size_t thread_count;
    size_t repetitions;
    /// Held while threads are started, so that none begins before it is known how many there are.
    pthread_mutex_t gate;
    bool is_given_up;
    pthread_barrier_t barrier;
    /// [repetitions][threads]: operations done, begin and end in seconds.
    double *operations;
    double *begins;
    double *ends;
} job;

typedef struct member {
    job *job;
    size_t thread;
} member;

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *run(void *argument) {
    member *self = argument;
    job *job = self->job;
    pthread_mutex_lock(&job->gate);
    bool is_given_up = job->is_given_up;
    pthread_mutex_unlock(&job->gate);
    if (is_given_up) return NULL;
    // The first repetition fills caches and wakes the clock; it is not looked at.
    for (size_t repetition = 0; repetition <= job->repetitions; repetition++) {
        pthread_barrier_wait(&job->barrier);
        size_t place = repetition * job->thread_count + self->thread;
        job->begins[place] = seconds();
        job->operations[place] = job->work(job->context, self->thread);
        job->ends[place] = seconds();
    }
    return NULL;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/// Operations of all threads over the time from the first begin to the last end.
static double rate(const job *job, size_t repetition) {
    size_t first = repetition * job->thread_count;
    double sum = 0, begin = job->begins[first], end = job->ends[first];
    for (size_t place = first; place < first + job->thread_count; place++) {
        sum += job->operations[place];
        if (job->begins[place] < begin) begin = job->begins[place];
        if (job->ends[place] > end) end = job->ends[place];
    }
    return end > begin ? sum / (end - begin) : 0;
}

static cl_rate rates(const job *job) {
    cl_rate result = {0, 0};
    double *sorted = calloc(job->repetitions, sizeof(double));
    if (!sorted) return result;
    for (size_t index = 0; index < job->repetitions; index++) sorted[index] = rate(job, index + 1);
    qsort(sorted, job->repetitions, sizeof(double), compare);
    result.median = sorted[job->repetitions / 2];
    result.best = sorted[job->repetitions - 1];
    free(sorted);
    return result;
}

/// Starts the other threads and takes part; false if the system has not got so many.
static bool run_all(job *job, pthread_t *threads, member *members) {
    if (pthread_barrier_init(&job->barrier, NULL, (unsigned)job->thread_count)) return false;
    pthread_mutex_init(&job->gate, NULL);
    pthread_mutex_lock(&job->gate);
    size_t started = 1;
    for (; started < job->thread_count; started++) {
        members[started] = (member){job, started};
        if (pthread_create(&threads[started], NULL, run, &members[started])) break;
    }
    job->is_given_up = started < job->thread_count;
    pthread_mutex_unlock(&job->gate);
    members[0] = (member){job, 0};
    run(&members[0]);
    for (size_t thread = 1; thread < started; thread++) pthread_join(threads[thread], NULL);
    pthread_mutex_destroy(&job->gate);
    pthread_barrier_destroy(&job->barrier);
    return !job->is_given_up;
}

cl_rate cl_measure(cl_work work, void *context, size_t thread_count, size_t repetitions) {
    cl_rate result = {0, 0};
    if (thread_count == 0 || thread_count > 4096 || repetitions == 0 || repetitions > 10000) {
        return result;
    }
    size_t places = (repetitions + 1) * thread_count;
    job job = {.work = work,
               .context = context,
               .thread_count = thread_count,
               .repetitions = repetitions,
               .operations = calloc(places, sizeof(double)),
               .begins = calloc(places, sizeof(double)),
               .ends = calloc(places, sizeof(double))};
    pthread_t *threads = calloc(thread_count, sizeof *threads);
    member *members = calloc(thread_count, sizeof *members);
    bool usable = job.operations && job.begins && job.ends && threads && members;
    if (usable && run_all(&job, threads, members)) result = rates(&job);
    free(job.operations);
    free(job.begins);
    free(job.ends);
    free(threads);
    free(members);
    return result;
}
