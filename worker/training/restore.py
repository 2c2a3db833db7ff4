"""Makes state files from an exported checkpoint, so that training goes on from there.

What an export does not hold starts anew: the optimisers' momentum, and the difference between weights
and their average. Earlier taps over time are read where the file has them.
"""

import argparse
import json
from pathlib import Path

import torch

from training.bundle import WEIGHTS, floats
from training.files import log, save
from training.model import fresh
from training.vae import Vae, imported
from training.worlds import tokenizer_of, world_in

def known_rows(old, words, fresh_rows):
    """The word embeddings of a tokenizer, `(words, d)`: a word's old row where there is one (`old`: ids and
    rows), else a fresh one as large as the old ones."""
    ids, rows = old
    table = fresh_rows * (rows.std() / fresh_rows.std())
    for word, index in words.ids.items():
        if word in ids:
            table[index] = rows[ids[word]]
    return table


def restore(checkpoint, folder, world):
    """Writes `vae-clips.pt`, `frozen.pt` and `transformer.pt` of a checkpoint's folder, with the words of
    a world; those that the checkpoint does not know are new."""
    checkpoint, folder = Path(checkpoint), Path(folder)
    config = json.loads((checkpoint / "vae/config.json").read_text())
    mean, std = torch.tensor(config["latents_mean"]), torch.tensor(config["latents_std"])
    vae = Vae()
    vae.load_state_dict(imported(vae, floats(checkpoint / "vae" / WEIGHTS)))
    save(folder / "frozen.pt", dict(vae=vae.state_dict(), mean=mean, std=std, of="restored"))
    save(folder / "vae-clips.pt", dict(vae=vae.state_dict(), average=vae.state_dict()))
    words = tokenizer_of(world)
    transformer, text = fresh(0, words)
    transformer.load_state_dict(floats(checkpoint / "transformer" / WEIGHTS))
    tensors, name = floats(checkpoint / "text_encoder/model.safetensors"), "shared.weight"
    old = json.loads((checkpoint / "tokenizer/tokenizer.json").read_text())["model"]["vocab"]
    tensors[name] = known_rows((old, tensors[name]), words, text.state_dict()[name].clone())
    text.load_state_dict(tensors)
    weights = dict(transformer=transformer.state_dict(), text=text.state_dict())
    averages = {f"{part}_average": state for part, state in weights.items()}
    save(folder / "transformer.pt", dict(**weights, **averages, elapsed=0.0, mean=mean, std=std))
    log("restored", checkpoint)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--world", help="a configuration whose words are to be known; the small world's without")
    options = parser.parse_args()
    restore(options.checkpoint, options.folder, world_in(options.world))


if __name__ == "__main__":
    main()
