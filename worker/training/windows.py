"""Windows of the latent pool: what a batch of the transformer's training is drawn from."""

from pathlib import Path

import torch

from training.files import load
from training.model import control_of
from training.transformer import PATCH

NO_TEXT = 0.10
PRESENT = 0.3  # mean square from which on a cell is not its place's
PRESENCE_WEIGHT = 3.0  # what such a cell weighs more
PRESENCE_SHOTS = 400


class Pool:
    """The shards of a folder, re-read as they come; the oldest shots leave when there are too
    many."""

    def __init__(self, folder, words, skipped=(), longest=9000):
        self.folder, self.longest = Path(folder), longest
        self.skipped, self.empty = {words.ids[word] for word in skipped}, words.padded("")
        self.known, self.shots = set(), {1: [], 2: []}
        self.refresh()

    def refresh(self):
        for path in sorted(self.folder.glob("shard-*.pt")):
            if path.name in self.known:
                continue
            self.known.add(path.name)
            for shot in load(path):
                if self.skipped & set(shot["ids"]):
                    continue
                self.shots[shot["references"].shape[1] - 1].append(shot)
        for kind, shots in self.shots.items():
            self.shots[kind] = shots[-self.longest // 2 :]

    def weight(self, cast):
        """How much each cell counts in shots with `cast` animals, `(h, w)`."""
        shots = self.shots[cast][:PRESENCE_SHOTS]
        return cell_weights([present(shot["video"], shot["references"][:, -1]) for shot in shots])

    def windows(self, random, cast, frames, count):
        """`count` windows of at most `frames` latent frames (all of equal length) of shots with
        `cast` animals: (ids, video, references)."""
        shots = [random.choice(self.shots[cast]) for _ in range(2 * count)]
        shots = [s for s in shots if s["video"].shape[1] >= frames][:count]
        for shot in shots:
            at = random.randrange(shot["video"].shape[1] - frames + 1)
            yield shot["ids"], shot["video"][:, at : at + frames], shot["references"]


def present(video, place):
    """In which share of the latent frames `(z, L, h, w)` a cell differs from the place's picture
    `(z, h, w)`."""
    change = video.float() - place[:, None].float()
    return (change.square().mean(0) > PRESENT).float().mean(0)


def cell_weights(presences):
    """How much a cell counts, 1 on average: the more, the more often something stands there in some
    shots. It depends on the cell alone, not on what a shot shows, so that the best answer stays the
    mean of all that might be."""
    weight = 1 + PRESENCE_WEIGHT * torch.stack(presences).mean(0)
    return weight / weight.mean()


def tokens_of(grey):
    """Tokens of one latent frame."""
    return grey.shape[-2] * grey.shape[-1] // PATCH**2


def known_frames(random, frames):
    """Which latent frames of a window are given: the first ones, the last ones, or any; never
    all."""
    count, kind = random.randrange(1, frames), random.choice(("first", "last", "any"))
    if kind == "any":
        chosen = random.sample(range(frames), count)
        return [k in chosen for k in range(frames)]
    return [(k < count) if kind == "first" else (k >= frames - count) for k in range(frames)]


def draw_batch(pool, random, stage, grey, cell):
    """One batch of equal shape: noise-free latents, control, ids, number of references, how many
    animals. A stage that teaches guidance has always its cast and its words."""
    frames = random.choice(stage.frames)
    cast = 1 if random.random() < 0.55 else 2
    with_cast = random.random() > stage.no_cast or stage.guidance > 1
    with_scene = random.random() > stage.no_scene
    count = cast * with_cast + with_scene
    size = max(2, stage.tokens // (tokens_of(grey) * (count + frames)))
    clean, controls, ids = [], [], []
    for words, video, references in pool.windows(random, cast, frames, size):
        stills = [references[:, k : k + 1].float() for k in range(cast)] if with_cast else []
        stills += [references[:, cast:].float()] if with_scene else []
        video, known = video.float(), None
        if stage.known and frames > 1 and random.random() < stage.known:
            known = video, known_frames(random, frames)
        clean.append(torch.cat([*stills, video], 1))
        controls.append(control_of(stills, grey, frames, cell, known))
        silent = random.random() < NO_TEXT and stage.guidance <= 1
        ids.append(pool.empty if silent else words)
    return torch.stack(clean), torch.stack(controls), torch.tensor(ids), count, cast
