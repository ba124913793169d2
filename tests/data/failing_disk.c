/* A disk that fails at the n-th call: in front of libc by LD_PRELOAD, armed from Python. Only files beneath `prefix` count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char prefix[4096];
static int armed_reads, left = -1, code, hits;

void disk_arm(const char *where, int reads, int n, int error) {
    strncpy(prefix, where, sizeof prefix - 1);
    armed_reads = reads, left = n, code = error, hits = 0;
}

void disk_disarm(void) { left = -1; }

int disk_hits(void) { return hits; }

static int is_ours(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

/* One failure, and then the disk works again: whoever tries once more is let through. */
static int fails(int reads, int ours) {
    if (left < 0 || reads != armed_reads || !ours) return 0;
    if (__sync_fetch_and_sub(&left, 1) > 0) return 0;
    left = -1, hits++, errno = code;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define BY_FD(type, name, reads, parameters, arguments)                                                                \
    type name parameters {                                                                                             \
        static __typeof__(&name) real;                                                                                 \
        if (!real) real = REAL(name);                                                                                  \
        if (left >= 0 && fails(reads, is_ours(fd))) return -1;                                                         \
        return real arguments;                                                                                         \
    }

BY_FD(ssize_t, write, 0, (int fd, const void *from, size_t size), (fd, from, size))
BY_FD(ssize_t, pwrite, 0, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
BY_FD(ssize_t, pwrite64, 0, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
BY_FD(int, fsync, 0, (int fd), (fd))
BY_FD(int, fdatasync, 0, (int fd), (fd))
BY_FD(int, ftruncate, 0, (int fd, off_t size), (fd, size))
BY_FD(int, ftruncate64, 0, (int fd, off64_t size), (fd, size))
BY_FD(ssize_t, read, 1, (int fd, void *into, size_t size), (fd, into, size))
BY_FD(ssize_t, pread, 1, (int fd, void *into, size_t size, off_t at), (fd, into, size, at))
BY_FD(ssize_t, pread64, 1, (int fd, void *into, size_t size, off64_t at), (fd, into, size, at))

int rename(const char *from, const char *to) {
    static __typeof__(&rename) real;
    if (!real) real = REAL(rename);
    if (left >= 0 && fails(0, strncmp(from, prefix, strlen(prefix)) == 0)) return -1;
    return real(from, to);
}

int unlink(const char *path) {
    static __typeof__(&unlink) real;
    if (!real) real = REAL(unlink);
    if (left >= 0 && fails(0, strncmp(path, prefix, strlen(prefix)) == 0)) return -1;
    return real(path);
}
