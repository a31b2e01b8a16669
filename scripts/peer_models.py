"""Model files with random weights for compare-peers: GGUF, and safetensors with config.json."""
import contextlib
import json
import os
import random
import struct
ARCHITECTURES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}


def tensors(config):
    """Name in GGUF, name in a checkpoint, rows, columns of every tensor; a vector has no rows."""
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    keys = hidden // config["num_attention_heads"] * config["num_key_value_heads"]
    yield "token_embd.weight", "model.embed_tokens.weight", config["vocab_size"], hidden
    yield "output_norm.weight", "model.norm.weight", 0, hidden
    if not config["tie_word_embeddings"]:
        yield "output.weight", "lm_head.weight", config["vocab_size"], hidden
    for index in range(config["num_hidden_layers"]):
        for short, name, rows, columns in [
            ("attn_norm", "input_layernorm", 0, hidden),
            ("attn_q", "self_attn.q_proj", hidden, hidden),
            ("attn_k", "self_attn.k_proj", keys, hidden),
            ("attn_v", "self_attn.v_proj", keys, hidden),
            ("attn_output", "self_attn.o_proj", hidden, hidden),
            ("ffn_norm", "post_attention_layernorm", 0, hidden),
            ("ffn_gate", "mlp.gate_proj", inner, hidden),
            ("ffn_up", "mlp.up_proj", inner, hidden),
            ("ffn_down", "mlp.down_proj", hidden, inner),
        ]:
            short, name = f"blk.{index}.{short}", f"model.layers.{index}.{name}"
            yield f"{short}.weight", f"{name}.weight", rows, columns
            if config["model_type"] == "qwen2" and short[-6:] in ("attn_q", "attn_k", "attn_v"):
                yield f"{short}.bias", f"{name}.bias", 0, rows


class Blocks:
    """Random weights of about 0.02 in one of ggml's formats, made without arithmetic per weight.

    A block is a scale and random integers, so random bytes will do. A pool of them is written over
    and over. Its length is prime, so that the rows of a matrix differ, and every matrix starts
    elsewhere in it: of equal ones OpenVINO would keep one and read less memory.
    """

    COUNT = 65_537
    # Number in ggml, weights and bytes of a block.
    KINDS = {"F32": (0, 1, 4), "BF16": (30, 1, 2), "Q8_0": (8, 32, 34), "Q4_0": (2, 32, 18),
             "Q4_K": (12, 256, 144), "Q6_K": (14, 256, 210)}

    def __init__(self, kind):
        self.number, self.weights, self.bytes = self.KINDS[kind]
        generator = random.Random(kind)
        self.pool = b"".join(self.block(kind, generator) for _ in range(self.COUNT))
        self.start = 0

    @staticmethod
    def block(kind, generator):
        half = lambda number: struct.pack("<e", number)
        if kind == "F32":
            return struct.pack("<f", 1)
        if kind == "BF16":  # sign and exponent in the high byte: from 0.008 to 0.03
            return bytes([generator.getrandbits(8), generator.choice((0x3C, 0xBC))])
        if kind == "Q8_0":
            return half(0.00027) + generator.getrandbits(256).to_bytes(32, "little")
        if kind == "Q4_0":
            return half(0.0043) + generator.getrandbits(128).to_bytes(16, "little")
        if kind == "Q4_K":  # scales and minimums of six bits are random as well
            integers = generator.getrandbits(140 * 8).to_bytes(140, "little")
            return half(0.00013) + half(0.001) + integers
        integers = generator.getrandbits(192 * 8).to_bytes(192, "little")
        return integers + bytes([8] * 16) + half(0.000135)

    def size(self, count):
        return count // self.weights * self.bytes

    def write(self, file, count):
        self.start = (self.start + 12_345) % self.COUNT
        cut = self.start * self.bytes
        pool, left = self.pool[cut:] + self.pool[:cut], self.size(count)
        while left > 0:
            file.write(pool[:left])
            left -= len(pool)


def matrix_kind(quantization, name, columns, config):
    """The format that llama.cpp's quantizer gives to a matrix."""
    if quantization == "none":
        return "BF16"
    head = "token_embd.weight" if config["tie_word_embeddings"] else "output.weight"
    if quantization == "q4_k_m":
        if columns % 256 != 0:
            return "Q8_0"
        kind, count = name.split(".")[-2], config["num_hidden_layers"]
        layer = int(name.split(".")[1]) if name.startswith("blk.") else 0
        eighth = count // 8
        is_finer = layer < eighth or layer >= 7 * count // 8 or (layer - eighth) % 3 == 2
        return "Q6_K" if name == head or kind in ("attn_v", "ffn_down") and is_finer else "Q4_K"
    if quantization == "int4" and name == head:
        return "Q6_K" if columns % 256 == 0 else "Q8_0"
    return {"int8": "Q8_0", "int4": "Q4_0"}[quantization]


