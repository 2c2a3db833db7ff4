"""All stages of a GPU configuration, in order; see `training.train`."""

from dataclasses import replace
from pathlib import Path

import torch

from training import export, train_text
from training.compiling import compile_blocks
from training.files import load, log, save
from training.large import autoencoder, card, denoiser
from training.large.feed import SETTLED, Feed
from training.large.store import LatentPool, Shots
from training.loop import Plan, run
from training.model import Latents
from training.paint import HEIGHT, WIDTH
from training.train_vae import FROZEN
from training.worlds import held_out_shots

LONGEST_STEP = 4.0  # seconds; what a step takes longer is compilation or waiting for drawings


class Session:
    """What the stages of one call share: the world, the feed and the device's memory."""

    def __init__(self, config, piece):
        self.config, self.piece = config, piece
        self.world, self.words = config.drawn_world(), config.words()
        calls = (load(config.file("calls.pt")) or {"count": 0})["count"] + 1
        save(config.file("calls.pt"), {"count": calls})
        feed, seed = config.feed, f"{config.seed} {calls}"
        check_length(config)
        self.feed = Feed(self.world, self.words, feed.frames, feed.processes, seed, feed.nice)
        self.shots = Shots(feed.capacity, feed.frames, config.device)
        self.pool = self.latents = None
        if config.compile:
            autoencoder.compiled()
            compile_blocks(dynamic=True)

    def train(self, name, kind, seconds, make):
        """Runs a stage, whose state is `KIND-NAME.pt`."""
        plan = Plan(
            name,
            self.config.file(f"{kind}-{name}.pt"),
            seconds,
            keep_every=self.config.keep_every,
            sheet_every=self.config.keep_every,
            longest_step=LONGEST_STEP,
        )
        return run(plan, make, self.piece)

    def vae_stage(self, stage):
        def learner(state):
            return autoencoder.VaeLearner(self.config, stage, self.shots, self.feed, state)

        return self.train(stage, "vae", self.config.vae[stage].seconds, learner)

    def freeze(self):
        """Keeps the encoder, and the mean and deviation of its latents per channel."""
        path = self.config.file("frozen.pt")
        if path.exists():
            return
        vae = autoencoder.new_vae(self.config)
        vae.load_state_dict(load(self.config.file("vae-clips.pt"))["average"])
        raw = Latents.raw(vae)
        self.shots.take_in(self.feed, self.config.feed.shots_before_training)
        samples = []
        for k in range(min(64, self.shots.size)):
            for shown in (self.shots.clips[k : k + 1, :9], self.shots.pictures[k, :1][None]):
                samples.append(denoiser.encoded(raw, shown).transpose(0, 1).flatten(1))
        flat = torch.cat(samples, 1).float()
        mean, std = flat.mean(1).cpu(), flat.std(1).cpu()
        save(path, dict(vae=vae.state_dict(), mean=mean, std=std))
        log("latents: deviation", f"{std.min():.3f} to {std.max():.3f}")

    def teach_text(self):
        """Teaches the prompt encoder which subject a word tells of; the stages leave it as it is
        then."""
        _, text = denoiser.new_networks(self.config, self.words)

        def learner(state):
            return train_text.TextLearner(text, self.words, self.world, self.config.seed, state)

        plan = Plan("text", self.config.file("text.pt"), self.config.text)
        return run(plan, learner, self.piece)

    def fill(self):
        """The latents of all shots drawn so far, and of as many more as are wanted to begin."""
        if self.pool is not None:
            return
        plan, self.latents = self.config.pool, denoiser.frozen_latents(self.config)
        vae = self.latents.vae.config
        self.pool = LatentPool(
            plan.capacity, vae.z_dim, (self.config.feed.frames + 3) // 4,
            HEIGHT // vae.spatial, WIDTH // vae.spatial, self.words.token_count, self.config.device,
        )  # fmt: skip
        kept = load(self.config.file("pool.pt"))
        if kept:
            self.pool.load(kept)
        self.shots.take_in(self.feed, max(1, plan.shots_before_training - self.pool.size))
        first = self.shots.count - self.shots.size
        denoiser.encode_into(self.pool, self.latents, self.shots, first, self.shots.count)
        log("pool of", self.pool.size, "shots")

    def transformer_stage(self, stage):
        seconds = self.config.transformer[stage].seconds
        shots = held_out_shots(self.world, self.config.sheet_films)
        films = [self.world.film(shot) for shot in shots]

        def learner(state):
            self.fill()
            return denoiser.Denoiser(self, stage, state, films)

        return self.train(stage, "dit", seconds, learner)

    def keep_pool(self):
        """Keeps the newest latents on disk, so that the next call need not wait for drawings."""
        if self.pool is not None:
            save(self.config.file("pool.pt"), self.pool.state(self.config.pool.kept))

    def export(self, file):
        config = self.config
        model = trained(config)
        export.export(config.checkpoint, config.golden, model, config.longtake)
        files = (f for f in Path(config.checkpoint).rglob("*") if f.is_file())
        size = sum(f.stat().st_size for f in files)
        log("exported", config.checkpoint, f"{size / 2**20:.2f} MiB")
        card.write(config, model, size, file)


def check_length(config):
    """Refuses drawings that are too short for the windows."""
    frames = config.feed.frames
    longest = max(max(stage.frames) for stage in config.transformer.values())
    if (frames + 3) // 4 - SETTLED < longest:
        raise ValueError(
            f"feed.frames: {frames} are too few for windows of {longest} latent frames "
            f"and {SETTLED} before them"
        )


def trained(config):
    """Averaged weights of the last stages, on the processor: (vae, mean, std, transformer,
    text)."""
    config = replace(config, device="cpu")
    vae = autoencoder.new_vae(config)
    decoder, frozen = load(config.file("vae-decoder.pt")), load(config.file("frozen.pt"))
    vae.load_state_dict(decoder["average"] if decoder else frozen["vae"])
    for name, value in vae.state_dict().items():
        if name.startswith(FROZEN):
            value.copy_(frozen["vae"][name])
    transformer, text = denoiser.new_networks(config, config.words())
    state = load(config.file(f"dit-{list(config.transformer)[-1]}.pt"))
    transformer.load_state_dict(state["transformer_average"])
    text.load_state_dict(state["text_average"])
    words = config.words()
    return export.Trained(vae, state["mean"], state["std"], transformer, text, words)


def run_stages(config, piece, file):
    """All stages of a configuration from that file. True when all is done, False when the piece is
    over."""
    if config.device == "cuda" and not torch.cuda.is_available():
        raise SystemExit(
            "device cuda: this machine has no GPU that PyTorch sees; use toybox.json on a processor"
        )
    torch.set_num_threads(config.threads)
    torch.backends.cudnn.benchmark = True
    session = Session(config, piece)
    try:
        if not all(session.vae_stage(stage) for stage in ("images", "clips")):
            return False
        session.freeze()
        if not session.vae_stage("decoder") or not session.teach_text():
            return False
        if not all(session.transformer_stage(stage) for stage in config.transformer):
            session.keep_pool()
            return False
        session.export(file)
        log("done:", config.checkpoint)
        return True
    finally:
        session.feed.close()
