"""The latent pool: shots drawn and encoded ahead of the transformer, in shard files.

`freeze` ends the VAE's training as far as latents go: it keeps the encoder and the latents' mean and
deviation per channel. `fill` writes shards until told to stop; the trainer reads whatever is there.
"""

import argparse
import time
from pathlib import Path
from random import Random

import torch

from training.crew import ALONE
from training.files import load, log, save
from training.model import Latents
from training.vae import Vae, fuse
from training.worlds import tokenizer_of, world_in

SHOTS_PER_SHARD = 64
SETTLED = 2  # from this latent frame on, a clip's latents do not know where the clip began
LAST_FRAME = 64


def freeze(vae_file, out, world, seed=0, shots=100, statistics=None):
    """Writes the VAE, `of` which file it is, and its latents' statistics, or those of another frozen file:
    what a transformer has learned then stays true of an encoder that was trained on a little."""
    vae = Vae().to(memory_format=torch.channels_last)
    vae.load_state_dict(load(vae_file)["average"])
    if statistics:
        kept = load(statistics)
        save(out, dict(vae=vae.state_dict(), mean=kept["mean"], std=kept["std"], of=Path(vae_file).name))
        return
    raw, random = Latents.raw(vae), Random(f"statistics {seed}")
    samples = []
    for _ in range(shots):
        film = world.film(world.shot(random))
        samples.append(raw.encode(film.frames(4 * random.randrange(12), 9)).flatten(1))
        samples.append(raw.encode(film.subject_pictures()[0][None]).flatten(1))
    flat = torch.cat(samples, 1)
    save(out, dict(vae=vae.state_dict(), mean=flat.mean(1), std=flat.std(1), of=Path(vae_file).name))
    log("latents' mean", flat.mean().item(), "deviation", flat.std(1).min().item(), flat.std(1).max().item())


def frozen(file):
    state = load(file)
    vae = Vae().to(memory_format=torch.channels_last)
    vae.load_state_dict(state["vae"])
    return Latents(vae.eval(), state["mean"], state["std"])


def wanted_shot(world, random, skipped):
    """A shot of the training world whose caption has none of the words."""
    while True:
        shot = world.shot(random)
        if not set(skipped) & set(shot.caption().split()):
            return shot


def entry(latents, world, random, count, skipped=()):
    """One shot as latents: `count` latent frames, a third of the time from the shot's beginning."""
    shot = wanted_shot(world, random, skipped)
    film = world.film(shot)
    first = random.random() < 0.35
    frames = 4 * count - 3
    start = 0 if first else 4 * random.randrange(1, max(2, (LAST_FRAME - frames) // 4 + 1))
    with torch.autocast("cpu", torch.bfloat16):
        video = latents.encode(film.frames(start, frames))
        cast = [latents.encode(picture[None]) for picture in film.subject_pictures()]
        scene = latents.encode(film.scene_picture()[None])
    return dict(
        ids=tokenizer_of(world).padded(shot.caption()),
        video=video[:, 0 if first else SETTLED :].half().clone(),
        references=torch.cat([*cast, scene], 1).half(),
        first=first,
    )


def fill(frozen_file, folder, world, count, shards, seed, seconds, skipped=(), fused=False, crew=ALONE):
    """Writes shards `0 .. shards` of a seed, those of this process among the crew's, until all are written or
    the time is over."""
    torch.set_num_threads(1)
    if fused:
        fuse()
    latents, begun = frozen(frozen_file), time.time()
    for index in range(crew.rank, shards, crew.size):
        path = Path(folder) / f"shard-{seed}-{index:05}.pt"
        if path.exists():
            continue
        if time.time() - begun > seconds:
            return
        random = Random(f"pool {seed} {index}")
        save(path, [entry(latents, world, random, count, skipped) for _ in range(SHOTS_PER_SHARD)])
        if index % 10 == 0:
            log("shard", index, f"{(time.time() - begun):.0f}s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=("freeze", "fill"))
    parser.add_argument("--vae", help="freeze: the VAE's state file")
    parser.add_argument("--frozen", required=True)
    parser.add_argument("--statistics", help="freeze: a frozen file whose mean and deviation are kept")
    parser.add_argument("--folder")
    parser.add_argument("--world", help="a configuration whose world is drawn; the small one without")
    parser.add_argument("--count", type=int, default=8, help="latent frames of a clip")
    parser.add_argument("--shards", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--compile", action="store_true", help="fuse elementwise work, where PyTorch can")
    parser.add_argument("--skip", nargs="*", default=[], help="no shots whose caption has such a word")
    o = parser.parse_args()
    torch.set_num_threads(1)
    if o.act == "freeze":
        freeze(o.vae, o.frozen, world_in(o.world), statistics=o.statistics)
    else:
        fill(o.frozen, o.folder, world_in(o.world), o.count, o.shards, o.seed, o.seconds, o.skip, o.compile)


if __name__ == "__main__":
    main()
