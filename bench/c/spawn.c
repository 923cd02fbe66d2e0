// Whole lives of programs.
// usage: spawn turns ROUNDS INPUT -- COMMAND... [-- COMMAND...]...  in turn, each with INPUT as its standard input: ms, peak KiB, failures
//        spawn first SOCKET FRAMES -- COMMAND...                    starts a server: ms until it has answered; then ends it
#include "bench.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;
enum { COMMANDS = 32 };

static pid_t start(char **command, const char *input) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    errno = posix_spawn(&pid, command[0], &files, 0, command, environ);
    if (errno) fail(command[0]);
    posix_spawn_file_actions_destroy(&files);
    return pid;
}

static void turns(size_t rounds, const char *input, char ***commands, int count) {
    double *times[COMMANDS];
    long peak[COMMANDS] = {0};
    int failures[COMMANDS] = {0};
    for (int i = 0; i < count; i++) times[i] = room(rounds);
    for (size_t round = 0; round < rounds + 3; round++)
        for (int i = 0; i < count; i++) {
            int status;
            struct rusage usage;
            double began = now();
            wait4(start(commands[i], input), &status, 0, &usage);
            double took = now() - began;
            if (round < 3) continue;
            times[i][round - 3] = took;
            if (usage.ru_maxrss > peak[i]) peak[i] = usage.ru_maxrss;
            failures[i] += status != 0;
        }
    putchar('[');
    for (int i = 0; i < count; i++)
        printf("%s{\"ms\":%.4f,\"peak_kib\":%ld,\"failures\":%d}", i ? "," : "", quantile(times[i], rounds, 0.5) * 1e3, peak[i], failures[i]);
    puts("]");
}

static void first(const char *socket_path, const char *frames, char **command) {
    unsigned char frame[4096];
    int file = open(frames, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, frame, sizeof frame);
    if (length < HEADER) fail(frames);
    double began = now();
    pid_t pid = start(command, "/dev/null");
    int s, status;
    while ((s = dial(socket_path)) < 0) {
        if (waitpid(pid, &status, WNOHANG) == pid || now() - began > 20) fail("the server does not answer");
        usleep(100);
    }
    ask(s, frame, (size_t)length);
    printf("{\"ms\":%.3f}\n", (now() - began) * 1e3);
    close(s);
    kill(pid, SIGTERM);
    if (waitpid(pid, &status, 0) != pid || status) fail("the server's end");
}

int main(int count, char **a) {
    char **commands[COMMANDS];
    int known = 0;
    for (int i = 4; i < count && known < COMMANDS; i++)
        if (!strcmp(a[i], "--")) {
            a[i] = 0;
            commands[known++] = a + i + 1;
        }
    if (count < 6 || known == 0) return 64;
    if (!strcmp(a[1], "turns")) turns(strtoul(a[2], 0, 10), a[3], commands, known);
    else if (!strcmp(a[1], "first")) first(a[2], a[3], commands[0]);
    else return 64;
    return 0;
}
