"""The kernels' files on a GPU without Java: how far from PyTorch's results, and how fast.

Usage: gpu-probe.py [small]

Compiles each file with nvcc for the device that is there, fills the struct of its kernel by hand and starts it on
PyTorch's stream. `small` takes ragged sizes and measures no time, which is what compute-sanitizer is for. Expect
relative errors of 2e-3 to 4e-3 with results of bf16, 3e-6 of split products, 1e-6 of 32-bit ones, and no NaN.
"""

import ctypes
import pathlib
import struct
import subprocess
import sys
import tempfile

import torch
import torch.nn.functional as functional

ROOT = pathlib.Path(__file__).resolve().parent.parent
KERNELS = ROOT / "worker/src/main/resources/dev/longtake/tensor/cuda"
SMALL = "small" in sys.argv
REPEATS = 3
WORDS = 64


def check(code, what):
    if code != 0:
        sys.exit(f"{what}: CUDA error {code}")


class Device:
    def __init__(self, folder):
        torch.manual_seed(1)
        torch.backends.cudnn.allow_tf32 = False
        torch.zeros(1, device="cuda")  # makes the primary context current
        self.folder = folder
        self.driver = ctypes.CDLL("libcuda.so.1")
        self.architecture = "sm_%d%d" % torch.cuda.get_device_capability()
        self.modules = {}

    def kernel(self, file, name):
        if file not in self.modules:
            code = self.folder / f"{file}.cubin"
            source = KERNELS / f"{file}.cu"
            architecture = self.architecture + ("a" if file == "attention_warpgroup" else "")
            options = ["-std=c++17", "-cubin", "-lineinfo", f"-arch={architecture}"]
            subprocess.check_call(["nvcc", *options, "-o", str(code), str(source)])
            module = ctypes.c_void_p()
            check(self.driver.cuModuleLoadData(ctypes.byref(module), code.read_bytes()), file)
            self.modules[file] = module
        function = ctypes.c_void_p()
        check(self.driver.cuModuleGetFunction(ctypes.byref(function), self.modules[file], name.encode()), name)
        return function

    def launch(self, function, grid, threads, words):
        fields = (ctypes.c_uint64 * WORDS)(*[word & (2**64 - 1) for word in words])
        parameters = (ctypes.c_void_p * 1)(ctypes.addressof(fields))
        stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
        code = self.driver.cuLaunchKernel(function, *grid, threads, 1, 1, 0, stream, parameters, None)
        check(code, "launch")


def view(tensor):
    return [0, 0] if tensor is None else [tensor.data_ptr(), int(tensor.dtype == torch.bfloat16)]


def bits(number):
    return struct.unpack("Q", struct.pack("d", number))[0]


