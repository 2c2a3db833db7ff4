"""Nine places as a sky and a sheet of paper before it; the small world's four and five more. The
seed decides layout and palette, the light is given. Windows and signs that shine are told apart, so
that a film can let them flicker; the sky is empty, so that clouds can pass."""

from dataclasses import dataclass
from random import Random

import numpy as np

from training import places
from training.paint import WIDTH, Canvas, mix, shade
from training.places import Brush, skyline
from training.world.layer import Layer

LIGHTS = {  # top of the sky, its lower half, sun or moon, tint of everything
    "morning": ("morning", (190, 214, 226), (250, 226, 200), (255, 214, 150), (255, 246, 232)),
    "day": ("day", (148, 200, 235), (205, 230, 242), (255, 240, 190), (255, 255, 255)),
    "sunset": ("sunset", (150, 110, 160), (250, 165, 110), (255, 120, 80), (255, 214, 190)),
    "night": ("dusk", (26, 32, 76), (62, 66, 124), (244, 244, 220), (128, 130, 182)),
}


@dataclass(frozen=True)
class Scene:
    kind: str
    seed: int
    light: str

    def painted(self):
        random = Random(f"{self.kind}/{self.seed}")
        brush = SceneBrush(random, LIGHTS[self.light])
        PAINTERS[self.kind](brush)
        return brush


class SceneBrush(Brush):
    """Paints the sky apart from what stands before it, and notes rectangles that shine."""

    def __init__(self, random, light):
        super().__init__(Layer(), random, light)
        self.heaven = Canvas(background=light[1])
        self.shining, self.outdoors = [], False
        self._lamps = set()

    def lamp(self, hue, saturation, value):
        color = super().lamp(hue, saturation, value)
        self._lamps.add(color)
        return color

    def rectangle(self, x, y, width, height, color):
        super().rectangle(x, y, width, height, color)
        if color in self._lamps and 0 < x < WIDTH - width:
            self.shining.append((x, y, width, height, color))

    def sky(self, bottom):
        self.outdoors = True
        self.heaven.rectangle(0, bottom * 0.42, WIDTH, 160, mix(self.sky_top, self.sky_low, 0.5))
        self.heaven.rectangle(0, bottom * 0.72, WIDTH, 160, self.sky_low)
        self.heaven.circle(
            self.random.uniform(25, WIDTH - 25), self.random.uniform(18, 30), 10, self.sun
        )
        if self.name == "dusk":
            for _ in range(22):
                self.heaven.circle(
                    self.random.uniform(0, WIDTH),
                    self.random.uniform(2, bottom * 0.6),
                    0.8,
                    (235, 235, 220),
                )

    @property
    def cloud(self):
        return mix(self.sky_low, (255, 255, 255), 0.6 if self.name != "dusk" else 0.16)


