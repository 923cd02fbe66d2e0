#pragma once
#include <stdint.h>

/// The finest clock there is: the processor's own counter where it has one, in order with what is measured.
uint64_t bench_ticks(void);
