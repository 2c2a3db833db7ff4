"""Four New York places as layers of paper. A seed decides layout, light and palette."""

from dataclasses import dataclass
from random import Random

from training.paint import HEIGHT, WIDTH, Canvas, mix, rgb, shade

KINDS = ("central park", "times square", "brooklyn bridge", "a snowy street")

LIGHTS = (  # name, colour of the sky, of its lower half, of sun or moon, and the tint of everything
    ("day", (148, 200, 235), (205, 230, 242), (255, 240, 190), (255, 255, 255)),
    ("morning", (190, 214, 226), (250, 226, 200), (255, 214, 150), (255, 246, 232)),
    ("sunset", (150, 110, 160), (250, 165, 110), (255, 120, 80), (255, 214, 190)),
    ("dusk", (44, 54, 104), (96, 96, 150), (240, 240, 215), (165, 165, 205)),
)


@dataclass(frozen=True)
class Place:
    kind: str
    seed: int


def paint_place(place):
    """The empty place, as a canvas to draw on."""
    random = Random(f"{place.kind}/{place.seed}")
    light = random.choice(LIGHTS)
    canvas = Canvas(background=light[1])
    brush = Brush(canvas, random, light)
    PAINTERS[place.kind](brush)
    return canvas


class Brush:
    """Draws shapes tinted by the light of the hour."""

    def __init__(self, canvas, random, light):
        self.canvas = canvas
        self.random = random
        self.name, self.sky_top, self.sky_low, self.sun, self.tint = light
        self.hue = random.uniform(-0.03, 0.03)

    def color(self, hue, saturation, value):
        lit = rgb(hue + self.hue, saturation, value)
        return tuple(c * t / 255 for c, t in zip(lit, self.tint))

    def lamp(self, hue, saturation, value):
        """A colour that shines by itself."""
        return mix(rgb(hue, saturation, value), self.color(hue, saturation, value), 0.25)

    def rectangle(self, x, y, width, height, color):
        self.canvas.rectangle(x, y, width, height, color)

    def sky(self, bottom):
        middle = mix(self.sky_top, self.sky_low, 0.5)
        self.rectangle(0, bottom * 0.42, WIDTH, HEIGHT, middle)
        self.rectangle(0, bottom * 0.72, WIDTH, HEIGHT, self.sky_low)
        x = self.random.uniform(25, WIDTH - 25)
        self.canvas.circle(x, self.random.uniform(18, 30), 10, self.sun)
        if self.name != "dusk":
            for _ in range(2):
                x, y = self.random.uniform(10, 246), self.random.uniform(12, 40)
                cloud = mix(self.sky_low, (255, 255, 255), 0.6)
                for dx, r in ((-9, 5), (0, 8), (10, 5.5)):
                    self.canvas.ellipse(x + dx, y, r * 1.5, r * 0.8, cloud)


def skyline(brush, bottom, low, high, color):
    x = -8.0
    while x < WIDTH:
        width, height = brush.random.uniform(16, 30), brush.random.uniform(low, high)
        brush.rectangle(
            x, bottom - height, width, height + 2, shade(color, brush.random.uniform(0.93, 1.07))
        )
        if brush.random.random() < 0.25:
            middle = x + width / 2
            brush.canvas.polygon(
                [
                    (middle - 4, bottom - height),
                    (middle + 4, bottom - height),
                    (middle, bottom - height - 14),
                ],
                color,
            )
        x += width


def central_park(brush):
    random, canvas = brush.random, brush.canvas
    brush.sky(96)
    skyline(brush, 98, 26, 66, mix(brush.sky_low, brush.color(0.6, 0.35, 0.55), 0.55))
    skyline(brush, 98, 12, 40, mix(brush.sky_low, brush.color(0.62, 0.35, 0.45), 0.85))
    far = brush.color(0.34, 0.48, 0.48)
    for k in range(14):
        canvas.circle(
            k * 20 + random.uniform(-6, 6), 98 + random.uniform(-4, 4), random.uniform(9, 15), far
        )
    brush.rectangle(0, 98, WIDTH, 70, brush.color(0.29, 0.52, 0.72))
    pond = random.uniform(60, 196)
    canvas.ellipse(pond, 107, 46, 5, brush.color(0.55, 0.35, 0.85))
    canvas.ellipse(128, 166, 190, 26, brush.color(0.11, 0.30, 0.86))
    for k in range(3):
        x = (20, 128, 236)[k] + random.uniform(-14, 14)
        green = random.choice((0.30, 0.34, 0.10, 0.04))
        leaf = brush.color(green, 0.62, random.uniform(0.50, 0.78))
        top = random.uniform(42, 62)
        brush.rectangle(x - 3.5, top + 12, 7, 108 - top, brush.color(0.07, 0.50, 0.36))
        for dx, dy, r in ((-12, 8, 14), (12, 9, 13), (0, -4, 17)):
            canvas.circle(x + dx, top + dy, r, leaf)
        canvas.circle(x - 4, top - 6, 8, shade(leaf, 1.14))


def times_square(brush):
    random = brush.random
    brush.sky(70)
    x = -10.0
    while x < WIDTH:
        width, top = random.uniform(34, 52), random.uniform(2, 46)
        wall = brush.color(random.choice((0.62, 0.05, 0.10)), 0.18, random.uniform(0.34, 0.58))
        brush.rectangle(x, top, width - 1.5, 120, wall)
        y = top + 6
        while y < 96:
            height = random.uniform(14, 24)
            board = brush.lamp(
                random.random(), random.uniform(0.55, 0.85), random.uniform(0.85, 1.0)
            )
            if random.random() < 0.72:
                brush.rectangle(x + 4, y, width - 9.5, min(height, 100 - y), board)
                billboard(brush, x + width / 2 - 1, y + min(height, 100 - y) / 2, random)
            y += height + 5
        x += width
    brush.rectangle(0, 106, WIDTH, 10, brush.color(0.1, 0.04, 0.76))
    brush.rectangle(0, 114, WIDTH, 50, brush.color(0.65, 0.10, 0.40))
    offset = random.uniform(0, 40)
    for k in range(-1, 8):
        brush.rectangle(offset + k * 40, 149, 22, 4, brush.color(0.13, 0.55, 0.95))


