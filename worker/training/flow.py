"""Sampling as the farm does it: sigma table, chunk plan, Euler steps, fusion on overlaps."""

import math
from dataclasses import dataclass

import torch

from training.model import control_of


def sigmas(steps, shift):
    """`steps` + 1 noise levels of Wan's table, the last 0."""
    table = []
    for i in range(steps):
        u = 0.999 * (1 - i / steps)
        table.append(shift * u / (1 + (shift - 1) * u))
    return [*table, 0.0]


@dataclass(frozen=True)
class Sampling:
    """Steps and shift of the noise levels, guidance (1: none), latent frames of a chunk and of an
    overlap, and the variance of the start noise that all latent frames have in common."""

    steps: int
    shift: float
    guidance: float
    frames: int
    overlap: int
    shared_noise: float

    @staticmethod
    def of(longtake):
        """From the values of a checkpoint's `longtake.json`."""
        return Sampling(
            steps=longtake["stepCount"],
            shift=longtake["shift"],
            guidance=longtake["guidanceScale"],
            frames=longtake["chunk"]["latentFrameCount"],
            overlap=longtake["chunk"]["overlap"],
            shared_noise=longtake["sharedNoise"],
        )


def chunks(length, longest, overlap):
    """(first, end) of each chunk: overlaps are exact, lengths differ by at most one."""
    if length <= longest:
        return [(0, length)]
    count = math.ceil((length - overlap) / (longest - overlap))
    total = length + (count - 1) * overlap
    plan, first = [], 0
    for i in range(count):
        size = total // count + (1 if i < total % count else 0)
        plan.append((first, first + size))
        first += size - overlap
    return plan


def fused(velocities, plan, length, overlap):
    """Averages the chunks' video velocities `(C, F, h, w)` with ramps (j + 1) / (O + 1)."""
    c, _, h, w = velocities[0].shape
    device = velocities[0].device
    total, weight = torch.zeros(c, length, h, w, device=device), torch.zeros(length, device=device)
    for index, ((first, end), v) in enumerate(zip(plan, velocities)):
        ramp = torch.ones(end - first, device=device)
        for j in range(overlap if len(plan) > 1 else 0):
            if index > 0:
                ramp[j] = (j + 1) / (overlap + 1)
            if index < len(plan) - 1:
                ramp[-1 - j] = (j + 1) / (overlap + 1)
        total[:, first:end] += v * ramp[:, None, None]
        weight[first:end] += ramp
    return total / weight[:, None, None]


@torch.no_grad()
def sample(transformer, embeds, empty, references, grey, cell, length, settings, seed):
    """Denoises a shot of `length` latent frames; returns normalised latents `(z, length, h, w)`.

    `embeds`, `empty`: prompt rows `(1, rows, d)` of the prompt and of the empty prompt.
    `settings`: a Sampling."""
    noise = torch.Generator().manual_seed(seed)
    z, _, h, w = grey.shape
    plan = chunks(length, settings.frames, settings.overlap)
    count = len(references)
    shared = settings.shared_noise
    device = grey.device  # chance is drawn on the processor: equal everywhere
    common = torch.randn(z, 1, h, w, generator=noise)
    video = (1 - shared) ** 0.5 * torch.randn(
        z, length, h, w, generator=noise
    ) + shared**0.5 * common
    video = video.to(device)
    stills = [torch.randn(z, count, h, w, generator=noise).to(device) for _ in plan]
    controls = [control_of(references, grey, end - first, cell)[None] for first, end in plan]
    table = sigmas(settings.steps, settings.shift)
    for sigma, following in zip(table, table[1:]):
        velocities = []
        for i, (first, end) in enumerate(plan):
            x = torch.cat([stills[i], video[:, first:end]], 1)[None]
            time = torch.tensor([1000.0 * sigma], device=device)
            v = transformer(x, time, embeds, controls[i])[0]
            if settings.guidance > 1:
                without = transformer(x, time, empty, controls[i])[0]
                v = without + settings.guidance * (v - without)
            stills[i] = stills[i] + (following - sigma) * v[:, :count]
            velocities.append(v[:, count:])
        video = video + (following - sigma) * fused(velocities, plan, length, settings.overlap)
    return video
