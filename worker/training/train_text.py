"""Teaches the prompt encoder which subject a word tells of.

Trained along with the transformer, the encoder's scores grow until its attention picks one word,
whatever the distance: `relative_attention_bias` then changes nothing, a word has the same row in
every order of words, and of two subjects nobody can know who jumps and who sleeps. Here queries and
keys begin anew, small, and the encoder learns to give the rows that it gave before, plus a mark on
the words that tell of the second subject (another on those of the third). The transformer is to be
trained on after that, with the encoder as it is. """

import copy
from random import Random

import torch
import torch.nn as nn

from training.configuration import STOPWATCHES
from training.files import load, save
from training.loop import FOREVER, Plan, Rate, run
from training.model import fresh
from training.optimiser import Optimiser
from training.tokenizer import TOKEN

BATCH, RATE, WARM = 96, 2e-3, 50
MARK = 2.5  # length of a mark; rows are about 7 long
SUBJECTS = 3
MARKED_WEIGHT = 2.0  # of a marked word in the error
LATER = 8.0  # how much less the first heads begin by looking at later words
SINGLES = 0.5  # of the shots of one subject, how many are told


def subjects_of_words(caption, clauses, token_count):
    """For each token of a caption, which of its clauses it stands in, or -1: as many as tokens are
    padded to."""
    spans, at = [], 0
    for clause in clauses:
        at = caption.index(clause, at)
        spans.append((at, at + len(clause)))
        at += len(clause)
    found = []
    for word in TOKEN.finditer(caption):
        inside = [k for k, (first, end) in enumerate(spans) if first <= word.start() < end]
        found.append(inside[0] if inside else -1)
    found = found[: token_count - 1]
    return found + [-1] * (token_count - len(found))


def marks(width, seed):
    """What is added to a word's row for each subject, `(SUBJECTS + 1, width)`; nothing for the
    first one, and for words of none (the last row)."""
    table = torch.zeros(SUBJECTS + 1, width)
    directions = torch.linalg.qr(
        torch.randn(width, SUBJECTS, generator=torch.Generator().manual_seed(seed))
    )[0]
    for subject in range(1, SUBJECTS):
        table[subject] = MARK * directions[:, subject]
    return table


def captions(world, words, random, count, device="cpu"):
    """Ids `(count, tokens)` and the subject of each token, of drawn shots."""
    shots = []
    while len(shots) < count:
        shot = world.shot(random)
        if len(shot.roles) > 1 or random.random() < SINGLES:
            shots.append(shot)
    told = [(shot.caption(), shot.clauses()) for shot in shots]
    ids = [words.padded(caption) for caption, _ in told]
    subjects = [subjects_of_words(*pair, words.token_count) for pair in told]
    return torch.tensor(ids, device=device), torch.tensor(subjects, device=device)


