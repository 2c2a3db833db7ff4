"""What the VAE is to bring down: errors of pictures, of their change, and of latents that are
known."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from training.files import load
from training.vae import Vae

ANIMAL_WEIGHT = 9.0
DETAIL_WEIGHT, DETAIL_SIZE = 24.0, 5  # of what differs from the mean of so many pixels around
CHANGES = ((8.0, 0.02), (10.0, 0.25))  # weight and knee, of pixels in [-1, 1]
BEGINS_WEIGHT = 3.0  # of the change where a latent frame begins, others' being 1
KEPT_WEIGHT = 1.0  # of the change of latents that a transformer knows, see Known
UNSURE = 0.2  # largest error of latents while the decoder trains, in deviations of each channel


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def change_loss(error, clips):
    """How wrongly the picture changes from frame to frame, `error` being made - true frames: the
    sum over CHANGES of weight times Huber loss, which below its knee costs least when a change is
    spread over all the frames that it may take. Small ones: a latent frame that is a little off;
    large ones: what moves. A change where a latent frame begins counts BEGINS_WEIGHT times: nothing
    is to pulse."""
    e = error.unflatten(0, (clips, -1))
    if e.shape[1] == 1:
        return 0.0
    change = e[:, 1:] - e[:, :-1]
    begins = torch.arange(change.shape[1], device=e.device) % 4 == 0
    weight = torch.where(begins, BEGINS_WEIGHT, 1.0)[:, None, None, None]
    nothing = torch.zeros_like(change)
    return sum(
        w / k * (weight * F.huber_loss(change, nothing, delta=k, reduction="none")).mean()
        for w, k in CHANGES
    )


def unsure(z, clips, deviation):
    """Latents as a transformer makes them: every latent frame a little off, each clip by another
    amount, half of it alike in neighbouring cells."""
    z = z.unflatten(0, (clips, -1))
    fine = torch.randn_like(z)
    coarse = F.interpolate(
        torch.randn_like(z[..., ::2, ::2]).flatten(0, 1), scale_factor=2.0
    ).view_as(z)
    amount = UNSURE * torch.rand(clips, 1, 1, 1, 1, device=z.device) * deviation[:, None, None]
    return (z + amount * (fine + coarse) * 0.5**0.5).flatten(0, 1)


def weight_of(pixels, drawn):
    """How much a pixel counts, `(N, 1, H, W)`: animals more than places, their eyes and edges most.
    `drawn` is 1 at eyes, a part of it elsewhere on them."""
    around = F.avg_pool2d(pixels, DETAIL_SIZE, 1, DETAIL_SIZE // 2, count_include_pad=False)
    contrast = (pixels - around).abs().amax(1, keepdim=True)
    return 1 + drawn * (ANIMAL_WEIGHT + DETAIL_WEIGHT * contrast)


def picture_loss(made, pixels, drawn):
    """L1 of pixels and of their differences, weighted, in units of a place's weight."""
    weight = weight_of(pixels, drawn)
    gx, gy = edges(made - pixels)
    loss = ((made - pixels).abs() * weight).mean()
    return loss + 0.5 * (
        (gx.abs() * weight[..., 1:]).mean() + (gy.abs() * weight[..., 1:, :]).mean()
    )


@dataclass(frozen=True)
class Known:
    """The latents that a transformer knows already: the VAE that makes them, and the deviation of
    each channel."""

    vae: Vae
    deviation: torch.Tensor

    @staticmethod
    def of(config):
        """Those of a configuration's `frozen.pt`."""
        state, vae, device = load(config.file("frozen.pt")), Vae(config.vae_model), config.device
        vae.load_state_dict(state["vae"])
        return Known(
            vae.to(device, memory_format=torch.channels_last).eval(), state["std"].to(device)
        )

    def change(self, mean, pixels, clips):
        """Mean square of how far `mean` is from them, in deviations of each channel."""
        with torch.no_grad():
            before, _ = self.vae.moments(pixels, clips)
        return ((mean - before) / self.deviation[:, None, None]).square().mean()


def whole_loss(vae, pixels, drawn, clips, known=None):
    """Loss of encoder and decoder, with a trace of KL, and the pictures made. `known`: latents to
    stay near to."""
    mean, log_variance = vae.moments(pixels, clips)
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    made = vae.pixels(z if known is None else unsure(z, clips, known.deviation), clips)
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    loss = picture_loss(made, pixels, drawn) + 2e-5 * divergence
    if known is None:
        return loss, made
    return (
        loss + change_loss(made - pixels, clips) + KEPT_WEIGHT * known.change(mean, pixels, clips),
        made,
    )


def decoder_loss(vae, z, pixels, drawn, clips):
    """Loss of the decoder on latents `z`, and the pictures made."""
    made = vae.pixels(z, clips)
    return picture_loss(made, pixels, drawn) + change_loss(made - pixels, clips), made
