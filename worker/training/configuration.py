"""What a configuration's file holds: that of a processor, or `"kind": "large"`, that of a GPU."""

import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from training.flow import Sampling
from training.model import PRECISIONS, known_precision
from training.options import from_json
from training.transformer import TransformerConfig
from training.vae import VaeConfig
from training.velocity import SHARES
from training.worlds import tokenizer_of, world_of

STOPWATCHES = {"wall": time.time, "processor": time.process_time}


@dataclass(frozen=True)
class PoolPlan:
    """How many latent frames a clip of the pool has, and how many shards are drawn."""

    latent_frames: int
    shards: int


@dataclass(frozen=True)
class TransformerStage:
    """Windows of so many latent frames, one of `frames` by chance in each batch, until so many
    seconds of the transformer's training in all; from `fall_from` seconds on the rate falls.
    `skip`: words of captions that are left out. `tokens`: of a batch, about. `no_cast`, `no_scene`:
    how often there are no references of subjects or place. `known`: share of the windows some of
    whose frames are given. `shares`: of the noise's variance that latent frames have in common, one
    for each window. `guidance`: above 1, the stage teaches the weights that it begins with to give
    in one evaluation what guidance takes two for; there is one such stage, and it is the last."""

    frames: tuple[int, ...]
    until: float
    fall_from: float = math.inf
    rate: float = 1.0
    skip: tuple[str, ...] = ()
    tokens: int = 2048
    no_cast: float = 0.07
    no_scene: float = 0.07
    known: float = 0.0
    shares: tuple[float, ...] = SHARES
    guidance: float = 1.0


@dataclass(frozen=True)
class Configuration:
    """Training on a processor. `restore`: a checkpoint's folder to go on from; `blocks_from`: one
    of another latent layout, whose transformer's blocks and prompt encoder are taken over; `vae`:
    seconds of each of the VAE's stages; `precision`: of the products of the transformer's training,
    `vae_precision`: of those of the VAE's, and of encoding, `muon_precision`: of those of the
    transformer's optimiser; `text`: seconds for the prompt encoder alone, 0 where it stays as it
    is, none where it is trained along with the transformer; `stopwatch`: whether seconds of
    training are those of a clock or those that the process computed, which go on slowly beside
    other work; `longtake`: what `longtake.json` is to hold other than usual."""

    folder: str
    checkpoint: str
    golden: str
    pool: PoolPlan
    transformer: tuple[TransformerStage, ...]
    seed: int = 1
    processes: int = 1
    device: str = "cpu"
    compile: bool = False
    precision: str = PRECISIONS[0]
    vae_precision: str = PRECISIONS[0]
    muon_precision: str = PRECISIONS[0]
    restore: str | None = None
    blocks_from: str | None = None
    world: dict | None = None
    vae: dict[str, float] = field(default_factory=dict)
    text: float | None = None
    decoder: float = 0.0
    polish: float = 0.0
    sheet_every: float = 600.0
    stopwatch: str = "wall"
    vae_model: VaeConfig = VaeConfig()
    transformer_model: TransformerConfig = TransformerConfig()
    longtake: dict = field(default_factory=dict)

    def __post_init__(self):
        known_precision(self.precision)
        known_precision(self.vae_precision)
        known_precision(self.muon_precision)
        if self.stopwatch not in STOPWATCHES:
            raise ValueError(
                f"stopwatch: expected one of {list(STOPWATCHES)}, found {self.stopwatch!r}"
            )
        guided = [stage.guidance > 1 for stage in self.transformer[:-1]]
        if any(guided):
            raise ValueError(
                f"transformer[{guided.index(True)}].guidance: the last stage alone may teach it"
            )
        world_of(self.world)

    def drawn_world(self):
        return world_of(self.world)

    def words(self):
        return tokenizer_of(self.drawn_world())

    def file(self, name):
        """A file of the folder that holds the states."""
        return Path(self.folder, name)


@dataclass(frozen=True)
class FeedPlan:
    """Processes that draw, frames of a clip, clips that the device holds."""

    processes: int
    frames: int
    capacity: int
    shots_before_training: int
    nice: int = 0


@dataclass(frozen=True)
class VaeStage:
    """Frames of a clip, one of `frames` by chance; frames of a batch; pixels of a crop, width and
    height."""

    seconds: float
    frames: tuple[int, ...]
    budget: int
    size: tuple[int, ...]
    rate: float = 1.0


@dataclass(frozen=True)
class LatentPoolPlan:
    """Shots whose latents the device holds, of which `kept` are kept for the next call."""

    capacity: int
    shots_before_training: int
    kept: int = 6000


@dataclass(frozen=True)
class DenoiserStage:
    """Latent frames of a window, tokens of a batch, the share of the stage from which on the rate
    falls, and for `distil` the guidance that is taught."""

    seconds: float
    frames: tuple[int, ...]
    tokens: int
    fall_from: float
    rate: float = 1.0
    guidance: float = 1.0


@dataclass(frozen=True)
class LargeConfiguration:
    """Training on a GPU. `longtake`: what `longtake.json` is to hold other than usual."""

    folder: str
    checkpoint: str
    golden: str
    feed: FeedPlan
    vae_model: VaeConfig
    vae: dict[str, VaeStage]
    transformer_model: TransformerConfig
    text: float
    pool: LatentPoolPlan
    transformer: dict[str, DenoiserStage]
    sampling: Sampling
    longtake: dict
    sheet_latent_frames: int
    kind: str = "large"
    seed: int = 1
    device: str = "cuda"
    compile: bool = False
    keep_every: float = 120.0
    threads: int = 1
    sheet_films: int = 6
    world: dict | None = None
    limits: str = ""

    drawn_world = Configuration.drawn_world
    words = Configuration.words
    file = Configuration.file


def of(values):
    """The configuration that a JSON object says."""
    return from_json(LargeConfiguration if values.get("kind") == "large" else Configuration, values)


def read(path):
    """The configuration of a file."""
    return of(json.loads(Path(path).read_text()))
