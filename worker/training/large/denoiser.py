"""The transformer's stages: `stills` (single latent frames), `windows`, and `distil`, which teaches
the model to give at once what guidance needs two evaluations for."""

from dataclasses import replace
from random import Random

import torch

from training.evaluate import sheet
from training.files import load
from training.large.autoencoder import new_vae
from training.large.feed import REFERENCES
from training.loop import Rate
from training.model import Latents, fresh, whole_grey
from training.optimiser import Optimiser
from training.train_transformer import is_matrix
from training.velocity import distilled_loss, flow_loss

NO_CAST, NO_SCENE, NO_TEXT = 0.10, 0.10, 0.12
SUBJECTS = (1, 1, 1, 2, 2, 3)


def new_networks(config, words):
    return [part.to(config.device) for part in fresh(config.seed, words, config.transformer_model)]


def frozen_latents(config):
    state = load(config.file("frozen.pt"))
    vae = new_vae(config)
    vae.load_state_dict(state["vae"])
    return Latents(vae.eval(), state["mean"].to(config.device), state["std"].to(config.device))


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
    """As `model.control_of`, for a batch: stills `(B, z, R, h, w)` -> `(B, 2z + cell^2, R + frames,
    h, w)`."""
    b, z, r, h, w = stills.shape
    video = torch.cat([grey, grey, torch.ones(cell * cell, 1, h, w, device=grey.device)])
    video = video[None].expand(b, -1, frames, -1, -1)
    return torch.cat(
        [torch.cat([stills, stills.new_zeros(b, z + cell * cell, r, h, w)], 1), video], 2
    )


class Denoiser:
    """The transformer of a GPU configuration in one of its stages."""

    def __init__(self, session, stage, state, films):
        """`session`: what holds `config`, `words`, `pool`, `shots`, `feed` and `latents`."""
        self.config, self.stage, self.words = session.config, stage, session.words
        self.pool, self.shots, self.feed = session.pool, session.shots, session.feed
        self.latents, self.films, config = session.latents, films, session.config
        self.plan, self.device = config.transformer[stage], config.device
        self.transformer, self.text = new_networks(config, self.words)
        self.text.load_state_dict(load(config.file("text.pt"))["text"])
        before = {"windows": "stills", "distil": "windows"}.get(stage)
        if before:
            self._load(load(config.file(f"dit-{before}.pt")), "_average")
        self.teacher = None
        if stage == "distil":
            self.teacher = new_networks(config, self.words)
            for own, other in zip(self.teacher, (self.transformer, self.text)):
                own.load_state_dict(other.state_dict())
        self.text.requires_grad_(False)  # it stays as it was taught
        factor = self.plan.rate
        named = self.transformer.named_parameters()
        self.optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * factor, adam_lr=1.5e-3 * factor)
        self.rate = Rate(self.plan.fall_from)
        if state:
            self._load(state, "")
            self.optimiser.load(state["optimiser"])
        self.random = Random(f"{stage} {config.seed} {self.optimiser.steps}")
        torch.manual_seed(config.seed + self.optimiser.steps)
        self.weights = {
            subjects: self.pool.weight(subjects)
            for subjects in set(SUBJECTS)
            if self.pool.of[subjects]
        }
        self.grey = whole_grey(self.latents)
        self.empty = torch.tensor(self.words.padded(""), device=self.device)
        self.samples, self.encoded = 0, self.shots.count

    def _load(self, state, suffix):
        self.transformer.load_state_dict(state[f"transformer{suffix}"])
        self.text.load_state_dict(state[f"text{suffix}"])

    def loss(self):
        if self.optimiser.steps % 20 == 0:
            self.shots.take_in(self.feed, 1, most=16)
            encode_into(self.pool, self.latents, self.shots, self.encoded, self.shots.count)
            self.encoded = self.shots.count
        clean, control, ids, references, subjects = self.batch()
        self.samples += len(ids)
        with torch.autocast(self.device, torch.bfloat16):
            networks = self.transformer, self.text
            if self.teacher:
                batch = clean, control, ids, references
                return distilled_loss(networks, self.teacher, batch, self.empty, self.plan.guidance)
            weight = self.weights.get(subjects)
            return flow_loss(networks, clean, control, ids, references, weight)

    def batch(self):
        """Noise-free latents with the references in front, control, ids, number of references and
        of subjects. The same references are there for the whole batch, so that its samples have one
        shape."""
        random, plan = self.random, self.plan
        frames = random.choice(plan.frames)
        subjects = random.choice([s for s in SUBJECTS if self.pool.of[s]])
        with_scene = random.random() > NO_SCENE
        with_cast = self.teacher is not None or random.random() > NO_CAST
        shown = [*(range(subjects) if with_cast else ()), *([REFERENCES - 1] if with_scene else [])]
        _, _, _, h, w = self.pool.video.shape
        tokens = (frames + len(shown)) * h * w // 4
        count = max(2, plan.tokens // tokens)
        ids, video, references = self.pool.windows(random, subjects, frames, count)
        stills = references[:, shown].transpose(1, 2)
        if self.teacher is None:
            silent = torch.rand(count, device=self.device) < NO_TEXT
            ids = torch.where(silent[:, None], self.empty, ids)
        control = control_batch(stills, self.grey, frames, self.latents.vae.config.spatial)
        return torch.cat([stills, video], 2), control, ids, len(shown), subjects

    def report(self, error):
        return f"loss {error:.4f} samples {self.samples} pool {self.pool.count}"

    def state(self):
        states = self.optimiser.states(transformer=self.transformer, text=self.text)
        return dict(states, mean=self.latents.mean.cpu(), std=self.latents.std.cpu())

    def sheet(self, path):
        """Held-out films by the averaged weights: references, then frames over time."""
        settings = self.config.sampling
        if self.stage == "distil":
            settings = replace(settings, guidance=1.0)
        length = self.config.sheet_latent_frames if self.stage != "stills" else 1
        networks = (self.transformer, self.text)
        with torch.no_grad(), self.optimiser.averaged():
            sheet(
                path, self.latents, networks, self.words, self.films, length, settings, REFERENCES
            )
