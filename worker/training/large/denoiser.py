"""The transformer's stages: `stills` (single latent frames), `windows`, and `distil`, which teaches the
model to give at once what guidance needs two evaluations for."""

from random import Random

import torch

from training.compiling import raise_compile_limit
from training.evaluate import sheet
from training.files import load
from training.flow import sample
from training.large.feed import REFERENCES
from training.model import Latents
from training.large.autoencoder import new_vae
from training.optimiser import Optimiser
from training.text import TextConfig, TextEncoder
from training.train_transformer import flow_loss, is_matrix, mixed_noise, noise_levels, rate
from training.transformer import Block, Transformer, TransformerConfig

NO_CAST, NO_SCENE, NO_TEXT = 0.10, 0.10, 0.12
SUBJECTS = (1, 1, 1, 2, 2, 3)


def new_networks(config, words):
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in config["transformer_model"].items()}
    torch.manual_seed(config["seed"])
    transformer = Transformer(TransformerConfig(**options))
    text = TextEncoder(TextConfig(vocab_size=len(words.words), d_model=transformer.config.text_dim))
    return transformer.to(config["device"]), text.to(config["device"])


def frozen_latents(config):
    state = load(f"{config['folder']}/frozen.pt")
    vae = new_vae(config)
    vae.load_state_dict(state["vae"])
    return Latents(vae.eval(), state["mean"].to(config["device"]), state["std"].to(config["device"]))


@torch.no_grad()
def encoded(latents, clips):
    """Clips `(B, T, H, W, 3)` uint8 on the device -> normalised latents `(B, z, L, h, w)`."""
    pixels = clips.flatten(0, 1).permute(0, 3, 1, 2).float() / 127.5 - 1
    mean, _ = latents.vae.moments(pixels.contiguous(memory_format=torch.channels_last), len(clips))
    mean = (mean - latents.mean[:, None, None]) / latents.std[:, None, None]
    return mean.unflatten(0, (len(clips), -1)).transpose(1, 2)


def encode_into(pool, latents, shots, first, end):
    """Moves shots number `first .. end` of the ring into the pool, a few at a time."""
    device = shots.clips.device.type
    for begin in range(first, end, 4):
        at = [k % shots.capacity for k in range(begin, min(begin + 4, end))]
        with torch.autocast(device, torch.bfloat16):
            video = encoded(latents, shots.clips[at])
            pictures = encoded(latents, shots.pictures[at].flatten(0, 1)[:, None])
        pictures = pictures[:, :, 0].unflatten(0, (len(at), REFERENCES))
        for k, slot in enumerate(at):
            pool.add(video[k], pictures[k], *shots.told[slot])


def control_batch(stills, grey, frames, cell):
    """As `model.control_of`, for a batch: stills `(B, z, R, h, w)` -> `(B, 2z + cell^2, R + frames, h, w)`."""
    b, z, r, h, w = stills.shape
    video = torch.cat([grey, grey, torch.ones(cell * cell, 1, h, w, device=grey.device)])
    video = video[None].expand(b, -1, frames, -1, -1)
    return torch.cat([torch.cat([stills, stills.new_zeros(b, z + cell * cell, r, h, w)], 1), video], 2)


