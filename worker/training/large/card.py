"""The model card of a checkpoint, filled from its configuration, its states and the judge's
report."""

import json
from pathlib import Path

from training.files import load

TEMPLATE = """# Model card: {name} {version}

- **Licence**: Apache-2.0, weights and code.
- **What it is**: a film model of one small world, in the layout of a Wan 2.1 VACE checkpoint
  (diffusers). Trained from nothing by `{command}`.
- **Data**: none but the drawings of `worker/training`: species {species}; {scene_count} places;
  {word_count} words. Fresh shots all through training; places whose layout number is below 1000,
  and the chance of the evaluation, were held out.
- **Size**: {size:.2f} MiB in bf16: {parameters}.
- **Training**: device {device}, seed {seed}.

{stages}

- **Sampling**: {steps} Euler steps, shift {shift}, guidance {guidance}; chunks of {chunk} latent
  frames that overlap by {overlap}.

## Figures on held-out worlds

{figures}

## Limits

It knows the words of the grammar (`ops/docs/toybox.md`) and no others; a prompt with other words is
warned about. One to three subjects; things smaller than an eye are not kept. {limits}
"""


def stages_table(config):
    lines = ["| stage | seconds | steps |", "|---|---|---|"]
    names = [f"vae-{s}" for s in config.vae] + [f"dit-{s}" for s in config.transformer]
    for name in names:
        state = load(config.file(f"{name}.pt"))
        if state:
            lines.append(f"| {name} | {state['elapsed']:.0f} | {state['optimiser']['steps']} |")
    return "\n".join(lines)


def figures(path):
    file = Path(path)
    if not file.exists():
        return "None yet: run `python3 -m training.judge` (see `worker/training/README.md`)."
    from training.judge.report import table

    return table(json.loads(file.read_text()))


def write(config, model, size, file):
    """Writes `MODEL_CARD.md` into the state folder and returns it; `file`: the configuration's."""
    names = ("VAE", "transformer", "prompt encoder")
    counts = [
        sum(p.numel() for p in network.parameters()) / 1e6
        for network in (model.vae, model.transformer, model.text)
    ]
    world, longtake = config.drawn_world(), config.longtake
    text = TEMPLATE.format(
        name="toybox",
        version=longtake.get("version", "0"),
        command=f"python3 -m training.train --config {file}",
        species=", ".join(getattr(world, "species", ("of the small world",))),
        scene_count=len(getattr(world, "scenes", (0,) * 4)),
        word_count=len(model.words.words) - 3,
        size=size / 2**20,
        parameters=", ".join(f"{n} {c:.2f} million numbers" for n, c in zip(names, counts)),
        device=config.device,
        seed=config.seed,
        stages=stages_table(config),
        steps=longtake["stepCount"],
        shift=3.0,
        guidance=longtake["guidanceScale"],
        chunk=longtake["chunk"]["latentFrameCount"],
        overlap=longtake["chunk"]["overlap"],
        figures=figures(config.file("judge.json")),
        limits=config.limits,
    )
    config.file("MODEL_CARD.md").write_text(text)
    return text
