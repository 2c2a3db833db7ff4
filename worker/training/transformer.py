"""The denoising transformer, in the layout of diffusers' WanVACETransformer3DModel.

Legend: B samples, S tokens in (frame, row, column) order, D channels, T latent frames (references
first), H W latent rows and columns.
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass(frozen=True)
class TransformerConfig:
    num_attention_heads: int = 3
    attention_head_dim: int = 64
    in_channels: int = 24
    out_channels: int = 24
    text_dim: int = 96
    freq_dim: int = 256
    ffn_dim: int = 384
    num_layers: int = 6
    vace_layers: tuple[int, ...] = (0, 2, 4)
    vace_in_channels: int = 2 * 24 + 16 * 16

    @property
    def dim(self):
        return self.num_attention_heads * self.attention_head_dim


PATCH = 2


@lru_cache(64)
def rotations(head_dim, frames, rows, columns):
    """Cosine and sine of the rotary angles, each `(S, head_dim / 2)`; axes t, h, w share the
    pairs."""
    across = 2 * (head_dim // 6)

    def angles(size, count):
        frequency = 10000.0 ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
        return torch.outer(torch.arange(count, dtype=torch.float64), frequency)

    shape = (frames, rows, columns, -1)
    table = torch.cat(
        [
            angles(head_dim - 2 * across, frames)[:, None, None].expand(shape),
            angles(across, rows)[None, :, None].expand(shape),
            angles(across, columns)[None, None].expand(shape),
        ],
        -1,
    ).reshape(frames * rows * columns, head_dim // 2)
    return table.cos().float(), table.sin().float()


def rotated(x, cos, sin):
    """Turns the pairs (2j, 2j + 1) of each head; x is `(B, S, heads, head_dim)`."""
    a, b = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    cos, sin = cos[:, None], sin[:, None]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)


class RmsNorm(nn.Module):
    """Over all heads together."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


def attended(q, k, v):
    """Attention by its definition: at a few hundred tokens its backward pass is several times
    faster on a CPU than the fused kernel's."""
    if q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    return scores.softmax(-1) @ v


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(dim, dim) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(dim, dim)])
        self.norm_q, self.norm_k = RmsNorm(dim), RmsNorm(dim)

    def forward(self, x, source, turn=None):
        split = (self.heads, -1)
        q, k = self.norm_q(self.to_q(x)).unflatten(-1, split), self.norm_k(
            self.to_k(source)
        ).unflatten(-1, split)
        v = self.to_v(source).unflatten(-1, split)
        if turn is not None:
            q, k = rotated(q, *turn), rotated(k, *turn)
        q, k, v = (y.to(v.dtype).transpose(1, 2) for y in (q, k, v))
        return self.to_out[0](attended(q, k, v).transpose(1, 2).flatten(2))


class GeluProjection(nn.Module):
    def __init__(self, dim, inner):
        super().__init__()
        self.proj = nn.Linear(dim, inner)

    def forward(self, x):
        return F.gelu(self.proj(x), approximate="tanh")


class FeedForward(nn.Module):
    def __init__(self, dim, inner):
        super().__init__()
        self.net = nn.ModuleList([GeluProjection(dim, inner), nn.Identity(), nn.Linear(inner, dim)])

    def forward(self, x):
        return self.net[2](self.net[0](x))


def normal(x):
    return F.layer_norm(x.float(), x.shape[-1:], eps=1e-6)


class Block(nn.Module):
    """`entry`: position among the reference blocks, or None for a main block."""

    def __init__(self, config, entry=None):
        super().__init__()
        dim = config.dim
        self.scale_shift_table = nn.Parameter(torch.randn(1, 6, dim) / dim**0.5)
        self.attn1 = Attention(dim, config.num_attention_heads)
        self.attn2 = Attention(dim, config.num_attention_heads)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.ffn = FeedForward(dim, config.ffn_dim)
        if entry == 0:
            self.proj_in = nn.Linear(dim, dim)
        if entry is not None:
            self.proj_out = nn.Linear(dim, dim)

    def forward(self, x, text, modulation, turn):
        m = self.scale_shift_table + modulation
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = m.chunk(6, 1)
        y = normal(x) * (1 + scale_a) + shift_a
        x = x + gate_a * self.attn1(y, y, turn)
        x = x + self.attn2(self.norm2(x), text)
        return x + gate_f * self.ffn(normal(x) * (1 + scale_f) + shift_f)


