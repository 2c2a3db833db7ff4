"""The training loop of all stages.

A stage is a `Plan` (how long, how often what is kept) and a learner, which knows one thing: the
loss of its next batch. The loop does the rest: gradients averaged over the crew, steps whose size
falls towards the end, state kept every few minutes, sheets and reports on the way, and going on
where a stage stopped. """

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch

from training.crew import ALONE
from training.files import load, log, save
from training.optimiser import Optimiser

FLOOR = 0.02  # least factor of the learning rates
MEMORY = 0.02  # weight of a step in the reported mean of errors


@dataclass(frozen=True)
class Piece:
    """The time that this call may take, until `end` on the clock; work that has begun is kept
    then."""

    end: float = math.inf

    @staticmethod
    def of(seconds, clock=time.time):
        return Piece(clock() + seconds)

    def over(self, clock=time.time):
        return clock() >= self.end


FOREVER = Piece()


@dataclass(frozen=True)
class Plan:
    """A stage lasts for so many seconds of training in all, or steps, whichever are over first. Its
    state is a file of `training.files`, or kept nowhere; a sheet has its name with `.png`. The
    other times are seconds between two reports, states and sheets. Of a step that takes longer than
    `longest_step`, the rest is compilation or waiting for the first drawings and is not counted."""

    name: str
    state: Path | None = None
    seconds: float = math.inf
    steps: float = math.inf
    report_every: float = 10.0
    keep_every: float = 120.0
    sheet_every: float = 600.0
    longest_step: float = math.inf

    def share(self, elapsed, steps=0):
        """How much of the stage is done, from 0 to 1 and beyond."""
        return max(elapsed / self.seconds if self.seconds else 1.0, steps / self.steps)

    def done(self, state):
        """Whether a state is that of a stage whose seconds are over."""
        return state is not None and self.share(state["elapsed"]) >= 1


@dataclass(frozen=True)
class Rate:
    """Factor of the learning rates: rises over the first `warm` steps, is 1, and falls in a line
    from the share `fall_from` of the stage to `end` at its end, never below FLOOR."""

    fall_from: float = math.inf
    end: float = 0.0
    warm: int = 100

    def factor(self, share, steps):
        fall = 1.0
        if share > self.fall_from:
            fall = self.end + (1 - self.end) * (1 - share) / (1 - self.fall_from)
        return min(1.0, (steps + 1) / self.warm) * max(FLOOR, fall)


class Learner(Protocol):
    """What is trained. `loss` draws a batch and gives what is to fall and what is to be reported,
    two scalars; `state` is what to go on from; `sheet` writes a picture of what has been
    learned."""

    optimiser: Optimiser
    rate: Rate

    def loss(self) -> tuple[torch.Tensor, torch.Tensor]:
        ...

    def report(self, error: float) -> str:
        ...

    def state(self) -> dict:
        ...

    def sheet(self, path: str) -> None:
        ...


class Upkeep:
    """Reports, states and sheets of a running stage, each when its time has come."""

    def __init__(self, plan, learner, clock):
        self.plan, self.learner, self.clock = plan, learner, clock
        self.every = {
            self.report: plan.report_every,
            self.keep: plan.keep_every,
            self.show: plan.sheet_every,
        }
        self.last = dict.fromkeys(self.every, clock())

    def turn(self, elapsed, error):
        for act, every in self.every.items():
            if self.clock() - self.last[act] >= every:
                act(elapsed, error)
                self.last[act] = self.clock()

    def end(self, elapsed, error):
        for act in self.every:
            if self.last[act] < self.clock():
                act(elapsed, error)

    def report(self, elapsed, error):
        step = f"{elapsed:.0f}s step {self.learner.optimiser.steps}"
        log(self.plan.name, step, self.learner.report(float(error)))

    def keep(self, elapsed, _):
        if self.plan.state:
            save(self.plan.state, dict(self.learner.state(), elapsed=elapsed))

    def show(self, *_):
        if self.plan.state:
            self.learner.sheet(f"{self.plan.state}.png")


def run(plan, make, piece=FOREVER, crew=ALONE, clock=time.time, stopwatch=None):
    """Trains `make(state)`, a Learner that begins anew without a state. True when the stage is
    done, False when the piece is over before. All of a crew follow its first process's clock.
    `stopwatch`: what counts the seconds of training, where it is not the clock."""
    state = load(plan.state) if plan.state else None
    if plan.done(state):
        return True
    if crew.first(piece.over(clock)):
        return False
    learner, stopwatch = make(state), stopwatch or clock
    elapsed = begun_at = state["elapsed"] if state else 0.0
    upkeep, error, count = Upkeep(plan, learner, clock), None, 0
    while True:
        elapsed = crew.first(elapsed)
        share = plan.share(elapsed, learner.optimiser.steps)
        if share >= 1 or crew.first(piece.over(clock)):
            break
        begun, count = stopwatch(), count + 1
        last = step(learner, share, crew)
        error = last if error is None else error.lerp_(last, max(MEMORY, 1 / count))
        elapsed += min(plan.longest_step, stopwatch() - begun)
        if crew.rank == 0:
            upkeep.turn(elapsed, error)
    if crew.rank == 0 and elapsed > begun_at:
        upkeep.end(elapsed, error)
    return share >= 1


def step(learner, share, crew=ALONE):
    """One step of a learner at a share of its stage; gives its error, still on the device."""
    loss, error = learner.loss()
    loss.backward()
    optimiser = learner.optimiser
    crew.average_gradients(optimiser.weights)
    optimiser.step(learner.rate.factor(share, optimiser.steps), crew)
    return error.detach().float()
