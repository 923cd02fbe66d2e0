#define _GNU_SOURCE
#include "CHashMemory.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SSPR_SANITIZED 1
#endif
#endif

// On 32-bit systems the system call counts its offset in pages; sanitizers interpose the same symbols themselves.
#if defined(__linux__) && defined(__LP64__) && !defined(SSPR_SANITIZED)
#define SSPR_INTERPOSES 1
#else
#define SSPR_INTERPOSES 0
#endif

// The size of a huge page on x86-64, and on arm64 with 4 KiB pages. Where huge pages are larger, this is only an
// alignment.
#define HUGE_PAGE ((size_t)2 << 20)

// libsodium rounds its request down to a multiple of four blocks of 1 KiB; the slack also allows for later rounding up.
#define SLACK ((size_t)64 << 10)

// One per thread, so that no lock is needed.
struct kept_memory {
    char *base;
    size_t capacity;
    size_t wanted; // 0 outside of begin and end
    size_t lent;   // bytes handed out since begin
    bool out;      // handed out and not yet returned
    enum sspr_hash_memory_use use;
};

static _Thread_local struct kept_memory kept;

bool sspr_hash_memory_interposes(void) { return SSPR_INTERPOSES; }

void sspr_hash_memory_begin(size_t bytes) {
    kept.wanted = bytes;
    kept.lent = 0;
    kept.out = false;
    kept.use = SSPR_HASH_MEMORY_UNUSED;
}

enum sspr_hash_memory_use sspr_hash_memory_end(void) {
    if (kept.lent != 0) explicit_bzero(kept.base, kept.lent);
    kept.wanted = 0;
    kept.lent = 0;
    kept.out = false;
    return kept.use;
}

size_t sspr_hash_memory_capacity(void) { return kept.capacity; }

size_t sspr_hash_memory_dirty_bytes(void) {
    size_t dirty = 0;
    for (size_t i = 0; i < kept.capacity; i++) dirty += kept.base[i] != 0;
    return dirty;
}

#if SSPR_INTERPOSES

// The system calls themselves: the symbols of these names are the ones that are interposed below.
static void *system_mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}

static int system_munmap(void *address, size_t length) { return (int)syscall(SYS_munmap, address, length); }

void sspr_hash_memory_release(void) {
    if (kept.base != NULL) system_munmap(kept.base, kept.capacity);
    kept.base = NULL;
    kept.capacity = 0;
}

// Maps at least `bytes` bytes, starting at a multiple of a huge page: only whole, aligned ones can be huge.
static bool map_kept(size_t bytes) {
    size_t capacity = (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    char *start = system_mmap(
        NULL, capacity + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return false;
    char *base = (char *)(((uintptr_t)start + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
    size_t before = (size_t)(base - start);
    if (before != 0) system_munmap(start, before);
    if (before != HUGE_PAGE) system_munmap(base + capacity, HUGE_PAGE - before);

    // All three are best effort. What lies here comes from passwords: keep it out of core images and out of swap. The
    // lock comes last because it makes the pages present, and they should be huge ones.
    (void)madvise(base, capacity, MADV_DONTDUMP);
    (void)madvise(base, capacity, MADV_HUGEPAGE);
    int saved = errno;
    (void)mlock(base, capacity);
    errno = saved;

    kept.base = base;
    kept.capacity = capacity;
    return true;
}

static bool is_the_hash(const void *address, size_t length, int protection, int flags, int descriptor) {
    return kept.wanted != 0 && kept.lent == 0 && address == NULL && descriptor == -1 &&
           (flags & MAP_ANONYMOUS) != 0 && (flags & MAP_PRIVATE) != 0 && protection == (PROT_READ | PROT_WRITE) &&
           length <= kept.wanted + SLACK && length + SLACK >= kept.wanted;
}

// Takes the place of the C library's function for the whole program, and is that function except for the one map in
// question.
void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    if (!is_the_hash(address, length, protection, flags, descriptor)) {
        return system_mmap(address, length, protection, flags, descriptor, offset);
    }
    enum sspr_hash_memory_use use = SSPR_HASH_MEMORY_REUSED;
    if (kept.capacity < length) {
        sspr_hash_memory_release();
        if (!map_kept(length)) return MAP_FAILED;
        use = SSPR_HASH_MEMORY_FRESH;
    }
    kept.use = use;
    kept.lent = length;
    kept.out = true;
    return kept.base;
}

int munmap(void *address, size_t length) {
    if (kept.out && address == kept.base && length == kept.lent) {
        kept.out = false; // wiped by `end`, whatever becomes of the hash
        return 0;
    }
    return system_munmap(address, length);
}

#else

void sspr_hash_memory_release(void) {}

#endif
