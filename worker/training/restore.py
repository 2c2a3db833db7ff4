"""Makes state files from an exported checkpoint, so that training goes on from there.

What an export does not hold starts anew: the optimisers' momentum, and the difference between weights
and their average. Earlier taps of the decoder's `time_conv` are read where the file has them.
"""

import argparse
import json
from pathlib import Path

import torch

from training import safetensors
from training.files import log, save
from training.model import fresh
from training.vae import Vae, imported

WEIGHTS = "diffusion_pytorch_model.safetensors"


def floats(path):
    return {name: value.float() for name, value in safetensors.read(path).items()}


def restore(checkpoint, folder):
    """Writes `vae-decoder.pt`, `frozen.pt` and `transformer.pt` of a checkpoint's folder."""
    checkpoint, folder = Path(checkpoint), Path(folder)
    config = json.loads((checkpoint / "vae/config.json").read_text())
    mean, std = torch.tensor(config["latents_mean"]), torch.tensor(config["latents_std"])
    vae = Vae()
    vae.load_state_dict(imported(vae, floats(checkpoint / "vae" / WEIGHTS)))
    save(folder / "frozen.pt", dict(vae=vae.state_dict(), mean=mean, std=std))
    save(folder / "vae-clips.pt", dict(vae=vae.state_dict(), average=vae.state_dict()))
    transformer, text = fresh(0)
    transformer.load_state_dict(floats(checkpoint / "transformer" / WEIGHTS))
    text.load_state_dict(floats(checkpoint / "text_encoder/model.safetensors"))
    weights = dict(transformer=transformer.state_dict(), text=text.state_dict())
    averages = {f"{part}_average": state for part, state in weights.items()}
    save(folder / "transformer.pt", dict(**weights, **averages, elapsed=0.0, mean=mean, std=std))
    log("restored", checkpoint)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--folder", required=True)
    options = parser.parse_args()
    restore(options.checkpoint, options.folder)


if __name__ == "__main__":
    main()
