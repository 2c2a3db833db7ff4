"""Judges a checkpoint's films: `python3 -m training.judge train`, then `python3 -m training.judge films`.

`train` makes the classifiers and their ceiling figures; `films` renders held-out prompts with the
checkpoint that the configuration names. Both write `judge.json` into its folder, and print it as a table.
"""

import argparse
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import torch

from training.files import load, log, save
from training.evaluate import filmed, reconstruction
from training.judge import measure
from training.bundle import opened
from training.judge.classifier import Judge, accuracies, alone, drawings, judged, staying, train
from training.judge.report import table
from training.model import PRECISIONS, known_precision
from training.worlds import world_of


@dataclass(frozen=True)
class Sizes:
    """How much is judged, at which guidance (0: the checkpoint's own), and the precision of films' products."""

    drawings: int = 4000
    ceiling: int = 400
    steps: int = 3000
    prompts: int = 200
    long_shots: int = 8
    long_seconds: int = 30
    processes: int = 2
    guidance: float = 0.0
    precision: str = PRECISIONS[0]
    device: str = "cpu"
    seed: int = 1

    def __post_init__(self):
        known_precision(self.precision)


def ceiling(config, sizes):
    """Trains the classifiers and says how well they do on held-out drawings."""
    world = world_of(config)
    inputs, labels = drawings(world, sizes.drawings, sizes.processes, held_out=False)
    log("drawn", len(inputs))
    judge = train(Judge(world), inputs, labels, sizes.steps, sizes.device, sizes.seed)
    held_inputs, held_labels = drawings(world, sizes.ceiling, sizes.processes, held_out=True)
    report = {"prompts": sizes.prompts, "ceiling": accuracies(judge, held_inputs, held_labels), "sizes": asdict(sizes)}
    save(Path(config["folder"]) / "judge.pt", dict(judge={k: v.cpu() for k, v in judge.state_dict().items()}))
    return report


def mean_of(figures):
    return {key: float(np.mean([f[key] for f in figures])) for key in figures[0]}


class Films:
    """The checkpoint as a camera: renders shots of the world."""

    def __init__(self, config, sizes):
        self.bundle = opened(config["checkpoint"], sizes.device)
        if sizes.guidance:
            self.bundle.sampling["guidance"] = sizes.guidance
        self.latents, self.world, self.precision = self.bundle.latents, world_of(config), sizes.precision

    def render(self, shot, frames, seed):
        length = (frames + 6) // 4
        film = self.world.film(shot)
        b = self.bundle
        return filmed(b.latents, (b.transformer, b.text), b.words, film, length, b.sampling, seed, precision=self.precision)[1][:frames]

    def through_vae(self, shot, frames):
        """The drawn shot, encoded and decoded: what no transformer could better."""
        return self.latents.decode(self.latents.encode(self.world.film(shot).frames(0, frames)))

    def reconstruction(self, count=8):
        """PSNR in dB over held-out clips, subjects' and places' pictures."""
        return [float(value) for value in reconstruction(self.latents, self.world, count)]


def films(config, sizes, report):
    """Renders and judges; adds to the report."""
    world = world_of(config)
    judge = Judge(world)
    judge.load_state_dict(load(Path(config["folder"]) / "judge.pt")["judge"])
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
    report["through_vae"] = measure.attributes(judge, [(shot, camera.through_vae(shot, 17)) for shot in shots])
    report["prompts"] = sizes.prompts
    report["long_shots"], report["long_seconds"] = sizes.long_shots, sizes.long_seconds
    lasting_world, long, drawn, across = staying(alone(world)), [], [], []
    for seed in range(sizes.long_shots):
        shot = lasting_world.shot(random, 0, 1000)
        lasting = replace(measure.standing_still(shot), weather="clear")
        film, count = world.film(lasting), 8 * sizes.long_seconds
        for found, frames in ((long, camera.render(lasting, count, seed)), (drawn, film.frames(0, count))):
            figures = measure.long_shot(judge, lasting, frames)
            figures["layout_error"] = measure.layout_error(frames, film.scene_picture())
            found.append(figures)
        elsewhere = measure.in_another_place(lasting_world, shot, random)
        here, there = (measure.identity_errors(judge, s, camera.render(s, 17, seed)) for s in (lasting, elsewhere))
        across.append({"identity_error_here": float(here.mean()), "identity_error_elsewhere": float(there.mean())})
    report["long"], report["long_ceiling"], report["across"] = mean_of(long), mean_of(drawn), mean_of(across)
    return report


def main():
    parser = argparse.ArgumentParser(prog="training.judge", description=__doc__)
    parser.add_argument("act", choices=("train", "films"))
    parser.add_argument("--config", default="training/toybox-gpu.json")
    for name, value in asdict(Sizes()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    act, config = options.pop("act"), json.loads(Path(options.pop("config")).read_text())
    torch.set_num_threads(1)
    sizes, path = Sizes(**options), Path(config["folder"]) / "judge.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    report = json.loads(path.read_text()) if path.exists() else {}
    report = {**report, **ceiling(config, sizes)} if act == "train" else films(config, sizes, report)
    path.write_text(json.dumps(report, indent=2) + "\n")
    print(table(report))


if __name__ == "__main__":
    main()
