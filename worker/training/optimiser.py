"""Muon for the weight matrices and convolutions, AdamW for everything else, and an average of
weights.

Muon (K. Jordan and others, 2024, "Muon: an optimizer for hidden layers") replaces the momentum of a
matrix by the nearest semi-orthogonal matrix, found with five Newton-Schulz iterations.
"""

from contextlib import contextmanager

import torch

from training.crew import ALONE

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
BETAS = (0.9, 0.98)  # of AdamW


def orthogonalise(batch, iterations=5, kind=torch.bfloat16):
    """Makes all singular values of each matrix of `(K, rows, columns)` about 1, by products of that
    kind."""
    a, b, c = NEWTON_SCHULZ
    x = batch.to(kind)
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.transpose(-1, -2)
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(iterations):
        gram = x @ x.transpose(-1, -2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.transpose(-1, -2) if tall else x).float()


class Muon:
    """Steps all given weights; those of equal shape together. Weights of more than two axes are
    taken as matrices (first axis, rest)."""

    def __init__(self, weights, lr, momentum=0.95, decay=0.0, kind=torch.bfloat16):
        self.lr, self.momentum, self.decay, self.kind = lr, momentum, decay, kind
        self.groups = {}
        for weight in weights:
            self.groups.setdefault((weight.shape[0], weight.numel() // weight.shape[0]), []).append(
                weight
            )
        self.buffers = {
            shape: torch.zeros(len(group), *shape, device=group[0].device)
            for shape, group in self.groups.items()
        }

    @torch.no_grad()
    def step(self, factor, crew):
        updates = []
        for shape, group in self.groups.items():
            gradient = torch.stack([w.grad.reshape(shape) for w in group]).float()
            buffer = self.buffers[shape].lerp_(gradient, 1 - self.momentum)
            update = torch.zeros_like(buffer)
            mine = slice(crew.rank, None, crew.size)  # the others' matrices come from the others
            if len(group) > crew.rank:
                wanted = gradient[mine].lerp(buffer[mine], self.momentum)
                update[mine] = orthogonalise(wanted, kind=self.kind)
            updates.append(update)
        crew.add_up(updates)
        for (shape, group), update in zip(self.groups.items(), updates):
            scale = self.lr * factor * max(1.0, shape[0] / shape[1]) ** 0.5
            for weight, change in zip(group, update):
                weight.mul_(1 - self.lr * factor * self.decay)
                weight.add_(change.reshape(weight.shape).to(weight.dtype), alpha=-scale)

    def state(self):
        return list(self.buffers.values())

    def load(self, buffers):
        for own, other in zip(self.buffers.values(), buffers):
            own.copy_(other)


class Optimiser:
    """Muon on the matrices named by `is_matrix(name, weight)`, AdamW on the rest; gradients longer
    than `clip` together are cut to that. `decay`: of the matrices' weights, `adam_decay`: of the
    others."""

    def __init__(
        self, named, is_matrix, muon_lr, adam_lr, decay=0.0, adam_decay=0.0, betas=BETAS, clip=1.0
    ):
        named = list(named)
        self.weights = [w for _, w in named]
        self.muon = Muon([w for n, w in named if is_matrix(n, w)], muon_lr, decay=decay)
        rest = [w for n, w in named if not is_matrix(n, w)]
        self.adam = torch.optim.AdamW(rest, adam_lr, betas=betas, weight_decay=adam_decay)
        self.adam_lr, self.clip = adam_lr, clip
        self.average = [w.detach().clone() for w in self.weights]
        self.steps = 0

    @staticmethod
    def adam_alone(named, lr, **options):
        """AdamW on all weights."""
        return Optimiser(named, lambda name, weight: False, muon_lr=0.0, adam_lr=lr, **options)

    def step(self, factor, crew=ALONE):
        """One step at `factor` times the base rates."""
        torch.nn.utils.clip_grad_norm_(self.weights, self.clip)
        for group in self.adam.param_groups:
            group["lr"] = self.adam_lr * factor
        self.adam.step()
        self.muon.step(factor, crew)
        for weight in self.weights:
            weight.grad = None
        self.steps += 1
        self._update_average()

    @torch.no_grad()
    def _update_average(self, longest=0.998):
        keep = min(longest, 1 - 1 / (0.2 * self.steps + 2))
        for average, weight in zip(self.average, self.weights):
            average.lerp_(weight, 1 - keep)

    @torch.no_grad()
    def restart_average(self):
        """Makes the average equal to the weights, after those were set from outside."""
        for own, weight in zip(self.average, self.weights):
            own.copy_(weight)

    @torch.no_grad()
    def swap_average(self):
        """Exchanges the weights with their average (call twice to come back)."""
        for own, average in zip(self.weights, self.average):
            kept = own.clone()
            own.copy_(average)
            average.copy_(kept)

    def state(self):
        return {
            "muon": self.muon.state(),
            "adam": self.adam.state_dict(),
            "average": self.average,
            "steps": self.steps,
        }

    def load(self, state):
        self.muon.load(state["muon"])
        self.adam.load_state_dict(state["adam"])
        for own, other in zip(self.average, state["average"]):
            own.copy_(other)
        self.steps = state["steps"]

    @contextmanager
    def averaged(self):
        """The average in the weights' place for as long as this lasts."""
        self.swap_average()
        try:
            yield
        finally:
            self.swap_average()

    def states(self, **networks):
        """State of networks by name, `NAME_average` of their averages, and the optimiser's own."""
        weights = {name: network.state_dict() for name, network in networks.items()}
        with self.averaged():
            averages = {
                f"{name}_average": {
                    key: value.clone() for key, value in network.state_dict().items()
                }
                for name, network in networks.items()
            }
        return {**weights, **averages, "optimiser": self.state()}
