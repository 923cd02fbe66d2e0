// What the small programs share: time, frames and how a list of times is told. Every failure ends the program: a bench has no second try.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 12, BODY_LIMIT = 65536, REFUSED = 3 };

static inline void fail(const char *what) {
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

static inline double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline struct sockaddr_un address(const char *path) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof a.sun_path) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(a.sun_path, path);
    return a;
}

// The body's length: the first four bytes of a frame.
static inline size_t body_of(const unsigned char *frame) {
    return (size_t)frame[0] << 24 | (size_t)frame[1] << 16 | (size_t)frame[2] << 8 | frame[3];
}

// A connection, or -1.
static inline int dial(const char *path) {
    struct sockaddr_un a = address(path);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) fail("socket");
    if (connect(s, (struct sockaddr *)&a, sizeof a) == 0) return s;
    close(s);
    return -1;
}

static inline int must_dial(const char *path) {
    int s = dial(path);
    if (s < 0) fail(path);
    return s;
}

// The answer that was received last.
static unsigned char answer[HEADER + BODY_LIMIT];

static inline void put(int s, const unsigned char *frame, size_t length) {
    if (write(s, frame, length) != (ssize_t)length) fail("write");
}

// Waits for an answer; true unless it is a refusal.
static inline int receive(int s) {
    size_t have = 0, wanted = HEADER;
    while (have < wanted) {
        ssize_t got = read(s, answer + have, sizeof answer - have);
        if (got <= 0) fail("read");
        have += (size_t)got;
        if (have >= HEADER) wanted = HEADER + body_of(answer);
        if (wanted > sizeof answer) fail("an answer that is too long");
    }
    return answer[5] != REFUSED;
}

// One request and its answer; true unless it was refused.
static inline int ask(int s, const unsigned char *frame, size_t length) {
    put(s, frame, length);
    return receive(s);
}

static inline int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

// Sorts; share 0.5 is the median.
static inline double quantile(double *times, size_t count, double share) {
    if (count == 0) fail("nothing was measured");
    qsort(times, count, sizeof *times, by_size);
    size_t place = (size_t)((double)count * share);
    return times[place < count ? place : count - 1];
}

static inline double *room(size_t count) {
    double *times = calloc(count ? count : 1, sizeof *times);
    if (!times) fail("memory");
    return times;
}