class Denoiser:
    def __init__(self, config, stage, words, pool, shots, feed, latents, state, films):
        self.config, self.stage, self.words = config, stage, words
        self.pool, self.shots, self.feed, self.latents, self.films = pool, shots, feed, latents, films
        self.plan, self.device = config["transformer"][stage], config["device"]
        self.transformer, self.text = new_networks(config, words)
        self.text.load_state_dict(load(f"{config['folder']}/text.pt")["text"])
        before = {"windows": "stills", "distil": "windows"}.get(stage)
        if before:
            self._load(load(f"{config['folder']}/dit-{before}.pt"), "_average")
        self.teacher = None
        if stage == "distil":
            self.teacher = new_networks(config, words)
            for own, other in zip(self.teacher, (self.transformer, self.text)):
                own.load_state_dict(other.state_dict())
        self.text.requires_grad_(False)  # it stays as it was taught
        factor = self.plan.get("rate", 1.0)
        named = self.transformer.named_parameters()
        self.optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * factor, adam_lr=1.5e-3 * factor)
        if state:
            self._load(state, "")
            self.optimiser.load(state["optimiser"])
        self.random = Random(f"{stage} {config['seed']} {self.optimiser.steps}")
        torch.manual_seed(config["seed"] + self.optimiser.steps)
        self.weights = {subjects: pool.weight(subjects) for subjects in set(SUBJECTS) if pool.of[subjects]}
        self.grey = latents.grey(pool.video.shape[3], pool.video.shape[4])
        self.empty = torch.tensor(words.padded(""), device=self.device)
        self.error, self.samples, self.encoded = torch.zeros((), device=self.device), 0, shots.count

    def _load(self, state, suffix):
        self.transformer.load_state_dict(state[f"transformer{suffix}"])
        self.text.load_state_dict(state[f"text{suffix}"])

    def step(self, share):
        if self.optimiser.steps % 20 == 0:
            self.shots.take_in(self.feed, 1, most=16)
            encode_into(self.pool, self.latents, self.shots, self.encoded, self.shots.count)
            self.encoded = self.shots.count
        clean, control, ids, references, subjects = self.batch()
        with torch.autocast(self.device, torch.bfloat16):
            if self.teacher:
                loss, video = self.distilled(clean, control, ids, references)
            else:
                weight = self.weights.get(subjects)
                loss, video = flow_loss(self.transformer, self.text, clean, control, ids, references, weight)
        loss.backward()
        seconds = self.plan["seconds"]
        fall_from = self.plan["fall_from"] * seconds
        self.optimiser.step(rate(share * seconds, self.optimiser.steps, fall_from, max(seconds, fall_from)))
        self.samples += len(ids)
        self.error.lerp_(video.detach().float(), max(0.02, 1 / self.optimiser.steps))

    def batch(self):
        """Noise-free latents with the references in front, control, ids, number of references and of
        subjects. The same references are there for the whole batch, so that its samples have one shape."""
        random, plan = self.random, self.plan
        frames = random.choice(plan["frames"])
        subjects = random.choice([s for s in SUBJECTS if self.pool.of[s]])
        with_scene = random.random() > NO_SCENE
        with_cast = self.teacher is not None or random.random() > NO_CAST
        shown = [*(range(subjects) if with_cast else ()), *([REFERENCES - 1] if with_scene else [])]
        _, _, _, h, w = self.pool.video.shape
        tokens = (frames + len(shown)) * h * w // 4
        count = max(2, plan["tokens"] // tokens)
        ids, video, references = self.pool.windows(random, subjects, frames, count)
        stills = references[:, shown].transpose(1, 2)
        if self.teacher is None:
            silent = torch.rand(count, device=self.device) < NO_TEXT
            ids = torch.where(silent[:, None], self.empty, ids)
        control = control_batch(stills, self.grey, frames, self.latents.vae.config.spatial)
        return torch.cat([stills, video], 2), control, ids, len(shown), subjects

    def distilled(self, clean, control, ids, references):
        """Mean square distance to the teacher's guided velocity."""
        sigma = noise_levels(len(clean), clean.device)
        s = sigma[:, None, None, None, None]
        x, time = (1 - s) * clean + s * mixed_noise(clean, references), 1000 * sigma
        with torch.no_grad():
            teacher, text = self.teacher
            told = teacher(x, time, text(ids), control)
            silent = teacher(x, time, text(self.empty.expand_as(ids)), control)
            target = silent + self.plan["guidance"] * (told - silent)
        loss = (self.transformer(x, time, self.text(ids), control) - target).float().square().mean()
        return loss, loss

    def report(self):
        return f"step {self.optimiser.steps} loss {float(self.error):.4f} samples {self.samples} pool {self.pool.count}"

    def state(self):
        self.optimiser.swap_average()
        average = [{k: v.clone() for k, v in m.state_dict().items()} for m in (self.transformer, self.text)]
        self.optimiser.swap_average()
        return dict(
            transformer=self.transformer.state_dict(),
            text=self.text.state_dict(),
            transformer_average=average[0],
            text_average=average[1],
            optimiser=self.optimiser.state(),
            mean=self.latents.mean.cpu(),
            std=self.latents.std.cpu(),
        )

    def sheet(self, path):
        """Held-out films by the averaged weights: references, then frames over time."""
        settings = dict(self.config["sampling"])
        if self.stage == "distil":
            settings["guidance"] = 1.0
        length = self.config["sheet_latent_frames"] if self.stage != "stills" else 1
        self.optimiser.swap_average()
        sheet(path, self.latents, (self.transformer, self.text), self.words, self.films, length, settings, REFERENCES)
        self.optimiser.swap_average()


@torch.no_grad()
def compiled():
    """Fuses the blocks' elementwise work, where PyTorch can."""
    if hasattr(torch, "compile"):
        raise_compile_limit(torch._dynamo)
        Block.forward = torch.compile(Block.forward, dynamic=True)
