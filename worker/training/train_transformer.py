"""Trains transformer and text encoder together on the latent pool, by flow matching."""

from random import Random

import torch

from training.compiling import compile_blocks
from training.crew import ALONE
from training.evaluate import sheet
from training.export import DEFAULTS
from training.files import load
from training.flow import Sampling
from training.loop import FOREVER, Plan, Rate, run
from training.model import fresh, products_in, whole_grey
from training.optimiser import Optimiser
from training.pool import frozen
from training.velocity import flow_loss
from training.windows import Pool, draw_batch
from training.worlds import held_out_shots

SHEET_FILMS, SHEET_LENGTH = 5, 5  # and latent frames of each
REFRESH = 50  # steps between two looks for new shards


def is_matrix(name, weight):
    """What Muon trains. Not the prompt encoder's queries and keys: steps of one size make its
    scores grow without end, since they are not divided by the root of the width, until distance
    counts for nothing."""
    if "SelfAttention.q" in name or "SelfAttention.k" in name:
        return False
    inside = "blocks." in name or "encoder.block" in name
    return inside and weight.ndim == 2 and "relative_attention_bias" not in name


class TransformerLearner:
    """The transformer of a configuration in one of its stages, with the prompt encoder unless that
    has been taught alone."""

    def __init__(self, config, stage, state, crew=ALONE):
        torch.set_num_threads(1)
        torch.manual_seed(config.seed + crew.rank)
        self.config, self.stage = config, stage
        self.world, self.words, self.latents = config.drawn_world(), config.words(), frozen(config)
        self.grey = whole_grey(self.latents)
        networks = fresh(config.seed, self.words, config.transformer_model)
        self.transformer, self.text = (m.to(config.device) for m in networks)
        if config.compile:
            compile_blocks(dynamic=False)  # for each shape of batch
        self.optimiser = self.new_optimiser()
        self.rate = Rate(fall_from=stage.fall_from / stage.until if stage.until else 1.0)
        if state:
            self.go_on(state)
        torch.manual_seed(config.seed + 1000 * crew.rank + self.optimiser.steps)
        self.random = Random(f"transformer {config.seed} {crew.rank} {self.optimiser.steps}")
        self.pool = Pool(config.file("pool"), self.words, stage.skip)
        self.weights = {
            cast: self.pool.weight(cast).to(config.device)
            for cast, shots in self.pool.shots.items()
            if shots
        }
        self.samples = 0

    def new_optimiser(self):
        keep_text = self.config.text is not None
        self.text.requires_grad_(not keep_text)
        named = [*self.transformer.named_parameters()]
        if not keep_text:
            named += self.text.named_parameters()
        rate = self.stage.rate
        return Optimiser(named, is_matrix, muon_lr=0.02 * rate, adam_lr=1.5e-3 * rate)

    def go_on(self, state):
        """From a state, which a restored checkpoint has without an optimiser's."""
        self.transformer.load_state_dict(state["transformer"])
        self.text.load_state_dict(state["text"])
        if "optimiser" in state:
            self.optimiser.load(state["optimiser"])
        else:
            self.optimiser.restart_average()

    def loss(self):
        if self.optimiser.steps % REFRESH == 0:
            self.pool.refresh()
        frames, cell = self.random.choice(self.stage.frames), self.latents.vae.config.spatial
        *tensors, references, cast = draw_batch(self.pool, self.random, frames, self.grey, cell)
        tensors = [tensor.to(self.config.device) for tensor in tensors]
        self.samples += len(tensors[0])
        with products_in(self.config.precision, self.config.device):
            weight = self.weights[cast]
            return flow_loss(self.transformer, self.text, *tensors, references, weight)

    def report(self, error):
        shots = sum(len(shots) for shots in self.pool.shots.values())
        return f"loss {error:.4f} samples {self.samples} shots {shots}"

    def state(self):
        states = self.optimiser.states(transformer=self.transformer, text=self.text)
        return dict(states, mean=self.latents.mean, std=self.latents.std)

    def sheet(self, path):
        films = [self.world.film(shot) for shot in held_out_shots(self.world, SHEET_FILMS)]
        networks, precision = (self.transformer, self.text), self.config.precision
        with torch.no_grad(), self.optimiser.averaged():
            sheet(
                path, self.latents, networks, self.words, films, SHEET_LENGTH,
                Sampling.of(DEFAULTS), precision=precision,
            )  # fmt: skip


def plan_of(config, stage):
    file = config.file("transformer.pt")
    return Plan("transformer", file, stage.until, sheet_every=config.sheet_every)


def done(config, stage):
    """Whether a stage has had its seconds."""
    plan = plan_of(config, stage)
    return plan.done(load(plan.state))


def train(config, stage, piece=FOREVER, crew=ALONE):
    """Runs a stage until its seconds in all are over. True when it is done."""
    plan = plan_of(config, stage)
    return run(plan, lambda state: TransformerLearner(config, stage, state, crew), piece, crew)
