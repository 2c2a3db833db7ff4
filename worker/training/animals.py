"""The cast: five animals as jointed paper puppets, drawn from a coat, a scarf and a pose.

An animal stands on its origin and faces right; the caller mirrors the canvas for left. Lengths are
pixels of a 256x160 picture.
"""

import math
from dataclasses import dataclass

from training.paint import mix, rgb, shade

SPECIES = ("rhino", "lion", "elephant", "giraffe", "monkey")

COATS = {  # hue, saturation, value
    "grey": (0.60, 0.08, 0.62),
    "brown": (0.07, 0.58, 0.56),
    "orange": (0.075, 0.80, 0.95),
    "yellow": (0.135, 0.72, 0.96),
    "blue": (0.58, 0.58, 0.82),
    "purple": (0.77, 0.45, 0.70),
    "pink": (0.94, 0.40, 0.93),
    "white": (0.10, 0.06, 0.94),
}

SCARVES = {
    "red": (0.99, 0.80, 0.85),
    "blue": (0.62, 0.80, 0.80),
    "green": (0.38, 0.70, 0.62),
    "yellow": (0.14, 0.85, 0.97),
}

WHITE = (252, 252, 250)
INK = (28, 24, 30)
IVORY = (246, 240, 220)


@dataclass(frozen=True)
class Character:
    """One member of the cast. Two of the same words differ a little in the shade of coat and
    scarf."""

    species: str
    coat: str
    scarf: str | None
    body: tuple
    scarf_color: tuple

    def name(self):
        scarf = f" with a {self.scarf} scarf" if self.scarf else ""
        article = "an" if self.coat[0] in "aeiou" else "a"
        return f"{article} {self.coat} {self.species}{scarf}"


def jittered(base, random):
    hue, saturation, value = base
    return rgb(
        hue + random.uniform(-0.012, 0.012),
        saturation + random.uniform(-0.06, 0.06) * min(1, saturation * 4),
        value + random.uniform(-0.06, 0.04),
    )


def draw_character(random, species=None, coat=None, scarf=""):
    """Makes a character; what is not given (`scarf` = "": any or none) is left to chance."""
    species = species or random.choice(SPECIES)
    coat = coat or random.choice(tuple(COATS))
    if scarf == "":
        scarf = random.choice((None, None, None, *SCARVES))
    body = jittered(COATS[coat], random)
    color = jittered(SCARVES[scarf or "red"], random)
    return Character(species, coat, scarf, body, color)


@dataclass(frozen=True)
class Pose:
    """Joint positions: `stride` swings the legs (-1..1), `lift` raises the body (pixels), `graze`
    lowers the head (0..1), `look` turns it (-1..1), `sway` moves tail, ears and scarf (-1..1),
    `wave` is None or how high a raised foreleg is (-1..1)."""

    stride: float = 0.0
    lift: float = 0.0
    graze: float = 0.0
    look: float = 0.0
    sway: float = 0.0
    blink: bool = False
    wave: float | None = None


STANDING = Pose()


def paint_character(canvas, character, pose):
    """Draws the animal with its feet on the canvas' origin."""
    PAINTERS[character.species](canvas, character, pose)


def eye(canvas, x, y, radius, pose, color):
    canvas.note_eye(x, y, radius)
    if pose.blink:
        canvas.circle(x, y, radius, shade(color, 0.8))
        canvas.rectangle(x - radius, y, radius * 2, 1.2, INK)
        return
    canvas.circle(x, y, radius, WHITE)
    canvas.circle(x + 0.9 + pose.look * 1.2, y + 0.2, radius * 0.58, INK)


def legs(canvas, pose, places, length, width, color, hoof):
    """Two far legs, darker, then two near ones; `places` are four hip x positions."""
    far = shade(color, 0.70)
    for index, x in enumerate(places):
        swing = pose.stride * (1 if index in (0, 3) else -1)
        tint = far if index < 2 else color
        if index == 3 and pose.wave is not None:
            paw = (x + length * 0.95, -length * 0.72 - length * 0.36 * pose.wave)
            canvas.band([(x, -length), paw], [width * 1.15, width], tint)
            canvas.circle(*paw, width * 0.42, hoof)
            continue
        raised = max(0.0, swing) * 2.5
        foot = (x + swing * length * 0.38, -width * 0.42 - raised)
        canvas.band([(x, -length), foot], [width * 1.15, width], tint)
        canvas.rectangle(foot[0] - width * 0.5, foot[1] + width * 0.1, width, width * 0.32, hoof)


def scarf(canvas, character, neck, width, degrees, pose):
    """A band across the neck and a hanging end."""
    if character.scarf is None:
        return
    color = character.scarf_color
    x, y = neck
    canvas.band(
        [(x + width * 0.05, y + width * 0.35), (x - 3 - 2.5 * pose.sway, y + width * 0.35 + 15)],
        [6.5, 8.5],
        shade(color, 0.82),
    )
    canvas.ellipse(x, y, 4.6, width * 0.62, color, degrees)


