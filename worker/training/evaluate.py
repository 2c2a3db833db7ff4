"""Films held-out shots with the farm's chunked sampler and lays them out on one sheet.

Each row: reference pictures (cast, then place), then frames over time. Prints the VAE's PSNR on
held-out clips.
"""

import math
import time
from dataclasses import dataclass, fields
from random import Random

import cv2
import numpy as np
import torch

from training import configuration
from training.animals import draw_character
from training.export import DEFAULTS, trained
from training.flow import Sampling, sample
from training.model import PRECISIONS, products_in
from training.options import from_arguments, option
from training.places import Place
from training.shots import Shot
from training.worlds import held_out_shots

CASES = (  # cast as (species, coat, scarf), actions, place, passers
    ((("rhino", "grey", "red"),), ("stands",), "central park", False),
    ((("rhino", "grey", "red"),), ("grazes",), "a snowy street", False),
    ((("lion", "orange", None),), ("looks around",), "times square", False),
    ((("elephant", "blue", None),), ("walks right",), "brooklyn bridge", False),
    ((("giraffe", "yellow", None),), ("walks left",), "central park", False),
    ((("monkey", "brown", "green"),), ("stands",), "times square", True),
    (
        (("rhino", "grey", "red"), ("lion", "orange", None)),
        ("grazes", "stands"),
        "central park",
        False,
    ),
    (
        (("monkey", "brown", "green"), ("elephant", "blue", None)),
        ("looks around", "walks right"),
        "brooklyn bridge",
        False,
    ),
    (
        (("giraffe", "yellow", None), ("monkey", "pink", None)),
        ("stands", "grazes"),
        "a snowy street",
        False,
    ),
)


def shot_of(case, seed):
    cast, actions, kind, passers = case
    random = Random(f"held out case {seed}")
    return Shot(
        Place(kind, seed),
        tuple(draw_character(random, *who) for who in cast),
        actions,
        (True,) if passers else (),
    )


def filmed(
    latents, networks, words, film, length, settings, seed, caption=None, precision=PRECISIONS[0]
):
    """Renders a shot of `length` latent frames with the farm's sampler: (reference pictures,
    frames). Products in bf16 or f32."""
    transformer, text = networks
    device = latents.mean.device
    with products_in(precision, device.type):
        pictures = [*film.subject_pictures(), film.scene_picture()]
        references = [latents.encode(p[None]) for p in pictures]
        prompt = film.shot.caption() if caption is None else caption
        embeds, empty = (text(torch.tensor([words.padded(t)], device=device)) for t in (prompt, ""))
        grey = latents.grey(*references[0].shape[-2:])
        z = sample(
            transformer,
            embeds,
            empty,
            references,
            grey,
            latents.vae.config.spatial,
            length,
            settings,
            seed,
        )
        return pictures, latents.decode(z.float())


def sheet(
    path, latents, networks, words, films, length, settings, references=3, precision=PRECISIONS[0]
):
    """Writes a picture with a row for each film: its references, then frames over time."""
    rows = []
    for seed, film in enumerate(films):
        pictures, frames = filmed(
            latents, networks, words, film, length, settings, seed, precision=precision
        )
        rows.append(row(pictures, frames, 5, references))
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1])


def reconstruction_sheet(path, latents, world, count=4):
    """Writes a picture of held-out frames over what the VAE makes of them."""
    films = [world.film(shot) for shot in held_out_shots(world, count)]
    frames = np.stack([film.frame(8) for film in films])
    made = np.concatenate([latents.decode(latents.encode(frame[None])) for frame in frames])
    cv2.imwrite(
        str(path),
        np.concatenate([np.concatenate(list(part), 1) for part in (frames, made)])[..., ::-1],
    )


def row(pictures, frames, columns=7, references=3):
    blank = np.full((160, 256, 3), 128, np.uint8)
    times = np.linspace(0, len(frames) - 1, columns).round().astype(int)
    return np.concatenate([*([blank] * (references - len(pictures))), *pictures, *frames[times]], 1)


def psnr(a, b):
    return 10 * math.log10(255**2 / max(1e-9, float(((a.astype(np.float32) - b) ** 2).mean())))


def reconstruction(latents, world, count=8):
    """Mean PSNR in dB over clips of held-out shots, over reference pictures of their subjects, and
    over those of their places."""
    found = []
    for shot in held_out_shots(world, count):
        film = world.film(shot)
        shown = (film.frames(8, 17), film.subject_pictures()[0][None], film.scene_picture()[None])
        found.append([psnr(frames, latents.decode(latents.encode(frames))) for frames in shown])
    return tuple(np.mean(found, 0))


def pulse(frames):
    """How much more the picture changes where a latent frame begins than elsewhere (1: as much),
    and the mean change, 0 to 255."""
    change = np.abs(frames[1:].astype(np.float32) - frames[:-1]).mean((1, 2, 3))
    begins = np.arange(len(change)) % 4 == 0
    return float(np.median(change[begins][1:]) / max(1e-3, np.median(change[~begins]))), float(
        change.mean()
    )


@dataclass(frozen=True)
class Options:
    config: str = option("the configuration whose states and world are shown")
    out: str = option("the sheet, a PNG")
    vae: str = option("state file of the VAE in the configuration's folder", "vae-polish.pt")
    length: int = option("latent frames of a shot; 17 are 8 seconds", 6)
    steps: int = option("steps of sampling", DEFAULTS["stepCount"])
    shift: float = option("shift of the noise levels", DEFAULTS["shift"])
    guidance: float = option("guidance; 1 is none", DEFAULTS["guidanceScale"])
    frames: int = option("latent frames of a chunk", DEFAULTS["chunk"]["latentFrameCount"])
    overlap: int = option("latent frames of an overlap", DEFAULTS["chunk"]["overlap"])
    shared_noise: float = option("variance that latent frames share", DEFAULTS["sharedNoise"])
    cases: str = option("which of the held-out shots", "0,1,2,3,4,5,6,7,8")
    columns: int = option("frames of a row", 5)
    precision: str = option("of products", PRECISIONS[0], PRECISIONS)
    seed: int = option("seed of the noise", 1)

    def sampling(self):
        return Sampling(**{f.name: getattr(self, f.name) for f in fields(Sampling)})


def main():
    o = from_arguments(Options, __doc__)
    torch.set_num_threads(1)
    config = configuration.read(o.config)
    world, state = config.drawn_world(), config.file("transformer.pt")
    model = trained(config, config.file(o.vae), state)
    latents, networks, words = model.latents(), (model.transformer, model.text), model.words
    found = reconstruction(latents, world)
    print("VAE: PSNR %.2f dB on clips, %.2f on subjects' and %.2f on places' pictures" % found)
    rows = []
    small = world.name == "small"
    held_out = (
        [shot_of(case, k) for k, case in enumerate(CASES)] if small else held_out_shots(world, 40)
    )
    for shot in (held_out[int(index)] for index in o.cases.split(",")):
        begun, film = time.time(), world.film(shot)
        pictures, frames = filmed(
            latents, networks, words, film, o.length, o.sampling(), o.seed, precision=o.precision
        )
        rows.append(row(pictures, frames, o.columns))
        figures = "pulse %.2f, motion %.2f" % pulse(frames)
        print(shot.caption(), figures, f"{time.time() - begun:.1f}s", flush=True)
    cv2.imwrite(o.out, np.concatenate(rows)[..., ::-1])


if __name__ == "__main__":
    main()
