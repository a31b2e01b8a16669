#ifndef MARTLET_ASSET_H
#define MARTLET_ASSET_H

#include <stdint.h>

// A file that is part of the binary.
struct asset {
    const char *path;
    const unsigned char *bytes;
    uint64_t byte_count;
};

#endif
