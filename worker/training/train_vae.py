"""Trains the VAE: stage `images` on single-frame crops, `clips` on short clips, `decoder` on whole
frames with the encoder frozen (which leaves the latents, and so the transformer, as they are)."""

import argparse
import math
import multiprocessing
import time
from random import Random

import numpy as np
import torch

from training.files import load, log, save
from training.optimiser import Optimiser, schedule
from training.paint import HEIGHT, WIDTH
from training.shots import Film, character_picture, draw_shot
from training.vae import Vae

REFERENCE_SHARE = 0.12


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


def batch(random, clips, frames, size, per_film):
    """Crops `(clips, frames, 3, height, width)` uint8."""
    width, height = size
    crops = []
    while len(crops) < clips:
        shot = draw_shot(random)
        still = random.random() < REFERENCE_SHARE
        if still:
            film = np.repeat(character_picture(shot.cast[0])[None], frames, 0)
        elif frames == 1:
            painted = Film(shot)
            film = np.stack([painted.frame(random.randrange(64))] if random.random() < 0.93 else [painted.scene_picture()])
        else:
            film = Film(shot).frames(random.randrange(16) * 4, frames)
        for _ in range(per_film):
            x, y = crop_corner(random, size, still)
            crops.append(film[:, y : y + height, x : x + width])
    return np.ascontiguousarray(np.stack(crops[:clips]).transpose(0, 1, 4, 2, 3))


STAGES = {  # frames to choose from, clips per batch times frames, crop size, crops of a film
    "images": dict(frames=(1,), budget=48, size=(64, 64), per_film=3),
    "clips": dict(frames=(1, 5, 9, 9), budget=54, size=(64, 64), per_film=1),
    "decoder": dict(frames=(5, 9), budget=27, size=(96, 96), per_film=1),
}


def feed(stage, seed, queue):
    """Fills the queue with batches, in a process of its own."""
    random = Random(seed)
    plan = STAGES[stage]
    while True:
        frames = random.choice(plan["frames"])
        clips = max(2, plan["budget"] // frames)
        queue.put(batch(random, clips, frames, plan["size"], plan["per_film"]))


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def loss_of(vae, pixels, clips, frozen):
    """L1 of pixels and of their differences, and a trace of KL. Returns loss and mean square error."""
    with torch.set_grad_enabled(not frozen):
        mean, log_variance = vae.moments(pixels, clips)
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    made = vae.pixels(z, clips)
    gx, gy = edges(pixels)
    hx, hy = edges(made)
    loss = (made - pixels).abs().mean() + 0.5 * ((gx - hx).abs().mean() + (gy - hy).abs().mean())
    if not frozen:
        loss = loss + 2e-5 * 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    return loss, (made.detach() - pixels).square().mean()


def train(stage, folder, seconds, threads, device, seed, piece=None, muon_lr=0.02, adam_lr=2e-3):
    """Runs a stage for `seconds` in all, at most `piece` of them now."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    vae = Vae().to(device, memory_format=torch.channels_last)
    frozen = stage == "decoder"
    named = [(n, p) for n, p in vae.named_parameters() if not (frozen and (n.startswith("encoder") or n.startswith("quant")))]
    optimiser = Optimiser(named, lambda n, w: w.ndim == 4 and "conv_in" not in n and "conv_out" not in n and w.shape[-1] > 1, muon_lr, adam_lr)
    elapsed, start = 0.0, load(f"{folder}/vae-{stage}.pt")
    if start:
        vae.load_state_dict(start["vae"])
        optimiser.load(start["optimiser"])
        elapsed = start["elapsed"]
    else:
        before = {"clips": "images", "decoder": "clips"}.get(stage)
        if before:
            vae.load_state_dict(load(f"{folder}/vae-{before}.pt")["average"])
            optimiser.average = [w.detach().clone() for w in optimiser.weights]
    queue = multiprocessing.get_context("fork").Queue(4)
    feeder = multiprocessing.get_context("fork").Process(target=feed, args=(stage, seed + int(elapsed * 1000), queue), daemon=True)
    feeder.start()

    def keep():
        optimiser.swap_average()
        average = {k: v.clone() for k, v in vae.state_dict().items()}
        optimiser.swap_average()
        state = dict(vae=vae.state_dict(), average=average, optimiser=optimiser.state(), elapsed=elapsed)
        save(f"{folder}/vae-{stage}.pt", state)

    error, clock, begun = None, time.time(), time.time()
    while elapsed < seconds and (piece is None or time.time() - begun < piece):
        crops = torch.from_numpy(queue.get()).to(device)
        clips = crops.shape[0]
        pixels = (crops.flatten(0, 1).float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device, torch.bfloat16):
            loss, square = loss_of(vae, pixels, clips, frozen)
        loss.backward()
        optimiser.step(schedule(elapsed / seconds, optimiser.steps))
        elapsed, clock = elapsed + time.time() - clock, time.time()
        error = float(square) if error is None else 0.98 * error + 0.02 * float(square)
        if optimiser.steps % 100 == 0:
            log(stage, optimiser.steps, f"{elapsed:.0f}s loss {float(loss):.4f} psnr {10 * math.log10(4 / error):.2f}")
        if optimiser.steps % 500 == 0:
            keep()
    keep()
    feeder.terminate()
    return elapsed >= seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=2e-3)
    options = parser.parse_args()
    train(options.stage, options.folder, options.seconds, options.threads, options.device, options.seed, muon_lr=options.muon_lr, adam_lr=options.adam_lr)


if __name__ == "__main__":
    main()