def blocks(count, tile):
    return -(-count // tile)


def show(name, out, expected, work, operations):
    work()
    torch.cuda.synchronize()
    error = ((out.double() - expected).norm() / expected.norm()).item()
    line = f"{name:50} relative error {error:.2e}, {int(out.isnan().sum())} NaN"
    if not SMALL:
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(REPEATS):
            work()
        end.record()
        torch.cuda.synchronize()
        milliseconds = start.elapsed_time(end) / REPEATS
        line += f", {milliseconds:.3f} ms, {operations / milliseconds / 1e9:.1f} TFLOP/s"
    print(line, flush=True)


def attention(device, queries, keys, heads, size):
    q, k, v = (torch.randn(rows, heads * size, device="cuda").bfloat16() for rows in (queries, keys, keys))
    out = torch.full_like(q, float("nan"))
    last = slice(max(0, queries - 256), queries)  # the ragged tile is among them

    def heads_first(x):
        return x.double().view(-1, heads, size).transpose(0, 1)

    scores = heads_first(q[last]) @ heads_first(k).transpose(1, 2) * size**-0.5
    expected = (scores.softmax(-1) @ heads_first(v)).transpose(0, 1).reshape(-1, heads * size)
    words = view(out) + view(q) + view(k) + view(v) + [0, 0, queries, keys, heads, size, bits(size**-0.5)]
    width = 32 if size <= 32 else 64 if size <= 64 else 128
    ways = [("attention_tensor", f"attention_tensor_{width}", 64, 128)]
    if width == 128:
        ways.append(("attention_wide_tensor", "attention_wide_tensor", 128, 128))
    if width == 128 and device.architecture == "sm_90":
        ways.append(("attention_warpgroup", "attention_warpgroup", 128, 256))
    for file, name, tile, threads in ways:
        kernel = device.kernel(file, name)
        out.fill_(float("nan"))
        work = lambda: device.launch(kernel, (blocks(queries, tile), heads, 1), threads, words)
        what = f"{name} {queries} x {keys}, {heads} of {size}"
        show(what, out[last], expected, work, 4 * queries * keys * heads * size)


def linear(device, file, rows, terms, outputs, dtype):
    x = torch.randn(rows, terms, device="cuda").to(dtype)
    weight = torch.randn(outputs, terms, device="cuda").bfloat16()
    out = torch.full((rows, outputs), float("nan"), device="cuda", dtype=dtype)
    kernel = device.kernel(file, file)
    words = view(out) + view(x) + [0, 0] + view(weight) + [0, 0, rows, outputs, terms, 0]
    tile = 64 if file == "linear" else 128
    grid = (blocks(outputs, tile), blocks(rows, tile), 1)
    work = lambda: device.launch(kernel, grid, 256, words)
    expected = x.double() @ weight.double().T
    show(f"{file} {rows} x {terms} x {outputs}", out, expected, work, 2 * rows * terms * outputs)


def conv(device, name, frames, height, width, channels, outputs, dtype):
    x = torch.randn(frames, height, width, channels, device="cuda").to(dtype)
    weight = torch.randn(outputs, 3, 3, 3, channels, device="cuda").bfloat16()
    out = torch.full((frames, height, width, outputs), float("nan"), device="cuda", dtype=dtype)
    rows, terms = frames * height * width, 27 * channels
    pixels = [channels, frames, 0, height, width, height, width, 3, 3, 1, 1, -2, 1, 1]
    words = view(out) + view(x) + [0, 0] + view(weight) + [0, 0, rows, outputs, terms, 0] + pixels
    padded = functional.pad(x.float().permute(3, 0, 1, 2)[None], (1, 1, 1, 1, 2, 0))
    expected = functional.conv3d(padded, weight.float().permute(0, 4, 1, 2, 3))[0].permute(1, 2, 3, 0).double()
    kernel = device.kernel(name.removesuffix("_96"), name)
    across = 64 if name == "conv" else 96 if name.endswith("_96") else 128
    grid = (blocks(outputs, across), blocks(rows, 64 if name == "conv" else 128), 1)
    work = lambda: device.launch(kernel, grid, 256, words)
    show(f"{name} {frames} x {height} x {width}, {channels} to {outputs}", out, expected, work, 2 * rows * terms * outputs)


def main():
    half, full = torch.bfloat16, torch.float32
    with tempfile.TemporaryDirectory() as folder:
        device = Device(pathlib.Path(folder))
        if SMALL:
            attention(device, 197, 77, 2, 40)
            attention(device, 100, 130, 2, 64)
            attention(device, 70, 200, 3, 128)
            attention(device, 261, 65, 2, 80)
            linear(device, "linear_tensor", 150, 72, 136, half)
            linear(device, "linear_split", 150, 72, 136, full)
            linear(device, "linear", 70, 33, 65, full)
            conv(device, "conv_tensor", 2, 9, 11, 16, 24, half)
            conv(device, "conv_split", 2, 9, 11, 16, 136, full)
            conv(device, "conv_split_96", 2, 9, 11, 16, 200, full)
            conv(device, "conv", 2, 9, 11, 5, 7, full)
            return
        attention(device, 32760, 32760, 12, 128)
        attention(device, 32760, 512, 12, 128)
        for queries in (256, 512, 1024, 2048, 4096):
            attention(device, queries, queries, 12, 128)
        linear(device, "linear_tensor", 32760, 1536, 8960, half)
        linear(device, "linear_split", 512, 4096, 10240, full)
        linear(device, "linear", 512, 4096, 10240, full)
        conv(device, "conv_tensor", 1, 480, 832, 96, 96, half)
        conv(device, "conv_split_96", 1, 480, 832, 96, 96, full)
        conv(device, "conv_split", 1, 120, 208, 384, 384, full)
        conv(device, "conv", 1, 480, 832, 96, 96, full)


if __name__ == "__main__":
    main()
