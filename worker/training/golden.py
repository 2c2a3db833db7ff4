"""Makes a golden folder of other sizes than the bundled one: small random checkpoints in the public
layout and what they compute, by the model's definition in 64 bits over whole sequences, without
anything of the engine or of the training code but the file format.

    python3 -m training.golden DIR

What does not depend on sizes (schedulers, rotary tables, the tokenizer, the VAE of Wan 2.2) is
copied from the bundled folder; the end-to-end cases are left out. Weights come into being as the
forward pass asks for them, so the code that computes also says what a checkpoint consists of.

Legend: S tokens, D channels, T frames, H W rows and columns, C latent channels. Videos are `(C, T,
H, W)`. """

import json
import math
import shutil
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from training.safetensors import write

BUNDLED = Path(__file__).resolve().parents[1] / "src/test/resources/golden/wan"

TEXT = dict(d_model=40, d_kv=12, num_heads=5, d_ff=72, num_layers=3, vocab_size=512)
VAE = dict(
    base_dim=12,
    z_dim=10,
    dim_mult=[1, 2, 2, 3],
    num_res_blocks=1,
    temperal_downsample=[True, False, True],
)
TRANSFORMER = dict(
    num_attention_heads=3,
    attention_head_dim=20,
    in_channels=VAE["z_dim"],
    out_channels=VAE["z_dim"],
    text_dim=TEXT["d_model"],
    freq_dim=64,
    ffn_dim=104,
    num_layers=3,
)
CELL = 8
VACE = dict(
    TRANSFORMER, num_layers=4, vace_layers=[0, 3], vace_in_channels=2 * VAE["z_dim"] + CELL * CELL
)


class Weights:
    """Random tensors by name, each made when it is first asked for and rounded to 32 bits."""

    def __init__(self, seed):
        self.random = torch.Generator().manual_seed(seed)
        self.tensors = {}

    def normal(self, *shape):
        return torch.randn(shape, generator=self.random, dtype=torch.float64)

    def __call__(self, name, *shape, mean=0.0, scale=None):
        if name not in self.tensors:
            deviation = math.prod(shape[1:]) ** -0.5 if scale is None else scale
            self.tensors[name] = (mean + deviation * self.normal(*shape)).float()
        tensor = self.tensors[name]
        assert tensor.shape == shape, (name, tensor.shape, shape)
        return tensor.double()

    def line(self, x, name, outer):
        """A linear map with a bias over the last axis."""
        return x @ self(f"{name}.weight", outer, x.shape[-1]).T + self(
            f"{name}.bias", outer, scale=0.1
        )

    def gain(self, name, *shape):
        return self(name, *shape, mean=1.0, scale=0.2)


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def silu(x):
    return x / (1 + torch.exp(-x))


def root_mean_square(x):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6)


def layer_norm(x):
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt((centred * centred).mean(-1, keepdim=True) + 1e-6)


def attention(q, k, v, heads, scale, bias=0.0):
    """Rows `(S, heads * d)`; the scores get a bias `(heads, S, S)`."""
    q, k, v = (x.reshape(len(x), heads, -1).transpose(0, 1) for x in (q, k, v))
    shares = torch.softmax(scale * (q @ k.transpose(1, 2)) + bias, -1)
    return (shares @ v).transpose(0, 1).reshape(q.shape[1], -1)


# The transformer.


