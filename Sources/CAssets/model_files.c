#include "model_files.h"

const struct asset ca_model_files[] = {{"", 0, 0}};

const int32_t ca_model_file_count = 0;
