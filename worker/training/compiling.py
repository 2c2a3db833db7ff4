"""What `torch.compile` is used for here, where PyTorch has it."""

from functools import cache

import torch

from training.transformer import Block


def raise_compile_limit(dynamo):
    """Lets one function be compiled for many shapes; the setting's name differs among versions."""
    name = "recompile_limit" if hasattr(dynamo.config, "recompile_limit") else "cache_size_limit"
    setattr(dynamo.config, name, 64)
    dynamo.config.suppress_errors = True  # what cannot be compiled runs as it is


@cache
def compile_blocks(dynamic):
    """Fuses the elementwise work of the transformer's blocks, for each shape or for any."""
    if hasattr(torch, "compile"):
        raise_compile_limit(torch._dynamo)
        Block.forward = torch.compile(Block.forward, dynamic=dynamic)
