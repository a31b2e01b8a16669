"""The network: a Llama of a few million weights, as PyTorch trains it."""
import dataclasses

import torch
from torch import nn
from torch.nn import functional


@dataclasses.dataclass(frozen=True)
class Shape:
    """The sizes that config.json names."""
    vocabulary: int = 2048
    hidden: int = 160
    layers: int = 5
    heads: int = 5
    key_value_heads: int = 5
    head: int = 32
    inner: int = 384
    context: int = 1024
    theta: float = 10000.0
    epsilon: float = 1e-5


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        width = shape.key_value_heads * shape.head
        self.q_proj = nn.Linear(shape.hidden, shape.heads * shape.head, bias=False)
        self.k_proj = nn.Linear(shape.hidden, width, bias=False)
        self.v_proj = nn.Linear(shape.hidden, width, bias=False)
        self.o_proj = nn.Linear(shape.heads * shape.head, shape.hidden, bias=False)

    def forward(self, x, turns, mask):
        batch, length, _ = x.shape
        shape = self.shape

        def heads(y, count):
            return y.view(batch, length, count, shape.head).transpose(1, 2)

        queries = turned(heads(self.q_proj(x), shape.heads), turns)
        keys = turned(heads(self.k_proj(x), shape.key_value_heads), turns)
        values = heads(self.v_proj(x), shape.key_value_heads)
        group = shape.heads // shape.key_value_heads
        keys = keys.repeat_interleave(group, dim=1)
        values = values.repeat_interleave(group, dim=1)
        mixed = functional.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, is_causal=mask is None)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class Inner(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden, shape.inner, bias=False)
        self.up_proj = nn.Linear(shape.hidden, shape.inner, bias=False)
        self.down_proj = nn.Linear(shape.inner, shape.hidden, bias=False)

    def forward(self, x):
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(shape.hidden, eps=shape.epsilon)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = nn.RMSNorm(shape.hidden, eps=shape.epsilon)
        self.mlp = Inner(shape)

    def forward(self, x, turns, mask):
        x = x + self.self_attn(self.input_layernorm(x), turns, mask)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    """Names its weights as LlamaForCausalLM does below `model.`; the embedding is the head."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.hidden, eps=shape.epsilon)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.02)
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                nn.init.zeros_(weight)

    def forward(self, tokens, positions, mask=None):
        """Logits of every position; `positions` may begin anew with each text of a row."""
        turns = angles(positions, self.shape)
        x = self.embed_tokens(tokens)
        for layer in self.layers:
            x = layer(x, turns, mask)
        return functional.linear(self.norm(x), self.embed_tokens.weight)


def angles(positions, shape):
    steps = torch.arange(0, shape.head, 2, dtype=torch.float32) / shape.head
    phases = positions.float()[:, None, :, None] * (shape.theta ** -steps)
    return torch.cat([phases.cos()] * 2, -1), torch.cat([phases.sin()] * 2, -1)


def turned(x, turns):
    cosines, sines = turns
    first, second = x.chunk(2, dim=-1)
    return x * cosines + torch.cat([-second, first], dim=-1) * sines


def count_of_weights(model):
    return sum(weight.numel() for weight in model.parameters())