def billboard(brush, x, y, random):
    mark = random.choice(("circle", "bar", "none"))
    if mark == "circle":
        brush.canvas.circle(x, y, 4.5, (255, 250, 240))
    elif mark == "bar":
        brush.rectangle(x - 9, y - 2, 18, 4, (255, 250, 240))


def brooklyn_bridge(brush):
    random, canvas = brush.random, brush.canvas
    brush.sky(90)
    skyline(brush, 92, 10, 36, mix(brush.sky_low, brush.color(0.6, 0.3, 0.5), 0.65))
    brush.rectangle(0, 90, WIDTH, 30, brush.color(0.56, 0.45, 0.72))
    for _ in range(6):
        brush.rectangle(
            random.uniform(-10, 240),
            random.uniform(94, 108),
            random.uniform(14, 40),
            1.6,
            brush.color(0.56, 0.30, 0.86),
        )
    stone = brush.color(random.choice((0.07, 0.09, 0.05)), 0.32, random.uniform(0.56, 0.72))
    shift = random.uniform(-22, 22)
    towers = (58 + shift, 198 + shift)
    cable = brush.color(0.6, 0.08, 0.30 if brush.name != "dusk" else 0.8)
    for left, right in (
        (towers[0] - 140, towers[0]),
        (towers[0], towers[1]),
        (towers[1], towers[1] + 140),
    ):
        hang(canvas, left, right, cable)
    for x in towers:
        tower(canvas, x, stone, mix(brush.sky_low, brush.sky_top, 0.4))
    brush.rectangle(0, 112, WIDTH, 50, brush.color(0.08, 0.42, 0.66))
    brush.rectangle(0, 110, WIDTH, 4, brush.color(0.08, 0.40, 0.42))
    for k in range(-3, 13):
        x = k * 26 + 6
        canvas.polygon(
            [
                (128 + (x - 128) * 0.82, 114),
                (128 + (x - 128) * 0.82 + 1.6, 114),
                (x + 3, 160),
                (x, 160),
            ],
            brush.color(0.08, 0.45, 0.54),
        )


def hang(canvas, left, right, color):
    """A cable between two tower tops, with its hangers."""

    def height(share):
        return 30 + 66 * (1 - (2 * share - 1) ** 2)

    steps = [k / 16 for k in range(17)]
    points = [(left + (right - left) * s, height(s)) for s in steps]
    canvas.band(points, [2.2] * len(points), color)
    for x, y in points[2:-1:3]:
        canvas.rectangle(x - 0.8, y, 1.6, 112 - y, color)


def tower(canvas, x, stone, sky):
    canvas.rectangle(x - 18, 26, 36, 90, stone)
    canvas.rectangle(x - 20, 22, 40, 6, shade(stone, 0.82))
    canvas.rectangle(x - 20, 82, 40, 4, shade(stone, 0.82))
    for dx in (-8, 8):
        canvas.rectangle(x + dx - 4.5, 50, 9, 32, sky)
        canvas.polygon([(x + dx - 4.5, 50.5), (x + dx + 4.5, 50.5), (x + dx, 40)], sky)


def snowy_street(brush):
    random, canvas = brush.random, brush.canvas
    brush.sky(60)
    x = -6.0
    glass_lit = brush.lamp(0.13, 0.55, 1.0)
    while x < WIDTH:
        width, top = random.choice((42, 48, 54)), random.uniform(22, 44)
        wall = brush.color(
            random.choice((0.02, 0.04, 0.07, 0.10)),
            random.uniform(0.35, 0.60),
            random.uniform(0.48, 0.76),
        )
        brush.rectangle(x, top, width, 100, wall)
        brush.rectangle(x - 1, top - 5, width + 2, 6, brush.color(0.6, 0.03, 1.0))
        for row in range(2):
            for column in range(2):
                lit = random.random() < (0.7 if brush.name in ("dusk", "sunset") else 0.2)
                wx, wy = x + width * (0.16 + 0.44 * column), top + 9 + row * 26
                brush.rectangle(
                    wx, wy, width * 0.24, 15, glass_lit if lit else brush.color(0.58, 0.35, 0.50)
                )
                brush.rectangle(wx - 1, wy + 14, width * 0.24 + 2, 3, brush.color(0.6, 0.03, 1.0))
        x += width
    snow = brush.color(0.60, 0.04, 0.98)
    brush.rectangle(0, 104, WIDTH, 60, snow)
    for _ in range(7):
        canvas.ellipse(
            random.uniform(0, 256),
            random.uniform(118, 156),
            random.uniform(16, 34),
            3,
            brush.color(0.60, 0.12, 0.88),
        )
    for x in (random.uniform(20, 60), random.uniform(196, 236)):
        brush.rectangle(x - 1.5, 62, 3, 46, brush.color(0.6, 0.2, 0.22))
        canvas.circle(x, 58, 6, brush.lamp(0.13, 0.35, 1.0))
        canvas.ellipse(x, 53, 6, 2.4, snow)
    for _ in range(14):
        canvas.circle(random.uniform(0, 256), random.uniform(0, 100), 2.0, (250, 252, 255))


PAINTERS = {
    "central park": central_park,
    "times square": times_square,
    "brooklyn bridge": brooklyn_bridge,
    "a snowy street": snowy_street,
}
