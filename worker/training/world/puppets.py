"""The cast of the wide world: the small world's five animals, four more, and three things that may
be held or stand by themselves. All face right, with their feet on the origin."""

import math
from dataclasses import dataclass

from training.animals import COATS as SMALL_COATS
from training.animals import INK, IVORY
from training.animals import PAINTERS as SMALL_PAINTERS
from training.animals import SCARVES, WHITE, between, eye, head_at, jittered, legs, scarf
from training.paint import mix, shade

SPECIES = ("rhino", "lion", "elephant", "giraffe", "monkey", "fox", "rabbit", "penguin", "bear")
THINGS = ("wooden toy", "balloon", "umbrella")
HELD = ("balloon", "umbrella")
COATS = {
    **SMALL_COATS,
    "green": (0.36, 0.52, 0.66),
    "red": (0.005, 0.68, 0.80),
    "black": (0.66, 0.16, 0.27),
}
DYES = {
    **SCARVES,
    "purple": (0.78, 0.55, 0.75),
    "orange": (0.07, 0.85, 0.97),
}  # of scarves and things


@dataclass(frozen=True)
class Subject:
    """An animal (`species` is one of SPECIES) or a thing (one of THINGS, with `coat` its dye).
    `body` and `scarf_color` are RGB; two subjects of the same words differ a little in them."""

    species: str
    coat: str
    scarf: str | None
    body: tuple
    scarf_color: tuple

    @property
    def is_thing(self):
        return self.species in THINGS


def draw_subject(random, species=None, coat=None, scarf=""):
    """Makes a subject; what is not given (`scarf` = "": any or none) is left to chance."""
    species = species or random.choice(SPECIES)
    palette = DYES if species in THINGS else COATS
    coat = coat or random.choice(tuple(palette))
    if species in THINGS:
        scarf = None
    elif scarf == "":
        scarf = random.choice((None, None, None, *(dye for dye in DYES if dye != coat)))
    body = jittered(palette[coat], random)
    return Subject(species, coat, scarf, body, jittered(DYES[scarf or "red"], random))


def fox(canvas, who, pose):
    body, belly, dark = who.body, mix(who.body, WHITE, 0.75), shade(who.body, 0.45)
    up = -pose.lift
    tail = (-56 - 4 * pose.sway, -52 + up)
    canvas.band([(-28, -36 + up), (-46, -32 + up), tail], [9, 19, 12], body)
    canvas.circle(tail[0], tail[1] - 3, 7, belly)
    legs(canvas, pose, (-17, 14, -25, 21), 27, 8.5, body, dark)
    canvas.ellipse(-3, -36 + up, 31, 15, body)
    canvas.ellipse(2, -30 + up, 20, 7, belly)
    shoulder, head = (18, -42 + up), head_at((38, -58 + up), (46, -20), pose, (4, -3))
    canvas.band([shoulder, head], [24, 17], body)
    scarf(canvas, who, between(shoulder, head, 0.4), 21, 34 if pose.graze < 0.5 else -30, pose)
    x, y = head
    for dx in (-9, 4):
        canvas.polygon(
            [(x + dx - 5, y - 8), (x + dx + 6, y - 10), (x + dx - 1 + pose.sway, y - 27)], body
        )
        canvas.polygon(
            [(x + dx - 2.5, y - 10), (x + dx + 3, y - 11), (x + dx - 0.8 + pose.sway, y - 21)], dark
        )
    canvas.ellipse(x, y, 15, 12.5, body)
    canvas.polygon([(x + 2, y - 6), (x + 28, y + 6), (x + 2, y + 12)], body)
    canvas.polygon([(x - 4, y + 4), (x + 26, y + 6.5), (x + 1, y + 12.5)], belly)
    canvas.circle(x + 27, y + 5.5, 3, INK)
    eye(canvas, x + 4, y - 3, 3.2, pose, body)


def rabbit(canvas, who, pose):
    body, belly, dark = who.body, mix(who.body, WHITE, 0.55), shade(who.body, 0.72)
    pink, up, step = mix(who.body, (244, 160, 170), 0.6), -pose.lift, 8 * pose.stride
    canvas.circle(-24, -17 + up, 9, belly)
    canvas.band([(-3, -30 + up), (2 - step, -8)], [11, 9], dark)
    canvas.ellipse(-5, -26 + up, 22, 24, body)
    canvas.ellipse(3, -23 + up, 13, 17, belly)
    canvas.ellipse(-8 + step, -4 - max(0, step) * 0.4, 17, 5, body)
    canvas.ellipse(8 - step, -3.5 - max(0, -step) * 0.4, 10, 4, dark)
    x, y = head_at((7, -62 + up), (26, -22), pose, (4, -2))
    scarf(canvas, who, ((x - 3) * 0.6, -45 + up + 16 * pose.graze), 21, 84, pose)
    for dx, lean in ((-9, -5), (3, 3)):
        tip = (x + dx + lean + 5 * pose.sway - 14 * pose.graze, y - 47 + 14 * pose.graze)
        canvas.band([(x + dx, y - 11), tip], [10, 8], body)
        canvas.band([(x + dx, y - 13), tip], [4.5, 3.5], pink)
    canvas.ellipse(x, y, 18, 15.5, body)
    canvas.ellipse(x + 9 + pose.look, y + 6, 9, 7, belly)
    canvas.ellipse(x + 13 + pose.look, y + 2, 3, 2.2, pink)
    canvas.rectangle(x + 10 + pose.look, y + 10, 5, 4.5, WHITE)
    eye(canvas, x + 4, y - 3, 3.6, pose, body)
    shoulder = (8, -37 + up)
    paw = (
        (23 + step * 0.6, -24 + up)
        if pose.wave is None
        else (26 + 3 * pose.wave, -50 - 7 * pose.wave + up)
    )
    canvas.band([shoulder, paw], [9, 7.5], shade(body, 0.90))


