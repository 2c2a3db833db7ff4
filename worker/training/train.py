"""Makes the checkpoint of a configuration: all its stages, in order.

Each stage keeps its state in the configuration's folder and goes on where it stopped, so the
command may be interrupted, or run in pieces (`--piece`), until it says that all is done. `--only`
runs some stages by hand, which may be done side by side. """

import math
import sys
from dataclasses import dataclass
from functools import partial

import torch

from training import configuration, export, pool, train_text, train_transformer, train_vae
from training.crew import together
from training.files import load, log
from training.large.run import run_stages
from training.loop import FOREVER, Piece
from training.options import from_arguments, option
from training.restore import adopt, restore

NOT_DONE = 75  # EX_TEMPFAIL


@dataclass(frozen=True)
class Options:
    config: str = option("the configuration's file", "training/toybox.json")
    piece: float = option("seconds this call may take, about", math.inf)
    only: tuple[str, ...] = option("stages to run, in their order; all without", ())


def last_stage(config):
    """The stage whose VAE makes the latents: that of the restored checkpoint where none trains it
    on."""
    return list(config.vae)[-1] if config.vae else "clips"


def restored(config, _):
    """Begins with a checkpoint where one is to be restored, or with blocks of one."""
    if not config.file("transformer.pt").exists():
        if config.restore:
            restore(config)
        elif config.blocks_from:
            adopt(config)
    return True


def vae_stage(stage, seconds, config, piece):
    def work(crew):
        train_vae.train(config, stage, seconds, piece, crew)

    together(config.processes, work)
    return train_vae.done(config, stage, seconds)


def frozen(config, _):
    stage, file = last_stage(config), config.file("frozen.pt")
    if (load(file) or {}).get("of") != f"vae-{stage}.pt":
        pool.freeze(config, stage, statistics=file if config.restore else None)
    return True


def pool_stage(config, piece):
    together(config.processes, lambda crew: pool.fill(config, piece, crew))
    return pool.filled(config)


def transformer_stage(stage, config, piece):
    together(config.processes, lambda crew: train_transformer.train(config, stage, piece, crew))
    return train_transformer.done(config, stage)


def exported(config, _):
    refined = [stage for stage in ("polish", "decoder") if getattr(config, stage)]
    vae = config.file(f"vae-{[*refined, last_stage(config)][0]}.pt")
    model = export.trained(config, vae, config.file("transformer.pt"))
    export.export(config.checkpoint, config.golden, model, config.longtake)
    log("done:", config.checkpoint)
    return True


def stages(config):
    """Pairs of a stage's name and what runs it, `(config, piece)` -> whether it is done, in
    order."""
    found = [("restore", restored)]
    found += [(name, partial(vae_stage, name, seconds)) for name, seconds in config.vae.items()]
    found += [("freeze", frozen), ("pool", pool_stage)]
    if config.text:  # 0: it stays as it is
        found.append(("text", train_text.train))
    found += [("transformer", partial(transformer_stage, stage)) for stage in config.transformer]
    for name in ("decoder", "polish"):
        seconds = getattr(config, name)
        if seconds:
            found.append((name, partial(vae_stage, name, seconds)))
    return [*found, ("export", exported)]


def run(config, piece=FOREVER, only=()):
    """True when all stages are done, or those named; False when the piece is over."""
    known = stages(config)
    names = [name for name, _ in known]
    for name in only:
        if name not in names:
            raise ValueError(f"only: expected some of {names}, found {name!r}")
    return all(work(config, piece) for name, work in known if not only or name in only)


def main(arguments=None):
    options = from_arguments(Options, __doc__, arguments)
    torch.set_num_threads(1)
    config, piece = configuration.read(options.config), Piece.of(options.piece)
    if isinstance(config, configuration.LargeConfiguration):
        done = run_stages(config, piece, options.config)
    else:
        done = run(config, piece, options.only)
    if not done:
        log("piece over: call again to go on")
        sys.exit(NOT_DONE)


if __name__ == "__main__":
    main()
