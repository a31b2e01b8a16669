#include "page_files.h"

// #embed is C23; the compilers of all toolchains we build with know it.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "page/index.html"
};

const struct asset ca_page_files[] = {
    {"page/index.html", index_html, sizeof index_html},
};

const int32_t ca_page_file_count = sizeof ca_page_files / sizeof *ca_page_files;
