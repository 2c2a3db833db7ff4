"""Trains the VAE: stage `images` on single-frame crops, `clips` on short clips (`widen` the same for a
restored checkpoint that is to know more of the world), `decoder` on longer ones with the encoder frozen
(which leaves the latents, and so the transformer, as they are), and `polish`, the decoder alone on
clips as the transformer renders them."""

import argparse
import math
import time
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from training.crew import ALONE, together
from training.evaluate import reconstruction_sheet
from training.files import load, log, save
from training.model import Latents
from training.optimiser import Optimiser, schedule
from training.paint import HEIGHT, WIDTH
from training.renderings import Renderings
from training.vae import Vae, fuse
from training.worlds import Small, world_in

REFERENCE_SHARE = 0.12
ANIMAL_WEIGHT, EYE = 9.0, 3.0  # an animal's weight, eyes being so many times what the rest is
DETAIL_WEIGHT, DETAIL_SIZE = 24.0, 5  # of what differs from the mean of so many pixels around
EYE_SIZE = 1.7  # what counts as an eye, in its radius
CHANGES = ((8.0, 0.02), (10.0, 0.25))  # weight and knee, of pixels in [-1, 1]
BEGINS_WEIGHT = 3.0  # of the change where a latent frame begins, others' being 1
KEPT_WEIGHT = 1.0  # of the change of latents that a transformer knows, see Known
UNSURE = 0.2  # largest error of latents while the decoder trains, in deviations of each channel


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


def drawn(film, background, eyes=()):
    """Where something stands before the background, `(T, H, W, 1)`: 0 nothing, 85 something, 255 an eye.
    `eyes`: those of each frame, as films tell them."""
    change = np.abs(film.astype(np.int16) - background).max(-1)
    marked = np.where(change > 6, round(255 / EYE), 0).astype(np.uint8)
    for mask, found in zip(marked, eyes):
        for x, y, radius in found:
            cv2.circle(mask, (round(x), round(y)), round(EYE_SIZE * radius), 255, -1)
    return marked[..., None]


def some_film(world, random, frames):
    """Frames of a new shot, or of one reference picture, with `drawn` as a fourth channel; still or not."""
    painted = world.film(world.shot(random))
    still = random.random() < REFERENCE_SHARE
    if still:
        picture, found = painted.subject_and_eyes()
        film, background, eyes = np.repeat(picture[None], frames, 0), 255, [found] * frames
    else:
        background = painted.scene_picture()
        if frames == 1 and random.random() < 0.07:
            film, eyes = background[None], ()
        else:
            first = random.randrange(64) if frames == 1 else 4 * random.randrange(16)
            pictures, eyes = zip(*(painted.frame_and_eyes(first + k) for k in range(frames)))
            film = np.stack(pictures)
    return np.concatenate([film, drawn(film, background, eyes)], -1), still


def batch(world, random, clips, frames, size, per_film):
    """Crops `(clips, frames, 4, height, width)` uint8: RGB and where something was drawn."""
    width, height = size
    crops = []
    while len(crops) < clips:
        film, still = some_film(world, random, frames)
        for _ in range(per_film):
            x, y = crop_corner(random, size, still)
            crops.append(film[:, y : y + height, x : x + width])
    return np.ascontiguousarray(np.stack(crops[:clips]).transpose(0, 1, 4, 2, 3))


STAGES = {  # frames to choose from, clips per batch times frames, crop size, crops of a film
    "images": dict(frames=(1,), budget=20, size=(64, 64), per_film=2),
    "clips": dict(frames=(1, 1, 1, 5, 5, 9), budget=20, size=(64, 64), per_film=1),
    "widen": dict(frames=(1, 13, 13), budget=39, size=(64, 64), per_film=2, rate=0.5),
    "decoder": dict(frames=(9, 13, 13, 17), budget=26, size=(64, 64), per_film=2, rate=0.3),
    "polish": dict(size=(96, 96), clips=2, rate=0.25, store=24),
}


