#include "assets.h"

#include "model_files.h"
#include "page_files.h"

#include <string.h>

static const struct asset none = {"", (const unsigned char *)"", 0};

static const struct asset *find(int32_t number) {
    if (number >= 0 && number < ca_page_file_count) return &ca_page_files[number];
    number -= ca_page_file_count;
    if (number >= 0 && number < ca_model_file_count) return &ca_model_files[number];
    return &none;
}

int32_t ca_count(void) { return ca_page_file_count + ca_model_file_count; }

uint64_t ca_byte_count(int32_t asset) { return find(asset)->byte_count; }

uint64_t ca_word(int32_t asset, uint64_t offset) {
    const struct asset *file = find(asset);
    uint64_t word = 0;
    if (offset < file->byte_count) {
        uint64_t rest = file->byte_count - offset;
        memcpy(&word, file->bytes + offset, rest < sizeof word ? rest : sizeof word);
    }
    return word;
}

uint8_t ca_path_byte(int32_t asset, uint32_t offset) {
    const char *path = find(asset)->path;
    return offset < strlen(path) ? (uint8_t)path[offset] : 0;
}