def head_at(rest, grazing, pose, turn):
    """Where the head is: between its resting and its grazing place, moved by a look."""
    x = rest[0] + (grazing[0] - rest[0]) * pose.graze + turn[0] * pose.look
    y = rest[1] + (grazing[1] - rest[1]) * pose.graze + turn[1] * pose.look
    return x, y


def between(start, end, share):
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def rhino(canvas, character, pose):
    body, belly, dark = (
        character.body,
        mix(character.body, WHITE, 0.22),
        shade(character.body, 0.70),
    )
    up = -pose.lift
    legs(canvas, pose, (-22, 20, -31, 29), 30, 15, body, shade(body, 0.55))
    canvas.band([(-38, -52 + up), (-48 - 2 * pose.sway, -36 + up)], [6, 4], dark)
    canvas.ellipse(0, -46 + up, 43, 24, body)
    canvas.ellipse(-2, -36 + up, 31, 12, belly)
    shoulder, head = (30, -52 + up), head_at((54, -50 + up), (56, -22), pose, (2, -4))
    canvas.band([shoulder, head], [36, 24], body)
    scarf(canvas, character, between(shoulder, head, 0.45), 26, 10, pose)
    x, y = head
    canvas.ellipse(x + 5, y + 3, 16, 11.5, body, 12)
    canvas.ellipse(x + 13, y + 7, 8, 7, belly, 10)
    canvas.polygon([(x + 13, y - 3), (x + 23, y + 3), (x + 24, y - 22)], IVORY)
    canvas.polygon([(x + 5, y - 7), (x + 12, y - 4), (x + 10, y - 15)], IVORY)
    canvas.ellipse(x - 9, y - 13 + pose.sway, 4.5, 8, dark, -18)
    eye(canvas, x + 2, y - 2, 3.4, pose, body)


def lion(canvas, character, pose):
    body, belly = character.body, mix(character.body, WHITE, 0.30)
    mane = mix(shade(body, 0.62), (120, 50, 20), 0.45)
    up = -pose.lift
    canvas.band(
        [(-34, -44 + up), (-49, -40 + up), (-54 - 3 * pose.sway, -58 + up)], [5, 4, 4], body
    )
    canvas.circle(-54 - 3 * pose.sway, -60 + up, 5.5, mane)
    legs(canvas, pose, (-19, 17, -28, 25), 30, 11, body, shade(body, 0.6))
    canvas.ellipse(-2, -41 + up, 37, 18, body)
    canvas.ellipse(-4, -34 + up, 26, 9, belly)
    x, y = head_at((37, -58 + up), (46, -27), pose, (4, -3))
    canvas.band([(22, -46 + up), (x - 4, y)], [30, 26], body)
    for k in range(12):
        angle = k * math.pi / 6 + 0.06 * pose.sway
        canvas.circle(x + 19 * math.cos(angle), y + 19 * math.sin(angle), 7, mane)
    canvas.circle(x, y, 20, mane)
    if character.scarf:
        scarf(canvas, character, (x - 9, y + 20), 24, 62, pose)
    canvas.circle(x - 9, y - 14, 5, body)
    canvas.circle(x + 13, y - 14, 5, body)
    canvas.ellipse(x + 3, y, 15, 14.5, body)
    canvas.ellipse(x + 9 + pose.look, y + 6, 8, 6.5, belly)
    canvas.ellipse(x + 12 + pose.look, y + 2.5, 3.4, 2.4, INK)
    eye(canvas, x - 1, y - 4, 3.2, pose, body)
    eye(canvas, x + 11, y - 4, 3.0, pose, body)


def elephant(canvas, character, pose):
    body, belly, dark = (
        character.body,
        mix(character.body, WHITE, 0.18),
        shade(character.body, 0.72),
    )
    up = -pose.lift
    canvas.band([(-36, -62 + up), (-47 - 3 * pose.sway, -40 + up)], [5, 3.5], dark)
    legs(canvas, pose, (-19, 15, -28, 24), 36, 17, body, shade(body, 0.62))
    canvas.ellipse(-2, -58 + up, 41, 30, body)
    canvas.ellipse(-4, -46 + up, 30, 15, belly)
    shoulder, head = (22, -68 + up), head_at((42, -76 + up), (46, -58), pose, (3, -3))
    canvas.band([shoulder, head], [40, 34], body)
    scarf(canvas, character, between(shoulder, head, 0.35), 34, 16, pose)
    x, y = head
    tip = x + 22 + 4 * pose.sway - 8 * pose.graze
    canvas.band(
        [
            (x + 12, y + 4),
            (x + 21, y + 22),
            (x + 19 + 2 * pose.sway, min(-16, y + 42)),
            (tip, min(-7, y + 54)),
        ],
        [17, 13, 10, 8],
        body,
    )
    canvas.circle(x + 2, y, 20, body)
    canvas.polygon([(x + 10, y + 12), (x + 16, y + 8), (x + 32, y + 17)], IVORY)
    canvas.ellipse(x - 12, y + 2, 15 - 1.5 * abs(pose.sway), 20, dark, 10)
    canvas.ellipse(
        x - 11, y + 3, 11 - 1.5 * abs(pose.sway), 15, mix(body, (230, 150, 150), 0.25), 10
    )
    eye(canvas, x + 9, y - 4, 3.4, pose, body)


