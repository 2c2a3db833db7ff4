"""Clips as the transformer renders them, for the decoder to learn what such latents are meant to
show.

A clip's true latents are noised half-way and denoised again, as in sampling but from a noise level
at which the picture is still decided: what comes back shows the same, with the transformer's own
errors. """

import torch

from training.files import load
from training.flow import sigmas
from training.model import control_of, fresh, products_in, whole_grey
from training.pool import LAST_FRAME, SETTLED, frozen

STEPS, SHIFT = 6, 3.0
HIGHEST, LOWEST = 0.75, 0.35  # noise levels to start from
SHARED = 0.7  # variance of the noise that latent frames have in common


class Renderings:
    """A store of rendered clips; one of them is replaced in every `reuse` calls of `window`."""

    def __init__(self, config, random, size, latent_frames=6, reuse=6):
        self.random, self.count, self.size, self.reuse = random, latent_frames, size, reuse
        self.world, self.words = config.drawn_world(), config.words()
        self.latents, self.precision = frozen(config), config.vae_precision
        self.grey = whole_grey(self.latents)
        self.transformer, self.text = fresh(0, self.words, config.transformer_model)
        state = load(config.file("transformer.pt"))
        self.transformer.load_state_dict(state["transformer_average"])
        self.text.load_state_dict(state["text_average"])
        self.clips, self.calls = [], 0

    def window(self, cells_wide, cells_high):
        """A clip cut to whole cells: frames `(T, h, w, 3)` uint8, the empty place alike `(h, w,
        3)`, and raw latents `(L, z, h / cell, w / cell)`."""
        if len(self.clips) < self.size or self.calls % self.reuse == 0:
            self.clips = [*self.clips[-self.size + 1 :], self.rendered()]
        self.calls += 1
        frames, place, z = self.random.choice(self.clips)
        cell = self.latents.vae.config.spatial
        x = self.random.randrange(z.shape[3] - cells_wide + 1)
        y = self.random.randrange(z.shape[2] - cells_high + 1)
        rows, columns = slice(y * cell, (y + cells_high) * cell), slice(
            x * cell, (x + cells_wide) * cell
        )
        return (
            frames[:, rows, columns],
            place[rows, columns],
            z[:, :, y : y + cells_high, x : x + cells_wide],
        )

    @torch.no_grad()
    def rendered(self):
        shot = self.world.shot(self.random)
        film, settled = self.world.film(shot), SETTLED * (self.random.random() > 0.35)
        frames = 4 * (self.count + settled) - 3
        start = 4 * self.random.randrange(1, (LAST_FRAME - frames) // 4 + 1) if settled else 0
        shown = film.frames(start, frames)
        with products_in(self.precision, "cpu"):
            clean = self.latents.encode(shown)[:, settled:].float()
            pictures = [*film.subject_pictures(), film.scene_picture()]
            references = [self.latents.encode(p[None]).float() for p in pictures]
            ids = torch.tensor([self.words.padded(shot.caption())])
            video = self.denoised(clean, references, self.text(ids))
        z = (
            video.transpose(0, 1) * self.latents.std[:, None, None]
            + self.latents.mean[:, None, None]
        )
        return shown[4 * settled :], film.scene_picture(), z

    def denoised(self, clean, references, embeds):
        """Normalised latents `(z, L, h, w)`, noised and denoised."""
        high = self.random.uniform(LOWEST, HIGHEST)
        table = [high, *(s for s in sigmas(STEPS, SHIFT) if s < high)]
        stills = torch.cat(references, 1)
        noise = (1 - SHARED) ** 0.5 * torch.randn_like(clean) + SHARED**0.5 * torch.randn_like(
            clean[:, :1]
        )
        x = torch.cat([stills, clean], 1)
        x = (1 - high) * x + high * torch.cat([torch.randn_like(stills), noise], 1)
        control = control_of(
            references, self.grey, clean.shape[1], self.latents.vae.config.spatial
        )[None]
        for sigma, following in zip(table, table[1:]):
            velocity = self.transformer(x[None], torch.tensor([1000.0 * sigma]), embeds, control)[0]
            x = x + (following - sigma) * velocity.float()
        return x[:, stills.shape[1] :]