def penguin(canvas, who, pose):
    body, up, step = who.body, -pose.lift, 8 * pose.stride
    white = mix((250, 250, 246), body, 0.06)
    beak = (246, 150, 40)
    tilt = 3.5 * pose.stride
    for dx in (-9 + step, 10 - step):
        canvas.ellipse(dx, -3.2 - max(0, dx - 8) * 0.15, 11, 4.2, beak)
    far = (-24 - 3 * pose.sway, -36 + up) if pose.wave is None else (-25, -34 + up)
    canvas.band([(-13 + tilt, -56 + up), far], [12, 8], shade(body, 0.7))
    canvas.ellipse(tilt * 0.5, -40 + up, 24, 37, body)
    canvas.ellipse(5 + tilt * 0.5, -36 + up, 16.5, 30, white)
    x, y = head_at((3 + tilt, -82 + up), (22, -52 + up), pose, (5, -2))
    canvas.band([(tilt, -66 + up), (x, y)], [36, 30], body)
    canvas.circle(x, y, 18, body)
    canvas.ellipse(x + 6 + pose.look * 2, y + 2, 12, 12, white)
    canvas.polygon(
        [
            (x + 10 + pose.look * 2, y),
            (x + 28 + pose.look * 2, y + 4),
            (x + 10 + pose.look * 2, y + 8),
        ],
        beak,
    )
    scarf(canvas, who, (x * 0.6, (y - 66 + up) / 2 + 8), 31, 86, pose)
    eye(canvas, x + 6 + pose.look * 2, y - 4, 3.5, pose, white)
    hand = (20 + 4 * pose.sway, -32 + up) if pose.wave is None else (33, -72 - 9 * pose.wave + up)
    canvas.band([(13 + tilt, -57 + up), hand], [12, 8], shade(body, 0.86))


def bear(canvas, who, pose):
    body, muzzle, dark = who.body, mix(who.body, (250, 232, 205), 0.6), shade(who.body, 0.72)
    up, step = -pose.lift, 9 * pose.stride
    for side, tint in ((-1, dark), (1, body)):
        x = 11 * side + step * side
        canvas.band([(10 * side, -26), (x, -7 - max(0, step * side) * 0.3)], [21, 18], tint)
        canvas.ellipse(x + 3, -4 - max(0, step * side) * 0.3, 12, 4.5, shade(tint, 0.85))
    canvas.band([(-17, -62 + up), (-29 - step * 0.6, -38 + up)], [16, 14], dark)
    canvas.ellipse(0, -46 + up, 28, 32, body)
    canvas.ellipse(5, -42 + up, 18, 22, muzzle)
    x, y = head_at((4, -92 + up), (26, -62 + up), pose, (5, -2))
    canvas.band([(0, -68 + up), (x, y)], [34, 30], body)
    scarf(canvas, who, (x * 0.5, (y - 66 + up) / 2 + 6), 33, 84, pose)
    for dx in (-15, 15):
        canvas.circle(x + dx, y - 16, 7.5, body)
        canvas.circle(x + dx, y - 16, 4, muzzle)
    canvas.ellipse(x, y, 22, 20, body)
    canvas.ellipse(x + 7 + pose.look * 2, y + 7, 11, 8.5, muzzle)
    canvas.ellipse(x + 9 + pose.look * 2, y + 3, 4.2, 3, INK)
    canvas.rectangle(x + 4 + pose.look * 2, y + 10.5, 9, 1.4, INK)
    eye(canvas, x - 3 + pose.look * 2, y - 4, 3.2, pose, body)
    eye(canvas, x + 12 + pose.look * 2, y - 4, 3.2, pose, body)
    hand = (
        (29 + step * 0.6, -38 + up)
        if pose.wave is None
        else (40 + 4 * pose.wave, -84 - 6 * pose.wave + up)
    )
    canvas.band([(18, -62 + up), hand], [16, 14], shade(body, 0.92))


