"""The causal video VAE in the layout of diffusers' AutoencoderKLWan, for training.

Modules carry the public tensor names. Two restrictions make it small enough to train on a CPU and
are undone by `export`: of most 3x3x3 kernels only the last time tap is used (a 2D convolution here,
the earlier taps are exported as zeros), so that frames mix in the `time_conv` layers and in those
of `VaeConfig.block_taps` alone; and the attention of the middle block is the identity (its output
projection is exported as zero), so that latents depend on their neighbourhood only and a picture
moved by whole cells has moved latents.

Legend: B clips, T frames, N = B*T, C channels, H W rows and columns. Between layers frames are a
batch of pictures `(N, C, H, W)` in channels-last memory.
"""

from dataclasses import dataclass
from functools import cache

import torch
import torch.nn as nn
import torch.nn.functional as F

from training.compiling import raise_compile_limit


@dataclass(frozen=True)
class VaeConfig:
    base_dim: int = 16
    decoder_base_dim: int = 32
    z_dim: int = 24
    dim_mult: tuple[int, ...] = (1, 2, 2, 3)
    num_res_blocks: int = 1
    temperal_downsample: tuple[bool, ...] = (False, True, True)
    patch_size: int = 2
    # How many frames the decoder's two doublings over time look at: with the one before their own,
    # the picture can pass from one latent frame to the next over all four pixel frames instead of
    # jumping at the first of them.
    doubling_taps: tuple[int, ...] = (2, 2)
    # How many frames the first convolution of each of the decoder's blocks looks at: what moved
    # since the frame before is seen where it can be acted on, before the picture is finer and has
    # more frames.
    block_taps: tuple[int, ...] = (2, 2, 1, 1)

    @property
    def spatial(self):
        """Pixels per latent cell, per axis."""
        return self.patch_size * 2 ** (len(self.dim_mult) - 1)