def tiles(brush, top, rows, color, other, size=32):
    """A floor in perspective-less checks, as paper."""
    for row in range(rows):
        for column in range(WIDTH // size):
            tint = color if (row + column) % 2 else other
            brush.rectangle(column * size, top + row * 12, size, 12, tint)


def museum_hall(brush):
    random, canvas = brush.random, brush.canvas
    wall = brush.color(random.choice((0.10, 0.45, 0.60, 0.02)), 0.24, 0.86)
    brush.rectangle(0, 0, WIDTH, 160, wall)
    brush.rectangle(0, 0, WIDTH, 12, shade(wall, 0.85))
    brush.rectangle(0, 12, WIDTH, 3, shade(wall, 0.72))
    shift = random.uniform(-14, 14)
    for k in range(-1, 5):
        x = 40 + k * 72 + shift
        kind = random.choice(("picture", "arch", "picture"))
        if kind == "picture":
            tall = random.uniform(34, 48)
            brush.rectangle(x - 20, 66 - tall / 2, 40, tall, brush.color(0.11, 0.65, 0.70))
            brush.rectangle(
                x - 16, 70 - tall / 2, 32, tall - 8, brush.color(random.random(), 0.5, 0.72)
            )
            canvas.circle(
                x + random.uniform(-8, 8),
                66,
                random.uniform(5, 9),
                brush.color(random.random(), 0.55, 0.92),
            )
            brush.rectangle(
                x - 16, 66 + tall / 2 - 12, 32, 8, brush.color(random.random(), 0.45, 0.55)
            )
        else:
            brush.rectangle(x - 16, 50, 32, 60, shade(wall, 0.62))
            canvas.circle(x, 50, 16, shade(wall, 0.62))
            brush.rectangle(x - 5, 76, 10, 34, brush.color(0.1, 0.10, 0.90))
            canvas.circle(x, 70, 8, brush.color(0.1, 0.10, 0.90))
    for k in range(-1, 5):
        x = 76 + k * 72 + shift
        brush.rectangle(x - 6, 18, 12, 92, brush.color(0.12, 0.08, 0.95))
        brush.rectangle(x - 9, 15, 18, 6, brush.color(0.12, 0.10, 0.88))
        brush.rectangle(x - 9, 104, 18, 7, brush.color(0.12, 0.10, 0.82))
        lamp = brush.lamp(0.13, 0.4, 1.0)
        brush.rectangle(x - 3, 40, 6, 8, lamp)
    tiles(brush, 110, 5, brush.color(0.07, 0.34, 0.74), brush.color(0.08, 0.28, 0.62))


def beach(brush):
    random, canvas = brush.random, brush.canvas
    brush.sky(74)
    sea = brush.color(0.53, 0.58, 0.76)
    brush.rectangle(0, 72, WIDTH, 90, sea)
    for _ in range(8):
        brush.rectangle(
            random.uniform(-10, 240),
            random.uniform(76, 96),
            random.uniform(14, 36),
            1.6,
            mix(sea, (255, 255, 255), 0.4),
        )
    x = random.choice((44, 212)) + random.uniform(-16, 16)
    ride, spokes = brush.color(random.choice((0.95, 0.0, 0.6)), 0.55, 0.84), brush.color(
        0.6, 0.12, 0.92
    )
    rim = [(x + 36 * np.cos(k * np.pi / 12), 56 + 36 * np.sin(k * np.pi / 12)) for k in range(25)]
    canvas.band([(x - 20, 104), (x, 56), (x + 20, 104)], [3.5, 3.5, 3.5], ride)
    for point in rim[:24:3]:
        canvas.band([(x, 56), point], [1.4, 1.4], spokes)
    canvas.band(rim, [3] * 25, ride)
    for k, point in enumerate(rim[:24:3]):
        canvas.circle(point[0], point[1] + 3, 4.5, brush.color(k / 8, 0.6, 0.92))
        brush.rectangle(point[0] - 2, point[1] + 1, 4, 4, brush.lamp(0.13, 0.3, 1.0))
    sand = brush.color(0.115, 0.36, 0.94)
    canvas.ellipse(128, 168, 220, 66, mix(sand, (255, 255, 255), 0.35))
    canvas.ellipse(128, 172, 226, 66, sand)
    for side in (random.uniform(10, 60), random.uniform(190, 246)):
        color = brush.color(random.random(), 0.62, 0.92)
        canvas.band([(side, 122), (side + 4, 78)], [2.5, 2.5], brush.color(0.08, 0.4, 0.5))
        arc = [
            (side + 4 + 27 * np.cos(np.pi * k / 12), 82 - 19 * np.sin(np.pi * k / 12))
            for k in range(13)
        ]
        canvas.polygon(arc, color)
        canvas.polygon(
            [(p[0] * 0.4 + (side + 4) * 0.6, p[1]) for p in arc], brush.color(0.1, 0.03, 0.98)
        )
    for _ in range(12):
        canvas.ellipse(
            random.uniform(0, 256),
            random.uniform(122, 158),
            random.uniform(2, 4),
            1.5,
            shade(sand, 0.86),
        )


def rooftop(brush):
    random, canvas = brush.random, brush.canvas
    brush.sky(100)
    skyline(brush, 112, 20, 70, mix(brush.sky_low, brush.color(0.62, 0.35, 0.5), 0.55))
    x, pane = -10.0, brush.lamp(0.13, 0.55, 1.0)
    while x < WIDTH:
        width, top = random.uniform(28, 46), random.uniform(60, 88)
        wall = brush.color(
            random.choice((0.62, 0.66, 0.04, 0.55)), 0.30, random.uniform(0.36, 0.52)
        )
        brush.rectangle(x, top, width, 60, wall)
        for wy in np.arange(top + 6, 106, 11):
            for wx in np.arange(x + 5, x + width - 6, 9):
                brush.rectangle(wx, wy, 4.5, 6, pane if random.random() < 0.4 else shade(wall, 1.3))
        x += width + 1
    tank = random.choice((36, 220)) + random.uniform(-12, 12)
    wood = brush.color(0.07, 0.5, 0.50)
    for dx in (-14, 0, 14):
        canvas.band([(tank + dx, 70), (tank + dx * 1.15, 112)], [3, 3], shade(wood, 0.6))
    brush.rectangle(tank - 19, 36, 38, 36, wood)
    for k in range(3):
        brush.rectangle(tank - 19, 42 + k * 11, 38, 1.8, shade(wood, 0.7))
    canvas.polygon([(tank - 22, 36), (tank + 22, 36), (tank, 17)], shade(wood, 0.75))
    brick = brush.color(random.choice((0.03, 0.06, 0.60)), 0.42, 0.60)
    brush.rectangle(0, 106, WIDTH, 12, brick)
    brush.rectangle(0, 104, WIDTH, 4, shade(brick, 1.25))
    roof = brush.color(random.choice((0.6, 0.08, 0.35)), 0.14, 0.56)
    brush.rectangle(0, 117, WIDTH, 50, roof)
    for k in range(4):
        brush.rectangle(
            random.uniform(0, 240), 122 + k * 10, random.uniform(20, 50), 2, shade(roof, 0.88)
        )
    pot = 256 - tank + random.uniform(-16, 16)
    for dx in (-12, 0, 12):
        canvas.circle(
            pot + dx, 100 - abs(dx) * -0.3, 9, brush.color(0.33, 0.55, random.uniform(0.45, 0.65))
        )
    canvas.polygon(
        [(pot - 18, 106), (pot + 18, 106), (pot + 14, 121), (pot - 14, 121)],
        brush.color(0.04, 0.6, 0.68),
    )


def subway_station(brush):
    random, canvas = brush.random, brush.canvas
    tile = brush.color(random.choice((0.13, 0.5, 0.6)), 0.10, 0.90)
    brush.rectangle(0, 0, WIDTH, 160, tile)
    band = brush.color(random.choice((0.0, 0.33, 0.60, 0.78)), 0.62, 0.66)
    brush.rectangle(0, 0, WIDTH, 14, brush.color(0.6, 0.15, 0.36))
    brush.rectangle(0, 22, WIDTH, 8, band)
    for k in range(9):
        brush.rectangle(0, 34 + k * 7, WIDTH, 0.8, shade(tile, 0.88))
    x = random.uniform(-30, 10)
    while x < WIDTH:
        brush.rectangle(x + 8, 6, 40, 4, brush.lamp(0.15, 0.15, 1.0))
        x += 70
    sign = random.uniform(60, 130)
    brush.rectangle(sign, 40, 66, 20, brush.color(0.62, 0.4, 0.20))
    canvas.circle(sign + 12, 50, 7, brush.color(random.choice((0.0, 0.11, 0.35, 0.6)), 0.8, 0.92))
    brush.rectangle(sign + 24, 46, 34, 3, (245, 245, 245))
    brush.rectangle(sign + 24, 52, 22, 3, (245, 245, 245))
    shift = random.uniform(-20, 20)
    for k in range(-1, 4):
        x = 52 + 76 * k + shift
        brush.rectangle(x - 5, 10, 10, 98, band)
        brush.rectangle(x - 9, 10, 18, 5, shade(band, 0.75))
    bench = random.choice((20, 176)) + random.uniform(-6, 20)
    brush.rectangle(bench, 92, 54, 5, brush.color(0.07, 0.55, 0.55))
    brush.rectangle(bench, 80, 54, 5, brush.color(0.07, 0.55, 0.55))
    for dx in (5, 45):
        brush.rectangle(bench + dx, 80, 4, 28, brush.color(0.07, 0.4, 0.3))
    floor = brush.color(0.6, 0.06, 0.60)
    brush.rectangle(0, 106, WIDTH, 60, floor)
    brush.rectangle(0, 106, WIDTH, 3, shade(floor, 0.8))
    brush.rectangle(0, 148, WIDTH, 7, brush.color(0.135, 0.78, 0.94))


def street_corner(brush):
    random, canvas = brush.random, brush.canvas
    brush.sky(56)
    skyline(brush, 66, 14, 48, mix(brush.sky_low, brush.color(0.62, 0.3, 0.5), 0.6))
    left = random.random() < 0.5
    edge = random.uniform(146, 168)
    wall = brush.color(random.choice((0.02, 0.05, 0.09, 0.56)), 0.50, 0.64)

    def at(x, width):
        return x if left else WIDTH - x - width

    brush.rectangle(at(edge + 6, 90), 40, 90, 70, brush.color(0.08, 0.25, 0.62))
    for k in range(3):
        for row in range(2):
            lit = (
                brush.lamp(0.13, 0.5, 1.0) if random.random() < 0.5 else brush.color(0.58, 0.3, 0.5)
            )
            brush.rectangle(at(edge + 16 + k * 24, 12), 48 + row * 24, 12, 15, lit)
    brush.rectangle(at(-10, edge + 10), 8, edge + 10, 102, wall)
    brush.rectangle(at(-10, edge + 14), 4, edge + 14, 7, shade(wall, 0.72))
    for k in range(4):
        lit = (
            brush.lamp(0.13, 0.55, 1.0) if random.random() < 0.55 else brush.color(0.58, 0.3, 0.48)
        )
        brush.rectangle(at(10 + k * 36, 20), 17, 20, 24, (244, 236, 220))
        brush.rectangle(at(12 + k * 36, 16), 19, 16, 20, lit)
    awning = random.random()
    glass = brush.lamp(0.12, 0.35, 1.0)
    brush.rectangle(at(8, 84), 70, 84, 34, glass)
    brush.rectangle(at(104, 26), 66, 26, 42, brush.color(awning, 0.5, 0.42))
    for k in range(12):
        tint = brush.color(awning, 0.60, 0.84) if k % 2 else brush.color(0.1, 0.04, 0.97)
        canvas.polygon(
            [
                (at(4 + k * 8, 8), 54),
                (at(4 + k * 8, 8) + 8, 54),
                (at(4 + k * 8, 8) + 8, 68),
                (at(4 + k * 8, 8), 68),
            ],
            tint,
        )
        canvas.circle(at(4 + k * 8, 8) + 4, 68, 4, tint)
    brush.rectangle(0, 106, WIDTH, 34, brush.color(0.09, 0.06, 0.74))
    for k in range(6):
        brush.rectangle(k * 46 + 10, 106, 1.2, 34, brush.color(0.09, 0.06, 0.62))
    brush.rectangle(0, 138, WIDTH, 5, brush.color(0.09, 0.05, 0.86))
    brush.rectangle(0, 143, WIDTH, 30, brush.color(0.65, 0.08, 0.38))
    post = at(edge + 2, 4)
    brush.rectangle(post, 40, 4, 72, brush.color(0.4, 0.3, 0.28))
    brush.rectangle(post - 5, 28, 14, 28, brush.color(0.13, 0.75, 0.80))
    for k, hue in enumerate((0.0, 0.13, 0.36)):
        canvas.circle(post + 2, 34 + k * 8, 3, brush.color(hue, 0.8, 0.92))


PAINTERS = {
    **places.PAINTERS,
    "the museum hall": museum_hall,
    "the beach": beach,
    "a rooftop": rooftop,
    "a subway station": subway_station,
    "a street corner": street_corner,
}
KINDS = tuple(PAINTERS)
INDOORS = ("the museum hall", "a subway station")  # where no rain or snow falls
