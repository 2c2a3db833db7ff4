"""Trains transformer and text encoder together on the latent pool, by flow matching.

x = (1 - sigma) x0 + sigma noise, the target is noise - x0; sigma is logit-normal, shifted by 3 as in
sampling. References are part of x, as the farm samples them, but count little in the loss; the cells where
subjects use to stand count most.
"""

import argparse
import time
from pathlib import Path
from random import Random

import torch

from training.compiling import raise_compile_limit
from training.crew import ALONE, together
from training.evaluate import sheet
from training.export import DEFAULTS
from training.files import load, log, save
from training.flow import settings_of
from training.model import PRECISIONS, control_of, fresh, products_in
from training.optimiser import Optimiser
from training.pool import frozen
from training.transformer import Block
from training.worlds import held_out_shots, tokenizer_of, world_in

SHIFT = 3.0
TOKENS_PER_BATCH = 2048
REFERENCE_WEIGHT = 0.1
NO_TEXT, NO_CAST, NO_SCENE = 0.10, 0.07, 0.07
SHARES = (0.5, 0.7, 0.9)
CHANGE_WEIGHT = 1.0
PRESENT, PRESENCE_WEIGHT = 0.3, 3.0  # mean square from which on a cell is not its place's; what it then weighs more
PRESENCE_SHOTS = 400
SHEET_FILMS, SHEET_LENGTH = 5, 5  # and latent frames of each


class Pool:
    """The shards of a folder, re-read as they come; the oldest shots leave when there are too many."""

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
        """`count` windows of at most `frames` latent frames (all of equal length) of shots with `cast`
        animals: (ids, video, references)."""
        shots = [random.choice(self.shots[cast]) for _ in range(2 * count)]
        shots = [s for s in shots if s["video"].shape[1] >= frames][:count]
        for shot in shots:
            at = random.randrange(shot["video"].shape[1] - frames + 1)
            yield shot["ids"], shot["video"][:, at : at + frames], shot["references"]


def present(video, place):
    """In which share of the latent frames `(z, L, h, w)` a cell differs from the place's picture `(z, h, w)`."""
    change = video.float() - place[:, None].float()
    return (change.square().mean(0) > PRESENT).float().mean(0)


def cell_weights(presences):
    """How much a cell counts, 1 on average: the more, the more often something stands there in some shots.
    It depends on the cell alone, not on what a shot shows, so that the best answer stays the mean of all
    that might be."""
    weight = 1 + PRESENCE_WEIGHT * torch.stack(presences).mean(0)
    return weight / weight.mean()


