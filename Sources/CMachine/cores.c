// How many cores this process may use.

#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/CMachine.h"

enum { MAXIMUM_CPUS = 8192 };

/// The lowest CPU that shares a core with `cpu`, from the first number of its list of siblings.
static long first_sibling(size_t cpu) {
    char path[128];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%zu/topology/thread_siblings_list",
             cpu);
    FILE *file = fopen(path, "re");
    if (!file) return (long)cpu;
    long sibling = (long)cpu;
    if (fscanf(file, "%ld", &sibling) != 1) sibling = (long)cpu;
    fclose(file);
    return sibling >= 0 && sibling < MAXIMUM_CPUS ? sibling : (long)cpu;
}

static size_t cores_in_affinity_mask(void) {
    cpu_set_t *mask = CPU_ALLOC(MAXIMUM_CPUS);
    cpu_set_t *cores = CPU_ALLOC(MAXIMUM_CPUS);
    size_t byte_count = CPU_ALLOC_SIZE(MAXIMUM_CPUS), count = 0;
    if (mask && cores) {
        CPU_ZERO_S(byte_count, mask);
        CPU_ZERO_S(byte_count, cores);
        if (sched_getaffinity(0, byte_count, mask) == 0) {
            for (size_t cpu = 0; cpu < MAXIMUM_CPUS; cpu++) {
                if (CPU_ISSET_S(cpu, byte_count, mask))
                    CPU_SET_S((size_t)first_sibling(cpu), byte_count, cores);
            }
            count = (size_t)CPU_COUNT_S(byte_count, cores);
        }
    }
    CPU_FREE(mask);
    CPU_FREE(cores);
    return count > 0 ? count : 1;
}

/// Quota / period of a cgroup version 2 folder, rounded up; 0 without a limit.
static size_t quota_in_folder(const char *folder) {
    char path[1200];
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", folder);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    long quota = 0, period = 0;
    int found = fscanf(file, "%ld %ld", &quota, &period);
    fclose(file);
    if (found != 2 || quota <= 0 || period <= 0) return 0;
    return (size_t)((quota + period - 1) / period);
}

/// The same of cgroup version 1, as containers see their own.
static size_t quota_version_1(void) {
    long quota = 0, period = 0;
    FILE *file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re");
    if (!file) return 0;
    int found = fscanf(file, "%ld", &quota);
    fclose(file);
    file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "re");
    if (!file) return 0;
    found += fscanf(file, "%ld", &period);
    fclose(file);
    if (found != 2 || quota <= 0 || period <= 0) return 0;
    return (size_t)((quota + period - 1) / period);
}

/// The smallest quota of this process's cgroup and those above it.
static size_t cgroup_quota(void) {
    char line[1024], folder[1024] = "";
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "0::", 3) != 0) continue;
        line[strcspn(line, "\n")] = 0;
        strcpy(folder, line + 3);
    }
    if (file) fclose(file);
    size_t least = quota_version_1();
    while (true) {
        size_t quota = quota_in_folder(folder);
        if (quota > 0 && (least == 0 || quota < least)) least = quota;
        char *slash = strrchr(folder, '/');
        if (!slash) return least;
        *slash = 0;
    }
}

size_t cm_usable_core_count(void) {
    size_t cores = cores_in_affinity_mask(), quota = cgroup_quota();
    return quota > 0 && quota < cores ? quota : cores;
}
