// System calls that Swift's C library module offers with pointers or not at all: what is done below
// an open folder, and signals that do not end the process.

#ifndef CSYSTEMCALLS_H
#define CSYSTEMCALLS_H

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/// Has the first SIGINT and the first SIGTERM remembered instead of ending the process. One at a
/// time may watch.
void cs_interrupts_watch(void);

/// The signal that has come since cs_interrupts_watch, or 0.
int cs_interrupts_received(void);

/// Has both signals do what they did before cs_interrupts_watch.
void cs_interrupts_restore(void);

// Names below an open folder: one name each, no path, and no link in its place is ever followed. So
// what is done stays in the folder that was opened, whatever its path leads to meanwhile. Each
// returns 0 or more, or the negated errno. Their only pointers are texts, which Swift hands over
// with their zero at the end.
#define CS_TAKES_TEXT __attribute__((swift_attr("@safe")))

/// Opens a folder. Returns its descriptor.
CS_TAKES_TEXT int cs_folder_open(int parent, const char *name);

/// Makes a folder, for everybody whom the process's umask lets.
CS_TAKES_TEXT int cs_folder_make(int parent, const char *name);

/// Removes a folder or a file with all that is in it, at most `depth_limit` folders deep. Links are
/// removed, not what they lead to.
CS_TAKES_TEXT int cs_tree_remove(int parent, const char *name, size_t depth_limit);

/// Opens a regular file that has no second name, for reading and writing; makes it if it is missing
/// and `makes` is true. Returns its descriptor.
CS_TAKES_TEXT int cs_file_open(int folder, const char *name, bool makes);

/// Makes a file that must not be there yet. Returns its descriptor.
CS_TAKES_TEXT int cs_file_make(int folder, const char *name);

/// Whether a name still leads to an open file: 1 or 0.
CS_TAKES_TEXT int cs_file_has_name(int file, int folder, const char *name);

/// Gives a file or a link another name, in place of what has it.
CS_TAKES_TEXT int cs_name_move(int folder, const char *name, int target, const char *new_name);

/// Removes a file or a link.
CS_TAKES_TEXT int cs_name_remove(int folder, const char *name);

/// Makes a link that leads to `destination`.
CS_TAKES_TEXT int cs_link_make(int folder, const char *name, const char *destination);

/// Whether a name is a link that leads to exactly this destination: 1 or 0.
CS_TAKES_TEXT int cs_link_leads_to(int folder, const char *name, const char *destination);

#pragma clang assume_nonnull end

#endif
