"""Makes the checkpoint from nothing: every stage of a configuration, in order.

Each stage keeps its state in the configuration's folder and goes on where it stopped, so the command
may be interrupted, or run in pieces (`--piece`), until it says that all is done.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import torch

from training import export, pool, train_text, train_transformer, train_vae
from training.crew import together
from training.files import load, log
from training.model import PRECISIONS, known_precision
from training.restore import restore
from training.worlds import world_of


class Pieces:
    """The time left of this call."""

    def __init__(self, seconds):
        self.end = time.time() + seconds

    def left(self):
        return max(0.0, self.end - time.time())

    def stop_if_over(self):
        if self.left() <= 0:
            log("piece over: call again to go on")
            sys.exit(75)  # EX_TEMPFAIL: not done yet


def vae_stage(config, stage, seconds, pieces):
    args = (stage, config["folder"], seconds, config["device"], config["seed"])
    world = world_of(config)
    together(config["processes"], lambda crew: train_vae.train(*args, crew, pieces.left(), world=world, fused=config["compile"]))
    pieces.stop_if_over()


def transformer_stage(config, stage, pieces):
    folder = config["folder"]
    options = SimpleNamespace(
        frozen=f"{folder}/frozen.pt",
        folder=f"{folder}/pool",
        state=f"{folder}/transformer.pt",
        world=config["file"],
        frames=stage["frames"],
        skip=stage.get("skip", []),
        keep_text="text" in config,
        until=stage["until"],
        fall_from=stage.get("fall_from", 1e9),
        rate=stage.get("rate", 1.0),
        keep_every=120,
        sheet_every=config.get("sheet_every", 600),
        piece=pieces.left(),
        compile=config["compile"],
        precision=config["precision"],
        device=config["device"],
        seed=config["seed"],
    )
    together(config["processes"], lambda crew: train_transformer.train(options, crew))
    pieces.stop_if_over()


def last_stage(config):
    """The stage whose VAE makes the latents: that of the restored checkpoint where none trains it on."""
    return list(config["vae"])[-1] if config["vae"] else "clips"


def run(config, pieces):
    config = {**config, "precision": known_precision(config.get("precision", PRECISIONS[0]))}
    folder, world = Path(config["folder"]), world_of(config)
    restored = config.get("from")
    if restored and not (folder / "transformer.pt").exists():
        restore(restored, folder, world)
    for stage, seconds in config["vae"].items():
        vae_stage(config, stage, seconds, pieces)
    vae, frozen = folder / f"vae-{last_stage(config)}.pt", folder / "frozen.pt"
    if (load(frozen) or {}).get("of") != vae.name:
        pool.freeze(vae, frozen, world, statistics=frozen if restored else None)
    wanted = config["pool"]
    args = (frozen, folder / "pool", world, wanted["latent_frames"], wanted["shards"], config["seed"], pieces.left())
    together(config["processes"], lambda crew: pool.fill(*args, fused=config["compile"], crew=crew))
    pieces.stop_if_over()
    if config.get("text"):  # 0: it stays as it is
        train_text.train(folder / "transformer.pt", folder / "text.pt", world, config["text"], config["seed"])
        pieces.stop_if_over()
    for stage in config["transformer"]:
        transformer_stage(config, stage, pieces)
    for stage in ("decoder", "polish"):
        if config[stage]:
            vae_stage(config, stage, config[stage], pieces)
            vae = folder / f"vae-{stage}.pt"
    parts = export.checkpoint(vae, folder / "transformer.pt", world)
    export.export(config["checkpoint"], config["golden"], *parts)
    log("done:", config["checkpoint"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="training/toybox.json")
    parser.add_argument("--piece", type=float, default=1e9, help="seconds this call may take, about")
    options = parser.parse_args()
    torch.set_num_threads(1)
    config = json.loads(Path(options.config).read_text())
    if config.get("kind") == "large":
        from training.large.run import run as run_large

        if not run_large({**config, "file": options.config}, options.piece):
            sys.exit(75)  # EX_TEMPFAIL: not done yet
        return
    run({**config, "file": options.config}, Pieces(options.piece))


if __name__ == "__main__":
    main()