def begin_attention(text, seed):
    """Queries and keys small enough for distance to count. Of each layer's heads the first begins
    by looking back alone: what joins two subjects stands before the second."""
    torch.manual_seed(seed)
    for block in text.encoder.block:
        attention = block.layer[0].SelfAttention
        width, inner = attention.q.weight.shape[1], attention.q.weight.shape[0]
        nn.init.normal_(attention.q.weight, std=(width * inner / attention.heads) ** -0.5)
        nn.init.normal_(attention.k.weight, std=width**-0.5)
        bias = attention.relative_attention_bias.weight
        nn.init.normal_(bias, std=0.5)
        with torch.no_grad():
            bias[len(bias) // 2 :, 0] -= LATER


def rows_wanted(before, table, ids, subjects):
    """The rows that are to be learned, `(B, tokens, d)`: those given before, marked; padding stays
    zero."""
    with torch.no_grad():
        return before(ids) + table[subjects] * (ids > 0)[..., None]


def share_known(text, before, table, ids, subjects):
    """Which share of the words has its subject's mark, or none where none belongs: the mean of the
    share of words of a second or third subject and of that of the first's. 0.5 is chance."""
    with torch.no_grad():
        change = text(ids) - before(ids)
    length = (change * table[subjects.clamp(min=1)]).sum(-1) / MARK
    marked, plain = length[subjects > 0] > MARK / 2, length[subjects == 0] <= MARK / 2
    return float((marked.float().mean() + plain.float().mean()) / 2)


class Unmarked(nn.Module):
    """The rows of an encoder that was taught before, without the marks that it gave: those of words
    that it has not been taught are missing, and marks are not to add up."""

    def __init__(self, taught, table):
        super().__init__()
        self.taught, self.directions = taught, table[1:SUBJECTS] / MARK

    def forward(self, ids):
        rows = self.taught(ids)
        return rows - (rows @ self.directions.T) @ self.directions


class TextLearner:
    """The prompt encoder alone: the rows that it gave, with marks on the words of later subjects.
    `again`: it was taught before, for fewer words."""

    def __init__(self, text, words, world, seed, state=None, again=False):
        self.device = text.shared.weight.device
        self.text, self.words, self.world = text, words, world
        self.before = copy.deepcopy(text).eval()
        self.table = marks(text.config.d_model, seed).to(self.device)
        if again:
            self.before = Unmarked(self.before, self.table)
        begin_attention(text, seed)
        named = text.named_parameters()
        self.optimiser = Optimiser.adam_alone(named, RATE)
        self.rate = Rate(fall_from=0.51, end=0.02, warm=WARM)
        if state:
            text.load_state_dict(state["text"])
            self.optimiser.load(state["optimiser"])
        steps = self.optimiser.steps
        self.random = Random(f"captions {seed}" + (f" {steps}" if steps else ""))
        chance = Random(f"held out captions {seed}")
        self.held = captions(world, words, chance, 4 * BATCH, self.device)

    def error(self, ids, subjects):
        """Mean square error of the rows, marked ones weighing more."""
        wanted = rows_wanted(self.before, self.table, ids, subjects)
        weight = (ids > 0) * (1 + (MARKED_WEIGHT - 1) * (subjects > 0))
        return ((self.text(ids) - wanted).square().mean(-1) * weight).sum() / weight.sum()

    def loss(self):
        error = self.error(*captions(self.world, self.words, self.random, BATCH, self.device))
        return error, error

    def figures(self):
        """The error and `share_known` on captions that it has not seen."""
        with torch.no_grad():
            known = share_known(self.text, self.before, self.table, *self.held)
            return self.error(*self.held).item(), known

    def report(self, _):
        return "error {:.4f} known {:.3f}".format(*self.figures())

    def state(self):
        error, known = self.figures()
        weights = self.text.state_dict()
        return dict(text=weights, error=error, known=known, optimiser=self.optimiser.state())

    def sheet(self, path):
        """What it has learned cannot be seen."""


def train(config, piece=FOREVER):
    """Teaches the encoder of the transformer's state, whose optimiser starts anew, and keeps it in
    a file of its own; does nothing where that is done. True when it is done."""
    transformer_file, text_file = config.file("transformer.pt"), config.file("text.pt")
    kept = load(text_file)
    if kept and kept.get("given"):
        return True
    state, words = load(transformer_file), config.words()
    _, text = fresh(0, words, config.transformer_model)
    text.load_state_dict(state["text_average"])
    world, seed, again = config.drawn_world(), config.seed, config.blocks_from is not None

    def learner(state):
        return TextLearner(text, words, world, seed, state, again)

    plan, stopwatch = Plan("text", text_file, config.text), STOPWATCHES[config.stopwatch]
    if not run(plan, learner, piece, stopwatch=stopwatch):
        return False
    taught = load(text_file)
    weights = {"transformer": state["transformer_average"], "text": taught["text"]}
    averages = {f"{part}_average": weight for part, weight in weights.items()}
    kept = {key: state[key] for key in ("elapsed", "mean", "std") if key in state}
    save(transformer_file, weights | averages | kept)
    save(text_file, dict(taught, given=True))
    return True
