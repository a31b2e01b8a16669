// The terminal of a conversation. Signals are noted in a set of bits and wake the reader through a
// pipe; those that end the process put the settings back first and are then delivered as before.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "include/terminal.h"

static const int fatal_signals[] = {SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE, SIGSEGV,
                                    SIGBUS,  SIGILL,  SIGFPE,  SIGABRT, SIGTRAP};
static const int noted_signals[] = {SIGINT, SIGWINCH, SIGTSTP, SIGCONT};
static const int32_t noted_events[] = {CM_TERMINAL_INTERRUPT, CM_TERMINAL_RESIZED,
                                       CM_TERMINAL_SUSPEND, CM_TERMINAL_CONTINUED};

enum {
    FATAL_COUNT = sizeof fatal_signals / sizeof *fatal_signals,
    NOTED_COUNT = sizeof noted_signals / sizeof *noted_signals,
    /// Beside the bits of the noted signals: the reader shall end.
    WOKEN = 1 << NOTED_COUNT,
};

static struct termios settings_before;
static struct sigaction actions_before[FATAL_COUNT];
static atomic_bool is_taken;
static atomic_bool is_suspending;
static atomic_uint noted;
static int wake_pipe[2] = {-1, -1};

// Bytes that were read and not handed out; the reader's alone.
static unsigned char input[4096];
static size_t input_next, input_end;

// MARK: - Settings

// Signal handlers run these too, so they make only calls that handlers may make.

static void write_text(const char *text, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, text, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        count -= (size_t)written;
    }
}

static bool take_settings(void) {
    struct termios raw = settings_before;
    raw.c_iflag &= (tcflag_t) ~(BRKINT | ICRNL | IGNCR | INLCR | ISTRIP | IXON | PARMRK);
    raw.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    // Lines still end with a carriage return, whoever writes them.
    raw.c_oflag |= OPOST | ONLCR;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0) return false;
    atomic_store(&is_taken, true);
    static const char marks[] = "\x1b[?2004h";
    write_text(marks, sizeof marks - 1);
    return true;
}

static void give_settings_back(void) {
    if (!atomic_exchange(&is_taken, false)) return;
    static const char marks[] = "\x1b[?2004l\x1b[0m";
    write_text(marks, sizeof marks - 1);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &settings_before);
}

// MARK: - Signals

static void wake_reader(void) {
    int error = errno;
    // A full pipe wakes the reader as well.
    ssize_t ignored = write(wake_pipe[1], "", 1);
    (void)ignored;
    errno = error;
}

static void note(int signal) {
    // Whoever suspended the process here sees by this that it goes on.
    if (signal == SIGCONT && atomic_exchange(&is_suspending, false)) return;
    for (int i = 0; i < NOTED_COUNT; i++)
        if (noted_signals[i] == signal) atomic_fetch_or(&noted, 1u << i);
    wake_reader();
}

static void die(int signal) {
    int error = errno;
    give_settings_back();
    for (int i = 0; i < FATAL_COUNT; i++)
        if (fatal_signals[i] == signal) sigaction(signal, &actions_before[i], NULL);
    // It waits until this handler returns, and then does what it would have done.
    raise(signal);
    errno = error;
}

static void install_handlers(void) {
    static bool is_done = false;
    if (is_done) return;
    is_done = true;
    struct sigaction action = {.sa_handler = die, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < FATAL_COUNT; i++) {
        struct sigaction *before = &actions_before[i];
        bool is_known = sigaction(fatal_signals[i], NULL, before) == 0;
        // Who started the process with a signal ignored wants it ignored.
        bool is_ignored = is_known && before->sa_handler == SIG_IGN;
        if (is_known && !is_ignored) sigaction(fatal_signals[i], &action, NULL);
    }
    action.sa_handler = note;
    for (int i = 0; i < NOTED_COUNT; i++) sigaction(noted_signals[i], &action, NULL);
    atexit(give_settings_back);
}

static bool make_pipe(void) {
    if (wake_pipe[0] >= 0) return true;
    if (pipe(wake_pipe) != 0) return false;
    for (int i = 0; i < 2; i++) {
        fcntl(wake_pipe[i], F_SETFD, FD_CLOEXEC);
        fcntl(wake_pipe[i], F_SETFL, O_NONBLOCK);
    }
    return true;
}

// MARK: - What Swift calls

bool cm_terminal_is(int32_t descriptor) { return isatty(descriptor) == 1; }

bool cm_terminal_begin(void) {
    if (atomic_load(&is_taken)) return true;
    if (!cm_terminal_is(STDIN_FILENO) || !cm_terminal_is(STDOUT_FILENO)) return false;
    if (tcgetattr(STDIN_FILENO, &settings_before) != 0 || !make_pipe()) return false;
    install_handlers();
    return take_settings();
}

void cm_terminal_end(void) { give_settings_back(); }

void cm_terminal_again(void) { take_settings(); }

void cm_terminal_suspend(void) {
    give_settings_back();
    atomic_store(&is_suspending, true);
    struct sigaction usual = {.sa_handler = SIG_DFL}, before;
    sigaction(SIGTSTP, &usual, &before);
    // The whole group, as the key would: a script that started this process stops with it.
    kill(0, SIGTSTP);
    // Another thread may take the signal, a moment later; and in a group that no shell looks
    // after it is dropped.
    for (int i = 0; i < 100 && atomic_load(&is_suspending); i++) poll(NULL, 0, 10);
    atomic_store(&is_suspending, false);
    sigaction(SIGTSTP, &before, NULL);
    take_settings();
}

/// One of the things that signals said, or 0.
static int32_t take_event(void) {
    uint32_t bits = atomic_load(&noted);
    if (bits & WOKEN) return CM_TERMINAL_END;
    for (int i = 0; i < NOTED_COUNT; i++) {
        if (!(bits & 1u << i)) continue;
        atomic_fetch_and(&noted, ~(1u << i));
        return noted_events[i];
    }
    return 0;
}

int32_t cm_terminal_read(int32_t timeout_milliseconds) {
    while (true) {
        int32_t event = take_event();
        if (event != 0) return event;
        if (input_next < input_end) return input[input_next++];
        struct pollfd sources[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                    {.fd = wake_pipe[0], .events = POLLIN}};
        int ready = poll(sources, 2, timeout_milliseconds);
        if (ready == 0) return CM_TERMINAL_TIMEOUT;
        if (ready < 0 && errno != EINTR) return CM_TERMINAL_END;
        if (ready < 0) continue;
        if (sources[1].revents != 0) {
            char bytes[64];
            while (read(wake_pipe[0], bytes, sizeof bytes) > 0) {}
        } else if (sources[0].revents != 0) {
            ssize_t count = read(STDIN_FILENO, input, sizeof input);
            if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (count <= 0) return CM_TERMINAL_END;
            input_next = 0;
            input_end = (size_t)count;
        }
    }
}

void cm_terminal_wake(void) {
    atomic_fetch_or(&noted, WOKEN);
    wake_reader();
}

static struct winsize window(void) {
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return (struct winsize){0};
    return size;
}

int32_t cm_terminal_columns(void) {
    struct winsize size = window();
    return size.ws_col > 0 ? size.ws_col : 80;
}

int32_t cm_terminal_rows(void) {
    struct winsize size = window();
    return size.ws_row > 0 ? size.ws_row : 24;
}