def draw_batch(pool, random, frames, grey, cell):
    """One batch of equal shape: noise-free latents, control, ids, number of references, how many animals."""
    cast = 1 if random.random() < 0.55 else 2
    with_cast, with_scene = random.random() > NO_CAST, random.random() > NO_SCENE
    count = cast * with_cast + with_scene
    size = max(2, TOKENS_PER_BATCH // (40 * (count + frames)))
    clean, controls, ids = [], [], []
    for words, video, references in pool.windows(random, cast, frames, size):
        stills = [references[:, k : k + 1].float() for k in range(cast)] if with_cast else []
        stills += [references[:, cast:].float()] if with_scene else []
        clean.append(torch.cat([*stills, video.float()], 1))
        controls.append(control_of(stills, grey, frames, cell))
        ids.append(pool.empty if random.random() < NO_TEXT else words)
    return torch.stack(clean), torch.stack(controls), torch.tensor(ids), count, cast


def mixed_noise(clean, references):
    """Normal noise; the video frames of a sample have one of SHARES of its variance in common."""
    noise = torch.randn_like(clean)
    share = torch.tensor(SHARES)[torch.randint(len(SHARES), (len(clean),))].to(clean.device)
    share = share[:, None, None, None, None]
    common = torch.randn_like(clean[:, :, :1])
    noise[:, :, references:] = (1 - share).sqrt() * noise[:, :, references:] + share.sqrt() * common
    return noise


def noise_levels(count, device):
    """Sigmas of a batch, logit-normal and shifted, one from each of `count` equally likely parts: batches
    differ less in how hard they are."""
    share = (torch.randperm(count, device=device) + torch.rand(count, device=device)) / count
    u = torch.sigmoid(torch.special.ndtri(share.clamp(1e-4, 1 - 1e-4)))
    return SHIFT * u / (1 + (SHIFT - 1) * u)


def flow_loss(transformer, text, clean, control, ids, references, weight=None):
    """Mean square error of the velocity, with that of its change from one latent frame to the next
    (an error that comes and goes is seen, one that stays is not) and the references'. `weight`: how much
    each cell counts, `(h, w)`. Returns the sum and the video's error alone, all cells alike."""
    sigma = noise_levels(clean.shape[0], clean.device)
    noise = mixed_noise(clean, references)
    s = sigma[:, None, None, None, None]
    velocity = transformer((1 - s) * clean + s * noise, 1000 * sigma, text(ids), control)
    error = velocity.float() - (noise - clean)
    stills, shown = error[:, :, :references], error[:, :, references:]
    video = shown.square().mean()
    if weight is not None:
        shown = shown * weight.sqrt()
    loss = shown.square().mean()
    if shown.shape[2] > 1:
        loss = loss + CHANGE_WEIGHT * (shown[:, :, 1:] - shown[:, :, :-1]).square().mean()
    if references:
        loss = loss + REFERENCE_WEIGHT * stills.square().mean()
    return loss, video


def is_matrix(name, weight):
    """What Muon trains. Not the prompt encoder's queries and keys: steps of one size make its scores grow without
    end, since they are not divided by the root of the width, until distance counts for nothing."""
    if "SelfAttention.q" in name or "SelfAttention.k" in name:
        return False
    inside = "blocks." in name or "encoder.block" in name
    return inside and weight.ndim == 2 and "relative_attention_bias" not in name


def rate(elapsed, steps, fall_from, fall_to):
    """Learning-rate factor: warm-up, flat, linear fall between two times."""
    fall = 1 - (elapsed - fall_from) / max(1.0, fall_to - fall_from)
    return min(1.0, (steps + 1) / 100) * min(1.0, max(0.02, fall))


def train(options, crew=ALONE):
    torch.set_num_threads(1)
    torch.manual_seed(options.seed + crew.rank)
    world = world_in(options.world)
    latents, words = frozen(options.frozen), tokenizer_of(world)
    grey, cell = latents.grey(10, 16), latents.vae.config.spatial
    transformer, text = (m.to(options.device) for m in fresh(options.seed, words))
    if options.compile and hasattr(torch, "compile"):
        raise_compile_limit(torch._dynamo)
        Block.forward = torch.compile(Block.forward, dynamic=False)  # for each shape of batch
    text.requires_grad_(not options.keep_text)
    named = [*transformer.named_parameters(), *(() if options.keep_text else text.named_parameters())]
    optimiser = Optimiser(named, is_matrix, muon_lr=0.02 * options.rate, adam_lr=1.5e-3 * options.rate)
    state, elapsed = load(options.state), 0.0
    if state:
        transformer.load_state_dict(state["transformer"])
        text.load_state_dict(state["text"])
        if "optimiser" in state:
            optimiser.load(state["optimiser"])
        else:
            optimiser.restart_average()
        elapsed = state["elapsed"]
    torch.manual_seed(options.seed + 1000 * crew.rank + optimiser.steps)
    random = Random(f"transformer {options.seed} {crew.rank} {optimiser.steps}")
    pool = Pool(options.folder, words, options.skip)
    weights = {cast: pool.weight(cast).to(options.device) for cast, shots in pool.shots.items() if shots}

    def keep():
        optimiser.swap_average()
        average = [{k: v.clone() for k, v in m.state_dict().items()} for m in (transformer, text)]
        optimiser.swap_average()
        save(
            options.state,
            dict(
                transformer=transformer.state_dict(),
                text=text.state_dict(),
                transformer_average=average[0],
                text_average=average[1],
                optimiser=optimiser.state(),
                elapsed=elapsed,
                mean=latents.mean,
                std=latents.std,
            ),
        )

    films = [world.film(shot) for shot in held_out_shots(world, SHEET_FILMS)]

    def show():
        optimiser.swap_average()
        with torch.no_grad():
            sheet(f"{options.state}.png", latents, (transformer, text), words, films, SHEET_LENGTH, settings_of(DEFAULTS), precision=options.precision)
        optimiser.swap_average()

    clock, saved, shown, error, samples = time.time(), time.time(), time.time(), None, 0
    lengths = [int(f) for f in options.frames.split(",")]
    begun = time.time()
    while not crew.agree(elapsed >= options.until or time.time() - begun > options.piece):
        *tensors, references, cast = draw_batch(pool, random, random.choice(lengths), grey, cell)
        tensors = [tensor.to(options.device) for tensor in tensors]
        with products_in(options.precision, options.device):
            loss, video = flow_loss(transformer, text, *tensors, references, weights[cast])
        loss.backward()
        crew.average_gradients(optimiser.weights)
        optimiser.step(rate(elapsed, optimiser.steps, options.fall_from, options.until), crew)
        elapsed, clock = elapsed + time.time() - clock, time.time()
        samples += len(tensors[0])
        error = video.item() if error is None else 0.98 * error + 0.02 * video.item()
        if optimiser.steps % 50 == 0:
            pool.refresh()
        if crew.rank == 0 and optimiser.steps % 50 == 0:
            shots = sum(len(s) for s in pool.shots.values())
            log(optimiser.steps, f"{elapsed:.0f}s loss {error:.4f} samples {samples} shots {shots}")
        if crew.rank == 0 and time.time() - saved > options.keep_every:
            keep()
            saved = time.time()
        if crew.rank == 0 and time.time() - shown > options.sheet_every:
            show()
            shown = time.time()
    if crew.rank == 0 and (not state or elapsed > state["elapsed"]):
        keep()
        show()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frozen", required=True)
    parser.add_argument("--folder", required=True, help="the latent pool")
    parser.add_argument("--state", required=True)
    parser.add_argument("--world", help="a configuration whose words are known; the small world's without")
    parser.add_argument("--frames", default="1", help="latent frames of a window; several with commas")
    parser.add_argument("--skip", nargs="*", default=[], help="leave out shots whose caption has such a word")
    parser.add_argument("--keep-text", action="store_true", help="leave the prompt encoder as it is")
    parser.add_argument("--until", type=float, required=True, help="seconds of training in all")
    parser.add_argument("--fall-from", type=float, default=1e9, help="seconds after which the rate falls")
    parser.add_argument("--rate", type=float, default=1.0, help="factor of the learning rates; below 1 to train on")
    parser.add_argument("--keep-every", type=float, default=120)
    parser.add_argument("--sheet-every", type=float, default=600, help="seconds; a sheet is the state's name with .png")
    parser.add_argument("--piece", type=float, default=1e9, help="seconds of this call")
    parser.add_argument("--compile", action="store_true", help="fuse the blocks' elementwise work, where PyTorch can")
    parser.add_argument("--precision", choices=PRECISIONS, default=PRECISIONS[0], help="of products; f32 where a processor multiplies that as fast")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    together(options.processes, lambda crew: train(options, crew))


if __name__ == "__main__":
    main()