class Norm(nn.Module):
    """x / |x| * sqrt(C) * gamma over channels, per pixel."""

    def __init__(self, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.channels = channels

    def forward(self, x):
        x = x.float()
        scale = torch.rsqrt(x.square().sum(1, keepdim=True).clamp_min(1e-24)) * self.channels**0.5
        return x * scale * self.gamma[:, None, None]


def activated(norm, x):
    """SiLU of the normalised pictures `(N, C, H, W)`."""
    return F.silu(norm(x))


class CausalConv(nn.Conv2d):
    """A 3x3 convolution of each frame together with the `taps` - 1 before it, zeros before the
    first one. The weight is `(out, taps * in, 3, 3)`, a frame's own part last and the others zero
    to begin with."""

    def __init__(self, inner, outer, taps):
        super().__init__(taps * inner, outer, 3, padding=1)
        self.taps = taps
        with torch.no_grad():
            self.weight[:, :-inner].zero_()

    def forward(self, x, clips):
        if self.taps > 1:
            x = run_of(x.unflatten(0, (clips, -1)), self.taps).flatten(0, 1)
        return super().forward(x.contiguous(memory_format=torch.channels_last))


def run_of(x, taps):
    """`(B, T, C, H, W)` -> `(B, T, taps * C, H, W)`: each frame after the `taps` - 1 before it,
    zeros before the first."""
    frames = x.shape[1]
    padded = torch.cat([torch.zeros_like(x[:, :1]).expand(-1, taps - 1, -1, -1, -1), x], 1)
    return torch.cat([padded[:, k : k + frames] for k in range(taps)], 2)


class Res(nn.Module):
    def __init__(self, inner, outer, taps=1):
        super().__init__()
        self.norm1, self.conv1 = Norm(inner), CausalConv(inner, outer, taps)
        self.norm2, self.conv2 = Norm(outer), nn.Conv2d(outer, outer, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(inner, outer, 1) if inner != outer else None

    def forward(self, x, clips):
        y = self.conv1(F.silu(self.norm1(x)), clips)
        y = self.conv2(F.silu(self.norm2(y)))
        return y + (x if self.conv_shortcut is None else self.conv_shortcut(x))


@cache
def fuse():
    """Compiles what is elementwise, where PyTorch can: for each shape of batch, which is faster
    than for any."""
    global activated
    if hasattr(torch, "compile"):
        raise_compile_limit(torch._dynamo)
        Res.forward = torch.compile(Res.forward, dynamic=False)
        activated = torch.compile(activated, dynamic=False)


class Down(nn.Module):
    """Halves rows and columns and, if `time`, turns 1 + 2m frames into 1 + m."""

    def __init__(self, channels, time):
        super().__init__()
        self.resample = nn.Sequential(nn.Identity(), nn.Conv2d(channels, channels, 3, stride=2))
        # The three taps are (a, b, 1 - a - b): a still clip has the latents of its picture.
        self.time = nn.Parameter(torch.zeros(2, channels, channels)) if time else None
        self.rounded_taps = None  # the exported taps, once they are rounded and no longer sum to 1

    def taps(self):
        """The kernel over time, `(3, out, in)`."""
        if self.rounded_taps is not None:
            return self.rounded_taps
        first, second = self.time
        return torch.stack(
            [first, second, torch.eye(len(first), device=first.device) - first - second]
        )

    def forward(self, x, clips):
        x = self.resample[1](F.pad(x, (0, 1, 0, 1)))
        n, c, h, w = x.shape
        if self.time is None or n == clips:
            return x
        x = x.reshape(clips, n // clips, c, h, w)
        three = torch.cat([x[:, :-2:2], x[:, 1::2], x[:, 2::2]], 2)
        kernel = self.taps().permute(1, 0, 2).flatten(1)[:, :, None, None].to(x.dtype)
        moved = F.conv2d(three.flatten(0, 1), kernel).unflatten(0, (clips, -1))
        return (
            torch.cat([x[:, :1], moved], 1)
            .flatten(0, 1)
            .contiguous(memory_format=torch.channels_last)
        )


class Up(nn.Module):
    """Doubles rows and columns and, if `time` > 0, turns 1 + m frames into 1 + 2m, each of the m
    from itself and the `time` - 1 before it. The first frame stands for one: it is not seen by the
    others, which have zeros before them."""

    def __init__(self, channels, time):
        super().__init__()
        self.resample = nn.Sequential(
            nn.Identity(), nn.Conv2d(channels, channels // 2, 3, padding=1)
        )
        self.taps = time
        self.time_conv = nn.Conv2d(time * channels, 2 * channels, 1) if time else None
        if time:
            with torch.no_grad():
                self.time_conv.weight.zero_()
                self.time_conv.weight[:, -channels:].copy_(
                    torch.eye(channels).repeat(2, 1)[:, :, None, None]
                )
                self.time_conv.bias.zero_()
            if time > 1:
                self.interpolate()

    @torch.no_grad()
    def interpolate(self):
        """Makes the first of each two frames the mean of what it was and the frame before; two such
        doublings pass from one latent frame to the next in four equal steps."""
        weight = self.time_conv.weight
        channels = weight.shape[0] // 2
        first, second = weight[:channels], weight[channels:]
        first[:, -2 * channels : -channels] = 0.5 * second[:, -channels:]
        first[:, -channels:] *= 0.5

    def forward(self, x, clips):
        if self.time_conv is not None and x.shape[0] > clips:
            n, c, h, w = x.shape
            m = n // clips - 1
            x = x.reshape(clips, m + 1, c, h, w)
            pairs = self.time_conv(run_of(x[:, 1:], self.taps).flatten(0, 1)).reshape(
                clips, 2 * m, c, h, w
            )
            x = (
                torch.cat([x[:, :1], pairs], 1)
                .flatten(0, 1)
                .contiguous(memory_format=torch.channels_last)
            )
        return self.resample[1](F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Middle(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.resnets = nn.ModuleList([Res(channels, channels), Res(channels, channels)])

    def forward(self, x, clips):
        return self.resnets[1](self.resnets[0](x, clips), clips)


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        dims = [config.base_dim * m for m in (1, *config.dim_mult)]
        self.conv_in = nn.Conv2d(3 * config.patch_size**2, dims[0], 3, padding=1)
        blocks = []
        for level, (inner, outer) in enumerate(zip(dims[:-1], dims[1:])):
            for k in range(config.num_res_blocks):
                blocks.append(Res(inner if k == 0 else outer, outer))
            if level < len(config.dim_mult) - 1:
                blocks.append(Down(outer, config.temperal_downsample[level]))
        self.down_blocks = nn.ModuleList(blocks)
        self.mid_block = Middle(dims[-1])
        self.norm_out = Norm(dims[-1])
        self.conv_out = nn.Conv2d(dims[-1], 2 * config.z_dim, 3, padding=1)

    def forward(self, x, clips):
        x = self.conv_in(x)
        for block in self.down_blocks:
            x = block(x, clips)
        return self.conv_out(activated(self.norm_out, self.mid_block(x, clips)))


class UpBlock(nn.Module):
    def __init__(self, inner, outer, count, taps, upsampler):
        super().__init__()
        self.resnets = nn.ModuleList(
            [Res(inner if k == 0 else outer, outer, 1 if k else taps) for k in range(count)]
        )
        self.upsamplers = nn.ModuleList([upsampler]) if upsampler else None

    def forward(self, x, clips):
        for block in self.resnets:
            x = block(x, clips)
        return x if self.upsamplers is None else self.upsamplers[0](x, clips)


class Decoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        mult = config.dim_mult[::-1]
        dims = [config.decoder_base_dim * m for m in (mult[0], *mult)]
        taps = iter(config.doubling_taps)
        times = [next(taps) if time else 0 for time in config.temperal_downsample[::-1]]
        self.conv_in = nn.Conv2d(config.z_dim, dims[0], 3, padding=1)
        self.mid_block = Middle(dims[0])
        self.up_blocks = nn.ModuleList()
        for level, (inner, outer) in enumerate(zip(dims[:-1], dims[1:])):
            last = level == len(mult) - 1
            self.up_blocks.append(
                UpBlock(
                    inner if level == 0 else inner // 2,
                    outer,
                    config.num_res_blocks + 1,
                    config.block_taps[level],
                    None if last else Up(outer, times[level]),
                )
            )
        self.norm_out = Norm(dims[-1])
        self.conv_out = nn.Conv2d(dims[-1], 3 * config.patch_size**2, 3, padding=1)

    def forward(self, z, clips):
        x = self.mid_block(self.conv_in(z), clips)
        for block in self.up_blocks:
            x = block(x, clips)
        return self.conv_out(activated(self.norm_out, x))


class Vae(nn.Module):
    """Pixels are in [-1, 1]."""

    def __init__(self, config=VaeConfig()):
        super().__init__()
        self.config = config
        self.encoder, self.decoder = Encoder(config), Decoder(config)
        self.quant_conv = nn.Conv2d(2 * config.z_dim, 2 * config.z_dim, 1)
        self.post_quant_conv = nn.Conv2d(config.z_dim, config.z_dim, 1)
        with torch.no_grad():
            # Near 0, the sampling noise would bury the signal for thousands of steps.
            self.quant_conv.bias[config.z_dim :] = -6
            self.quant_conv.weight[config.z_dim :] *= 0.1

    def moments(self, frames, clips):
        """`(B*T, 3, H, W)` -> mean and log variance, each `(B*L, z, h, w)`."""
        x = patchify(frames, self.config.patch_size)
        moments = self.quant_conv(self.encoder(x, clips)).float()
        mean, log_variance = moments.chunk(2, 1)
        return mean, log_variance.clamp(-30, 20)

    def pixels(self, z, clips):
        """Latents `(B*L, z, h, w)` -> frames `(B*T, 3, H, W)`, not clamped."""
        x = self.decoder(self.post_quant_conv(z), clips).float()
        return unpatchify(x, self.config.patch_size)


def patchify(x, size):
    """Moves the pixels of a size x size cell into channels: c, then x offset, then y offset."""
    n, c, h, w = x.shape
    x = x.reshape(n, c, h // size, size, w // size, size).permute(0, 1, 5, 3, 2, 4)
    return x.reshape(n, c * size * size, h // size, w // size).contiguous(
        memory_format=torch.channels_last
    )


def unpatchify(x, size):
    n, c, h, w = x.shape
    x = x.reshape(n, c // (size * size), size, size, h, w).permute(0, 1, 4, 3, 5, 2)
    return x.reshape(n, c // (size * size), h * size, w * size)


def taps_of(vae, name):
    """How many frames the convolution of that weight looks at."""
    return getattr(vae.get_submodule(name.removesuffix(".weight")), "taps", 1)


def exported(vae):
    """The public tensors: name -> f32 tensor."""
    tensors = {}
    for name, value in vae.state_dict().items():
        value = value.detach().float()
        if name.endswith("gamma"):
            tensors[name] = value[:, None, None, None]
        elif name.endswith(".time"):
            taps = vae.get_submodule(name.removesuffix(".time")).taps().detach()
            prefix = name.removesuffix("time") + "time_conv"
            tensors[prefix + ".weight"] = taps.permute(1, 2, 0)[..., None, None]
            tensors[prefix + ".bias"] = torch.zeros(taps.shape[1])
        elif "resample" in name or value.ndim == 1:
            tensors[name] = value
        elif "time_conv" in name:
            channels = value.shape[0] // 2
            taps = value[..., 0, 0].reshape(2 * channels, -1, channels).transpose(1, 2)
            tensors[name] = F.pad(taps, (3 - taps.shape[-1], 0))[..., None, None]
        else:
            size, taps = value.shape[-1], taps_of(vae, name)
            full = torch.zeros(value.shape[0], value.shape[1] // taps, size, size, size)
            full[:, :, size - taps :] = value.unflatten(1, (taps, -1)).transpose(1, 2)
            tensors[name] = full
    for side, middle in (("encoder", vae.encoder.mid_block), ("decoder", vae.decoder.mid_block)):
        channels = middle.resnets[0].norm1.channels
        prefix = f"{side}.mid_block.attentions.0."
        tensors[prefix + "norm.gamma"] = torch.ones(channels, 1, 1)
        tensors[prefix + "to_qkv.weight"] = torch.zeros(3 * channels, channels, 1, 1)
        tensors[prefix + "to_qkv.bias"] = torch.zeros(3 * channels)
        tensors[prefix + "proj.weight"] = torch.zeros(channels, channels, 1, 1)
        tensors[prefix + "proj.bias"] = torch.zeros(channels)
    return tensors


def imported(vae, tensors):
    """The inverse of `exported`: the state of `vae` from public tensors."""
    state = {}
    for name, value in vae.state_dict().items():
        if name.endswith("gamma"):
            state[name] = tensors[name].reshape(value.shape)
        elif name.endswith(".time"):
            state[name] = tensors[name + "_conv.weight"][:, :, :2, 0, 0].permute(2, 0, 1)
        elif "resample" in name or value.ndim == 1:
            state[name] = tensors[name]
        elif "time_conv" in name:
            taps = value.shape[1] // (value.shape[0] // 2)
            state[name] = tensors[name][:, :, 3 - taps :, 0, 0].transpose(1, 2).reshape(value.shape)
        else:
            taps, size = taps_of(vae, name), value.shape[-1]
            state[name] = tensors[name][:, :, size - taps :].transpose(1, 2).flatten(1, 2)
    return state
