"""The world that a configuration asks for: what draws shots, tells them, and knows the words.

Without `"world"` it is the small one, which the first checkpoint was trained on and which never
changes. `"world": {}` is the wide one whole; each field of `Wide` may be narrowed by a list of its
values: `"world": {"species": ["fox", "bear"], "styles": ["paper cut"]}`. """

import json
from dataclasses import fields
from pathlib import Path
from random import Random

from training import shots, tokenizer
from training.world.film import Wide


class Small:
    """The world of `training.shots`, with the interface of `Wide`."""

    name, token_count = "small", tokenizer.TOKEN_COUNT
    words = tokenizer.WORDS[3:]

    def shot(self, random):
        return shots.draw_shot(random)

    def film(self, shot):
        return SmallFilm(shot)


class SmallFilm(shots.Film):
    def subject_and_eyes(self):
        return shots.character_and_eyes(self.shot.cast[0])

    def subject_pictures(self):
        return [shots.character_picture(who) for who in self.shot.cast]


def world_of(wanted):
    """The world that a training configuration's `"world"` wants, the small one where it has none;
    an unknown field or value is refused."""
    if wanted is None:
        return Small()
    known = {f.name for f in fields(Wide)} - {"name"}
    for key, values in wanted.items():
        if key not in known:
            raise ValueError(f"world.{key}: expected one of {sorted(known)}")
        allowed = getattr(Wide(), key)
        strange = (
            [v for v in values if v not in allowed]
            if isinstance(allowed, tuple) and key != "counts"
            else []
        )
        if strange:
            raise ValueError(f"world.{key}: {strange} not among {list(allowed)}")
    return Wide(**{k: tuple(v) if isinstance(v, list) else v for k, v in wanted.items()})


def world_in(path):
    """The world of a configuration's file; the small one without a file."""
    return world_of(json.loads(Path(path).read_text()).get("world") if path else None)


def held_out_shots(world, count, seed=0):
    """Shots in places, and by chance, that training never sees."""
    random = Random(f"held out {seed}")
    if world.name == "small":
        return [world.shot(random) for _ in range(count)]
    return [world.shot(random, 0, 1000) for _ in range(count)]


def tokenizer_of(world):
    """The small world's own tokenizer, or one of all words of the wide grammar."""
    return (
        tokenizer.SMALL
        if world.name == "small"
        else tokenizer.Tokenizer.of(world.words, world.token_count)
    )
