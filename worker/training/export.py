"""Writes the checkpoint as a diffusers folder in bf16, and a golden file made from it in f32."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch

from training import safetensors, tokenizer
from training.files import load
from training.flow import sigmas
from training.model import Latents, control_of, fresh
from training.text import TextEncoder
from training.transformer import Transformer
from training.vae import Down, Vae, exported

DEFAULTS = {
    "name": "toybox",
    "version": "0.6",
    "width": 256,
    "height": 160,
    "fps": 8,
    "stepCount": 12,
    "guidanceScale": 3.0,
    "shift": 3.0,
    "solver": "euler",
    "chunk": {"latentFrameCount": 6, "overlap": 2},
    # A latent frame is decoded from itself and the three before it, of which the earliest may be a
    # segment's first one, that stands for one frame.
    "segment": {"latentFrameCount": 8, "halo": 3},
    "referenceMax": 3,
    "negativePrompt": "",
    # Start noise common to all latent frames: what stands still then ends alike in each of them.
    "sharedNoise": 0.5,
}


def transformer_config(config):
    return {
        "_class_name": "WanVACETransformer3DModel",
        "_diffusers_version": "0.35.0",
        "added_kv_proj_dim": None,
        "attention_head_dim": config.attention_head_dim,
        "cross_attn_norm": True,
        "eps": 1e-6,
        "ffn_dim": config.ffn_dim,
        "freq_dim": config.freq_dim,
        "image_dim": None,
        "in_channels": config.in_channels,
        "num_attention_heads": config.num_attention_heads,
        "num_layers": config.num_layers,
        "out_channels": config.out_channels,
        "patch_size": [1, 2, 2],
        "pos_embed_seq_len": None,
        "qk_norm": "rms_norm_across_heads",
        "rope_max_seq_len": 1024,
        "text_dim": config.text_dim,
        "vace_in_channels": config.vace_in_channels,
        "vace_layers": list(config.vace_layers),
    }


def vae_config(config, mean, std):
    return {
        "_class_name": "AutoencoderKLWan",
        "_diffusers_version": "0.35.0",
        "attn_scales": [],
        "base_dim": config.base_dim,
        "decoder_base_dim": config.decoder_base_dim,
        "dim_mult": list(config.dim_mult),
        "dropout": 0.0,
        "in_channels": 3 * config.patch_size**2,
        "is_residual": False,
        "latents_mean": [round(float(v), 6) for v in mean],
        "latents_std": [round(float(v), 6) for v in std],
        "num_res_blocks": config.num_res_blocks,
        "out_channels": 3 * config.patch_size**2,
        "patch_size": config.patch_size,
        "scale_factor_spatial": config.spatial,
        "scale_factor_temporal": 4,
        "temperal_downsample": list(config.temperal_downsample),
        "z_dim": config.z_dim,
    }


def text_config(config):
    return {
        "architectures": ["UMT5EncoderModel"],
        "model_type": "umt5",
        "d_ff": config.d_ff,
        "d_kv": config.d_kv,
        "d_model": config.d_model,
        "dense_act_fn": "gelu_new",
        "dropout_rate": 0.0,
        "eos_token_id": tokenizer.END,
        "feed_forward_proj": "gated-gelu",
        "is_gated_act": True,
        "layer_norm_epsilon": 1e-6,
        "num_heads": config.num_heads,
        "num_layers": config.num_layers,
        "pad_token_id": tokenizer.PAD,
        "relative_attention_max_distance": config.relative_attention_max_distance,
        "relative_attention_num_buckets": config.relative_attention_num_buckets,
        "tie_word_embeddings": False,
        "vocab_size": config.vocab_size,
    }


SCHEDULER = {
    "_class_name": "FlowMatchEulerDiscreteScheduler",
    "_diffusers_version": "0.35.0",
    "num_train_timesteps": 1000,
    "shift": 3.0,
}

MODEL_INDEX = {
    "_class_name": "WanVACEPipeline",
    "_diffusers_version": "0.35.0",
    "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    "text_encoder": ["transformers", "UMT5EncoderModel"],
    "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
    "transformer": ["diffusers", "WanVACETransformer3DModel"],
    "vae": ["diffusers", "AutoencoderKLWan"],
}

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "pad_token": "<pad>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def rounded(module):
    """The module with its weights rounded to bf16, as the exported file has them, in f32."""
    with torch.no_grad():
        for value in module.parameters():
            value.copy_(value.bfloat16().float())
        for part in module.modules():
            if isinstance(part, Down) and part.time is not None:
                part.rounded_taps = part.taps().bfloat16().float()
    return module.float().eval()


def half(tensors):
    return {name: value.bfloat16() for name, value in tensors.items()}


@dataclass(frozen=True)
class Trained:
    """What a checkpoint is made of: networks on the processor, the latents' statistics, the
    words."""

    vae: Vae
    mean: torch.Tensor
    std: torch.Tensor
    transformer: Transformer
    text: TextEncoder
    words: tokenizer.Tokenizer

    def latents(self):
        return Latents(self.vae.to(memory_format=torch.channels_last), self.mean, self.std)


def export(folder, golden, model, longtake):
    """Writes the folder of a `Trained` model and its golden file; `longtake`: what `longtake.json`
    has other than DEFAULTS. The model's weights are rounded."""
    folder, words = Path(folder), model.words
    vae, transformer, text = model.vae, model.transformer, model.text
    defaults = DEFAULTS | longtake | {"textTokenCount": words.token_count}
    mean = torch.tensor([round(float(v), 6) for v in model.mean])
    std = torch.tensor([round(float(v), 6) for v in model.std])
    write_json(folder / "model_index.json", MODEL_INDEX)
    write_json(folder / "longtake.json", defaults)
    write_json(folder / "scheduler/scheduler_config.json", SCHEDULER)
    write_json(folder / "tokenizer/tokenizer.json", tokenizer.tokenizer_json(words))
    write_json(
        folder / "tokenizer/tokenizer_config.json",
        {**TOKENIZER_CONFIG, "model_max_length": words.token_count},
    )
    write_json(folder / "text_encoder/config.json", text_config(text.config))
    write_json(folder / "transformer/config.json", transformer_config(transformer.config))
    write_json(folder / "vae/config.json", vae_config(vae.config, mean, std))
    for module in (vae, transformer, text):
        rounded(module)
    safetensors.write(folder / "text_encoder/model.safetensors", half(text.state_dict()))
    name = "diffusion_pytorch_model.safetensors"
    safetensors.write(folder / "transformer" / name, half(transformer.state_dict()))
    safetensors.write(folder / "vae" / name, half(exported(vae)))
    if golden:
        Path(golden).parent.mkdir(parents=True, exist_ok=True)
        safetensors.write(golden, golden_tensors(Latents(vae, mean, std), transformer, text, words))