def write_gguf(path, config, quantization):
    """A model file for llama.cpp, written tensor by tensor: 7 billion weights need no memory."""
    def text(value):
        data = value.encode()
        return struct.pack("<Q", len(data)) + data

    def entry(key, kind, value):  # 4 uint32, 5 int32, 6 float32, 8 string, 9 array
        formats = {4: "<I", 5: "<i", 6: "<f"}
        if isinstance(value, list):
            items = b"".join(text(item) if kind == 8 else struct.pack(formats[kind], item)
                             for item in value)
            return text(key) + struct.pack("<IIQ", 9, kind, len(value)) + items
        return text(key) + struct.pack("<I", kind) + (
            text(value) if kind == 8 else struct.pack(formats[kind], value))

    family, vocabulary = config["model_type"], config["vocab_size"]
    words = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    words += [f"\u2581w{index}" for index in range(len(words), vocabulary)]
    kinds = [2, 3, 3] + [6] * 256 + [1] * (vocabulary - 259)
    head_size = config["hidden_size"] // config["num_attention_heads"]
    entries = [
        entry("general.architecture", 8, family), entry("general.name", 8, "random"),
        entry("general.quantization_version", 4, 2),
        entry("tokenizer.ggml.model", 8, "llama"), entry("tokenizer.ggml.tokens", 8, words),
        entry("tokenizer.ggml.scores", 6, [0.0] * vocabulary),
        entry("tokenizer.ggml.token_type", 5, kinds),
        *(entry(f"{family}.{key}", 4, value) for key, value in {
            "vocab_size": vocabulary, "context_length": config["max_position_embeddings"],
            "embedding_length": config["hidden_size"], "block_count": config["num_hidden_layers"],
            "feed_forward_length": config["intermediate_size"],
            "rope.dimension_count": head_size,
            "attention.head_count": config["num_attention_heads"],
            "attention.head_count_kv": config["num_key_value_heads"]}.items()),
        entry(f"{family}.rope.freq_base", 6, config["rope_theta"]),
        entry(f"{family}.attention.layer_norm_rms_epsilon", 6, config["rms_norm_eps"]),
    ]

    pools, layout, offset = {}, [], 0
    infos = []
    for name, _, rows, columns in tensors(config):
        kind = matrix_kind(quantization, name, columns, config) if rows else "F32"
        if kind not in pools:
            pools[kind] = Blocks(kind)
        blocks = pools[kind]
        dimensions = [columns, rows] if rows else [columns]
        infos.append(text(name) + struct.pack(
            f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, blocks.number, offset))
        layout.append((blocks, columns * (rows or 1)))
        offset += -(-blocks.size(columns * (rows or 1)) // 32) * 32
    with written(path) as file:
        file.write(b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(entries)))
        file.write(b"".join(entries + infos))
        for blocks, count in layout:
            file.write(bytes(-file.tell() % 32))
            blocks.write(file, count)
        file.write(bytes(-file.tell() % 32))


@contextlib.contextmanager
def written(path):
    """A file that has its name only once it is complete."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "wb") as file:
        yield file
    partial.rename(path)


def write_configuration(folder, config):
    """config.json and a tokenizer of as many words as the model has: enough for random tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    config = dict(config, hidden_act="silu", torch_dtype="bfloat16", bos_token_id=1, eos_token_id=2,
                  architectures=[ARCHITECTURES[config["model_type"]]])
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    characters = [chr(byte) for byte in shown] + [chr(0x100 + index) for index in range(68)]
    words = ["<unk>", "<s>", "</s>", *characters]
    words += [f"w{index}" for index in range(len(words), config["vocab_size"])]
    special = [dict(id=index, content=words[index], special=True, single_word=False, lstrip=False,
                    rstrip=False, normalized=False) for index in range(3)]
    level = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
    model = dict(type="BPE", vocab={word: index for index, word in enumerate(words)}, merges=[])
    (folder / "tokenizer.json").write_text(json.dumps(dict(
        version="1.0", added_tokens=special, normalizer=None, pre_tokenizer=level,
        post_processor=None, decoder=level, model=model)))
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="PreTrainedTokenizerFast", bos_token="<s>", eos_token="</s>",
        unk_token="<unk>")))


def write_checkpoint(folder, config):
    """Random bfloat16 weights beside config.json, as engines read them from a hub."""
    path = folder / "model.safetensors"
    if path.exists():
        return
    header, offset, counts = {}, 0, []
    for _, name, rows, columns in tensors(config):
        count = columns * (rows or 1)
        header[name] = dict(dtype="BF16", shape=[rows, columns] if rows else [columns],
                            data_offsets=[offset, offset + 2 * count])
        offset += 2 * count
        counts.append(count)
    data = json.dumps(dict(header, __metadata__={"format": "pt"})).encode()
    data += b" " * (-len(data) % 8)
    blocks = Blocks("BF16")
    with written(path) as file:
        file.write(struct.pack("<Q", len(data)) + data)
        for count in counts:
            blocks.write(file, count)


# Engines
