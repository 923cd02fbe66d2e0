// Asks, waits for the answers and tells how long they took. FRAMES is a file of whole frames, one after the other.
// usage: load one   SOCKET FRAMES COUNT PAUSE_US      one connection, the first frame again and again
//        load life  SOCKET FRAMES COUNT               connect, first frame, answer, close
//        load many  SOCKET FRAMES CONNECTIONS SECONDS each connection has its frame and asks again at once
//        load each  SOCKET FRAMES UID GID COUNT       every frame once, in order; the time of each; with COUNT > 0 a new connection under
//                                                     the next uid, from UID on, after that many (needs root)
//        load drain SOCKET FRAMES COUNT               the first frame claims a message, which is reported as accepted; so many of them
//        load hand  SOCKET FRAMES COUNT               the first frame claims a message and waits; another connection sends the next frames,
//                                                     which queue one each: from there to the courier's hand
//        load idle  SOCKET FRAMES CONNECTIONS PID     memory of process PID before and after so many connections have asked once
#include "bench.h"
#include <sys/epoll.h>

static const char *path;
static struct frame {
    unsigned char *bytes;
    size_t length;
} *frames;
static size_t frame_count;

static void read_frames(const char *name) {
    FILE *file = fopen(name, "rb");
    if (!file) fail(name);
    unsigned char header[HEADER];
    while (fread(header, 1, HEADER, file) == HEADER) {
        size_t length = HEADER + body_of(header);
        if (length > HEADER + BODY_LIMIT) fail("a frame that is too long");
        frames = realloc(frames, (frame_count + 1) * sizeof *frames);
        unsigned char *bytes = malloc(length);
        if (!frames || !bytes) fail("memory");
        memcpy(bytes, header, HEADER);
        if (fread(bytes + HEADER, 1, length - HEADER, file) != length - HEADER) fail("half a frame");
        frames[frame_count++] = (struct frame){bytes, length};
    }
    fclose(file);
    if (frame_count == 0) fail("no frame");
}

static int ask_frame(int s, size_t i) { return ask(s, frames[i % frame_count].bytes, frames[i % frame_count].length); }

static void tell(double *times, size_t count, double took, size_t asked, size_t refused) {
    double p50 = quantile(times, count, 0.5), p99 = quantile(times, count, 0.99), p999 = quantile(times, count, 0.999);
    printf("{\"p50_us\":%.3f,\"p99_us\":%.3f,\"p999_us\":%.3f,\"rate\":%.2f,\"asked\":%zu,\"refused\":%zu}\n", p50 * 1e6, p99 * 1e6,
           p999 * 1e6, (double)count / took, asked, refused);
}

static void one(size_t count, useconds_t pause) {
    double *times = room(count);
    int s = must_dial(path);
    size_t refused = 0, warm = pause ? 20 : count / 10 + 100;
    for (size_t i = 0; i < warm; i++) ask_frame(s, 0);
    double began = now();
    for (size_t i = 0; i < count; i++) {
        if (pause) usleep(pause);
        double asked = now();
        refused += !ask_frame(s, 0);
        times[i] = now() - asked;
    }
    tell(times, count, now() - began, count, refused);
}

static void life(size_t count) {
    double *times = room(count);
    size_t refused = 0, warm = count / 10 + 20;
    double began = now();
    for (size_t i = 0; i < count + warm; i++) {
        if (i == warm) began = now();
        double asked = now();
        int s = must_dial(path);
        refused += !ask_frame(s, 0);
        close(s);
        if (i >= warm) times[i - warm] = now() - asked;
    }
    tell(times, count, now() - began, count, refused);
}

struct connection {
    int descriptor;
    unsigned char header[HEADER];
    size_t have, wanted;
    double asked;
};

static void send_frame(struct connection *c, size_t i) {
    struct frame f = frames[i % frame_count];
    c->have = 0;
    c->wanted = HEADER;
    c->asked = now();
    if (write(c->descriptor, f.bytes, f.length) != (ssize_t)f.length) fail("write");
}

static void many(size_t count, double seconds) {
    enum { KEPT = 1 << 21 };
    struct connection *all = calloc(count, sizeof *all);
    double *times = room(KEPT);
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (!all || poller < 0) fail("epoll");
    for (size_t i = 0; i < count; i++) {
        all[i].descriptor = must_dial(path);
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, all[i].descriptor, &event)) fail("epoll");
    }
    double warm = now() + 0.2, end = warm + seconds, time = 0;
    size_t kept = 0, answered = 0, refused = 0, asked = count;
    for (size_t i = 0; i < count; i++) send_frame(&all[i], i);
    while (time < end) {
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, 100);
        time = now();
        for (int e = 0; e < ready; e++) {
            struct connection *c = &all[events[e].data.u64];
            unsigned char buffer[4096];
            ssize_t got = read(c->descriptor, buffer, sizeof buffer);
            if (got <= 0) fail("read");
            for (ssize_t k = 0; k < got && c->have + (size_t)k < HEADER; k++) c->header[c->have + (size_t)k] = buffer[k];
            c->have += (size_t)got;
            if (c->have >= HEADER) c->wanted = HEADER + body_of(c->header);
            if (c->have < c->wanted) continue;
            refused += c->header[5] == REFUSED;
            time = now();
            if (time >= warm && time < end) {
                answered++;
                if (kept < KEPT) times[kept++] = time - c->asked;
            }
            send_frame(c, events[e].data.u64);
            asked++;
        }
    }
    // The rate counts all answers, the quantiles those that were kept.
    tell(times, kept, seconds * (double)kept / (double)(answered ? answered : 1), asked, refused);
}