def giraffe(canvas, character, pose):
    body, light = character.body, mix(character.body, WHITE, 0.35)
    patch = mix(shade(body, 0.60), (110, 60, 30), 0.35)
    up = -pose.lift
    canvas.band([(-26, -60 + up), (-35 - 3 * pose.sway, -42 + up)], [4, 3.5], patch)
    legs(canvas, pose, (-13, 13, -21, 20), 46, 8.5, body, shade(body, 0.55))
    canvas.ellipse(0, -58 + up, 29, 17, body)
    for x, y, radius in (
        (-18, -62, 5),
        (-7, -53, 5.5),
        (-5, -67, 4.5),
        (6, -60, 5.5),
        (17, -55, 5),
    ):
        canvas.circle(x, y + up, radius, patch)
    shoulder, head = (18, -64 + up), head_at((40, -116 + up), (62, -30), pose, (6, -1))
    canvas.band([shoulder, head], [19, 11], body)
    for share in (0.30, 0.52, 0.74):
        canvas.circle(*between(shoulder, head, share), 3.6, patch)
    scarf(
        canvas, character, between(shoulder, head, 0.22), 20, 30 if pose.graze < 0.5 else -20, pose
    )
    x, y = head
    canvas.band([(x - 1, y - 6), (x - 3, y - 15)], [3, 3], patch)
    canvas.band([(x + 5, y - 6), (x + 5, y - 15)], [3, 3], patch)
    canvas.circle(x - 3, y - 16, 2.6, patch)
    canvas.circle(x + 5, y - 16, 2.6, patch)
    canvas.ellipse(x - 8, y - 5, 6.5, 3.2, body, 20 + 10 * pose.sway)
    canvas.ellipse(x + 3, y, 11.5, 8.5, body, 14)
    canvas.ellipse(x + 12, y + 3.5, 7, 5.5, light, 14)
    eye(canvas, x + 3, y - 2.5, 3.0, pose, body)


def monkey(canvas, character, pose):
    body, face, dark = (
        character.body,
        mix((244, 214, 176), character.body, 0.15),
        shade(character.body, 0.72),
    )
    up = -pose.lift
    sway = 4 * pose.sway
    canvas.band(
        [
            (-10, -26 + up),
            (-30, -20 + up),
            (-42, -34 + up),
            (-36 - sway, -52 + up),
            (-25 - sway, -46 + up),
        ],
        [6, 6, 6, 6, 5],
        dark,
    )
    swing = pose.stride * 9
    for side, tint in ((-1, dark), (1, body)):
        step = swing * side
        canvas.band([(6 * side, -26), (8 * side + step, -5 - max(0, step) * 0.3)], [14, 11], tint)
        canvas.ellipse(10 * side + step, -3.5 - max(0, step) * 0.3, 9, 4, face)
    arm = 7 * pose.stride
    canvas.band(
        [(-11, -58 + up), (-24 - arm, -40 + up), (-21 - arm * 1.5, -24 + up)], [11, 9, 9], dark
    )
    canvas.ellipse(0, -42 + up, 19, 25, body)
    canvas.ellipse(2, -37 + up, 12.5, 17, face)
    hand = (25 + arm * 1.5, -26 + up) if pose.graze < 0.5 else (27, -50 - 6 * pose.sway)
    if pose.wave is not None:
        hand = (30 + 5 * pose.wave, -88 + up)
    x, y = head_at((3, -80 + up), (12, -66 + up), pose, (4, -2))
    scarf(canvas, character, (1 + 3 * pose.graze, -62 + up), 24, 90, pose)
    canvas.circle(x - 19, y, 7, body)
    canvas.circle(x + 19, y, 7, body)
    canvas.circle(x - 19, y, 4, face)
    canvas.circle(x + 19, y, 4, face)
    canvas.circle(x, y, 19, body)
    canvas.circle(x - 5 + pose.look * 2, y - 2, 8, face)
    canvas.circle(x + 7 + pose.look * 2, y - 2, 8, face)
    canvas.ellipse(x + 1 + pose.look * 2, y + 7, 13, 9.5, face)
    canvas.ellipse(x + 1 + pose.look * 3, y + 9, 6, 1.6, INK)
    eye(canvas, x - 5 + pose.look * 2, y - 3, 3.4, pose, face)
    eye(canvas, x + 7 + pose.look * 2, y - 3, 3.4, pose, face)
    canvas.band([(13, -57 + up), (27 + arm * 0.5, -44 + up), hand], [11, 9, 9], body)
    if pose.graze >= 0.5:
        canvas.ellipse(hand[0] + 3, hand[1] - 5, 3.5, 8, (250, 214, 70), 25)


PAINTERS = {
    "rhino": rhino,
    "lion": lion,
    "elephant": elephant,
    "giraffe": giraffe,
    "monkey": monkey,
}
