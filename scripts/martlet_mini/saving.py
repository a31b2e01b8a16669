"""The model's folder: weights in bfloat16, config.json, the tokenizer and its chat template."""
import json
import pathlib

import torch
from safetensors.torch import load_file, save_file

MARKS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
END_OF_TEXT, START, END = 0, 1, 2
TEMPLATE = (
    "{%- for message in messages %}\n"
    "    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}\n"
    "{%- endfor %}\n"
    "{%- if add_generation_prompt %}\n"
    "    {{- '<|im_start|>assistant\\n' }}\n"
    "{%- endif %}\n")


def config(shape):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.key_value_heads,
        "head_dim": shape.head,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.context,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "rope_scaling": None,
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": None,
        "eos_token_id": END,
        "torch_dtype": "bfloat16",
    }


def save(model, folder, about):
    """Writes the whole folder; the weights last and at once, so nobody sees half of them."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "config.json", config(model.shape))
    write(folder / "generation_config.json", {
        "eos_token_id": [END, END_OF_TEXT], "do_sample": True, "temperature": 0.3, "top_p": 0.9})
    write(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": None, "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>", "clean_up_tokenization_spaces": False,
        "model_max_length": model.shape.context, "chat_template": TEMPLATE})
    tensors = {"model." + name: weight.detach().to(torch.bfloat16).contiguous()
               for name, weight in model.state_dict().items()}
    partial = folder / "model.partial"
    save_file(tensors, str(partial), metadata={"format": "pt", **about})
    partial.chmod(0o644)
    partial.replace(folder / "model.safetensors")


def load(folder):
    tensors = load_file(str(pathlib.Path(folder) / "model.safetensors"))
    return {name.removeprefix("model."): weight.float() for name, weight in tensors.items()}


def write(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