static void each(uid_t uid, gid_t gid, size_t per_uid) {
    int s = per_uid ? -1 : must_dial(path);
    for (size_t i = 0; i < frame_count; i++) {
        if (per_uid && i % per_uid == 0) {
            if (s >= 0) close(s);
            // Group first: without root's uid it could not be changed any more.
            if (seteuid(0) || setegid(gid) || seteuid(uid + (uid_t)(i / per_uid))) fail("another uid");
            s = must_dial(path);
        }
        double asked = now();
        int accepted = ask_frame(s, i);
        printf("%s%.3f", accepted ? "" : "-", (now() - asked) * 1e6);
        putchar(i + 1 < frame_count ? ' ' : '\n');
    }
}

// Reads an unsigned number of CBOR.
static uint64_t number(const unsigned char **place) {
    unsigned char head = *(*place)++;
    if (head < 24) return head;
    if (head > 27) fail("no number");
    uint64_t value = 0;
    for (int left = 1 << (head - 24); left > 0; left--) value = value << 8 | *(*place)++;
    return value;
}

static unsigned char *put_number(unsigned char *place, uint64_t value) {
    *place++ = 27;
    int size = 8;
    // The shortest form.
    if (value < 24) return place[-1] = (unsigned char)value, place;
    while (size > 1 && value >> (4 * size) == 0) size /= 2, place[-1]--;
    for (int left = size; left > 0; left--) *place++ = (unsigned char)(value >> (8 * (left - 1)));
    return place;
}

// Reports the message in the last answer as accepted: {1: {1: id, 2: lease, ...}} becomes {1: id, 2: lease, 3: "accepted"}.
static void report(int s) {
    unsigned char frame[64] = {0, 0, 0, 0, 1, 1, 7, 2, 0, 0, 0, 7}, *end = frame + HEADER;
    const unsigned char *place = answer + HEADER;
    if (body_of(answer) < 8 || memcmp(place, "\xa1\x01", 2) || place[3] != 1) fail("no message in the answer");
    place += 4;
    *end++ = 0xa3;
    *end++ = 1;
    end = put_number(end, number(&place));
    if (*place++ != 2) fail("no lease in the answer");
    *end++ = 2;
    end = put_number(end, number(&place));
    memcpy(end, "\x03\x68" "accepted", 10);
    end += 10;
    frame[3] = (unsigned char)(end - frame - HEADER);
    if (!ask(s, frame, (size_t)(end - frame))) fail("a report was refused");
}

static void drain(size_t count) {
    double *times = room(count);
    int s = must_dial(path);
    double began = now();
    for (size_t i = 0; i < count; i++) {
        double asked = now();
        if (!ask_frame(s, 0)) fail("a claim was refused");
        report(s);
        times[i] = now() - asked;
    }
    tell(times, count, now() - began, count, 0);
}

static void hand(size_t count) {
    double *times = room(count);
    int courier = must_dial(path), sender = must_dial(path);
    double began = now();
    for (size_t i = 0; i < count; i++) {
        struct frame f = frames[1 + i];
        put(courier, frames[0].bytes, frames[0].length);
        // Until it waits.
        usleep(3000);
        double sent = now();
        put(sender, f.bytes, f.length);
        if (!receive(courier)) fail("a claim was refused");
        times[i] = now() - sent;
        report(courier);
        if (!receive(sender)) fail("nothing was sent");
    }
    tell(times, count, now() - began, count, 0);
}

static long resident_kib(int pid) {
    char name[64], line[256];
    long kib = -1;
    snprintf(name, sizeof name, "/proc/%d/status", pid);
    FILE *file = fopen(name, "r");
    if (!file) fail(name);
    while (fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kib);
    fclose(file);
    return kib;
}

static void idle(size_t count, int pid) {
    long before = resident_kib(pid);
    for (size_t i = 0; i < count; i++) ask_frame(must_dial(path), 0);
    usleep(300000);
    long after = resident_kib(pid);
    printf("{\"before_kib\":%ld,\"after_kib\":%ld,\"bytes\":%.0f}\n", before, after, (double)(after - before) * 1024 / (double)count);
}

int main(int count, char **a) {
    if (count < 5) return 64;
    path = a[2];
    read_frames(a[3]);
    size_t n = strtoul(a[4], 0, 10);
    if (!strcmp(a[1], "one") && count == 6) one(n, (useconds_t)atoi(a[5]));
    else if (!strcmp(a[1], "life") && count == 5) life(n);
    else if (!strcmp(a[1], "many") && count == 6) many(n, atof(a[5]));
    else if (!strcmp(a[1], "each") && count == 7) each((uid_t)n, (gid_t)atoi(a[5]), strtoul(a[6], 0, 10));
    else if (!strcmp(a[1], "drain") && count == 5) drain(n);
    else if (!strcmp(a[1], "hand") && count == 5 && n < frame_count) hand(n);
    else if (!strcmp(a[1], "idle") && count == 6) idle(n, atoi(a[5]));
    else return 64;
    return 0;
}
