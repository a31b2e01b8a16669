#ifndef MARTLET_PAGE_FILES_H
#define MARTLET_PAGE_FILES_H

#include "asset.h"

// The page that the server shows at /.
extern const struct asset ca_page_files[];
extern const int32_t ca_page_file_count;

#endif
