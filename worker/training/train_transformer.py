"""Trains transformer and text encoder together on the latent pool, by flow matching."""

from dataclasses import replace
from random import Random

import torch

from training.compiling import compile_blocks
from training.configuration import STOPWATCHES
from training.crew import ALONE
from training.evaluate import sheet
from training.export import DEFAULTS
from training.files import load, save
from training.flow import Sampling
from training.loop import FOREVER, Plan, Rate, run
from training.model import fresh, products_in, whole_grey
from training.optimiser import Optimiser
from training.pool import frozen
from training.velocity import distilled_loss, flow_loss
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
        self.samples, self.teacher = 0, self.kept_teacher() if stage.guidance > 1 else None

    def kept_teacher(self):
        """The averaged weights that the stage began with, kept in a file of their own."""
        file = self.config.file("teacher.pt")
        if not load(file):
            states = self.optimiser.states(transformer=self.transformer, text=self.text)
            save(file, {name: states[f"{name}_average"] for name in ("transformer", "text")})
        networks, state = fresh(0, self.words, self.config.transformer_model), load(file)
        for network, name in zip(networks, ("transformer", "text")):
            network.load_state_dict(state[name])
        return [network.to(self.config.device).eval() for network in networks]

    def new_optimiser(self):
        keep_text = self.config.text is not None
        self.text.requires_grad_(not keep_text)
        named = [*self.transformer.named_parameters()]
        if not keep_text:
            named += self.text.named_parameters()
        rate = self.stage.rate
        found = Optimiser(named, is_matrix, muon_lr=0.02 * rate, adam_lr=1.5e-3 * rate)
        found.muon.kind = torch.float32 if self.config.muon_precision == "f32" else torch.bfloat16
        return found

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
        stage, cell, device = self.stage, self.latents.vae.config.spatial, self.config.device
        *tensors, references, cast = draw_batch(self.pool, self.random, stage, self.grey, cell)
        tensors, networks = [t.to(device) for t in tensors], (self.transformer, self.text)
        self.samples += len(tensors[0])
        with products_in(self.config.precision, device):
            if self.teacher:
                batch, empty = (*tensors, references), torch.tensor(self.pool.empty, device=device)
                guidance = stage.guidance
                return distilled_loss(networks, self.teacher, batch, empty, guidance, stage.shares)
            weight = self.weights[cast]
            return flow_loss(networks, *tensors, references, weight, stage.shares)

    def report(self, error):
        shots = sum(len(shots) for shots in self.pool.shots.values())
        return f"loss {error:.4f} samples {self.samples} shots {shots}"

    def state(self):
        states = self.optimiser.states(transformer=self.transformer, text=self.text)
        return dict(states, mean=self.latents.mean, std=self.latents.std)

    def sampling(self):
        """That of the checkpoint, whose guidance a stage before the last has to compute."""
        found = Sampling.of(DEFAULTS | self.config.longtake)
        taught = self.config.transformer[-1].guidance
        return replace(found, guidance=taught) if taught > 1 and not self.teacher else found

    def sheet(self, path):
        films = [self.world.film(shot) for shot in held_out_shots(self.world, SHEET_FILMS)]
        networks, precision = (self.transformer, self.text), self.config.precision
        with torch.no_grad(), self.optimiser.averaged():
            sheet(
                path, self.latents, networks, self.words, films, SHEET_LENGTH,
                self.sampling(), precision=precision,
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
    return run(
        plan,
        lambda state: TransformerLearner(config, stage, state, crew),
        piece,
        crew,
        stopwatch=STOPWATCHES[config.stopwatch],
    )
