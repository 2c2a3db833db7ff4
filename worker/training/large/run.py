"""All stages of a GPU configuration, in order; see `training.train`."""

from pathlib import Path

import torch

from training import export, train_text
from training.files import load, log, save
from training.large import autoencoder, card, denoiser
from training.large.feed import SETTLED, Feed
from training.large.stage import Piece, run_stage
from training.large.store import LatentPool, Shots
from training.paint import HEIGHT, WIDTH
from training.train_vae import FROZEN
from training.worlds import held_out_shots, tokenizer_of, world_of


class Session:
    """What the stages of one call share: the world, the feed and the device's memory."""

    def __init__(self, config, piece):
        self.config, self.piece = config, piece
        self.world = world_of(config)
        self.words = tokenizer_of(self.world)
        self.folder = Path(config["folder"])
        calls = (load(self.folder / "calls.pt") or {"count": 0})["count"] + 1
        save(self.folder / "calls.pt", {"count": calls})
        feed = config["feed"]
        longest = max(max(stage["frames"]) for stage in config["transformer"].values())
        if (feed["frames"] + 3) // 4 - SETTLED < longest:
            raise ValueError(f"feed.frames: {feed['frames']} are too few for windows of {longest} latent frames and {SETTLED} before them")
        self.feed = Feed(self.world, self.words, feed["frames"], feed["processes"], f"{config['seed']} {calls}", feed.get("nice", 0))
        self.shots = Shots(feed["capacity"], feed["frames"], self.words.token_count, config["device"])
        self.pool = self.latents = None
        if config["compile"]:
            autoencoder.compiled()
            denoiser.compiled()

    def vae_stage(self, stage):
        plan = self.config["vae"][stage]
        return run_stage(
            stage,
            plan["seconds"],
            self.folder / f"vae-{stage}.pt",
            self.piece,
            lambda state: autoencoder.VaeTrainer(self.config, stage, self.shots, self.feed, state),
            self.config["keep_every"],
        )

    def freeze(self):
        """Keeps the encoder, and the mean and deviation of its latents per channel."""
        if (self.folder / "frozen.pt").exists():
            return
        vae = autoencoder.new_vae(self.config)
        vae.load_state_dict(load(self.folder / "vae-clips.pt")["average"])
        raw = denoiser.Latents.raw(vae)
        self.shots.take_in(self.feed, self.config["feed"]["shots_before_training"])
        samples = []
        for k in range(min(64, self.shots.size)):
            samples.append(denoiser.encoded(raw, self.shots.clips[k : k + 1, :9]).transpose(0, 1).flatten(1))
            samples.append(denoiser.encoded(raw, self.shots.pictures[k, :1][None]).transpose(0, 1).flatten(1))
        flat = torch.cat(samples, 1).float()
        save(self.folder / "frozen.pt", dict(vae=vae.state_dict(), mean=flat.mean(1).cpu(), std=flat.std(1).cpu()))
        log("latents: deviation", f"{flat.std(1).min():.3f} to {flat.std(1).max():.3f}")

    def teach_text(self):
        """Teaches the prompt encoder which subject a word tells of; the stages leave it as it is then."""
        path = self.folder / "text.pt"
        if load(path) is None:
            _, text = denoiser.new_networks(self.config, self.words)
            error, known = train_text.teach(text, self.words, self.world, self.config["text"], self.config["seed"])
            log(f"text: error {error:.4f}, {known:.3f} of the words known to be of which subject")
            save(path, dict(text=text.state_dict(), error=error, known=known))

    def fill(self):
        """The latents of all shots drawn so far, and of as many more as are wanted to begin."""
        if self.pool is not None:
            return
        plan, self.latents = self.config["pool"], denoiser.frozen_latents(self.config)
        vae = self.latents.vae.config
        self.pool = LatentPool(
            plan["capacity"], vae.z_dim, (self.config["feed"]["frames"] + 3) // 4,
            HEIGHT // vae.spatial, WIDTH // vae.spatial, self.words.token_count, self.config["device"],
        )  # fmt: skip
        kept = load(self.folder / "pool.pt")
        if kept:
            self.pool.load(kept)
        self.shots.take_in(self.feed, max(1, plan["shots_before_training"] - self.pool.size))
        denoiser.encode_into(self.pool, self.latents, self.shots, self.shots.count - self.shots.size, self.shots.count)
        log("pool of", self.pool.size, "shots")

    def transformer_stage(self, stage):
        path = self.folder / f"dit-{stage}.pt"
        state = load(path)
        if state is not None and state["done"]:
            return True
        self.fill()
        films = [self.world.film(shot) for shot in held_out_shots(self.world, self.config.get("sheet_films", 6))]
        return run_stage(
            stage,
            self.config["transformer"][stage]["seconds"],
            path,
            self.piece,
            lambda state: denoiser.Denoiser(self.config, stage, self.words, self.pool, self.shots, self.feed, self.latents, state, films),
            self.config["keep_every"],
        )

    def keep_pool(self):
        """Keeps the newest latents on disk, so that the next call need not wait for drawings."""
        if self.pool is not None:
            save(self.folder / "pool.pt", self.pool.state(self.config["pool"].get("kept", 6000)))

    def export(self):
        config = self.config
        vae, mean, std, transformer, text = trained(config)
        defaults = {**export.DEFAULTS, **config["longtake"]}
        export.export(config["checkpoint"], config["golden"], vae, mean, std, transformer, text, self.words, defaults)
        size = sum(f.stat().st_size for f in Path(config["checkpoint"]).rglob("*") if f.is_file())
        log("exported", config["checkpoint"], f"{size / 2**20:.2f} MiB")
        card.write(config, self.words, (vae, transformer, text), size)


def trained(config):
    """Averaged weights of the last stages, on the processor: (vae, mean, std, transformer, text)."""
    config, folder = {**config, "device": "cpu"}, config["folder"]
    words = tokenizer_of(world_of(config))
    vae = autoencoder.new_vae(config)
    decoder, frozen = load(f"{folder}/vae-decoder.pt"), load(f"{folder}/frozen.pt")
    vae.load_state_dict(decoder["average"] if decoder else frozen["vae"])
    for name, value in vae.state_dict().items():
        if name.startswith(FROZEN):
            value.copy_(frozen["vae"][name])
    transformer, text = denoiser.new_networks(config, words)
    state = load(f"{folder}/dit-{list(config['transformer'])[-1]}.pt")
    transformer.load_state_dict(state["transformer_average"])
    text.load_state_dict(state["text_average"])
    return vae, state["mean"], state["std"], transformer, text


def run(config, seconds):
    """True when everything is done, False when the piece is over."""
    if config["device"] == "cuda" and not torch.cuda.is_available():
        raise SystemExit("device cuda: this machine has no GPU that PyTorch sees; use toybox.json on a processor")
    torch.set_num_threads(config.get("threads", 1))
    torch.backends.cudnn.benchmark = True
    session = Session(config, Piece.of(seconds))
    try:
        for stage in ("images", "clips"):
            if not session.vae_stage(stage):
                return False
        session.freeze()
        if not session.vae_stage("decoder"):
            return False
        session.teach_text()
        for stage in config["transformer"]:
            if not session.transformer_stage(stage):
                session.keep_pool()
                return False
        session.export()
        log("done:", config["checkpoint"])
        return True
    finally:
        session.feed.close()
