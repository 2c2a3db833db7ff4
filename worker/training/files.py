"""State files, written whole or not at all."""

import os
import time
from pathlib import Path

import torch


def save(path, state):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load(path):
    """The state in a file, or None if there is none."""
    path = Path(path)
    return torch.load(path, map_location="cpu", weights_only=False) if path.exists() else None


def log(*words):
    print(time.strftime("%H:%M:%S"), *words, flush=True)
