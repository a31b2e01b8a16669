// The terminal of a conversation: keys as they are pressed, its size, and its settings given back
// whatever ends the process. Only numbers cross this interface, so that nobody needs a pointer.

#ifndef CMACHINE_TERMINAL_H
#define CMACHINE_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/// What cm_terminal_read returns in place of a byte. Nothing came in time.
#define CM_TERMINAL_TIMEOUT (-1)
/// The terminal is gone, or cm_terminal_wake was called.
#define CM_TERMINAL_END (-2)
/// SIGINT came from outside; the key itself is byte 3.
#define CM_TERMINAL_INTERRUPT (-3)
/// The window has another size.
#define CM_TERMINAL_RESIZED (-4)
/// SIGTSTP came from outside; the key itself is byte 26.
#define CM_TERMINAL_SUSPEND (-5)
/// The process was stopped and goes on.
#define CM_TERMINAL_CONTINUED (-6)

/// Whether a descriptor (0, 1 or 2) is a terminal.
bool cm_terminal_is(int32_t descriptor);

/// Has keys come as they are pressed, unechoed, and pasted text marked. False if standard input or
/// output is no terminal. At exit and on the signals that end a process the settings are put back.
bool cm_terminal_begin(void);

/// Puts the settings back.
void cm_terminal_end(void);

/// Takes the settings again, after somebody else had the terminal.
void cm_terminal_again(void);

/// Stops this process as Ctrl-Z would and returns when it goes on, with the settings taken again.
void cm_terminal_suspend(void);

/// The next byte, or one of the negative numbers above. A negative timeout waits forever. One
/// thread at a time may call this.
int32_t cm_terminal_read(int32_t timeout_milliseconds);

/// Has cm_terminal_read return CM_TERMINAL_END from now on.
void cm_terminal_wake(void);

/// Columns of the window; 80 if it does not say.
int32_t cm_terminal_columns(void);

/// Rows of the window; 24 if it does not say.
int32_t cm_terminal_rows(void);

#endif
