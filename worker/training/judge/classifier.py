"""The classifiers: one small convolutional trunk over four moments of a shot, one head per
question."""

import math
import multiprocessing
from dataclasses import replace
from random import Random

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from training.loop import Plan, Rate, run
from training.optimiser import Optimiser
from training.world.film import goes
from training.world.puppets import COATS, DYES

MOMENTS = (0, 3, 6, 11)  # frames; uneven, so that motion of any period shows
SIZE = (128, 80)  # a picture as the trunk sees it
WIDTHS = (32, 48, 64, 96)
NOISE = 6  # largest deviation of what is added to drawings, of 255


def questions(world):
    """What is asked, and the answers that can be given."""
    things = tuple(a for thing in world.things for a in world.actions_of(thing))
    return {
        "species": (*world.species, *world.things),
        "coat": tuple(dict.fromkeys((*COATS, *DYES))),
        "scarf": (None, *DYES),
        "scene": world.scenes,
        "action": tuple(dict.fromkeys((*world.actions, *things))),
        "light": world.lights,
        "weather": world.weathers,
        "style": world.styles,
        "passing": world.passing,
    }


def answers(shot, subject=0):
    """The truth of a shot and of one of its subjects."""
    role = shot.roles[subject]
    return {
        "species": role.who.species,
        "coat": role.who.coat,
        "scarf": role.who.scarf,
        "scene": shot.scene.kind,
        "action": role.action,
        "light": shot.scene.light,
        "weather": shot.weather,
        "style": shot.style,
        "passing": shot.passing,
    }


def centred(frames, shot, subject):
    """Frames `(n, 160, 256, 3)` moved so that a subject of several stands where one alone does; the
    picture's edge is repeated beyond it."""
    away = shot.homes[subject] - replace(shot, roles=shot.roles[:1]).homes[0]
    columns = np.clip(np.arange(256) + away, 0, 255)
    return [frame[:, columns] for frame in frames] if away else frames


def seen(frames):
    """Frames `(4, 160, 256, 3)` uint8 as the trunk's input `(12, 80, 128)` uint8."""
    small = [cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA) for frame in frames]
    return np.concatenate([s.transpose(2, 0, 1) for s in small])


def alone(world):
    """The world, one subject at a time."""
    return replace(world, counts=(1,))


def staying(world):
    """The world without what takes a subject out of the picture."""
    there = {
        name: tuple(a for a in getattr(world, name) if not goes(a))
        for name in ("actions", "thing_actions")
    }
    return replace(world, **there)


def judged(world):
    """The world with one or two subjects: of three, each is too small to be told apart."""
    return replace(world, counts=tuple(c for c in world.counts if c < 3))


def _drawn(job):
    world, seed, first_seed, last_seed, windows = job
    random = Random(f"judge {seed}")
    shot = judged(world).shot(random, first_seed, last_seed)
    subject = random.randrange(len(shot.roles))
    film, asked, truth = world.film(shot), questions(world), answers(shot, subject)
    labels = [asked[q].index(truth[q]) for q in asked]
    starts = [random.randrange(0, 64) for _ in range(windows)]
    return [
        (seen(centred([film.frame(start + m) for m in MOMENTS], shot, subject)), labels)
        for start in starts
    ]


def drawings(world, count, processes, held_out, windows=2):
    """Inputs `(n, 12, 80, 128)` uint8 and labels `(n, questions)` of drawn shots."""
    seeds = (0, 1000) if held_out else (1000, 1 << 30)
    name = "held out" if held_out else "training"
    jobs = [(world, f"{name} {k}", *seeds, windows) for k in range(count)]
    if processes > 1:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            found = pool.map(_drawn, jobs, chunksize=4)
    else:
        found = map(_drawn, jobs)
    inputs, labels = zip(*(entry for shot in found for entry in shot))
    return torch.from_numpy(np.stack(inputs)), torch.tensor(labels)


class Judge(nn.Module):
    def __init__(self, world):
        super().__init__()
        self.asked = questions(world)
        layers, inner = [], 3 * len(MOMENTS) + 3
        for width in WIDTHS:
            layers += [nn.Conv2d(inner, width, 3, 2, 1), nn.GroupNorm(8, width), nn.SiLU()]
            layers += [nn.Conv2d(width, width, 3, 1, 1), nn.GroupNorm(8, width), nn.SiLU()]
            inner = width
        self.trunk = nn.Sequential(*layers)
        self.mix = nn.Linear(3 * inner, 192)
        self.heads = nn.ModuleDict({q: nn.Linear(192, len(a)) for q, a in self.asked.items()})

    def features(self, inputs):
        x = inputs.float() / 127.5 - 1
        x = torch.cat([x, x[:, :3] - x[:, 6:9]], 1)  # what moves, at hand
        x = self.trunk(x)
        middle = x[..., 2:7] if x.shape[-1] >= 8 else x
        pooled = torch.cat([x.mean((2, 3)), x.amax((2, 3)), middle.mean((2, 3))], 1)
        return F.silu(self.mix(pooled))

    def forward(self, inputs):
        features = self.features(inputs)
        return {q: head(features) for q, head in self.heads.items()}


class JudgeLearner:
    """The classifiers on drawings; what it sees is a little noisy, since films are less clean."""

    def __init__(self, judge, inputs, labels, seed, batch=64):
        torch.manual_seed(seed)
        self.judge, self.inputs, self.labels, self.batch = judge.train(), inputs, labels, batch
        self.optimiser = Optimiser.adam_alone(
            judge.named_parameters(), 2e-3, adam_decay=0.02, betas=(0.9, 0.999), clip=math.inf
        )
        self.rate = Rate(fall_from=0.0, warm=50)

    def loss(self):
        device = self.inputs.device
        chosen = torch.randint(len(self.inputs), (self.batch,), device=device)
        x = self.inputs[chosen].float()
        x = x + NOISE * torch.randn_like(x) * torch.rand(len(x), 1, 1, 1, device=device)
        found, truth = self.judge(x), self.labels[chosen]
        losses = [F.cross_entropy(found[q].float(), truth[:, k]) for k, q in enumerate(found)]
        return sum(losses), sum(losses)

    def report(self, error):
        return f"loss {error:.3f}"

    def state(self):
        return dict(judge=self.judge.state_dict(), optimiser=self.optimiser.state())

    def sheet(self, path):
        """Its figures say what it has learned."""


def train(judge, inputs, labels, steps, device, seed):
    """Trains the classifiers for so many steps."""
    learner = JudgeLearner(judge.to(device), inputs.to(device), labels.to(device), seed)
    run(Plan("judge", steps=steps), lambda state: learner)
    return judge.eval()


@torch.no_grad()
def said(judge, inputs):
    """Probabilities per question, `(n, answers)` each."""
    device = next(judge.parameters()).device
    parts = [judge(part.to(device)) for part in inputs.split(128)]
    return {q: torch.cat([p[q] for p in parts]).float().softmax(-1).cpu() for q in judge.asked}


def accuracies(judge, inputs, labels):
    """Share of right answers per question, and what the grammar's direction asks: the action
    right."""
    found = said(judge, inputs)
    return {
        q: float((found[q].argmax(-1) == labels[:, k]).float().mean())
        for k, q in enumerate(judge.asked)
    }
