// Ctrl-C and SIGTERM as something to look at, for as long as some work wants to end well, and as
// they were before that afterwards. Dispatch's sources for signals cannot be undone: the process
// would be deaf to both from then on.

#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>

#include "include/CSystemCalls.h"

static volatile sig_atomic_t received;
static struct sigaction old_interrupt, old_terminate;

static void remember(int number) {
    received = number;
}

void cs_interrupts_watch(void) {
    // Once: whoever presses Ctrl-C again does not want to wait.
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART | SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    received = 0;
    sigaction(SIGINT, &action, &old_interrupt);
    sigaction(SIGTERM, &action, &old_terminate);
}

int cs_interrupts_received(void) {
    return received;
}

void cs_interrupts_restore(void) {
    sigaction(SIGINT, &old_interrupt, NULL);
    sigaction(SIGTERM, &old_terminate, NULL);
}
