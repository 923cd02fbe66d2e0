// Kept memory for Argon2, and the priority of the threads that compute it.
//
// libsodium maps fresh memory for every hash and unmaps it afterwards, so the kernel clears every page every time: 37
// to 44 % of the CPU at 19 and 64 MiB. Between `sspr_hash_memory_begin` and `sspr_hash_memory_end` the one large map
// that libsodium makes on this thread is answered with memory that the thread keeps, wiped, from hash to hash. The hash
// is the same; where the interposed symbols do not take effect, hashing is merely slower.
#ifndef SSPR_HASH_MEMORY_H
#define SSPR_HASH_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/// What became of one pair of begin and end.
enum sspr_hash_memory_use {
    /// Nobody asked for the memory: interposition is not in effect.
    SSPR_HASH_MEMORY_UNUSED = 0,
    /// The thread's memory was mapped for this hash.
    SSPR_HASH_MEMORY_FRESH = 1,
    /// The memory of an earlier hash was lent again.
    SSPR_HASH_MEMORY_REUSED = 2,
};

/// True when this build interposes `mmap` and `munmap`: 64-bit Linux without address, thread or memory sanitizer.
bool sspr_hash_memory_interposes(void);

/// From here on, a private anonymous map of about `bytes` bytes on this thread is answered from kept memory, once.
void sspr_hash_memory_begin(size_t bytes);

/// Ends what `begin` began and wipes what was lent.
enum sspr_hash_memory_use sspr_hash_memory_end(void);

/// Gives this thread's kept memory back to the system. To be called before a hashing thread ends.
void sspr_hash_memory_release(void);

/// Size of this thread's kept memory in bytes; 0 for none.
size_t sspr_hash_memory_capacity(void);

/// How many bytes of this thread's kept memory are not zero. For tests; reads all of it.
size_t sspr_hash_memory_dirty_bytes(void);

/// Lowers this thread's priority to `nice`, unless it is that low already. 0, or the error number.
int sspr_hash_thread_lower_priority(int nice);

/// This thread's nice value.
int sspr_hash_thread_nice(void);

#endif
