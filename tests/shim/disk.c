/* A disk that is full, or fails, while a file exists: preloaded into the program under test, it refuses what would
 * write to a database (FILE.db, its journal or write-ahead log) while DISK_FULL names a file that is there, and refuses
 * to bring it to the disk while DISK_FAILING does. All else, its log among it, is written. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_on(const char *name) {
    const char *path = getenv(name);
    return path && access(path, F_OK) == 0;
}

static int is_database(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    const char *end = strstr(name, ".db");
    return end && (end[3] == 0 || end[3] == '-');
}

static int is_full(int file) {
    if (!is_on("DISK_FULL") || !is_database(file)) return 0;
    errno = ENOSPC;
    return 1;
}

static int is_failing(int file) {
    if (!is_on("DISK_FAILING") || !is_database(file)) return 0;
    errno = EIO;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
    return is_full(file) ? -1 : REAL(write)(file, bytes, count);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    return is_full(file) ? -1 : REAL(pwrite)(file, bytes, count, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    return is_full(file) ? -1 : REAL(pwrite64)(file, bytes, count, at);
}
int ftruncate(int file, off_t length) {
    return is_full(file) ? -1 : REAL(ftruncate)(file, length);
}
int ftruncate64(int file, off64_t length) {
    return is_full(file) ? -1 : REAL(ftruncate64)(file, length);
}
int fsync(int file) {
    return is_failing(file) ? -1 : REAL(fsync)(file);
}
int fdatasync(int file) {
    return is_failing(file) ? -1 : REAL(fdatasync)(file);
}
