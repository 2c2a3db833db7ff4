"""Trains the VAE: stage `images` on single-frame crops, `clips` on short clips (`widen` the same
for a restored checkpoint that is to know more of the world), `decoder` on longer ones with the
encoder frozen (which leaves the latents, and so the transformer, as they are), and `polish`, the
decoder alone on clips as the transformer renders them."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np
import torch

from training.configuration import STOPWATCHES
from training.crew import ALONE
from training.crops import batch, drawn
from training.evaluate import reconstruction_sheet
from training.files import load
from training.loop import FOREVER, Plan, Rate, run
from training.model import Latents, products_in
from training.optimiser import Optimiser
from training.renderings import Renderings
from training.vae import Vae, fuse
from training.vae_loss import Known, decoder_loss, unsure, whole_loss


@dataclass(frozen=True)
class Crops:
    """What a stage draws: one of `frames` by chance, clips so that their frames are about `budget`,
    pixels of a crop, crops of a film. `rate`: factor of the learning rates. `store`: how many
    rendered films are held, for a stage that trains on those."""

    frames: tuple
    budget: int
    size: tuple
    per_film: int = 2
    rate: float = 1.0
    store: int = 0

    def clips(self, frames):
        return max(2, self.budget // frames)


STAGES = {
    "images": Crops((1,), 20, (64, 64)),
    "clips": Crops((1, 1, 1, 5, 5, 9), 20, (64, 64), per_film=1),
    "widen": Crops((1, 13, 13), 39, (64, 64), rate=0.5),
    "decoder": Crops((9, 13, 13, 17), 26, (64, 64), rate=0.3),
    "polish": Crops((21,), 42, (96, 96), rate=0.25, store=24),
}
BEFORE = {"clips": "images", "widen": "clips", "polish": "decoder"}
FROZEN = ("encoder", "quant_conv")


def rendered_batch(renderings, plan):
    """Crops as `crops.batch` makes them, of clips that the transformer rendered, and their
    latents."""
    cells = [side // renderings.latents.vae.config.spatial for side in plan.size]
    crops, latents = [], []
    for _ in range(plan.clips(plan.frames[0])):
        frames, place, z = renderings.window(*cells)
        crops.append(np.concatenate([frames, drawn(frames, place)], -1))
        latents.append(z)
    return np.ascontiguousarray(np.stack(crops).transpose(0, 1, 4, 2, 3)), torch.cat(latents)


def is_frozen(name):
    """What keeps its weights while the decoder is trained alone: all that makes latents."""
    return name.startswith(FROZEN)


def is_matrix(name, weight):
    """The 3x3 convolutions inside go to Muon; the first and last layers, vectors and taps to
    AdamW."""
    return (
        weight.ndim == 4
        and weight.shape[-1] == 3
        and "conv_in" not in name
        and "conv_out" not in name
    )


class VaeLearner:
    """The VAE of a configuration in one of its stages; `decoder` and `polish` train the decoder
    alone."""

    def __init__(self, config, stage, state, crew=ALONE):
        torch.set_num_threads(1)
        if config.compile:
            fuse()
        torch.manual_seed(config.seed + crew.rank)
        self.config, self.stage, self.plan = config, stage, STAGES[stage]
        self.vae = Vae(config.vae_model).to(config.device, memory_format=torch.channels_last)
        decoder_alone = stage in ("decoder", "polish")
        if state is None:
            self.begin(decoder_alone)
        named = [
            (name, weight)
            for name, weight in self.vae.named_parameters()
            if not (decoder_alone and is_frozen(name))
        ]
        rate = self.plan.rate
        self.optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * rate, adam_lr=2e-3 * rate)
        self.rate = Rate(fall_from=0.4, end=0.02)
        if state:
            self.vae.load_state_dict(state["vae"])
            self.optimiser.load(state["optimiser"])
        self.world = config.drawn_world()
        self.random = Random(f"{stage} {config.seed} {crew.rank} {self.optimiser.steps}")
        self.deviation = self.known = self.renderings = None
        if stage == "decoder":
            self.deviation = load(config.file("frozen.pt"))["std"].to(config.device)
        elif stage == "widen":
            self.known = Known.of(config)
        elif stage == "polish":
            self.renderings = Renderings(config, self.random, self.plan.store)

    def begin(self, decoder_alone):
        """Goes on from the stage before where there is one."""
        before = BEFORE.get(self.stage)
        state = load(self.config.file(f"vae-{before}.pt")) if before else None
        if state:
            self.vae.load_state_dict(state["average"])
        elif decoder_alone:
            self.vae.load_state_dict(load(self.config.file("frozen.pt"))["vae"])

    def batch(self):
        """Pixels `(B*T, 3, h, w)` in [-1, 1], how much is drawn there, clips, and their latents if
        rendered."""
        if self.renderings:
            crops, z = rendered_batch(self.renderings, self.plan)
        else:
            frames, z = self.random.choice(self.plan.frames), None
            count = self.plan.clips(frames)
            crops = batch(
                self.world, self.random, count, frames, self.plan.size, self.plan.per_film
            )
        flat = torch.from_numpy(crops).to(self.config.device).flatten(0, 1).float()
        pixels = (flat[:, :3] / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        return pixels, flat[:, 3:] / 255, len(crops), z

    def loss(self):
        pixels, drawn_there, clips, z = self.batch()
        with products_in(self.config.vae_precision, self.config.device):
            if self.deviation is not None:
                with torch.no_grad():
                    z = unsure(self.vae.moments(pixels, clips)[0], clips, self.deviation)
            if z is None:
                loss, made = whole_loss(self.vae, pixels, drawn_there, clips, self.known)
            else:
                z = z.to(self.config.device)
                loss, made = decoder_loss(self.vae, z, pixels, drawn_there, clips)
        return loss, (made.detach() - pixels).square().mean()

    def report(self, error):
        return f"psnr {10 * math.log10(4 / max(1e-9, error)):.2f}"

    def state(self):
        states = self.optimiser.states(vae=self.vae)
        states["average"] = states.pop("vae_average")
        return states

    def sheet(self, path):
        with self.optimiser.averaged():
            reconstruction_sheet(path, Latents.raw(self.vae), self.world)


def plan_of(config, stage, seconds):
    file = config.file(f"vae-{stage}.pt")
    return Plan(stage, file, seconds, sheet_every=config.sheet_every)


def done(config, stage, seconds):
    """Whether a stage has had its `seconds`."""
    plan = plan_of(config, stage, seconds)
    return plan.done(load(plan.state))


def train(config, stage, seconds, piece=FOREVER, crew=ALONE):
    """Runs a stage for `seconds` in all. True when it is done."""
    plan = plan_of(config, stage, seconds)
    return run(
        plan,
        lambda state: VaeLearner(config, stage, state, crew),
        piece,
        crew,
        stopwatch=STOPWATCHES[config.stopwatch],
    )
