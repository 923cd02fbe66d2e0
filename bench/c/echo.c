// The plainest server: blocking, a thread for each connection. It answers every frame as the daemon answers a ping, so that it can stand
// in for the daemon where only the client is measured.
// usage: echo SOCKET
#include "bench.h"
#include <pthread.h>

static void *serve(void *connection) {
    int s = (int)(intptr_t)connection;
    unsigned char buffer[4096];
    size_t have = 0;
    for (;;) {
        ssize_t got = read(s, buffer + have, sizeof buffer - have);
        if (got <= 0) break;
        have += (size_t)got;
        while (have >= HEADER) {
            size_t frame = HEADER + body_of(buffer);
            if (frame > sizeof buffer) goto out;
            if (have < frame) break;
            // A reply with the same method and id, and the empty map for a body.
            unsigned char answer[HEADER + 1] = {0, 0, 0, 1, buffer[4], 2};
            memcpy(answer + 6, buffer + 6, 6);
            answer[HEADER] = 0xa0;
            if (write(s, answer, sizeof answer) != sizeof answer) goto out;
            memmove(buffer, buffer + frame, have - frame);
            have -= frame;
        }
    }
out:
    close(s);
    return 0;
}

int main(int count, char **arguments) {
    if (count != 2) return 64;
    struct sockaddr_un a = address(arguments[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 4096)) fail(arguments[1]);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int s = accept4(listener, 0, 0, SOCK_CLOEXEC);
        pthread_t thread;
        if (s < 0) fail("accept");
        if (pthread_create(&thread, &small, serve, (void *)(intptr_t)s)) fail("thread");
    }
}
