"""Teaches the prompt encoder which subject a word tells of.

Trained along with the transformer, the encoder's scores grow until its attention picks one word, whatever the
distance: `relative_attention_bias` then changes nothing, a word has the same row in every order of words, and of
two subjects nobody can know who jumps and who sleeps. Here queries and keys begin anew, small, and the encoder
learns to give the rows that it gave before, plus a mark on the words that tell of the second subject (another on
those of the third). The transformer is to be trained on after that, with the encoder as it is.
"""

import argparse
import copy
import time
from pathlib import Path
from random import Random

import torch
import torch.nn as nn

from training.files import load, log, save
from training.model import fresh
from training.tokenizer import TOKEN
from training.worlds import tokenizer_of, world_in

BATCH, RATE, WARM = 96, 2e-3, 50
MARK = 2.5  # length of a mark; rows are about 7 long
SUBJECTS = 3
MARKED_WEIGHT = 2.0  # of a marked word in the error
LATER = 8.0  # how much less the first heads begin by looking at later words
SINGLES = 0.5  # of the shots of one subject, how many are told


def subjects_of_words(caption, clauses, token_count):
    """For each token of a caption, which of its clauses it stands in, or -1: as many as tokens are padded to."""
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
    """What is added to a word's row for each subject, `(SUBJECTS + 1, width)`; nothing for the first one, and
    for words of none (the last row)."""
    table = torch.zeros(SUBJECTS + 1, width)
    directions = torch.linalg.qr(torch.randn(width, SUBJECTS, generator=torch.Generator().manual_seed(seed)))[0]
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
    """Queries and keys small enough for distance to count. Of each layer's heads the first begins by looking
    back alone: what joins two subjects stands before the second."""
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
    """The rows that are to be learned, `(B, tokens, d)`: those given before, marked; padding stays zero."""
    with torch.no_grad():
        return before(ids) + table[subjects] * (ids > 0)[..., None]


def share_known(text, before, table, ids, subjects):
    """Which share of the words has its subject's mark, or none where none belongs: the mean of the share of words
    of a second or third subject and of that of the first's. 0.5 is chance."""
    with torch.no_grad():
        change = text(ids) - before(ids)
    length = (change * table[subjects.clamp(min=1)]).sum(-1) / MARK
    marked, plain = length[subjects > 0] > MARK / 2, length[subjects == 0] <= MARK / 2
    return float((marked.float().mean() + plain.float().mean()) / 2)


def teach(text, words, world, seconds, seed=1):
    """Trains `text` for so long; returns the mean square error of its rows and `share_known`, on captions
    that it has not seen."""
    device = text.shared.weight.device
    before, table = copy.deepcopy(text).eval(), marks(text.config.d_model, seed).to(device)
    begin_attention(text, seed)
    optimiser = torch.optim.AdamW(text.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.0)
    random, begun, step = Random(f"captions {seed}"), time.time(), 0
    held = captions(world, words, Random(f"held out captions {seed}"), 4 * BATCH, device)

    def error(ids, subjects):
        wanted = rows_wanted(before, table, ids, subjects)
        weight = (ids > 0) * (1 + (MARKED_WEIGHT - 1) * (subjects > 0))
        return ((text(ids) - wanted).square().mean(-1) * weight).sum() / weight.sum()

    while (share := (time.time() - begun) / seconds) < 1:
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM) * min(1.0, 0.02 + 2 * (1 - share))
        optimiser.zero_grad()
        error(*captions(world, words, random, BATCH, device)).backward()
        torch.nn.utils.clip_grad_norm_(text.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 200 == 0:
            with torch.no_grad():
                log("text", step, f"error {error(*held).item():.4f} known {share_known(text, before, table, *held):.3f}")
    with torch.no_grad():
        return error(*held).item(), share_known(text, before, table, *held)


def train(state_file, taught_file, world, seconds, seed=1):
    """Teaches the encoder of a transformer's state, whose optimiser starts anew, and keeps it in a file of
    its own; does nothing where that file is."""
    if load(taught_file):
        return
    state, words = load(state_file), tokenizer_of(world)
    _, text = fresh(0, words)
    text.load_state_dict(state["text_average"])
    error, known = teach(text, words, world, seconds, seed)
    log(f"text: error {error:.4f}, {known:.3f} of the words known to be of which subject")
    weights = {"transformer": state["transformer_average"], "text": text.state_dict()}
    averages = {f"{part}_average": weight for part, weight in weights.items()}
    kept = {key: state[key] for key in ("elapsed", "mean", "std")}
    save(state_file, dict(**weights, **averages, **kept))
    save(taught_file, dict(text=text.state_dict(), error=error, known=known))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", required=True, help="the transformer's state file, which is changed")
    parser.add_argument("--world", required=True, help="a configuration whose captions are told")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    taught = Path(options.state).with_name("text.pt")
    train(options.state, taught, world_in(options.world), options.seconds, options.seed)


if __name__ == "__main__":
    main()
