"""The prompt encoder, in the layout of transformers' UMT5EncoderModel."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn as nn
import torch.nn.functional as F

from training.tokenizer import WORDS


@dataclass(frozen=True)
class TextConfig:
    vocab_size: int = len(WORDS)
    d_model: int = 96
    d_kv: int = 32
    num_heads: int = 3
    d_ff: int = 192
    num_layers: int = 2
    relative_attention_num_buckets: int = 32
    relative_attention_max_distance: int = 128


def bucket(distance):
    """The bias bucket of key position minus query position: 16 each way, the far ones
    logarithmic."""
    base = 16 if distance > 0 else 0
    far = abs(distance)
    return base + (far if far < 8 else min(15, 8 + int(math.log(far / 8) / math.log(16) * 8)))


@lru_cache(8)
def bucket_table(count):
    """`bucket` of all pairs, `(queries, keys)`."""
    return torch.tensor([[bucket(k - q) for k in range(count)] for q in range(count)])


def scaled(x, weight):
    """Root-mean-square normalisation over channels, times a weight."""
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * weight


class RmsNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return scaled(x.float(), self.weight)


class SelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        inner = config.num_heads * config.d_kv
        self.heads = config.num_heads
        self.q, self.k, self.v = (nn.Linear(config.d_model, inner, bias=False) for _ in range(3))
        self.o = nn.Linear(inner, config.d_model, bias=False)
        self.relative_attention_bias = nn.Embedding(
            config.relative_attention_num_buckets, config.num_heads
        )
        # umT5 does not divide scores by the root of the head's width, so the query starts small.
        nn.init.normal_(self.q.weight, std=(config.d_model * config.d_kv) ** -0.5)
        nn.init.normal_(self.relative_attention_bias.weight, std=0.1)

    def forward(self, x, hidden, buckets):
        b, s, _ = x.shape
        q, k, v = (
            m(x).reshape(b, s, self.heads, -1).transpose(1, 2) for m in (self.q, self.k, self.v)
        )
        scores = (
            (q @ k.transpose(-1, -2)).float()
            + self.relative_attention_bias(buckets).permute(2, 0, 1)
            + hidden
        )
        return self.o((scores.softmax(-1).to(v.dtype) @ v).transpose(1, 2).reshape(b, s, -1))


class GatedFeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.wi_0, self.wi_1 = (
            nn.Linear(config.d_model, config.d_ff, bias=False) for _ in range(2)
        )
        self.wo = nn.Linear(config.d_ff, config.d_model, bias=False)

    def forward(self, x):
        return self.wo(F.gelu(self.wi_0(x), approximate="tanh") * self.wi_1(x))


class AttentionLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.SelfAttention, self.layer_norm = SelfAttention(config), RmsNorm(config.d_model)


class FeedForwardLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.DenseReluDense, self.layer_norm = GatedFeedForward(config), RmsNorm(config.d_model)


class TextBlock(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([AttentionLayer(config), FeedForwardLayer(config)])

    def forward(self, x, hidden, buckets):
        attention, feed = self.layer
        x = x + attention.SelfAttention(attention.layer_norm(x), hidden, buckets)
        return x + feed.DenseReluDense(feed.layer_norm(x))


class TextStack(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.block = nn.ModuleList([TextBlock(config) for _ in range(config.num_layers)])
        self.final_layer_norm = RmsNorm(config.d_model)


class TextEncoder(nn.Module):
    """Ids `(B, S)`, padded with 0 -> rows `(B, S, d_model)`; rows of padding are zero."""

    def __init__(self, config=TextConfig()):
        super().__init__()
        self.config = config
        self.shared = nn.Embedding(config.vocab_size, config.d_model)
        self.encoder = TextStack(config)

    def forward(self, ids):
        count = ids.shape[1]
        buckets = bucket_table(count).to(ids.device)
        real = ids > 0
        hidden = torch.zeros(ids.shape, device=ids.device).masked_fill(~real, -1e9)[:, None, None]
        x = self.shared(ids)
        for block in self.encoder.block:
            x = block(x, hidden, buckets)
        return self.encoder.final_layer_norm(x) * real[..., None]
