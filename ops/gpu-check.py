"""PyTorch's times for what GpuStepBench measures, on the same device: a product, attention, denoise steps.

The steps are Wan's transformer blocks with random weights at 480x832x81 (32760 tokens, 512 of text), without the
embeddings and the head: eager and compiled if that can be, scaled-dot-product attention in both. Prints medians, TFLOP/s, the share
of the product's rate, and the peak of memory. `--small` runs tiny sizes on the processor, to see that it runs.
"""

import statistics
import sys
import time

import torch
import torch.nn.functional as functional
from torch import nn

SMALL = "--small" in sys.argv
DEVICE = "cpu" if SMALL else "cuda"
TOKENS = 64 if SMALL else 21 * 30 * 52
TEXT = 16 if SMALL else 512
HEAD = 16 if SMALL else 128
REPEATS = 2 if SMALL else 5


def synchronize():
    if not SMALL:
        torch.cuda.synchronize()


def median_seconds(work):
    for _ in range(2):
        work()
    times = []
    for _ in range(REPEATS):
        synchronize()
        start = time.perf_counter()
        work()
        synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


class Attention(nn.Module):
    """q and k are normalised over the whole width, as Wan does."""

    def __init__(self, width):
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))
        self.norm_q, self.norm_k = nn.RMSNorm(width, 1e-6), nn.RMSNorm(width, 1e-6)

    def forward(self, x, context, rotation):
        q, k, v = self.norm_q(self.q(x)), self.norm_k(self.k(context)), self.v(context)
        q, k, v = (each.unflatten(-1, (-1, HEAD)).transpose(0, 1) for each in (q, k, v))
        if rotation is not None:
            q, k = rotate(q, rotation), rotate(k, rotation)
        y = functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
        return self.out(y.transpose(0, 1).flatten(1))


def rotate(x, rotation):
    """Pairs of neighbours by the angles of their row."""
    cos, sin = rotation
    a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.modulation = nn.Parameter(torch.randn(6, width) / width**0.5)
        self.self_attention, self.text_attention = Attention(width), Attention(width)
        self.norm = nn.LayerNorm(width, 1e-6, elementwise_affine=False)
        self.text_norm = nn.LayerNorm(width, 1e-6)
        self.inner, self.outer = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x, text, time_rows, rotation):
        shift, scale, gate, shift2, scale2, gate2 = self.modulation + time_rows
        y = self.norm(x) * (1 + scale) + shift
        x = x + self.self_attention(y, y, rotation) * gate
        x = x + self.text_attention(self.text_norm(x), text, None)
        y = self.norm(x) * (1 + scale2) + shift2
        return x + self.outer(functional.gelu(self.inner(y), approximate="tanh")) * gate2


class Step(nn.Module):
    def __init__(self, layers, width, hidden):
        super().__init__()
        self.blocks = nn.ModuleList(Block(width, hidden) for _ in range(layers))

    def forward(self, x, *conditions):
        for block in self.blocks:
            x = block(x, *conditions)
        return x


def show(name, seconds, operations, peak):
    rate = operations / seconds
    print(f"{name:44} {1e3 * seconds:10.2f} ms {rate / 1e12:8.1f} TFLOP/s {100 * rate / peak:5.0f} % of the product")


def product():
    size = 256 if SMALL else 8192
    x, w = (torch.randn(size, size, device=DEVICE, dtype=torch.bfloat16) for _ in range(2))
    seconds = median_seconds(lambda: x @ w.T)
    peak = 2 * size**3 / seconds
    show(f"product of {size}", seconds, 2 * size**3, peak)
    return peak


@torch.inference_mode()
def step(name, peak, layers, heads, hidden):
    width = heads * HEAD
    torch.manual_seed(1)
    with torch.device(DEVICE):
        model = Step(layers, width, hidden).to(torch.bfloat16)
        x = torch.randn(TOKENS, width, dtype=torch.bfloat16)
        text = torch.randn(TEXT, width, dtype=torch.bfloat16)
        rows = torch.randn(6, width, dtype=torch.bfloat16)
        angles = torch.randn(TOKENS, HEAD // 2)
    conditions = (text, rows, (angles.cos().to(torch.bfloat16), angles.sin().to(torch.bfloat16)))
    products = 2 * TOKENS * width * (6 * width + 2 * hidden) + 4 * TEXT * width * width
    operations = layers * (products + 4 * TOKENS * (TOKENS + TEXT) * width)

    def measure(kind, run):
        if not SMALL:
            torch.cuda.reset_peak_memory_stats()
        show(f"step of {name}, {kind}", median_seconds(lambda: run(x, *conditions)), operations, peak)
        if not SMALL:
            print(f"  peak of memory {torch.cuda.max_memory_allocated() / 2**20:.0f} MiB")

    measure("eager", model)
    try:
        measure("compiled", torch.compile(model))
    except Exception as failure:  # No C compiler, no Triton: what can be measured goes on.
        print(f"step of {name}, compiled: not measured, {type(failure).__name__}: {(str(failure).strip() or "no message").splitlines()[0]}")


def attention(name, peak, heads):
    q = torch.randn(1, heads, TOKENS, HEAD, device=DEVICE, dtype=torch.bfloat16)
    operations = 4 * TOKENS * TOKENS * heads * HEAD
    work = functional.scaled_dot_product_attention
    show(f"attention of {name}", median_seconds(lambda: work(q, q, q)), operations, peak)


def main():
    print(torch.__version__, "on the processor" if SMALL else torch.cuda.get_device_name())
    peak = product()
    for name, layers, heads, hidden in (("T2V-1.3B", 30, 12, 8960), ("14B, two blocks", 2, 40, 13824)):
        if SMALL:
            layers, heads, hidden = 2, 2, 64
        attention(name, peak, heads)
        step(name, peak, layers, heads, hidden)


if __name__ == "__main__":
    main()
