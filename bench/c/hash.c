// How many Argon2id hashes libsodium makes on several threads.
// usage: hash plain|kept PASSES KIB THREADS SECONDS
//   plain  crypto_pwhash as it is: it maps its memory for every hash and unmaps it afterwards
//   kept   each thread keeps its memory, on huge pages, and wipes it after every hash: the best that can be done around the library
#include "bench.h"
#include <pthread.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static int is_kept;
static unsigned long long passes;
static size_t bytes;
static double seconds;
static __thread void *arena;
static __thread size_t arena_bytes;

enum { HUGE_PAGE = 2 << 20 };

static void *map(size_t length) { return (void *)syscall(SYS_mmap, 0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L); }

// These two take the place of the C library's, for libsodium too. Only a hash's own memory is treated differently.
void *mmap(void *hint, size_t length, int protection, int flags, int descriptor, off_t offset) {
    if (!is_kept || hint || !(flags & MAP_ANONYMOUS) || length < (1 << 20) || protection == PROT_NONE || (flags & MAP_STACK))
        return (void *)syscall(SYS_mmap, hint, length, protection, flags, descriptor, offset);
    if (arena && arena_bytes == length) return arena;
    // A thread hashes at one cost only, so this happens once; the unaligned rest stays unused.
    char *start = map(length + HUGE_PAGE);
    if (start == MAP_FAILED) return MAP_FAILED;
    arena = (void *)(((uintptr_t)start + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
    arena_bytes = length;
    syscall(SYS_madvise, arena, length, MADV_HUGEPAGE);
    return arena;
}

int munmap(void *start, size_t length) {
    if (is_kept && start == arena) {
        sodium_memzero(start, length);
        return 0;
    }
    return (int)syscall(SYS_munmap, start, length);
}

static void hash(void) {
    unsigned char out[32];
    static const unsigned char salt[crypto_pwhash_SALTBYTES] = "sixteen bytes ok";
    static const char password[] = "correct horse battery staple";
    if (crypto_pwhash(out, sizeof out, password, sizeof password - 1, salt, passes, bytes, crypto_pwhash_ALG_ARGON2ID13)) fail("pwhash");
}

static pthread_barrier_t start_line;
struct share {
    pthread_t thread;
    double rate;
};

static void *work(void *of) {
    struct share *share = of;
    hash();
    pthread_barrier_wait(&start_line);
    double began = now(), took;
    long count = 0;
    do {
        hash();
        count++;
        took = now() - began;
    } while (took < seconds);
    share->rate = (double)count / took;
    return 0;
}

int main(int count, char **a) {
    if (count != 6 || sodium_init() < 0) return 64;
    is_kept = !strcmp(a[1], "kept");
    passes = strtoull(a[2], 0, 10);
    bytes = strtoul(a[3], 0, 10) * 1024;
    int threads = atoi(a[4]);
    seconds = atof(a[5]);
    struct share *shares = calloc((size_t)threads, sizeof *shares);
    if (!shares || pthread_barrier_init(&start_line, 0, (unsigned)threads)) fail("threads");
    for (int i = 0; i < threads; i++)
        if (pthread_create(&shares[i].thread, 0, work, &shares[i])) fail("thread");
    double rate = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(shares[i].thread, 0);
        rate += shares[i].rate;
    }
    printf("{\"rate\":%.2f}\n", rate);
    return 0;
}
