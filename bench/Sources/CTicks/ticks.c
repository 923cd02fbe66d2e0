#include "CTicks.h"

#if defined(__x86_64__)
#include <x86intrin.h>

uint64_t bench_ticks(void) {
    unsigned processor;
    _mm_lfence();
    uint64_t ticks = __rdtscp(&processor);
    _mm_lfence();
    return ticks;
}
#else
#include <time.h>

uint64_t bench_ticks(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}
#endif
