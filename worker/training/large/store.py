"""What the trainer holds on its device: drawn shots for the VAE, latents for the transformer.

Both are rings: when full, a new shot takes the place of the oldest.
"""

import torch

from training.large.feed import REFERENCES
from training.paint import HEIGHT, WIDTH
from training.windows import PRESENCE_SHOTS, cell_weights, present


class Shots:
    """Clips `(capacity, T, H, W, 3)` and reference pictures `(capacity, 4, H, W, 3)`, uint8."""

    def __init__(self, capacity, frames, device):
        self.clips = torch.zeros(
            capacity, frames, HEIGHT, WIDTH, 3, dtype=torch.uint8, device=device
        )
        self.pictures = torch.zeros(
            capacity, REFERENCES, HEIGHT, WIDTH, 3, dtype=torch.uint8, device=device
        )
        self.told = [None] * capacity  # ids, number of subjects, low
        self.capacity, self.count, self.size = capacity, 0, 0

    def add(self, drawn):
        at = self.count % self.capacity
        self.clips[at].copy_(torch.from_numpy(drawn.frames))
        self.pictures[at].copy_(torch.from_numpy(drawn.pictures))
        self.told[at] = (drawn.ids, drawn.subjects, drawn.low)
        self.count += 1
        self.size = min(self.count, self.capacity)

    def take_in(self, feed, at_least=0, most=64):
        """Takes the shots that are ready, waiting until there are `at_least`."""
        for _ in range(max(most, at_least - self.size)):
            drawn = feed.get(wait=self.size < at_least)
            if drawn is None:
                return
            self.add(drawn)

    def crops(self, random, count, frames, size, still_share):
        """`(count * frames, 3, h, w)` in [-1, 1], cut on the grid of cells: half of them about the
        middle, where the subjects are. Some are crops of reference pictures, standing still."""
        width, height = size
        parts = []
        for _ in range(count):
            shot = random.randrange(self.size)
            x = random.gauss(128, 52) if random.random() < 0.5 else random.uniform(0, WIDTH)
            y = random.gauss(100, 30) if random.random() < 0.5 else random.uniform(0, HEIGHT)
            x = 16 * round(min(WIDTH - width, max(0, x - width / 2)) / 16)
            y = 16 * round(min(HEIGHT - height, max(0, y - height / 2)) / 16)
            rows, columns = slice(y, y + height), slice(x, x + width)
            if random.random() < still_share:
                known = [*range(self.told[shot][1]), REFERENCES - 1]
                part = self.pictures[shot, random.choice(known), rows, columns][None].expand(
                    frames, -1, -1, -1
                )
            else:
                start = random.randrange(self.clips.shape[1] - frames + 1)
                part = self.clips[shot, start : start + frames, rows, columns]
            parts.append(part)
        pixels = torch.stack(parts).flatten(0, 1).permute(0, 3, 1, 2).float() / 127.5 - 1
        return pixels.contiguous(memory_format=torch.channels_last)


class LatentPool:
    """Normalised latents: clips `(capacity, z, L, h, w)`, references `(capacity, 4, z, h, w)`."""

    def __init__(self, capacity, z, frames, rows, columns, token_count, device):
        self.video = torch.zeros(
            capacity, z, frames, rows, columns, dtype=torch.float16, device=device
        )
        self.references = torch.zeros(
            capacity, REFERENCES, z, rows, columns, dtype=torch.float16, device=device
        )
        self.ids = torch.zeros(capacity, token_count, dtype=torch.int64, device=device)
        self.low = [0] * capacity
        self.of = {1: [], 2: [], 3: []}  # entries by number of subjects
        self.capacity, self.count = capacity, 0

    @property
    def size(self):
        return min(self.count, self.capacity)

    def add(self, video, references, ids, subjects, low):
        at = self.count % self.capacity
        if self.count >= self.capacity:
            for entries in self.of.values():
                if at in entries:
                    entries.remove(at)
        self.video[at], self.references[at] = video, references
        self.ids[at] = torch.tensor(ids)
        self.low[at] = low
        self.of[subjects].append(at)
        self.count += 1

    def weight(self, subjects):
        """How much each cell counts in shots with so many subjects, `(h, w)`."""
        shots = self.of[subjects][:PRESENCE_SHOTS]
        return cell_weights([present(self.video[at], self.references[at, -1]) for at in shots])

    def state(self, most=6000):
        """The newest entries, to begin the next call with."""
        at = [
            k % self.capacity
            for k in range(max(0, self.count - most, self.count - self.capacity), self.count)
        ]
        subjects = {entry: kind for kind, entries in self.of.items() for entry in entries}
        told = [(self.ids[e].tolist(), subjects[e], self.low[e]) for e in at]
        return dict(video=self.video[at].cpu(), references=self.references[at].cpu(), told=told)

    def load(self, state):
        for k, told in enumerate(state["told"]):
            self.add(state["video"][k], state["references"][k], *told)

    def windows(self, random, subjects, frames, count):
        """`count` windows: ids `(B, rows)`, video `(B, z, frames, h, w)`, references `(B, 4, z, h,
        w)`."""
        length = self.video.shape[2]
        chosen = [random.choice(self.of[subjects]) for _ in range(count)]
        starts = [random.randrange(self.low[e], length - frames + 1) for e in chosen]
        device = self.video.device
        entries = torch.tensor(chosen, device=device)
        steps = torch.tensor(starts, device=device)[:, None] + torch.arange(frames, device=device)
        video = self.video[entries[:, None], :, steps].transpose(1, 2).float()
        return self.ids[entries], video, self.references[entries].float()
