"""Opens an exported checkpoint's folder, to render with exactly what is shipped."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

import torch

from training import safetensors
from training.flow import Sampling
from training.model import Latents
from training.text import TextConfig, TextEncoder
from training.tokenizer import Tokenizer
from training.transformer import Transformer, TransformerConfig
from training.vae import Vae, VaeConfig, imported

WEIGHTS = "diffusion_pytorch_model.safetensors"


@dataclass(frozen=True)
class Bundle:
    """The networks with the words they know, and how the farm samples them (`flow.sample`'s
    settings)."""

    latents: Latents
    transformer: Transformer
    text: TextEncoder
    words: Tokenizer
    sampling: Sampling


def floats(path):
    return {name: value.float() for name, value in safetensors.read(path).items()}


def _config(kind, values, **others):
    """A configuration object from a file's values; those it has no field for are not needed
    here."""
    known = {f.name for f in fields(kind)}
    chosen = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in known}
    return kind(**chosen, **others)


def opened(folder, device="cpu"):
    """The `Bundle` of a checkpoint's folder."""
    folder = Path(folder)

    def read(name):
        return json.loads((folder / name).read_text())

    values, longtake = read("vae/config.json"), read("longtake.json")
    doublings = sum(values["temperal_downsample"])
    # A shorter kernel is stored with zeros before it, so that three taps read any.
    vae = Vae(_config(VaeConfig, values, doubling_taps=(3,) * doublings))
    tensors = floats(folder / "vae" / WEIGHTS)
    vae.load_state_dict(imported(vae, tensors))
    _keep_rounded_taps(vae.encoder.down_blocks, tensors)
    transformer = Transformer(_config(TransformerConfig, read("transformer/config.json")))
    transformer.load_state_dict(floats(folder / "transformer" / WEIGHTS))
    text = TextEncoder(_config(TextConfig, read("text_encoder/config.json")))
    text.load_state_dict(floats(folder / "text_encoder/model.safetensors"))
    vocabulary = read("tokenizer/tokenizer.json")["model"]["vocab"]
    words = Tokenizer(tuple(sorted(vocabulary, key=vocabulary.get)), longtake["textTokenCount"])
    statistics = (
        torch.tensor(values[key], device=device) for key in ("latents_mean", "latents_std")
    )
    vae = vae.to(device, memory_format=torch.channels_last).eval()
    return Bundle(
        Latents(vae, *statistics),
        transformer.to(device).eval(),
        text.to(device).eval(),
        words,
        Sampling.of(longtake),
    )


def _keep_rounded_taps(blocks, tensors):
    """Rounded to bf16, an encoder's taps over time no longer add up to one: they are used as
    stored."""
    for index, block in enumerate(blocks):
        kernel = tensors.get(f"encoder.down_blocks.{index}.time_conv.weight")
        if kernel is not None:
            block.rounded_taps = kernel[..., 0, 0].permute(2, 0, 1)
