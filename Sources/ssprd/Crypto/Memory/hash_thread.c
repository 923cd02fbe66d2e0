#define _GNU_SOURCE
#include "CHashMemory.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

// On Linux a priority belongs to a thread, whose number PRIO_PROCESS takes (setpriority(2), "C library/kernel
// differences").
int sspr_hash_thread_lower_priority(int nice) {
    if (sspr_hash_thread_nice() >= nice) return 0; // raising it again would need a privilege
    return setpriority(PRIO_PROCESS, (id_t)gettid(), nice) == 0 ? 0 : errno;
}

// getpriority may rightly answer -1; for a thread that exists it cannot fail.
int sspr_hash_thread_nice(void) { return getpriority(PRIO_PROCESS, (id_t)gettid()); }