@torch.no_grad()
def golden_tensors(latents, transformer, text, words):
    """A small picture through every part: what the engine must reproduce."""
    noise = torch.Generator().manual_seed(7)
    z, cell = latents.vae.config.z_dim, latents.vae.config.spatial
    ids = torch.tensor(
        [words.padded("a grey rhino with a red scarf grazes in central park. zeppelin")]
    )
    embeds = text(ids)
    image = torch.nn.functional.interpolate(
        torch.rand(1, 3, 4, 4, generator=noise) * 2 - 1, size=(2 * cell, 4 * cell), mode="bilinear"
    )
    encoded = latents.encode_pixels(image)
    reference = torch.randn(z, 1, 2, 4, generator=noise)
    control = control_of([encoded, reference], latents.grey(2, 4), 3, cell)[None]
    noisy = torch.randn(1, z, 5, 2, 4, generator=noise)
    timestep = torch.tensor([1000 * sigmas(16, 3.0)[5]])
    shown = torch.randn(z, 3, 2, 2, generator=noise)
    return {
        "prompt_ids": ids,
        "prompt_embeds": embeds,
        "dit.latents": noisy,
        "dit.timestep": timestep,
        "dit.control": control,
        "dit.velocity": transformer(noisy, timestep, embeds, control),
        "vae.image": image[:, :, None],
        "vae.image_latents_normalized": encoded[None],
        "vae.latents_normalized": shown[None],
        "vae.frames": latents.decode_pixels(shown).transpose(0, 1)[None],
    }


def trained(config, vae_file, transformer_file):
    """Averaged weights of a configuration's states; the transformer may be missing."""
    vae, words = Vae(config.vae_model), config.words()
    vae.load_state_dict(load(vae_file)["average"])
    state, zeros = load(transformer_file), torch.zeros(vae.config.z_dim)
    transformer, text = fresh(0, words, config.transformer_model)
    if state is None:
        return Trained(vae, zeros, zeros + 1, transformer, text, words)
    transformer.load_state_dict(state["transformer_average"])
    text.load_state_dict(state["text_average"])
    return Trained(vae, state["mean"], state["std"], transformer, text, words)
