/* A clock that runs ahead: preloaded into the program under test, it adds CLOCK_AHEAD_MS to the time of day.
 * Only the calendar moves. Timers go by the monotonic clock, which no process compares with another's. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long ahead_ms;

__attribute__((constructor)) static void read_ahead(void) {
    const char *text = getenv("CLOCK_AHEAD_MS");
    if (text) ahead_ms = strtol(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int failed = (int)syscall(SYS_clock_gettime, clock, time);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        time->tv_sec += ahead_ms / 1000;
        time->tv_nsec += ahead_ms % 1000 * 1000000;
        if (time->tv_nsec >= 1000000000) {
            time->tv_nsec -= 1000000000;
            time->tv_sec += 1;
        }
    }
    return failed;
}
