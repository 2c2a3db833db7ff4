"""Trains the VAE: stage `images` on single-frame crops, `clips` on short clips, `decoder` on whole
frames with the encoder frozen (which leaves the latents, and so the transformer, as they are)."""

import argparse
import math
import time
from random import Random

import numpy as np
import torch
import torch.nn.functional as F

from training.crew import ALONE, together
from training.files import load, log, save
from training.optimiser import Optimiser, schedule
from training.paint import HEIGHT, WIDTH
from training.shots import Film, character_picture, draw_shot
from training.vae import Vae

REFERENCE_SHARE = 0.12
ANIMAL_WEIGHT = 3.0
CHANGE_WEIGHT = 6.0
CHANGE_KNEE = 0.04  # of pixels in [-1, 1]: five grey levels
UNSURE = 0.25  # largest error of latents while the decoder trains, in deviations of each channel


def crop_corner(random, size, still):
    """Where to cut: half of the crops about the animals, the others anywhere."""
    width, height = size
    if random.random() < 0.5 or still:
        x, y = random.gauss(128, 56) - width / 2, random.gauss(100, 30) - height / 2
    else:
        x, y = random.uniform(0, WIDTH - width), random.uniform(0, HEIGHT - height)
    # Cells stay aligned: the transformer only ever sees pictures cut on the grid of tokens.
    x, y = 16 * round(min(WIDTH - width, max(0, x)) / 16), 16 * round(min(HEIGHT - height, max(0, y)) / 16)
    return x, y


def drawn(film, background):
    """Where something stands before the background: `(T, H, W, 1)` of 0 or 255."""
    change = np.abs(film.astype(np.int16) - background).max(-1, keepdims=True)
    return np.where(change > 6, 255, 0).astype(np.uint8)


def some_film(random, frames):
    """Frames of a new shot, or of one reference picture, with `drawn` as a fourth channel; still or not."""
    shot = draw_shot(random)
    still = random.random() < REFERENCE_SHARE
    if still:
        film, background = np.repeat(character_picture(shot.cast[0])[None], frames, 0), 255
    else:
        painted = Film(shot)
        background = painted.scene_picture()
        if frames == 1 and random.random() < 0.07:
            film = background[None]
        else:
            film = painted.frames(random.randrange(64) if frames == 1 else 4 * random.randrange(16), frames)
    return np.concatenate([film, drawn(film, background)], -1), still


def batch(random, clips, frames, size, per_film):
    """Crops `(clips, frames, 4, height, width)` uint8: RGB and where something was drawn."""
    width, height = size
    crops = []
    while len(crops) < clips:
        film, still = some_film(random, frames)
        for _ in range(per_film):
            x, y = crop_corner(random, size, still)
            crops.append(film[:, y : y + height, x : x + width])
    return np.ascontiguousarray(np.stack(crops[:clips]).transpose(0, 1, 4, 2, 3))


STAGES = {  # frames to choose from, clips per batch times frames, crop size, crops of a film
    "images": dict(frames=(1,), budget=20, size=(64, 64), per_film=2),
    "clips": dict(frames=(1, 1, 1, 5, 5, 9), budget=20, size=(64, 64), per_film=1),
    "decoder": dict(frames=(9, 13, 13, 17), budget=26, size=(64, 64), per_film=2, rate=0.5),
}


