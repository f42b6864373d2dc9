/*
 * To be preloaded (ld.so(8), LD_PRELOAD): fsync(2) and fdatasync(2) take SLOWSYNC_US microseconds longer, as on a disk that is slower to say
 * that it has written. What is written by other calls, asynchronous ones of libaio above all, is not slower.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int slowly(const char *name, int file) {
    int (*original)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
    int result = original(file);
    int error = errno;
    const char *text = getenv("SLOWSYNC_US");
    long left = text == NULL ? 0 : atol(text);
    struct timespec time = {left / 1000000, left % 1000000 * 1000};
    while (nanosleep(&time, &time) != 0 && errno == EINTR) {
    }
    errno = error;
    return result;
}

int fsync(int file) {
    return slowly("fsync", file);
}

int fdatasync(int file) {
    return slowly("fdatasync", file);
}
