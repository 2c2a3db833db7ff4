"""The VAE's stages: `images` (single frames), `clips`, and `decoder` (the encoder frozen, latents a
little off as a transformer makes them)."""

import math
from functools import cache
from random import Random

import cv2
import numpy as np
import torch

from training.compiling import raise_compile_limit
from training.files import load
from training.loop import Rate
from training.optimiser import Optimiser
from training.train_vae import FROZEN, is_matrix
from training.vae import Norm, Vae
from training.vae_loss import change_loss, edges, unsure

STILL_SHARE = 0.15
MOVING_WEIGHT = 3.0
MOVED = 0.06  # of pixels in [-1, 1]: what changes by more counts as moving
SQUARE_WEIGHT = 2.0
# Of `vae_loss.change_loss`, beside pictures whose parts count a fifth of what they do there
CHANGE_WEIGHT = 0.2
KL_WEIGHT = 1e-5


def new_vae(config):
    return Vae(config.vae_model).to(config.device, memory_format=torch.channels_last)


def moving(pixels, clips):
    """Where a pixel differs from the frame before or after, `(N, 1, H, W)` of 0 or 1."""
    x = pixels.unflatten(0, (clips, -1))
    if x.shape[1] == 1:
        return torch.zeros_like(pixels[:, :1])
    change = ((x[:, 1:] - x[:, :-1]).abs().amax(2, keepdim=True) > MOVED).float()
    none = torch.zeros_like(change[:, :1])
    return torch.maximum(torch.cat([none, change], 1), torch.cat([change, none], 1)).flatten(0, 1)


def picture_loss(made, pixels, clips):
    """L1 of pixels and of their differences to neighbours, squares for PSNR, and the loss on
    change."""
    weight = 1 + MOVING_WEIGHT * moving(pixels, clips)
    error = made - pixels
    gx, gy = edges(error)
    loss = (error.abs() * weight).mean() + SQUARE_WEIGHT * (error.square() * weight).mean()
    loss = loss + 0.5 * (
        (gx.abs() * weight[..., 1:]).mean() + (gy.abs() * weight[..., 1:, :]).mean()
    )
    return loss + CHANGE_WEIGHT * change_loss(error, clips)


class VaeLearner:
    """The VAE of a GPU configuration in one of its stages."""

    def __init__(self, config, stage, shots, feed, state):
        self.config, self.stage, self.shots, self.feed = config, stage, shots, feed
        self.plan, self.device = config.vae[stage], config.device
        self.vae = new_vae(config)
        self.deviation = None
        if stage == "decoder":
            frozen = load(config.file("frozen.pt"))
            self.vae.load_state_dict(frozen["vae"])
            self.deviation = frozen["std"].to(self.device)
        elif stage == "clips":
            self.vae.load_state_dict(load(config.file("vae-images.pt"))["average"])
        named = [
            (n, p)
            for n, p in self.vae.named_parameters()
            if stage != "decoder" or not n.startswith(FROZEN)
        ]
        rate = self.plan.rate
        self.optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * rate, adam_lr=2e-3 * rate)
        self.rate = Rate(fall_from=0.4, end=0.02)
        if state:
            self.vae.load_state_dict(state["vae"])
            self.optimiser.load(state["optimiser"])
        self.random = Random(f"{stage} {config.seed} {self.optimiser.steps}")
        torch.manual_seed(config.seed + self.optimiser.steps)

    def loss(self):
        if self.optimiser.steps % 10 == 0:
            self.shots.take_in(self.feed, self.config.feed.shots_before_training)
        frames = self.random.choice(self.plan.frames)
        count = max(2, self.plan.budget // frames)
        pixels = self.shots.crops(self.random, count, frames, self.plan.size, STILL_SHARE)
        with torch.autocast(self.device, torch.bfloat16):
            return self.loss_of(pixels, count)

    def loss_of(self, pixels, clips):
        frozen = self.deviation is not None
        with torch.set_grad_enabled(not frozen):
            mean, log_variance = self.vae.moments(pixels, clips)
        if frozen:
            z = unsure(mean, clips, self.deviation)
        else:
            z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        made = self.vae.pixels(z, clips)
        loss = picture_loss(made, pixels, clips)
        if not frozen:
            loss = (
                loss
                + KL_WEIGHT * 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
            )
        return loss, (made.detach().float() - pixels).square().mean()

    def report(self, error):
        return f"psnr {10 * math.log10(4 / max(1e-9, error)):.2f} shots {self.shots.count}"

    def state(self):
        states = self.optimiser.states(vae=self.vae)
        states["average"] = states.pop("vae_average")
        return states

    @torch.no_grad()
    def sheet(self, path):
        """Frames over their reconstructions, by the averaged weights."""
        frames = torch.stack([self.shots.clips[s, 0] for s in range(min(6, self.shots.size))])
        pixels = (frames.permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(
            memory_format=torch.channels_last
        )
        with self.optimiser.averaged():
            made = self.vae.pixels(self.vae.moments(pixels, len(pixels))[0], len(pixels))
        rows = [
            ((x.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
            for x in (pixels, made)
        ]
        cv2.imwrite(path, np.concatenate([np.concatenate(list(r), 1) for r in rows])[..., ::-1])


@cache
def compiled():
    """Fuses the norms, which move most of the bytes; whole blocks would be compiled for every
    shape."""
    if hasattr(torch, "compile"):
        raise_compile_limit(torch._dynamo)
        Norm.forward = torch.compile(Norm.forward, dynamic=True)
