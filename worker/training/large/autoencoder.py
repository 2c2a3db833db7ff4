"""The VAE's stages: `images` (single frames), `clips`, and `decoder` (the encoder frozen, latents a
little off as a transformer makes them)."""

import math
from random import Random

import cv2
import numpy as np
import torch

from training.compiling import raise_compile_limit
from training.files import load
from training.optimiser import Optimiser, schedule
from training.train_vae import FROZEN, change_loss, edges, is_matrix, unsure
from training.vae import Norm, Vae, VaeConfig

STILL_SHARE = 0.15
MOVING_WEIGHT = 3.0
MOVED = 0.06  # of pixels in [-1, 1]: what changes by more counts as moving
SQUARE_WEIGHT = 2.0
CHANGE_WEIGHT = 0.2  # of `train_vae.change_loss`, beside pictures whose parts count a fifth of what they do there
KL_WEIGHT = 1e-5


def new_vae(config):
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in config["vae_model"].items()}
    return Vae(VaeConfig(**options)).to(config["device"], memory_format=torch.channels_last)


def moving(pixels, clips):
    """Where a pixel differs from the frame before or after, `(N, 1, H, W)` of 0 or 1."""
    x = pixels.unflatten(0, (clips, -1))
    if x.shape[1] == 1:
        return torch.zeros_like(pixels[:, :1])
    change = ((x[:, 1:] - x[:, :-1]).abs().amax(2, keepdim=True) > MOVED).float()
    none = torch.zeros_like(change[:, :1])
    return torch.maximum(torch.cat([none, change], 1), torch.cat([change, none], 1)).flatten(0, 1)


def picture_loss(made, pixels, clips):
    """L1 of pixels and of their differences to neighbours, squares for PSNR, and the loss on change."""
    weight = 1 + MOVING_WEIGHT * moving(pixels, clips)
    error = made - pixels
    gx, gy = edges(error)
    loss = (error.abs() * weight).mean() + SQUARE_WEIGHT * (error.square() * weight).mean()
    loss = loss + 0.5 * ((gx.abs() * weight[..., 1:]).mean() + (gy.abs() * weight[..., 1:, :]).mean())
    return loss + CHANGE_WEIGHT * change_loss(error, clips)


class VaeTrainer:
    def __init__(self, config, stage, shots, feed, state):
        self.config, self.stage, self.shots, self.feed = config, stage, shots, feed
        self.plan = config["vae"][stage]
        self.device = config["device"]
        self.vae = new_vae(config)
        self.deviation = None
        if stage == "decoder":
            frozen = load(f"{config['folder']}/frozen.pt")
            self.vae.load_state_dict(frozen["vae"])
            self.deviation = frozen["std"].to(self.device)
        elif stage == "clips":
            self.vae.load_state_dict(load(f"{config['folder']}/vae-images.pt")["average"])
        named = [(n, p) for n, p in self.vae.named_parameters() if stage != "decoder" or not n.startswith(FROZEN)]
        rate = self.plan.get("rate", 1.0)
        self.optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * rate, adam_lr=2e-3 * rate)
        if state:
            self.vae.load_state_dict(state["vae"])
            self.optimiser.load(state["optimiser"])
        self.random = Random(f"{stage} {config['seed']} {self.optimiser.steps}")
        torch.manual_seed(config["seed"] + self.optimiser.steps)
        self.error = torch.zeros((), device=self.device)

    def step(self, share):
        if self.optimiser.steps % 10 == 0:
            self.shots.take_in(self.feed, self.config["feed"]["shots_before_training"])
        frames = self.random.choice(self.plan["frames"])
        count = max(2, self.plan["budget"] // frames)
        pixels = self.shots.crops(self.random, count, frames, self.plan["size"], STILL_SHARE)
        with torch.autocast(self.device, torch.bfloat16):
            loss, square = self.loss(pixels, count)
        loss.backward()
        for weight in self.optimiser.weights:
            if weight.grad is None:  # a still picture does not reach the taps over time
                weight.grad = torch.zeros_like(weight)
        self.optimiser.step(schedule(share, self.optimiser.steps))
        self.error.lerp_(square, max(0.02, 1 / self.optimiser.steps))

    def loss(self, pixels, clips):
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
            loss = loss + KL_WEIGHT * 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
        return loss, (made.detach().float() - pixels).square().mean()

    def report(self):
        psnr = 10 * math.log10(4 / max(1e-9, float(self.error)))
        return f"step {self.optimiser.steps} psnr {psnr:.2f} shots {self.shots.count}"

    def state(self):
        self.optimiser.swap_average()
        average = {k: v.clone() for k, v in self.vae.state_dict().items()}
        self.optimiser.swap_average()
        return dict(vae=self.vae.state_dict(), average=average, optimiser=self.optimiser.state())

    @torch.no_grad()
    def sheet(self, path):
        """Frames over their reconstructions, by the averaged weights."""
        self.optimiser.swap_average()
        frames = torch.stack([self.shots.clips[s, 0] for s in range(min(6, self.shots.size))])
        pixels = (frames.permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        made = self.vae.pixels(self.vae.moments(pixels, len(pixels))[0], len(pixels))
        self.optimiser.swap_average()
        rows = [((x.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy() for x in (pixels, made)]
        cv2.imwrite(path, np.concatenate([np.concatenate(list(r), 1) for r in rows])[..., ::-1])


def compiled():
    """Fuses the norms, which move most of the bytes; whole blocks would be compiled for every shape."""
    if hasattr(torch, "compile"):
        raise_compile_limit(torch._dynamo)
        Norm.forward = torch.compile(Norm.forward, dynamic=True)
