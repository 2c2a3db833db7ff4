"""The three networks together with the statistics of the latents."""

from dataclasses import dataclass

import torch

from training import tokenizer
from training.paint import HEIGHT, WIDTH
from training.text import TextConfig, TextEncoder
from training.transformer import Transformer, TransformerConfig
from training.vae import Vae

PRECISIONS = ("bf16", "f32")  # of products; the first one unless said


def known_precision(name):
    """The name, if it is one of PRECISIONS; else a ValueError."""
    if name not in PRECISIONS:
        raise ValueError(f"precision: expected one of {list(PRECISIONS)}, found {name!r}")
    return name


def products_in(precision, device):
    """A context in which products have that precision; `device`: a type, as "cpu"."""
    return torch.autocast(device, torch.bfloat16, enabled=known_precision(precision) == "bf16")


@dataclass
class Latents:
    """The VAE behind its normalisation: `normalised = (mean of the encoder - mean) / std`."""

    vae: Vae
    mean: torch.Tensor
    std: torch.Tensor

    @staticmethod
    def raw(vae):
        """A VAE's latents as they are, not normalised."""
        zeros = torch.zeros(vae.config.z_dim, device=next(vae.parameters()).device)
        return Latents(vae, zeros, torch.ones_like(zeros))

    @torch.no_grad()
    def encode(self, frames):
        """Frames `(T, H, W, 3)` uint8, T = 4k + 1 -> normalised latents `(z, k + 1, h, w)`."""
        pixels = (
            torch.from_numpy(frames).to(self.mean.device).permute(0, 3, 1, 2).float() / 127.5 - 1
        )
        return self.encode_pixels(pixels)

    @torch.no_grad()
    def encode_pixels(self, pixels):
        mean, _ = self.vae.moments(pixels.contiguous(memory_format=torch.channels_last), 1)
        return ((mean - self.mean[:, None, None]) / self.std[:, None, None]).transpose(0, 1)

    @torch.no_grad()
    def decode(self, latents):
        """Normalised latents `(z, k + 1, h, w)` -> frames `(4k + 1, H, W, 3)` uint8."""
        pixels = self.decode_pixels(latents)
        return ((pixels + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()

    @torch.no_grad()
    def decode_pixels(self, latents):
        z = latents.transpose(0, 1) * self.std[:, None, None] + self.mean[:, None, None]
        return self.vae.pixels(z.contiguous(memory_format=torch.channels_last), 1).clamp(-1, 1)

    def grey(self, rows, columns):
        """Latents of the empty control video (V = 0): of its first frame and of any later one,
        which are equal since a still clip has the latents of its picture. `(z, 1, h, w)`."""
        cell = self.vae.config.spatial
        return self.encode_pixels(
            torch.zeros(1, 3, rows * cell, columns * cell, device=self.mean.device)
        )


def whole_grey(latents):
    """`Latents.grey` of a whole picture of the worlds."""
    cell = latents.vae.config.spatial
    return latents.grey(HEIGHT // cell, WIDTH // cell)


def control_of(references, grey, frames, cell, known=None):
    """The control of a chunk: `(2z + cell^2, R + frames, h, w)`.

    `references` is a list of `(z, 1, h, w)`. Reference frames: latents, zeros, mask 0. Video
    frames: inactive = reactive = grey, mask 1; those that are `known`, a pair of the video's
    latents `(z, frames, h, w)` and for each latent frame whether it is, have inactive = latents,
    mask 0."""
    z, _, h, w = grey.shape
    mask = torch.ones(cell * cell, 1, h, w, device=grey.device)
    video = torch.cat([grey, grey, mask]).expand(-1, frames, -1, -1)
    if known is not None:
        video = video.clone()
        for k in (k for k, is_known in enumerate(known[1]) if is_known):
            video[:z, k], video[2 * z :, k] = known[0][:, k], 0.0
    still = [
        torch.cat([r, torch.zeros(z + cell * cell, 1, h, w, device=r.device)]) for r in references
    ]
    return torch.cat([*still, video], 1)


def fresh(seed, words=tokenizer.SMALL, config=TransformerConfig()):
    """Untrained transformer, and text encoder for the words of a tokenizer."""
    torch.manual_seed(seed)
    text = TextConfig(vocab_size=len(words.words), d_model=config.text_dim)
    return Transformer(config), TextEncoder(text)
