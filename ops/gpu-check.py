"""PyTorch's times for the products and the attention of one Wan block, beside GpuStepBench's.

Prints milliseconds (median of 10) and TFLOP/s: eager and compiled attention, and the matrix product.
"""

import statistics
import time

import torch
import torch.nn.functional as functional


def median_ms(work):
    for _ in range(3):
        work()
    torch.cuda.synchronize()
    times = []
    for _ in range(10):
        start = time.perf_counter()
        work()
        torch.cuda.synchronize()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def show(name, milliseconds, operations):
    print(f"{name:40} {milliseconds:9.2f} ms {operations / milliseconds / 1e9:8.1f} TFLOP/s")


def main():
    print(torch.__version__, torch.cuda.get_device_name())
    tokens = 21 * 30 * 52
    for name, width, hidden, heads in (("1.3B", 1536, 8960, 12), ("14B", 5120, 13824, 40)):
        torch.manual_seed(1)
        x = torch.randn(tokens, width, device="cuda", dtype=torch.bfloat16)
        w = torch.randn(hidden, width, device="cuda", dtype=torch.bfloat16)
        show(f"{name} feed-forward product", median_ms(lambda: x @ w.T), 2 * tokens * width * hidden)
        q = x.view(1, tokens, heads, 128).transpose(1, 2).contiguous()
        operations = 4 * tokens * tokens * width
        attention = functional.scaled_dot_product_attention
        show(f"{name} attention, eager", median_ms(lambda: attention(q, q, q)), operations)
        compiled = torch.compile(lambda y: attention(y, y, y))
        show(f"{name} attention, compiled", median_ms(lambda: compiled(q)), operations)


if __name__ == "__main__":
    main()