def next_batch(world, stage, random):
    plan = STAGES[stage]
    frames = random.choice(plan["frames"])
    return batch(world, random, max(2, plan["budget"] // frames), frames, plan["size"], plan["per_film"])


def rendered_batch(renderings):
    """Crops as `batch` makes them, of clips that the transformer rendered, and their latents."""
    plan = STAGES["polish"]
    cells = [side // renderings.latents.vae.config.spatial for side in plan["size"]]
    crops, latents = [], []
    for _ in range(plan["clips"]):
        frames, place, z = renderings.window(*cells)
        crops.append(np.concatenate([frames, drawn(frames, place)], -1))
        latents.append(z)
    return np.ascontiguousarray(np.stack(crops).transpose(0, 1, 4, 2, 3)), torch.cat(latents)


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def change_loss(error, clips):
    """How wrongly the picture changes from frame to frame, `error` being made - true frames: the sum
    over CHANGES of weight times Huber loss, which below its knee costs least when a change is spread
    over all the frames that it may take. Small ones: a latent frame that is a little off; large ones:
    what moves. A change where a latent frame begins counts BEGINS_WEIGHT times: nothing is to pulse."""
    e = error.unflatten(0, (clips, -1))
    if e.shape[1] == 1:
        return 0.0
    change = e[:, 1:] - e[:, :-1]
    begins = torch.arange(change.shape[1], device=e.device) % 4 == 0
    weight = torch.where(begins, BEGINS_WEIGHT, 1.0)[:, None, None, None]
    nothing = torch.zeros_like(change)
    return sum(w / k * (weight * F.huber_loss(change, nothing, delta=k, reduction="none")).mean() for w, k in CHANGES)


def unsure(z, clips, deviation):
    """Latents as a transformer makes them: every latent frame a little off, each clip by another
    amount, half of it alike in neighbouring cells."""
    z = z.unflatten(0, (clips, -1))
    fine = torch.randn_like(z)
    coarse = F.interpolate(torch.randn_like(z[..., ::2, ::2]).flatten(0, 1), scale_factor=2.0).view_as(z)
    amount = UNSURE * torch.rand(clips, 1, 1, 1, 1, device=z.device) * deviation[:, None, None]
    return (z + amount * (fine + coarse) * 0.5**0.5).flatten(0, 1)


def weight_of(pixels, drawn):
    """How much a pixel counts, `(N, 1, H, W)`: animals more than places, their eyes and edges most.
    `drawn` is 1 at eyes, 1 / EYE elsewhere on them."""
    around = F.avg_pool2d(pixels, DETAIL_SIZE, 1, DETAIL_SIZE // 2, count_include_pad=False)
    contrast = (pixels - around).abs().amax(1, keepdim=True)
    return 1 + drawn * (ANIMAL_WEIGHT + DETAIL_WEIGHT * contrast)


def picture_loss(made, pixels, drawn):
    """L1 of pixels and of their differences, weighted, in units of a place's weight."""
    weight = weight_of(pixels, drawn)
    gx, gy = edges(made - pixels)
    loss = ((made - pixels).abs() * weight).mean()
    return loss + 0.5 * ((gx.abs() * weight[..., 1:]).mean() + (gy.abs() * weight[..., 1:, :]).mean())


@dataclass(frozen=True)
class Known:
    """The latents that a transformer knows already: the VAE that makes them, and the deviation of each channel."""

    vae: Vae
    deviation: torch.Tensor

    @staticmethod
    def of(file, device):
        state, vae = load(file), Vae()
        vae.load_state_dict(state["vae"])
        return Known(vae.to(device, memory_format=torch.channels_last).eval(), state["std"].to(device))

    def change(self, mean, pixels, clips):
        """Mean square of how far `mean` is from them, in deviations of each channel."""
        with torch.no_grad():
            before, _ = self.vae.moments(pixels, clips)
        return ((mean - before) / self.deviation[:, None, None]).square().mean()


def whole_loss(vae, pixels, drawn, clips, known=None):
    """Loss of encoder and decoder, with a trace of KL, and the pictures made. `known`: latents to stay near to."""
    mean, log_variance = vae.moments(pixels, clips)
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    made = vae.pixels(z if known is None else unsure(z, clips, known.deviation), clips)
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    loss = picture_loss(made, pixels, drawn) + 2e-5 * divergence
    if known is None:
        return loss, made
    return loss + change_loss(made - pixels, clips) + KEPT_WEIGHT * known.change(mean, pixels, clips), made


def decoder_loss(vae, z, pixels, drawn, clips):
    """Loss of the decoder on latents `z`, and the pictures made."""
    made = vae.pixels(z, clips)
    return picture_loss(made, pixels, drawn) + change_loss(made - pixels, clips), made


BEFORE = {"clips": "images", "widen": "clips", "polish": "decoder"}
FROZEN = ("encoder", "quant_conv")


def is_frozen(name):
    """What keeps its weights while the decoder is trained alone: all that makes latents."""
    return name.startswith(FROZEN)


def is_matrix(name, weight):
    """The 3x3 convolutions inside go to Muon; the first and last layers, vectors and taps to AdamW."""
    return weight.ndim == 4 and weight.shape[-1] == 3 and "conv_in" not in name and "conv_out" not in name


def train(stage, folder, seconds, device, seed, crew=ALONE, piece=None, skipped=(), world=Small(), fused=False):
    """Runs a stage for `seconds` in all, at most `piece` of them now. True when the stage is done."""
    torch.set_num_threads(1)
    if fused:
        fuse()
    torch.manual_seed(seed + crew.rank)
    vae = Vae().to(device, memory_format=torch.channels_last)
    alone = stage in ("decoder", "polish")  # the decoder
    start = load(f"{folder}/vae-{stage}.pt")
    if start is None:
        before = load(f"{folder}/vae-{BEFORE[stage]}.pt") if stage in BEFORE else None
        if before:
            vae.load_state_dict(before["average"])
        elif alone:
            vae.load_state_dict(load(f"{folder}/frozen.pt")["vae"])
    kept = is_frozen if alone else lambda name: False
    named = [(n, p) for n, p in vae.named_parameters() if not kept(n)]
    rate = STAGES[stage].get("rate", 1.0)
    optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * rate, adam_lr=2e-3 * rate)
    if start:
        vae.load_state_dict(start["vae"])
        optimiser.load(start["optimiser"])
    elapsed = start["elapsed"] if start else 0.0
    random = Random(f"{stage} {seed} {crew.rank} {optimiser.steps}")
    deviation = load(f"{folder}/frozen.pt")["std"].to(device) if stage == "decoder" else None
    known = Known.of(f"{folder}/frozen.pt", device) if stage == "widen" else None
    renderings = Renderings(folder, world, random, size=STAGES[stage]["store"], skipped=skipped) if stage == "polish" else None

    def keep():
        optimiser.swap_average()
        average = {k: v.clone() for k, v in vae.state_dict().items()}
        optimiser.swap_average()
        save(f"{folder}/vae-{stage}.pt", dict(vae=vae.state_dict(), average=average, optimiser=optimiser.state(), elapsed=elapsed))

    def show():
        optimiser.swap_average()
        reconstruction_sheet(f"{folder}/vae-{stage}.pt.png", Latents.raw(vae), world)
        optimiser.swap_average()

    error, clock, begun = None, time.time(), time.time()
    while not crew.agree(elapsed >= seconds or (piece is not None and time.time() - begun > piece)):
        crops, z = rendered_batch(renderings) if renderings else (next_batch(world, stage, random), None)
        crops, clips = torch.from_numpy(crops).to(device), len(crops)
        crops_flat = crops.flatten(0, 1).float()
        pixels = (crops_flat[:, :3] / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        drawn_there = crops_flat[:, 3:] / 255
        with torch.autocast(device, torch.bfloat16):
            if deviation is not None:
                with torch.no_grad():
                    z = unsure(vae.moments(pixels, clips)[0], clips, deviation)
            if z is None:
                loss, made = whole_loss(vae, pixels, drawn_there, clips, known)
            else:
                loss, made = decoder_loss(vae, z.to(device), pixels, drawn_there, clips)
        square = (made.detach() - pixels).square().mean()
        loss.backward()
        crew.average_gradients(optimiser.weights)
        optimiser.step(schedule(elapsed / seconds, optimiser.steps), crew)
        elapsed, clock = elapsed + time.time() - clock, time.time()
        error = float(square) if error is None else 0.98 * error + 0.02 * float(square)
        if optimiser.steps % 100 == 0 and crew.rank == 0:
            log(stage, optimiser.steps, f"{elapsed:.0f}s loss {loss.item():.4f} psnr {10 * math.log10(4 / error):.2f}")
        if optimiser.steps % 500 == 0 and crew.rank == 0:
            keep()
            show()
    if crew.rank == 0 and (start is None or elapsed > start["elapsed"]):
        keep()
        show()
    return elapsed >= seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compile", action="store_true", help="fuse elementwise work, where PyTorch can")
    parser.add_argument("--world", help="a configuration whose world is drawn; the small one without")
    parser.add_argument("--skip", nargs="*", default=[], help="polish: no shots whose caption has such a word")
    o = parser.parse_args()
    more = dict(skipped=o.skip, world=world_in(o.world), fused=o.compile)
    together(o.processes, lambda crew: train(o.stage, o.folder, o.seconds, o.device, o.seed, crew, **more))


if __name__ == "__main__":
    main()
