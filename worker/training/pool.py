"""The latent pool: shots drawn and encoded ahead of the transformer, in shard files.

`freeze` ends the VAE's training as far as latents go: it keeps the encoder and the latents' mean
and deviation per channel. `fill` writes shards until told to stop; the trainer reads whatever is
there. """

from random import Random

import torch

from training.crew import ALONE
from training.files import load, log, save
from training.loop import FOREVER
from training.model import Latents, products_in
from training.vae import Vae, fuse
from training.worlds import tokenizer_of

SHOTS_PER_SHARD = 64
STATISTICS_SHOTS = 100  # whose latents are measured
SETTLED = 2  # from this latent frame on, a clip's latents do not know where the clip began
LAST_FRAME = 64


def freeze(config, stage, statistics=None):
    """Writes `frozen.pt`: the VAE of a stage, `of` which file it is, and its latents' statistics,
    or those of another frozen file: what a transformer has learned then stays true of an encoder
    that was trained on a little."""
    file, out, world = (
        config.file(f"vae-{stage}.pt"),
        config.file("frozen.pt"),
        config.drawn_world(),
    )
    state = load(file)
    if state is None:
        raise FileNotFoundError(
            f"{file}: expected the VAE's state, of a stage or put there by hand"
        )
    vae = Vae(config.vae_model).to(memory_format=torch.channels_last)
    vae.load_state_dict(state["average"])
    if statistics:
        kept = load(statistics)
        save(out, dict(vae=vae.state_dict(), mean=kept["mean"], std=kept["std"], of=file.name))
        return
    raw, random = Latents.raw(vae), Random("statistics 0")
    samples = []
    for _ in range(STATISTICS_SHOTS):
        film = world.film(world.shot(random))
        samples.append(raw.encode(film.frames(4 * random.randrange(12), 9)).flatten(1))
        samples.append(raw.encode(film.subject_pictures()[0][None]).flatten(1))
    flat = torch.cat(samples, 1)
    save(out, dict(vae=vae.state_dict(), mean=flat.mean(1), std=flat.std(1), of=file.name))
    deviation = flat.std(1)
    log(
        "latents' mean",
        flat.mean().item(),
        "deviation",
        deviation.min().item(),
        deviation.max().item(),
    )


def frozen(config):
    """The latents that `freeze` kept."""
    state = load(config.file("frozen.pt"))
    vae = Vae(config.vae_model).to(memory_format=torch.channels_last)
    vae.load_state_dict(state["vae"])
    return Latents(vae.eval(), state["mean"], state["std"])


def entry(latents, world, random, count, precision):
    """One shot as latents: `count` latent frames, a third of the time from the shot's beginning."""
    shot = world.shot(random)
    film = world.film(shot)
    first = random.random() < 0.35
    frames = 4 * count - 3
    start = 0 if first else 4 * random.randrange(1, max(2, (LAST_FRAME - frames) // 4 + 1))
    with products_in(precision, "cpu"):
        video = latents.encode(film.frames(start, frames))
        cast = [latents.encode(picture[None]) for picture in film.subject_pictures()]
        scene = latents.encode(film.scene_picture()[None])
    return dict(
        ids=tokenizer_of(world).padded(shot.caption()),
        video=video[:, 0 if first else SETTLED :].half().clone(),
        references=torch.cat([*cast, scene], 1).half(),
        first=first,
    )


def fill(config, piece=FOREVER, crew=ALONE):
    """Writes the shards of a configuration, those of this process among the crew's, until all are
    written or the piece is over."""
    torch.set_num_threads(1)
    if config.compile:
        fuse()
    latents, world, plan = frozen(config), config.drawn_world(), config.pool
    for index in range(crew.rank, plan.shards, crew.size):
        path = shard(config, index)
        if path.exists():
            continue
        if piece.over():
            return
        random = Random(f"pool {config.seed} {index}")
        drawn = (latents, world, random, plan.latent_frames, config.vae_precision)
        shots = [entry(*drawn) for _ in range(SHOTS_PER_SHARD)]
        save(path, shots)
        log("shard", index + 1, "of", plan.shards)


def shard(config, index):
    """The file of a shard."""
    return config.file(f"pool/shard-{config.seed}-{index:05}.pt")


def filled(config):
    """Whether all shards of a configuration are written."""
    return all(shard(config, index).exists() for index in range(config.pool.shards))
