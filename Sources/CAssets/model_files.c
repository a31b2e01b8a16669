#include "model_files.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char config[] = {
#embed "../../Examples/martlet-mini/config.json"
};
static const unsigned char generation_config[] = {
#embed "../../Examples/martlet-mini/generation_config.json"
};
static const unsigned char tokenizer[] = {
#embed "../../Examples/martlet-mini/tokenizer.json"
};
static const unsigned char tokenizer_config[] = {
#embed "../../Examples/martlet-mini/tokenizer_config.json"
};
static const unsigned char weights[] = {
#embed "../../Examples/martlet-mini/model.safetensors"
};

const struct asset ca_model_files[] = {
    {"martlet-mini/config.json", config, sizeof config},
    {"martlet-mini/generation_config.json", generation_config, sizeof generation_config},
    {"martlet-mini/tokenizer.json", tokenizer, sizeof tokenizer},
    {"martlet-mini/tokenizer_config.json", tokenizer_config, sizeof tokenizer_config},
    {"martlet-mini/model.safetensors", weights, sizeof weights},
};

const int32_t ca_model_file_count = sizeof ca_model_files / sizeof *ca_model_files;
