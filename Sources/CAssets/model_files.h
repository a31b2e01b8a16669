#ifndef MARTLET_MODEL_FILES_H
#define MARTLET_MODEL_FILES_H

#include "asset.h"

// The model in the box: Examples/martlet-mini.
extern const struct asset ca_model_files[];
extern const int32_t ca_model_file_count;

#endif