def angles(head_dim, frames, rows, columns):
    """`(S, head_dim / 2)`: of the axes t, h, w one after the other."""
    across = 2 * (head_dim // 6)
    grid = torch.cartesian_prod(
        torch.arange(frames), torch.arange(rows), torch.arange(columns)
    ).double()
    parts = []
    for axis, size in enumerate((head_dim - 2 * across, across, across)):
        frequency = 10000.0 ** (-2.0 * torch.arange(size // 2, dtype=torch.float64) / size)
        parts.append(grid[:, axis, None] * frequency)
    return torch.cat(parts, 1)


def rotate(x, angle, heads):
    cos, sin = angle.cos()[:, None], angle.sin()[:, None]
    pairs = x.reshape(len(x), heads, -1, 2)
    a, b = pairs[..., 0], pairs[..., 1]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).reshape(x.shape)


def attend(w, name, x, source, heads, angle=None):
    dim = x.shape[-1]
    q = root_mean_square(w.line(x, f"{name}.to_q", dim)) * w.gain(f"{name}.norm_q.weight", dim)
    k = root_mean_square(w.line(source, f"{name}.to_k", dim)) * w.gain(f"{name}.norm_k.weight", dim)
    v = w.line(source, f"{name}.to_v", dim)
    if angle is not None:
        q, k = rotate(q, angle, heads), rotate(k, angle, heads)
    return w.line(attention(q, k, v, heads, (dim // heads) ** -0.5), f"{name}.to_out.0", dim)


def block(w, name, config, x, text, modulation, angle):
    """`modulation` `(S or 1, 6, D)`."""
    heads, dim = config["num_attention_heads"], x.shape[-1]
    m = w(f"{name}.scale_shift_table", 1, 6, dim, scale=0.3) + modulation
    y = layer_norm(x) * (1 + m[:, 1]) + m[:, 0]
    x = x + m[:, 2] * attend(w, f"{name}.attn1", y, y, heads, angle)
    y = layer_norm(x) * w.gain(f"{name}.norm2.weight", dim) + w(
        f"{name}.norm2.bias", dim, scale=0.1
    )
    x = x + attend(w, f"{name}.attn2", y, text, heads)
    y = layer_norm(x) * (1 + m[:, 4]) + m[:, 3]
    inner = gelu(w.line(y, f"{name}.ffn.net.0.proj", config["ffn_dim"]))
    return x + m[:, 5] * w.line(inner, f"{name}.ffn.net.2", dim)


def patches(w, name, x, dim):
    c, t, h, width = x.shape
    weight = w(f"{name}.weight", dim, c, 1, 2, 2).reshape(dim, -1)
    cells = x.reshape(c, t, h // 2, 2, width // 2, 2).permute(1, 2, 4, 0, 3, 5).reshape(-1, 4 * c)
    return cells @ weight.T + w(f"{name}.bias", dim, scale=0.1)


def velocity(w, config, latents, times, text, control=None, scales=()):
    """`times`: one a token, or a single one; `control` may have fewer frames than the latents."""
    dim = config["num_attention_heads"] * config["attention_head_dim"]
    channels, frames, height, width = latents.shape
    half = config["freq_dim"] // 2
    angle = times.double()[:, None] * 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    waves = torch.cat([angle.cos(), angle.sin()], 1)
    embedder = "condition_embedder."
    time = w.line(
        silu(w.line(waves, embedder + "time_embedder.linear_1", dim)),
        embedder + "time_embedder.linear_2",
        dim,
    )
    modulation = w.line(silu(time), embedder + "time_proj", 6 * dim).reshape(-1, 6, dim)
    text = w.line(
        gelu(w.line(text, embedder + "text_embedder.linear_1", dim)),
        embedder + "text_embedder.linear_2",
        dim,
    )
    turn = angles(config["attention_head_dim"], frames, height // 2, width // 2)
    x = patches(w, "patch_embedding", latents, dim)
    hints = {}
    if control is not None:
        c = patches(w, "vace_patch_embedding", control, dim)
        c = torch.cat([c, torch.zeros(len(x) - len(c), dim, dtype=c.dtype)])
        c = w.line(c, "vace_blocks.0.proj_in", dim) + x
        for n, (layer, scale) in enumerate(zip(config["vace_layers"], scales)):
            c = block(w, f"vace_blocks.{n}", config, c, text, modulation, turn)
            hints[layer] = scale * w.line(c, f"vace_blocks.{n}.proj_out", dim)
    for layer in range(config["num_layers"]):
        x = block(w, f"blocks.{layer}", config, x, text, modulation, turn) + hints.get(layer, 0.0)
    m = w("scale_shift_table", 1, 2, dim, scale=0.3) + time[:, None]
    y = w.line(layer_norm(x) * (1 + m[:, 1]) + m[:, 0], "proj_out", 4 * channels)
    y = y.reshape(frames, height // 2, width // 2, 2, 2, channels)
    return y.permute(5, 0, 1, 3, 2, 4).reshape(latents.shape)


# The VAE, over whole videos.


def causal(w, name, x, outer, time, side):
    """Stride 1, as many zero frames in front as the kernel reaches back."""
    weight = w(f"{name}.weight", outer, x.shape[0], time, side, side)
    pad = side // 2
    x = F.pad(x, (pad, pad, pad, pad, time - 1, 0))
    return F.conv3d(x[None], weight, w(f"{name}.bias", outer, scale=0.1))[0]


def flat(w, name, x, outer, pads, stride):
    """The same 3 x 3 kernel for each frame."""
    weight = w(f"{name}.weight", outer, x.shape[0], 3, 3)
    y = F.conv2d(
        F.pad(x.transpose(0, 1), pads), weight, w(f"{name}.bias", outer, scale=0.1), stride
    )
    return y.transpose(0, 1)


def channel_norm(w, name, x, axes):
    length = x.square().sum(0, keepdim=True).sqrt().clamp_min(1e-12)
    gamma = w.gain(f"{name}.gamma", x.shape[0], *[1] * axes)
    return x / length * x.shape[0] ** 0.5 * gamma.reshape(-1, 1, 1, 1)


def residual(w, name, x, outer):
    y = causal(w, f"{name}.conv1", silu(channel_norm(w, f"{name}.norm1", x, 3)), outer, 3, 3)
    y = causal(w, f"{name}.conv2", silu(channel_norm(w, f"{name}.norm2", y, 3)), outer, 3, 3)
    return y + (x if x.shape[0] == outer else causal(w, f"{name}.conv_shortcut", x, outer, 1, 1))


def frame_attention(w, name, x):
    channels, frames, height, width = x.shape
    y = channel_norm(w, f"{name}.norm", x, 2)
    weight = w(f"{name}.to_qkv.weight", 3 * channels, channels, 1, 1).flatten(1)
    bias = w(f"{name}.to_qkv.bias", 3 * channels, scale=0.1)
    projection = w(f"{name}.proj.weight", channels, channels, 1, 1).flatten(1)
    offset = w(f"{name}.proj.bias", channels, scale=0.1)
    out = []
    for frame in range(frames):
        q, k, v = (y[:, frame].reshape(channels, -1).T @ weight.T + bias).chunk(3, 1)
        out.append(
            (attention(q, k, v, 1, channels**-0.5) @ projection.T + offset).T.reshape(
                channels, height, width
            )
        )
    return x + torch.stack(out, 1)


def middle(w, name, x):
    x = residual(w, f"{name}.resnets.0", x, x.shape[0])
    return residual(
        w, f"{name}.resnets.1", frame_attention(w, f"{name}.attentions.0", x), x.shape[0]
    )


def halve(w, name, x, time):
    x = flat(w, f"{name}.resample.1", x, x.shape[0], (0, 1, 0, 1), 2)
    if not time:
        return x
    weight = w(f"{name}.time_conv.weight", x.shape[0], x.shape[0], 3, 1, 1)
    bias = w(f"{name}.time_conv.bias", x.shape[0], scale=0.1)
    if x.shape[1] == 1:
        return x
    return torch.cat([x[:, :1], F.conv3d(x[None], weight, bias, (2, 1, 1))[0]], 1)


def double(w, name, x, time):
    channels = x.shape[0]
    if time:
        rest = causal(w, f"{name}.time_conv", x[:, 1:] if x.shape[1] > 1 else x, 2 * channels, 3, 1)
        if x.shape[1] > 1:
            pairs = rest.reshape(2, channels, *rest.shape[1:]).permute(1, 2, 0, 3, 4).flatten(1, 2)
            x = torch.cat([x[:, :1], pairs], 1)
    x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
    return flat(w, f"{name}.resample.1", x, channels // 2, (1, 1, 1, 1), 1)


def encode(w, config, video, stages=None):
    """Pixels to the moments."""
    factor = 2 ** sum(config["temperal_downsample"])
    stages = {} if stages is None else stages
    x = video[:, : (video.shape[1] - 1) // factor * factor + 1]
    x = causal(w, "encoder.conv_in", x, config["base_dim"], 3, 3)
    index = 0
    for level, multiple in enumerate(config["dim_mult"]):
        for _ in range(config["num_res_blocks"]):
            x = residual(w, f"encoder.down_blocks.{index}", x, config["base_dim"] * multiple)
            index += 1
        if level + 1 < len(config["dim_mult"]):
            x = halve(w, f"encoder.down_blocks.{index}", x, config["temperal_downsample"][level])
            index += 1
        stages[f"enc_stage{level}"] = x
    x = stages["enc_mid"] = middle(w, "encoder.mid_block", x)
    x = silu(channel_norm(w, "encoder.norm_out", x, 3))
    x = causal(w, "encoder.conv_out", x, 2 * config["z_dim"], 3, 3)
    return causal(w, "quant_conv", x, 2 * config["z_dim"], 1, 1)


def decode(w, config, mean, stages=None):
    """The mean of the moments to pixels, limited to [-1, 1]."""
    stages = {} if stages is None else stages
    multiples = config["dim_mult"][::-1]
    x = causal(w, "post_quant_conv", mean, config["z_dim"], 1, 1)
    x = causal(w, "decoder.conv_in", x, config["base_dim"] * multiples[0], 3, 3)
    x = stages["dec_mid"] = middle(w, "decoder.mid_block", x)
    for level, multiple in enumerate(multiples):
        for index in range(config["num_res_blocks"] + 1):
            x = residual(
                w, f"decoder.up_blocks.{level}.resnets.{index}", x, config["base_dim"] * multiple
            )
        if level + 1 < len(multiples):
            time = config["temperal_downsample"][::-1][level]
            x = double(w, f"decoder.up_blocks.{level}.upsamplers.0", x, time)
        stages[f"dec_stage{level}"] = x
    x = silu(channel_norm(w, "decoder.norm_out", x, 3))
    if "decoder.conv_out.weight" not in w.tensors:
        w("decoder.conv_out.weight", 3, x.shape[0], 3, 3, 3, scale=0.35 * (27 * x.shape[0]) ** -0.5)
    return causal(w, "decoder.conv_out", x, 3, 3, 3).clamp(-1, 1)


def tiled(work, x, tile, step, out_tile, out_step):
    """Tiles of the last two axes, blended with the one above, then with the one on the left."""
    height, width = x.shape[2:]
    rows, above = [], None
    for top in range(0, height, step):
        row = []
        for column, left in enumerate(range(0, width, step)):
            y = work(x[:, :, top : top + tile, left : left + tile]).clone()
            if above is not None:
                extent = min(out_tile - out_step, y.shape[2], above[column].shape[2])
                share = (torch.arange(extent, dtype=torch.float64) / extent)[:, None]
                y[:, :, :extent] = (
                    above[column][:, :, -extent:] * (1 - share) + y[:, :, :extent] * share
                )
            if row:
                extent = min(out_tile - out_step, y.shape[3], row[-1].shape[3])
                share = torch.arange(extent, dtype=torch.float64) / extent
                y[..., :extent] = row[-1][..., -extent:] * (1 - share) + y[..., :extent] * share
            row.append(y)
        above = row
        rows.append(torch.cat([y[:, :, :out_step, :out_step] for y in row], 3))
    return torch.cat(rows, 2)


# The text encoder.


def bucket(distance):
    base, far = (16 if distance > 0 else 0), abs(distance)
    if far < 8:
        return base + far
    ratio = torch.log(torch.tensor(far / 8, dtype=torch.float32)) / torch.log(torch.tensor(16.0))
    return base + min(15, 8 + int(ratio * 8))


def encode_text(w, config, ids):
    """Rows of the prompt's own tokens; padding is masked as a key, so leaving it out is the
    same."""
    dim, heads, inner = config["d_model"], config["num_heads"], config["num_heads"] * config["d_kv"]
    count = len(ids)
    buckets = torch.tensor([[bucket(k - q) for k in range(count)] for q in range(count)])
    x = w("shared.weight", config["vocab_size"], dim, scale=1.0)[ids]
    for layer in range(config["num_layers"]):
        name = f"encoder.block.{layer}.layer"
        attend_to = f"{name}.0.SelfAttention"
        y = root_mean_square(x) * w.gain(f"{name}.0.layer_norm.weight", dim)
        q, k, v = (y @ w(f"{attend_to}.{part}.weight", inner, dim).T for part in "qkv")
        bias = w(f"{attend_to}.relative_attention_bias.weight", 32, heads, scale=0.5)[
            buckets
        ].permute(2, 0, 1)
        x = x + attention(q, k, v, heads, 1.0, bias) @ w(f"{attend_to}.o.weight", dim, inner).T
        y = root_mean_square(x) * w.gain(f"{name}.1.layer_norm.weight", dim)
        dense = f"{name}.1.DenseReluDense"
        inside = gelu(y @ w(f"{dense}.wi_0.weight", config["d_ff"], dim).T)
        inside = inside * (y @ w(f"{dense}.wi_1.weight", config["d_ff"], dim).T)
        x = x + inside @ w(f"{dense}.wo.weight", dim, config["d_ff"]).T
    return root_mean_square(x) * w.gain("encoder.final_layer_norm.weight", dim)


# The folder.


def save(path, config, weights, stem):
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(json.dumps(config, indent=2))
    write(path / f"{stem}.safetensors", weights.tensors)


def outputs(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    write(
        path,
        {
            name: value.float() if value.dtype == torch.float64 and "f64" not in name else value
            for name, value in tensors.items()
        },
    )


def floats(random, *shape):
    """Normal values that 32 bits hold exactly."""
    return random.normal(*shape).float().double()


def transformers(root):
    random, w, channels, text_dim = Weights(1), Weights(2), VAE["z_dim"], TEXT["d_model"]
    io = {}
    cases = dict(a=(2, 4, 6, [999.0], 9), b=(3, 6, 4, [857.0], 7), c=(1, 4, 6, [123.45678], 5))
    for name, (frames, height, width, times, rows) in cases.items():
        io[f"{name}.latents"], io[f"{name}.text"] = floats(
            random, channels, frames, height, width
        ), floats(random, rows, text_dim)
        io[f"{name}.timestep"] = torch.tensor(times, dtype=torch.float32)
        io[f"{name}.text"][5:] = 0.0  # rows past the prompt's end, attended to
    io["d.latents"], io["d.text"] = io["b.latents"], io["b.text"]
    io["d.timestep"] = torch.tensor([0.0] * 6 + [700.0] * 12)
    for name in "abcd":
        io[f"{name}.output"] = velocity(
            w, TRANSFORMER, io[f"{name}.latents"], io[f"{name}.timestep"], io[f"{name}.text"]
        )
        for key in ("latents", "text", "output"):
            io[f"{name}.{key}"] = io[f"{name}.{key}"][None]
    io["a.output_exact_sinusoid_f64"] = io["a.output"]
    angle = angles(TRANSFORMER["attention_head_dim"], 2, 2, 3)
    io["a.rope_cos"], io["a.rope_sin"] = angle.cos(), angle.sin()
    save(
        root / "tiny-wan-t2v/transformer",
        dict(TRANSFORMER, _class_name="WanTransformer3DModel"),
        w,
        "diffusion_pytorch_model",
    )
    outputs(root / "io/dit.safetensors", io)


def normalised(mean, config):
    means, deviations = (
        torch.tensor(config[key]).double()[:, None, None, None]
        for key in ("latents_mean", "latents_std")
    )
    return (mean - means) / deviations


def autoencoder(root, config):
    random, w, z, io = Weights(3), Weights(4), config["z_dim"], {}
    cases = dict(a=(9, 32, 32), b=(5, 16, 40), c=(1, 24, 16), d=(11, 16, 16))
    for name, extent in cases.items():
        video, stages = floats(random, 3, *extent) / 2, {}
        video = video.float().double()
        moments = encode(w, config, video, stages)
        mean = moments[:z].float().double()
        io[f"{name}.video"], io[f"{name}.moments"], io[f"{name}.latent_mean"] = video, moments, mean
        io[f"{name}.latent_normalized"] = normalised(mean, config)
        io[f"{name}.decoded"] = decode(w, config, mean, stages)
        if name == "a":
            for stage in ("enc_stage2", "enc_stage3", "enc_mid", "dec_mid", "dec_stage0"):
                io[f"a.stage.{stage}"] = stages[stage]
    io["tiled.video"] = (floats(random, 3, 5, 48, 56) / 2).float().double()
    io["untiled.latent_mean"] = encode(w, config, io["tiled.video"])[:z]
    io["tiled.latent_mean"] = (
        tiled(lambda x: encode(w, config, x)[:z], io["tiled.video"], 32, 24, 4, 3).float().double()
    )
    io["tiled.decoded"] = tiled(
        lambda x: decode(w, config, x), io["tiled.latent_mean"], 4, 3, 32, 24
    )
    save(
        root / "tiny-wan-t2v/vae",
        dict(config, _class_name="AutoencoderKLWan"),
        w,
        "diffusion_pytorch_model",
    )
    outputs(root / "io/vae.safetensors", {name: value[None] for name, value in io.items()})
    return w


def control_of(w, config, video, mask, references):
    z, latents = config["z_dim"], lambda x: normalised(
        encode(w, config, x)[: config["z_dim"]], config
    )
    new = (mask > 0.5).double()
    kept, replaced = latents(video * (1 - new)), latents(video * new)
    frames, height, width = mask.shape
    cells = (
        mask.reshape(frames, height // CELL, CELL, width // CELL, CELL)
        .permute(2, 4, 0, 1, 3)
        .reshape(CELL * CELL, frames, height // CELL, width // CELL)
    )
    count = kept.shape[1]
    chosen = [int((i + 0.5) * frames / count) for i in range(count)]
    parts = [torch.cat([kept, replaced, cells[:, chosen]])]
    for picture in references:  # the last one ends up first, as in the published pipeline
        latent = latents(picture[:, None])
        parts.insert(
            0,
            torch.cat(
                [latent, torch.zeros(z + CELL * CELL, *latent.shape[1:], dtype=torch.float64)]
            ),
        )
    return torch.cat(parts, 1)


def controlled(root, config, vae):
    random, w, io = Weights(5), Weights(6), {}
    io["ctx.video"] = (floats(random, 3, 9, 32, 64) / 2).float().double()
    levels = torch.tensor([0.0, 0.3, 0.5, 0.7, 1.0])
    io["ctx.mask"] = levels[torch.randint(5, (9, 32, 64), generator=random.random)].double()
    for name in ("ctx.reference", "ctx.reference2"):
        io[name] = (floats(random, 3, 32, 64) / 2).float().double()
    first, second = io["ctx.reference"], io["ctx.reference2"]
    for name, references in {
        "ctx.control": [first],
        "ctx.control_no_ref": [],
        "ctx.control_two_refs": [first, second],
    }.items():
        io[name] = (
            control_of(vae, config, io["ctx.video"], io["ctx.mask"], references).float().double()
        )
    control = io["ctx.control"]
    io["latents"], io["text"] = floats(random, *[config["z_dim"], *control.shape[1:]]), floats(
        random, 11, TEXT["d_model"]
    )
    io["timestep"] = torch.tensor([500])
    fewer = dict(VACE, num_layers=2, vace_layers=[0])
    for name, model, given, scales in (
        ("v02", VACE, control, (1.0, 1.0)),
        ("v02s", VACE, control, (1.0, 0.35)),
        ("v02_short_control", VACE, control[:, :2], (1.0, 1.0)),
        ("v0", fewer, control, (1.0,)),
    ):
        io[f"{name}.output"] = velocity(
            w, model, io["latents"], io["timestep"], io["text"], given, scales
        )
    save(
        root / "tiny-wan-vace/transformer",
        dict(VACE, _class_name="WanVACETransformer3DModel"),
        w,
        "diffusion_pytorch_model",
    )
    batched = {
        name: value if name in ("timestep", "ctx.reference", "ctx.reference2") else value[None]
        for name, value in io.items()
    }
    batched["ctx.mask"] = batched["ctx.mask"][None]
    outputs(root / "io/vace.safetensors", batched)


def prompts(root):
    w, rows = Weights(7), 300
    random, io = torch.Generator().manual_seed(8), {}
    lengths = [260, 6]
    io["input_ids"], io["attention_mask"] = torch.zeros(2, rows, dtype=torch.int64), torch.zeros(
        2, rows, dtype=torch.int64
    )
    io["last_hidden_state"] = torch.zeros(2, rows, TEXT["d_model"], dtype=torch.float64)
    for row, length in enumerate(lengths):
        ids = torch.randint(4, TEXT["vocab_size"], (length,), generator=random)
        io["input_ids"][row, :length], io["attention_mask"][row, :length] = ids, 1
        io["last_hidden_state"][row, :length] = encode_text(w, TEXT, ids)
    distances = torch.arange(-600, 601)
    io["bucket.relative_position"], io["bucket.value"] = distances, torch.tensor(
        [bucket(int(d)) for d in distances]
    )
    config = dict(
        TEXT,
        relative_attention_num_buckets=32,
        relative_attention_max_distance=128,
        layer_norm_epsilon=1e-6,
    )
    config.update(
        architectures=["UMT5EncoderModel"],
        feed_forward_proj="gated-gelu",
        dense_act_fn="gelu_new",
        model_type="umt5",
    )
    save(root / "tiny-wan-t2v/text_encoder", config, w, "model")
    outputs(root / "io/umt5.safetensors", io)


def copy(root):
    for name in (
        "io/schedulers.safetensors",
        "io/rope128.safetensors",
        "io/vae22.safetensors",
        "io/tokenizer_cases.json",
    ):
        shutil.copy(BUNDLED / name, root / name)
    for name in ("tiny-wan-t2v/tokenizer", "tiny-wan-t2v/scheduler", "tiny-wan22-vae"):
        shutil.copytree(BUNDLED / name, root / name)
    shutil.copy(BUNDLED / "tiny-wan-t2v/model_index.json", root / "tiny-wan-t2v/model_index.json")


def main(root):
    if root.exists():
        sys.exit(f"{root}: expected a folder that is not there yet")
    random = Weights(9)
    channels = VAE["z_dim"]
    spread = dict(
        latents_mean=[round(float(x), 4) for x in random.normal(channels)],
        latents_std=[round(1.5 + abs(float(x)), 4) for x in random.normal(channels)],
    )
    config = dict(VAE, **spread, attn_scales=[], dropout=0.0)
    transformers(root)
    vae = autoencoder(root, config)
    controlled(root, config, vae)
    prompts(root)
    copy(root)
    print(f"wrote {root}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 -m training.golden DIR")
    with torch.no_grad():
        main(Path(sys.argv[1]))