def next_batch(stage, random):
    plan = STAGES[stage]
    frames = random.choice(plan["frames"])
    return batch(random, max(2, plan["budget"] // frames), frames, plan["size"], plan["per_film"])


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def change_loss(error, clips):
    """How wrongly the picture changes from frame to frame, `error` being made - true frames.

    Quadratic below CHANGE_KNEE: a change by d then costs least when it is spread over all the frames
    that it may take, which is how a latent frame that is a little off passes unseen."""
    e = error.unflatten(0, (clips, -1))
    return F.huber_loss(e[:, 1:], e[:, :-1], delta=CHANGE_KNEE) / CHANGE_KNEE


def unsure(z, clips, deviation):
    """Latents as a transformer makes them: every latent frame a little off, each clip by another
    amount, half of it alike in neighbouring cells."""
    z = z.unflatten(0, (clips, -1))
    fine = torch.randn_like(z)
    coarse = F.interpolate(torch.randn_like(z[..., ::2, ::2]).flatten(0, 1), scale_factor=2.0).view_as(z)
    amount = UNSURE * torch.rand(clips, 1, 1, 1, 1, device=z.device) * deviation[:, None, None]
    return (z + amount * (fine + coarse) * 0.5**0.5).flatten(0, 1)


def loss_of(vae, pixels, drawn, clips, frozen):
    """L1 of pixels and of their differences, animals counting four times, and a trace of KL or, with
    the encoder frozen, the loss of changes. `frozen`: None, or the latents' deviation `(z,)`. Returns
    loss and mean square error."""
    with torch.set_grad_enabled(frozen is None):
        mean, log_variance = vae.moments(pixels, clips)
    if frozen is None:
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    else:
        z = unsure(mean, clips, frozen)
    made = vae.pixels(z, clips)
    weight = 1 + ANIMAL_WEIGHT * drawn
    gx, gy = edges(made - pixels)
    loss = ((made - pixels).abs() * weight).mean()
    loss = loss + 0.5 * ((gx.abs() * weight[..., 1:]).mean() + (gy.abs() * weight[..., 1:, :]).mean())
    if frozen is None:
        loss = loss + 2e-5 * 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    else:
        loss = loss + CHANGE_WEIGHT * change_loss(made - pixels, clips)
    return loss, (made.detach() - pixels).square().mean()


BEFORE = {"clips": "images", "decoder": "clips"}
FROZEN = ("encoder", "quant_conv")


def is_matrix(name, weight):
    """The 3x3 convolutions inside go to Muon; the first and last layers, vectors and taps to AdamW."""
    return weight.ndim == 4 and weight.shape[-1] == 3 and "conv_in" not in name and "conv_out" not in name


def train(stage, folder, seconds, device, seed, crew=ALONE, piece=None):
    """Runs a stage for `seconds` in all, at most `piece` of them now. True when the stage is done."""
    torch.set_num_threads(1)
    torch.manual_seed(seed + crew.rank)
    vae = Vae().to(device, memory_format=torch.channels_last)
    frozen = load(f"{folder}/frozen.pt")["std"].to(device) if stage == "decoder" else None
    start = load(f"{folder}/vae-{stage}.pt")
    if start is None and stage in BEFORE:
        vae.load_state_dict(load(f"{folder}/vae-{BEFORE[stage]}.pt")["average"])
    named = [(n, p) for n, p in vae.named_parameters() if frozen is None or not n.startswith(FROZEN)]
    rate = STAGES[stage].get("rate", 1.0)
    optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * rate, adam_lr=2e-3 * rate)
    if start:
        vae.load_state_dict(start["vae"])
        optimiser.load(start["optimiser"])
    elapsed = start["elapsed"] if start else 0.0
    random = Random(f"{stage} {seed} {crew.rank} {optimiser.steps}")

    def keep():
        optimiser.swap_average()
        average = {k: v.clone() for k, v in vae.state_dict().items()}
        optimiser.swap_average()
        save(f"{folder}/vae-{stage}.pt", dict(vae=vae.state_dict(), average=average, optimiser=optimiser.state(), elapsed=elapsed))

    error, clock, begun = None, time.time(), time.time()
    while not crew.agree(elapsed >= seconds or (piece is not None and time.time() - begun > piece)):
        crops = torch.from_numpy(next_batch(stage, random)).to(device)
        crops_flat = crops.flatten(0, 1).float()
        pixels = (crops_flat[:, :3] / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        drawn_there = crops_flat[:, 3:] / 255
        with torch.autocast(device, torch.bfloat16):
            loss, square = loss_of(vae, pixels, drawn_there, crops.shape[0], frozen)
        loss.backward()
        crew.average_gradients(optimiser.weights)
        optimiser.step(schedule(elapsed / seconds, optimiser.steps), crew)
        elapsed, clock = elapsed + time.time() - clock, time.time()
        error = float(square) if error is None else 0.98 * error + 0.02 * float(square)
        if optimiser.steps % 100 == 0 and crew.rank == 0:
            log(stage, optimiser.steps, f"{elapsed:.0f}s loss {loss.item():.4f} psnr {10 * math.log10(4 / error):.2f}")
        if optimiser.steps % 500 == 0 and crew.rank == 0:
            keep()
    if crew.rank == 0:
        keep()
    return elapsed >= seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    o = parser.parse_args()
    together(o.processes, lambda crew: train(o.stage, o.folder, o.seconds, o.device, o.seed, crew))


if __name__ == "__main__":
    main()
