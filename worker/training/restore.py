"""Makes state files from an exported checkpoint, so that training goes on from there.

What an export does not hold starts anew: the optimisers' momentum, and the difference between
weights and their average. Earlier taps over time are read where the file has them. """

import json
from pathlib import Path

import torch

from training.bundle import WEIGHTS, floats
from training.files import log, save
from training.model import fresh
from training.vae import Vae, imported

# What depends on the latents.
OF_LAYOUT = ("patch_embedding.", "vace_patch_embedding.", "proj_out.")


def known_rows(old, words, fresh_rows):
    """The word embeddings of a tokenizer, `(words, d)`: a word's old row where there is one (`old`:
    ids and rows), else a fresh one as large as the old ones."""
    ids, rows = old
    table = fresh_rows * (rows.std() / fresh_rows.std())
    for word, index in words.ids.items():
        if word in ids:
            table[index] = rows[ids[word]]
    return table


def restore(config):
    """Writes `vae-clips.pt`, `frozen.pt` and `transformer.pt` of the checkpoint that a
    configuration wants restored, with the words of its world; those that the checkpoint does not
    know are new."""
    checkpoint, words = Path(config.restore), config.words()
    values = json.loads((checkpoint / "vae/config.json").read_text())
    mean, std = torch.tensor(values["latents_mean"]), torch.tensor(values["latents_std"])
    vae = Vae(config.vae_model)
    vae.load_state_dict(imported(vae, floats(checkpoint / "vae" / WEIGHTS)))
    statistics = dict(mean=mean, std=std)
    save(config.file("frozen.pt"), dict(vae=vae.state_dict(), of="restored", **statistics))
    save(config.file("vae-clips.pt"), dict(vae=vae.state_dict(), average=vae.state_dict()))
    transformer, text = fresh(0, words, config.transformer_model)
    transformer.load_state_dict(floats(checkpoint / "transformer" / WEIGHTS))
    text.load_state_dict(restored_text(checkpoint, words, text))
    weights = dict(transformer=transformer.state_dict(), text=text.state_dict())
    averages = {f"{part}_average": state for part, state in weights.items()}
    state = dict(**weights, **averages, elapsed=0.0, **statistics)
    save(config.file("transformer.pt"), state)
    log("restored", checkpoint)


def adopt(config):
    """Writes `transformer.pt` with the blocks and the prompt encoder of a checkpoint of another
    latent layout; the embeddings of patches and the head are new. What the latents are is not known
    yet."""
    checkpoint, words = Path(config.blocks_from), config.words()
    transformer, text = fresh(config.seed, words, config.transformer_model)
    fresh_state, old = transformer.state_dict(), floats(checkpoint / "transformer" / WEIGHTS)
    transformer.load_state_dict(
        {
            name: value if name.startswith(OF_LAYOUT) else old[name]
            for name, value in fresh_state.items()
        }
    )
    text.load_state_dict(restored_text(checkpoint, words, text))
    weights = dict(transformer=transformer.state_dict(), text=text.state_dict())
    averages = {f"{part}_average": state for part, state in weights.items()}
    save(config.file("transformer.pt"), dict(**weights, **averages, elapsed=0.0))
    log("blocks of", checkpoint)


def restored_text(checkpoint, words, text):
    """State of a fresh `text` with what a checkpoint's prompt encoder has learned."""
    tensors, name = floats(checkpoint / "text_encoder/model.safetensors"), "shared.weight"
    old = json.loads((checkpoint / "tokenizer/tokenizer.json").read_text())["model"]["vocab"]
    table = text.state_dict()[name].clone()
    tensors[name] = known_rows((old, tensors[name]), words, table)
    return tensors
