"""State files, written whole or not at all, in parts of at most 15 MiB.

`state.pt` is a small index that names its parts, `state.pt.a0`, `state.pt.a1` and so on. A new
state goes to the other set of parts (`b`), and replacing the index makes it the current one. """

import io
import json
import os
import time
from pathlib import Path

import torch

PART_BYTES = 15 << 20


def save(path, state):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    torch.save(state, buffer)
    data = buffer.getbuffer()
    letter = "b" if _index(path).get("set") == "a" else "a"
    count = -(-len(data) // PART_BYTES)
    for part in range(count):
        Path(f"{path}.{letter}{part}").write_bytes(
            data[part * PART_BYTES : (part + 1) * PART_BYTES]
        )
    partial = Path(f"{path}.partial")
    partial.write_text(json.dumps({"set": letter, "parts": count}))
    os.replace(partial, path)


def load(path):
    """The state in a file, or None if there is none."""
    path = Path(path)
    index = _index(path)
    if not index:
        return None
    data = b"".join(
        Path(f"{path}.{index['set']}{part}").read_bytes() for part in range(index["parts"])
    )
    return torch.load(io.BytesIO(data), map_location="cpu", weights_only=False)


def _index(path):
    return json.loads(path.read_text()) if path.exists() else {}


def log(*words):
    print(time.strftime("%H:%M:%S"), *words, flush=True)
