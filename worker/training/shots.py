"""Shots of the toybox world: who does what where, as frames over time, with caption and references.

A shot is a function of its parameters and of the frame number, so a clip may start anywhere. To
keep the world small for a small model, all motion is periodic in two seconds (16 frames at 8 per
second, 4 latent frames) or moves by whole steps per latent frame: at a latent frame the world has
few states. """

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from training.animals import STANDING, Character, Pose, draw_character, paint_character
from training.paint import Canvas, rgb, shade
from training.places import KINDS, Place, paint_place

FPS = 8
PERIOD = 16  # frames
GROUND = 140
CENTRE = 112  # feet of an animal that faces right; with its head it is in the middle
PAIR = (48, 176)  # two tokens of 32 pixels left and right of that: a pair is a shifted copy
MIRRORED = 32  # an animal that faces left stands so much further right, and is a mirrored copy
PACE = 1.25  # pixels per frame of a walk
WALK_FRAMES = 64  # a walk crosses the middle of the frame at this frame / 2

ACTIONS = ("stands", "walks right", "walks left", "grazes", "looks around")
PASSERS = "pedestrians walk past in front"
COATS_OF_PASSERS = ((0.60, 0.45, 0.42), (0.98, 0.55, 0.55), (0.36, 0.40, 0.40), (0.11, 0.50, 0.70))
SKINS = ((0.07, 0.35, 0.92), (0.06, 0.48, 0.72), (0.05, 0.52, 0.48))


@dataclass(frozen=True)
class Passer:
    """A pedestrian: place at frame 0, pixels per frame, looks."""

    start: float
    pace: float
    coat: tuple
    skin: tuple


@dataclass(frozen=True)
class Shot:
    place: Place
    cast: tuple[Character, ...]
    actions: tuple[str, ...]
    passers: tuple[Passer, ...] = ()

    def caption(self):
        acts = " and ".join(
            f"{who.name()} {action}" for who, action in zip(self.cast, self.actions)
        )
        where = self.place.kind
        ending = f". {PASSERS}" if self.passers else ""
        return f"{acts} {'on' if where in ON else 'in'} {where}{ending}"


ON = ("a snowy street", "brooklyn bridge")


def pose_of(action, frame):
    """The pose at a frame. Standing at frame 0 of its period is the pose of the reference
    picture."""
    angle = 2 * math.pi * frame / PERIOD
    sway = math.sin(angle)
    if action in ("walks right", "walks left"):
        gait = 2 * angle  # a full stride each second
        return Pose(stride=math.sin(gait), lift=1.5 * abs(math.sin(gait)), sway=math.sin(gait))
    if action == "grazes":
        return Pose(graze=1.0 - 0.12 * (1 - math.cos(2 * angle)) / 2, sway=sway)
    if action == "looks around":
        return Pose(look=1.8 * sway, lift=0.0, sway=sway)
    return Pose(lift=0.8 * (1 - math.cos(angle)), sway=sway, blink=frame % PERIOD in (11, 12))


def place_of(action, home, frame):
    """The x of an animal: walks cross their home slowly, half way through the shot's first 8
    seconds."""
    walked = PACE * (frame - WALK_FRAMES / 2)
    return home + {"walks right": walked, "walks left": -walked}.get(action, 0.0)


class Film:
    """Draws frames of one shot; keeps the painted place."""

    def __init__(self, shot):
        self.shot = shot
        self.background = paint_place(shot.place)
        homes = PAIR if len(shot.cast) == 2 else (CENTRE,)
        self.homes = homes

    def frame(self, index):
        """Frame `index`, `(160, 256, 3)` uint8 RGB."""
        return self.frame_and_eyes(index)[0]

    def frame_and_eyes(self, index):
        """Frame `index`, and where the eyes are in it: (x, y, radius) of each."""
        canvas = self.background.copy()
        shot = self.shot
        for order, (who, action, home) in enumerate(zip(shot.cast, shot.actions, self.homes)):
            own = index + order * PERIOD // 2  # the second animal moves half a period apart
            pace = PACE * (0.6 if len(shot.cast) == 2 else 1.0)
            x = home + (place_of(action, home, index) - home) * pace / PACE
            facing = -1 if action == "walks left" else 1
            x += MIRRORED if facing < 0 else 0
            shadow = canvas.pixels[(GROUND + 8) * 2, int(min(250, max(5, x))) * 2]
            canvas.at(0, 0).ellipse(
                x, GROUND, 40, 4.5, shade(tuple(float(c) for c in shadow), 0.72)
            )
            paint_character(canvas.at(x, GROUND, facing), who, pose_of(action, own))
        for passer in shot.passers:
            paint_passer(canvas, passer, index)
        return canvas.picture(), canvas.eyes

    def frames(self, first, count):
        """Frames `first .. first + count`, `(count, 160, 256, 3)`."""
        return np.stack([self.frame(first + k) for k in range(count)])

    def scene_picture(self):
        """The reference picture of the place: empty."""
        return self.background.picture()


def paint_passer(canvas, passer, frame):
    """A pedestrian close to the camera, cut off by the lower edge; enters again after leaving."""
    x = (passer.start + passer.pace * frame + 32) % 320 - 32
    swing = math.sin(2 * math.pi * frame / 8 + passer.start)
    coat, skin = rgb(*passer.coat), rgb(*passer.skin)
    canvas.at(x, 166, 1 if passer.pace > 0 else -1)
    for side in (-1, 1):
        canvas.band(
            [(2 * side, -38), (2 * side + 9 * swing * side, -4)], [10, 8], shade(coat, 0.55)
        )
    canvas.band([(0, -72), (0, -44)], [19, 23], coat)
    canvas.band([(0, -72), (7 * swing, -50)], [7, 6], shade(coat, 0.78))
    canvas.circle(1, -92, 10, skin)
    canvas.ellipse(-1, -97, 10.5, 6.5, shade(coat, 0.45))


def character_picture(character):
    """The reference picture of a character: standing, as in a film, on white."""
    return character_and_eyes(character)[0]


def character_and_eyes(character):
    canvas = Canvas()
    paint_character(canvas.at(CENTRE, GROUND), character, STANDING)
    return canvas.picture(), canvas.eyes


def draw_passers(random):
    """Two pedestrians in opposite directions, on a grid of 20 pixels (one latent frame's way)."""
    return tuple(
        Passer(
            20.0 * random.randrange(16),
            pace,
            random.choice(COATS_OF_PASSERS),
            random.choice(SKINS),
        )
        for pace in (5.0, -5.0)
    )


def draw_shot(random):
    """A shot of the training world."""
    count = 1 if random.random() < 0.6 else 2
    cast = tuple(draw_character(random) for _ in range(count))
    while count == 2 and cast[0].species == cast[1].species and cast[0].coat == cast[1].coat:
        cast = (cast[0], draw_character(random))
    return Shot(
        Place(random.choice(KINDS), random.randrange(1000, 1 << 30)),
        cast,
        tuple(random.choice(ACTIONS) for _ in cast),
        draw_passers(random) if random.random() < 0.22 else (),
    )


def held_out(seed):
    """A generator of chance for evaluation: its places' seeds never occur in training."""
    return Random(f"held out {seed}")
