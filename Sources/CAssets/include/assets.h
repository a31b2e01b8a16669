#ifndef MARTLET_ASSETS_H
#define MARTLET_ASSETS_H

#include <stdint.h>

// Files that are part of the binary. They are read a word at a time, so that no pointer leaves this
// room; five megabytes take three milliseconds.

// How many there are; they are numbered from 0.
int32_t ca_count(void);

// Bytes of a file; 0 for one that does not exist.
uint64_t ca_byte_count(int32_t asset);

// Bytes of a file from `offset` on, the first one lowest; zeros after the end.
uint64_t ca_word(int32_t asset, uint64_t offset);

// A byte of a file's path, such as page/index.html; 0 after the end.
uint8_t ca_path_byte(int32_t asset, uint32_t offset);

#endif
