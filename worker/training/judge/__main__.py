"""Judges a checkpoint's films: `python3 -m training.judge train`, then `python3 -m training.judge
films`.

`train` makes the classifiers and their ceiling figures; `films` renders held-out prompts with the
checkpoint that the configuration names. Both write `judge.json` into its folder, and print it as a
table. """

import json
from dataclasses import asdict, dataclass, replace
from random import Random

import numpy as np
import torch

from training import configuration
from training.bundle import opened
from training.evaluate import filmed, reconstruction
from training.files import load, log, save
from training.judge import measure
from training.judge.classifier import Judge, accuracies, alone, drawings, judged, staying, train
from training.judge.report import table
from training.model import PRECISIONS
from training.options import from_arguments, option, positional


@dataclass(frozen=True)
class Sizes:
    """How much is judged, and how."""

    act: str = positional("what to do", ("train", "films"))
    config: str = option("the configuration whose checkpoint is judged", "training/toybox-gpu.json")
    checkpoint: str | None = option("another checkpoint's folder", None)
    drawings: int = option("shots drawn to train the classifiers", 4000)
    ceiling: int = option("shots drawn to test them", 400)
    steps: int = option("steps of the classifiers' training", 3000)
    prompts: int = option("prompts that are rendered", 200)
    long_shots: int = option("long shots that are rendered", 8)
    long_seconds: int = option("their length", 30)
    processes: int = option("that draw", 2)
    guidance: float = option("0: the checkpoint's own", 0.0)
    precision: str = option("of the films' products", PRECISIONS[0], PRECISIONS)
    device: str = option("where networks run", "cpu")
    seed: int = option("of the classifiers", 1)


def ceiling(config, sizes):
    """Trains the classifiers and says how well they do on held-out drawings."""
    world = config.drawn_world()
    inputs, labels = drawings(world, sizes.drawings, sizes.processes, held_out=False)
    log("drawn", len(inputs))
    judge = train(Judge(world), inputs, labels, sizes.steps, sizes.device, sizes.seed)
    held_inputs, held_labels = drawings(world, sizes.ceiling, sizes.processes, held_out=True)
    report = {
        "prompts": sizes.prompts,
        "ceiling": accuracies(judge, held_inputs, held_labels),
        "sizes": asdict(sizes),
    }
    save(config.file("judge.pt"), dict(judge={k: v.cpu() for k, v in judge.state_dict().items()}))
    return report


def mean_of(figures):
    return {key: float(np.mean([f[key] for f in figures])) for key in figures[0]}


class Films:
    """The checkpoint as a camera: renders shots of the world."""

    def __init__(self, config, sizes):
        self.bundle = opened(sizes.checkpoint or config.checkpoint, sizes.device)
        self.sampling = self.bundle.sampling
        if sizes.guidance:
            self.sampling = replace(self.sampling, guidance=sizes.guidance)
        self.latents, self.world, self.precision = (
            self.bundle.latents,
            config.drawn_world(),
            sizes.precision,
        )

    def render(self, shot, frames, seed):
        length = (frames + 6) // 4
        film = self.world.film(shot)
        b = self.bundle
        return filmed(
            b.latents,
            (b.transformer, b.text),
            b.words,
            film,
            length,
            self.sampling,
            seed,
            precision=self.precision,
        )[1][:frames]

    def through_vae(self, shot, frames):
        """The drawn shot, encoded and decoded: what no transformer could better."""
        return self.latents.decode(self.latents.encode(self.world.film(shot).frames(0, frames)))

    def reconstruction(self, count=8):
        """PSNR in dB over held-out clips, subjects' and places' pictures."""
        return [float(value) for value in reconstruction(self.latents, self.world, count)]


def films(config, sizes, report):
    """Renders and judges; adds to the report."""
    world = config.drawn_world()
    judge = Judge(world)
    judge.load_state_dict(load(config.file("judge.pt"))["judge"])
    judge.to(sizes.device).eval()
    camera = Films(config, sizes)
    report["psnr_clips"], report["psnr_stills"], report["psnr_places"] = camera.reconstruction()
    random = Random("held out prompts")
    shots = [judged(world).shot(random, 0, 1000) for _ in range(sizes.prompts)]
    rendered = []
    for seed, shot in enumerate(shots):
        rendered.append((shot, camera.render(shot, 17, seed)))
        if seed % 20 == 0:
            log("film", seed, shot.caption())
    report["films"] = measure.attributes(judge, rendered)
    report["through_vae"] = measure.attributes(
        judge, [(shot, camera.through_vae(shot, 17)) for shot in shots]
    )
    report["prompts"] = sizes.prompts
    report["long_shots"], report["long_seconds"] = sizes.long_shots, sizes.long_seconds
    lasting_world, long, drawn, across = staying(alone(world)), [], [], []
    for seed in range(sizes.long_shots):
        shot = lasting_world.shot(random, 0, 1000)
        lasting = replace(measure.standing_still(shot), weather="clear")
        film, count = world.film(lasting), 8 * sizes.long_seconds
        for found, frames in (
            (long, camera.render(lasting, count, seed)),
            (drawn, film.frames(0, count)),
        ):
            figures = measure.long_shot(judge, lasting, frames)
            figures["layout_error"] = measure.layout_error(frames, film.scene_picture())
            found.append(figures)
        elsewhere = measure.in_another_place(lasting_world, shot, random)
        here, there = (
            measure.identity_errors(judge, s, camera.render(s, 17, seed))
            for s in (lasting, elsewhere)
        )
        across.append(
            {
                "identity_error_here": float(here.mean()),
                "identity_error_elsewhere": float(there.mean()),
            }
        )
    report["long"], report["long_ceiling"], report["across"] = (
        mean_of(long),
        mean_of(drawn),
        mean_of(across),
    )
    return report


def main():
    sizes = from_arguments(Sizes, __doc__)
    config = configuration.read(sizes.config)
    torch.set_num_threads(1)
    path = config.file("judge.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    report = json.loads(path.read_text()) if path.exists() else {}
    if sizes.act == "train":
        report |= ceiling(config, sizes)
    else:
        report = films(config, sizes, report)
    path.write_text(json.dumps(report, indent=2) + "\n")
    print(table(report))


if __name__ == "__main__":
    main()