class Embedder(nn.Module):
    def __init__(self, inner, dim):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(inner, dim), nn.Linear(dim, dim)


class ConditionEmbedder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.time_embedder = Embedder(config.freq_dim, config.dim)
        self.time_proj = nn.Linear(config.dim, 6 * config.dim)
        self.text_embedder = Embedder(config.text_dim, config.dim)

    def forward(self, timestep, text):
        half = self.time_embedder.linear_1.in_features // 2
        frequency = 10000.0 ** (
            -torch.arange(half, dtype=torch.float64, device=timestep.device) / half
        )
        angle = timestep.double()[:, None] * frequency
        waves = torch.cat([angle.cos(), angle.sin()], -1).float()
        time = self.time_embedder.linear_2(F.silu(self.time_embedder.linear_1(waves)))
        modulation = self.time_proj(F.silu(time)).unflatten(-1, (6, -1))
        text = self.text_embedder.linear_2(
            F.gelu(self.text_embedder.linear_1(text), approximate="tanh")
        )
        return time.float(), modulation.float(), text


class Transformer(nn.Module):
    def __init__(self, config=TransformerConfig()):
        super().__init__()
        self.config, dim = config, config.dim
        kernel = (1, PATCH, PATCH)
        self.patch_embedding = nn.Conv3d(config.in_channels, dim, kernel, kernel)
        self.vace_patch_embedding = nn.Conv3d(config.vace_in_channels, dim, kernel, kernel)
        self.condition_embedder = ConditionEmbedder(config)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.vace_blocks = nn.ModuleList([Block(config, k) for k in range(len(config.vace_layers))])
        self.proj_out = nn.Linear(dim, config.out_channels * PATCH * PATCH)
        self.scale_shift_table = nn.Parameter(torch.randn(1, 2, dim) / dim**0.5)
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)
        for block in self.vace_blocks:
            nn.init.normal_(block.proj_out.weight, std=0.02)
            nn.init.zeros_(block.proj_out.bias)

    def forward(self, latents, timestep, text, control):
        """Latents `(B, C, T, H, W)`, timestep `(B,)`, text `(B, rows, text_dim)`, control
        `(B, 2C + cell^2, T, H, W)` -> velocity, shaped as the latents."""
        frames, rows, columns = (
            latents.shape[2],
            latents.shape[3] // PATCH,
            latents.shape[4] // PATCH,
        )
        time, modulation, text = self.condition_embedder(timestep, text)
        x, c = embedded(self.patch_embedding, latents), embedded(self.vace_patch_embedding, control)
        turn = tuple(
            t.to(x.device) for t in rotations(self.config.attention_head_dim, frames, rows, columns)
        )
        x, hints = x.float(), {}
        c = self.vace_blocks[0].proj_in(c) + x
        for layer, block in zip(self.config.vace_layers, self.vace_blocks):
            c = block(c, text, modulation, turn)
            hints[layer] = block.proj_out(c)
        for layer, block in enumerate(self.blocks):
            x = block(x, text, modulation, turn)
            if layer in hints:
                x = x + hints[layer]
        shift, scale = (self.scale_shift_table + time[:, None]).chunk(2, 1)
        y = self.proj_out(normal(x) * (1 + scale) + shift)
        return unpatched(y, frames, rows, columns)


def embedded(layer, x):
    """The patch embedding as a matrix product: features in the order c, dy, dx."""
    b, c, t, h, w = x.shape
    x = x.reshape(b, c, t, h // PATCH, PATCH, w // PATCH, PATCH).permute(0, 2, 3, 5, 1, 4, 6)
    return F.linear(x.reshape(b, -1, c * PATCH * PATCH), layer.weight.flatten(1), layer.bias)


def unpatched(y, frames, rows, columns):
    """Features in the order dy, dx, c -> `(B, C, T, H, W)`."""
    y = y.unflatten(-1, (PATCH, PATCH, -1)).unflatten(1, (frames, rows, columns))
    return y.permute(0, 6, 1, 2, 4, 3, 5).flatten(5, 6).flatten(3, 4)
