"""Several processes of one thread each that train one model, by averaging their gradients.

On a machine shared with other work, one process of many threads waits at every layer for its
slowest thread; processes wait for each other once a step. """

import os
import tempfile
from dataclasses import dataclass

import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing


@dataclass(frozen=True)
class Crew:
    rank: int
    size: int

    def average_gradients(self, weights):
        for weight in weights:
            if weight.grad is None:  # a still picture does not reach the taps over time
                weight.grad = torch.zeros_like(weight)
        if self.size == 1:
            return
        flat = torch.cat([w.grad.reshape(-1) for w in weights]).div_(self.size)
        dist.all_reduce(flat)
        for weight, part in zip(weights, flat.split([w.numel() for w in weights])):
            weight.grad = part.reshape(weight.shape)

    def add_up(self, tensors):
        """Replaces each tensor by its sum over the processes."""
        if self.size == 1 or not tensors:
            return
        flat = torch.cat([t.reshape(-1) for t in tensors])
        dist.all_reduce(flat)
        for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors])):
            tensor.copy_(part.reshape(tensor.shape))

    def first(self, value):
        """What the first process has for a number or a truth, which all are to go by."""
        if self.size == 1:
            return value
        told = torch.tensor([float(value)], dtype=torch.float64)
        dist.broadcast(told, 0)
        return type(value)(told.item())


ALONE = Crew(0, 1)


def _member(rank, size, meeting, work):
    os.setsid()  # Linux shares processors among sessions first, then among their processes
    dist.init_process_group("gloo", f"file://{meeting}", rank=rank, world_size=size)
    work(Crew(rank, size))
    dist.destroy_process_group()


def together(size, work):
    """Runs `work(crew)` in `size` processes."""
    if size == 1:
        return work(ALONE)
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.start_processes(
            _member, (size, f"{folder}/meeting", work), size, start_method="fork"
        )