def wooden_toy(canvas, who, pose):
    """A horse of wood on wheels; the dye is that of its saddle and wheels."""
    wood, dark, dye = (206, 150, 92), (150, 98, 52), who.body
    up, turn = -pose.lift, pose.stride * math.pi
    canvas.rectangle(-38, -13, 76, 6, dark)
    for x in (-20, 18):
        canvas.band([(x, -42 + up), (x + 2, -14)], [11, 10], wood)
    canvas.band([(-22, -48 + up), (20, -48 + up)], [30, 28], wood)
    canvas.band([(-33, -52 + up), (-43 - 2 * pose.sway, -36 + up)], [6, 8], dark)
    canvas.band([(18, -50 + up), (30, -80 + up)], [24, 18], wood)
    canvas.band([(12, -62 + up), (24, -94 + up)], [7, 7], dark)
    canvas.band([(30, -84 + up), (47, -76 + up)], [19, 14], wood)
    canvas.polygon([(24, -90 + up), (31, -92 + up), (27, -103 + up)], wood)
    canvas.band([(39, -88 + up), (40, -71 + up)], [3, 3], dye)
    canvas.polygon([(-13, -64 + up), (11, -64 + up), (8, -44 + up), (-10, -44 + up)], dye)
    canvas.circle(34, -84 + up, 2.4, INK)
    for x in (-27, 27):
        canvas.circle(x, -9, 9, dye)
        canvas.circle(x, -9, 3.2, IVORY)
        for k in range(4):
            angle = turn + k * math.pi / 2
            canvas.circle(x + 6 * math.cos(angle), -9 + 6 * math.sin(angle), 1.4, IVORY)


def balloon(canvas, who, pose):
    x, y = 7 * pose.sway, -96 - pose.lift
    canvas.band(
        [(0, -12 - pose.lift), (x * 0.3 - 3, -40 - pose.lift), (x, y + 28)],
        [1.6, 1.6, 1.6],
        (90, 80, 80),
    )
    canvas.ellipse(x, y, 23, 28, who.body)
    canvas.polygon([(x - 4, y + 32), (x + 4, y + 32), (x, y + 26)], shade(who.body, 0.8))
    canvas.ellipse(x - 8, y - 10, 5, 9, mix(who.body, WHITE, 0.55), 20)


def umbrella(canvas, who, pose):
    lean = 2 * pose.sway
    canvas.band([(0, -8), (lean, -104)], [3.2, 3.2], (110, 76, 50))
    canvas.band([(0, -8), (4, -3), (9, -7)], [3.2, 3.2, 3.2], (110, 76, 50))
    dome(canvas, lean, -70, 46, 36, who.body)


def dome(canvas, x, y, width, height, color):
    """The roof of an umbrella: two shades of panels with a scalloped edge."""
    arc = [
        (x + width * math.cos(math.pi * k / 20), y - height * math.sin(math.pi * k / 20))
        for k in range(21)
    ]
    canvas.polygon(arc, color)
    inner = [
        (x + width * 0.36 * math.cos(math.pi * k / 20), y - height * math.sin(math.pi * k / 20))
        for k in range(21)
    ]
    canvas.polygon(inner, mix(color, WHITE, 0.25))
    for k in range(-2, 3):
        canvas.ellipse(
            x + k * width * 0.4, y, width * 0.2, 3.4, color if k % 2 else mix(color, WHITE, 0.12)
        )
    canvas.circle(x, y - height, 2.6, shade(color, 0.7))


HANDS = {  # where an animal holds a thing: x, y
    "rhino": (20, -60), "lion": (-4, -56), "elephant": (-6, -84),
    "giraffe": (-4, -70), "monkey": (27, -44),
    "fox": (-4, -46), "rabbit": (23, -26), "penguin": (22, -36), "bear": (31, -40),
}  # fmt: skip


def paint_held(canvas, who, held, pose):
    """What an animal holds: a balloon on a string or an umbrella over it."""
    kind, color = held
    x, y = HANDS[who.species]
    y -= pose.lift
    if kind == "balloon":
        top = (x - 16 + 5 * pose.sway, min(y - 46, -94))
        canvas.band([(x, y), (top[0], top[1] + 20)], [1.5, 1.5], (90, 80, 80))
        canvas.ellipse(*top, 16, 20, color)
        canvas.ellipse(top[0] - 5, top[1] - 7, 3.5, 6, mix(color, WHITE, 0.55), 20)
    else:
        tall = 0.0 if who.species == "giraffe" else 50.0
        canvas.band([(x, y), (x - 6, y - 26 - tall)], [3, 3], (110, 76, 50))
        dome(canvas, x - 6, y - 22 - tall, 44, 26, color)


PAINTERS = {
    **SMALL_PAINTERS,
    "fox": fox,
    "rabbit": rabbit,
    "penguin": penguin,
    "bear": bear,
    "wooden toy": wooden_toy,
    "balloon": balloon,
    "umbrella": umbrella,
}


def dyed(name, random):
    """An RGB colour that answers to the name of a dye."""
    return jittered(DYES[name], random)
