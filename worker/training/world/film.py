"""Shots of the wide world: a pure function of a shot and a frame number.

Motion repeats every 16 frames (two seconds at 8 per second) or moves steadily and comes in again at
the other side, so that a shot may last as long as wanted and a window may start anywhere in it.

The world's clock beats with latent frames of four frames each: a shot's frame 0 is at a multiple of
four in time, and whatever goes does so by one latent cell of 16 pixels, or two, in a latent frame,
and by one token of 32 pixels in a stride, two steps. So a latent frame has few states, and one who
goes is a moved copy of itself. """

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from training.animals import STANDING, Pose
from training.paint import Canvas, mix, rgb, shade
from training.shots import COATS_OF_PASSERS, SKINS, Passer
from training.world import grammar
from training.world.layer import Layer
from training.world.look import STYLES, WEATHERS, camera_crop, developed, styled, weather_over
from training.world.puppets import (
    DYES,
    HELD,
    PAINTERS,
    SPECIES,
    THINGS,
    Subject,
    draw_subject,
    dyed,
    paint_held,
)
from training.world.scenes import INDOORS, KINDS, LIGHTS, Scene

FPS, PERIOD, GROUND = 8, 16, 140
HOMES = {0: (), 1: (118,), 2: (60, 186), 3: (44, 128, 212)}
SCALES = {1: 1.0, 2: 0.94, 3: 0.74}
# Aligned shots: one stands where its reference picture shows it, a pair two tokens of 32 pixels
# left and right.
ALIGNED_HOMES = {0: (), 1: (112,), 2: (48, 176)}
BEAT = 4  # frames of a latent frame
PACES = {"walks": 4, "runs": 8, "rolls": 4}  # pixels per frame
WAY = 384  # pixels after which one who walks comes in again
STRIDE = 32  # pixels of two steps, left and right

ACTIONS = (
    "stands", "walks right", "walks left", "runs right", "runs left", "grazes",
    "looks around", "jumps", "sits", "waves", "sleeps", "dances",
)  # fmt: skip
THING_ACTIONS = {
    "wooden toy": ("stands", "rolls right", "rolls left", "rocks"),
    "balloon": ("floats",),
    "umbrella": ("stands",),
}
BELLIES = {  # pixels between belly and ground: how far a body sinks to lie
    "rhino": 22, "lion": 23, "elephant": 27, "giraffe": 40, "monkey": 16,
    "fox": 21, "rabbit": 2, "penguin": 3, "bear": 13,
}  # fmt: skip
UPRIGHT = ("monkey", "rabbit", "penguin", "bear")
CAMERAS = ("static", "pans right", "pans left", "zooms in", "zooms out")
PASSING = ("none", "pedestrians", "traffic")
CARS = (
    (0.13, 0.85, 0.95),
    (0.0, 0.70, 0.80),
    (0.60, 0.55, 0.72),
    (0.36, 0.45, 0.58),
    (0.6, 0.04, 0.92),
)


@dataclass(frozen=True)
class Role:
    """One subject of a shot: what it does, and what it holds, `(kind, dye, rgb)` or None."""

    who: Subject
    action: str
    held: tuple | None = None


@dataclass(frozen=True)
class WideShot:
    """`reference_light`, `reference_style`: those of the reference pictures, which may differ from
    the shot's own. `words`: seed of the choice among ways to say the same."""

    scene: Scene
    roles: tuple[Role, ...]
    weather: str = "clear"
    style: str = "paper cut"
    camera: str = "static"
    passing: str = "none"
    passers: tuple = ()
    reference_light: str = "day"
    reference_style: str = "paper cut"
    start: int = 0
    words: int = 0
    aligned: bool = False

    @property
    def homes(self):
        """The x of each subject."""
        return (ALIGNED_HOMES if self.aligned else HOMES)[len(self.roles)]

    @property
    def scale(self):
        return 1.0 if self.aligned else SCALES[len(self.roles)]

    def caption(self):
        return grammar.caption(self, Random(f"words {self.words}"))

    def clauses(self):
        """The parts of the caption that tell of one subject each."""
        return grammar.clauses(self, Random(f"words {self.words}"))


def pose_of(action, frame, species="rhino"):
    """Pose and posture of an action at a frame: (pose, degrees, stretch)."""
    belly = BELLIES.get(species, 0)
    angle = 2 * math.pi * frame / PERIOD
    sway, verb = math.sin(angle), action.split()[0]
    blink = frame % PERIOD in (11, 12)
    if verb == "walks":
        gait = 2 * angle
        return (
            Pose(
                stride=math.sin(gait),
                lift=1.5 * abs(math.sin(gait)),
                sway=math.sin(gait),
                blink=blink,
            ),
            0.0,
            1.0,
        )
    if verb == "runs":
        gait = 4 * angle
        return (
            Pose(stride=1.7 * math.sin(gait), lift=5 * abs(math.sin(gait)), sway=math.sin(gait)),
            7.0,
            1.0,
        )
    if verb == "grazes":
        return (
            Pose(graze=1.0 - 0.12 * (1 - math.cos(2 * angle)) / 2, sway=sway, blink=blink),
            0.0,
            1.0,
        )
    if verb == "looks":
        return Pose(look=2.6 * sway, sway=sway), 0.0, 1.0
    if verb == "jumps":
        height = abs(math.sin(angle))  # of the whole body, see Film
        return (
            Pose(stride=0.7 * height, sway=math.cos(2 * angle)),
            -7 * math.cos(angle) * math.copysign(1, math.sin(angle)),
            1.0,
        )
    if verb == "sits":
        return (
            Pose(lift=-0.62 * belly + 0.6 * sway, sway=sway, blink=blink),
            -5.0 if species in UPRIGHT else -17.0,
            0.9,
        )
    if verb == "waves":
        return Pose(wave=math.sin(2 * angle), sway=sway, blink=blink), -4.0, 1.0
    if verb == "sleeps":
        return (
            Pose(lift=-float(belly), graze=0.55, sway=0.3 * sway, blink=True),
            0.0,
            0.88 + 0.03 * sway,
        )
    if verb == "dances":
        return (
            Pose(stride=0.5 * math.sin(2 * angle), lift=3 * abs(sway), sway=math.sin(2 * angle)),
            13 * sway,
            1.0,
        )
    if verb == "rocks":
        return Pose(sway=sway), 11 * sway, 1.0
    if verb == "floats":
        return Pose(lift=10 + 6 * math.sin(angle), sway=sway), 0.0, 1.0
    if verb == "rolls":
        return (
            Pose(
                stride=frame / 8 * (1 if action.endswith("right") else -1),
                sway=0.4 * math.sin(4 * angle),
            ),
            0.0,
            1.0,
        )
    return Pose(lift=0.8 * (1 - math.cos(angle)), sway=sway, blink=blink), 0.0, 1.0


def goes(action):
    """Whether it takes a subject away from where it stands."""
    return action.split()[0] in PACES


def x_of(action, home, frame):
    """The x of a subject: one who goes comes in again at the other side."""
    pace = PACES.get(action.split()[0])
    if pace is None:
        return home
    gone = pace * frame * (1 if action.endswith("right") else -1)
    return (home + gone + (WAY - 256) / 2) % WAY - (WAY - 256) / 2


class WideFilm:
    """Draws frames of one shot; keeps the painted scene."""

    def __init__(self, shot):
        self.shot = shot
        self.scene = shot.scene.painted()
        random = Random(f"sky {shot.scene.seed}")
        self.clouds = [
            (
                random.uniform(0, 320),
                random.uniform(8, 40),
                random.uniform(0.8, 1.3),
                random.uniform(0.2, 0.5),
            )
            for _ in range(3)
        ]
        self.windows = [
            w for k, w in enumerate(self.scene.shining) if (k * 7 + shot.scene.seed) % 5 == 0
        ][:10]

    def empty(self, frame=0):
        """The drawing of the place alone, `(ROWS, COLUMNS, 3)`."""
        scene = self.scene
        canvas = scene.heaven.copy()
        if scene.outdoors:
            for x, y, size, pace in self.clouds:
                x = (x + pace * frame) % 320 - 32
                for dx, r in ((-9, 5), (0, 8), (10, 5.5)):
                    canvas.ellipse(x + dx * size, y, r * 1.5 * size, r * 0.8 * size, scene.cloud)
        scene.canvas.over(canvas.pixels, shadow=False)
        for k, (x, y, width, height, color) in enumerate(self.windows):
            if (-(-frame // BEAT) + 3 * k) % 8 < 2:
                canvas.rectangle(x + 0.8, y + 0.8, width - 1.6, height - 1.6, shade(color, 0.62))
        return canvas

    def frame(self, index):
        """Frame `index` of the shot, `(160, 256, 3)` uint8 RGB."""
        return self.frame_and_eyes(index)[0]

    def frame_and_eyes(self, index):
        """Frame `index`, and where the eyes are in it: (x, y, radius) of each; none are told of a
        camera that moves."""
        shot, time = self.shot, index + self.shot.start
        canvas, eyes = self.empty(time), []
        tint = (0.80, 0.80, 0.90) if shot.scene.light == "night" else (1.0, 1.0, 1.0)
        for order, (role, home) in enumerate(zip(shot.roles, shot.homes)):
            eyes += self._subject(
                canvas, role, home, shot.scale, time, time + order * PERIOD // 2, tint
            )
        for passer in shot.passers:
            layer = Layer()
            (paint_walker if shot.passing == "pedestrians" else paint_car)(layer, passer, time)
            layer.tinted(tint).over(canvas.pixels)
        picture = styled(developed(canvas.pixels, camera_crop(shot.camera, time)), shot.style)
        return (
            weather_over(picture, shot.weather, shot.style, time),
            eyes if shot.camera == "static" else [],
        )

    def _subject(self, canvas, role, home, scale, time, own, tint):
        x, facing = x_of(role.action, home, time), -1 if role.action.endswith("left") else 1
        raised = {"jumps": 26 * abs(math.sin(2 * math.pi * own / PERIOD)), "sits": 6.0}.get(
            role.action, 0.0
        )
        ground = canvas.pixels[(GROUND + 8) * 2, int(min(250, max(5, x))) * 2]
        width = (34 if not role.who.is_thing else 24) * scale * (1 - raised / 60)
        canvas.at(0, 0).ellipse(x, GROUND, width, 4.5, shade(tuple(float(c) for c in ground), 0.72))
        pose, degrees, stretch = pose_of(role.action, own, role.who.species)
        layer = Layer()
        layer.at(x, GROUND - raised * scale, facing).turned(degrees, scale, stretch)
        if role.held:
            paint_held(layer, role.who, (role.held[0], role.held[2]), pose)
        PAINTERS[role.who.species](layer, role.who, pose)
        layer.tinted(tint).over(canvas.pixels)
        if role.action == "sleeps":
            snore(canvas, x + facing * 44 * scale, GROUND - 52 * scale, own)
        return layer.eyes

    def frames(self, first, count):
        return np.stack([self.frame(first + k) for k in range(count)])

    def scene_picture(self):
        """The reference picture of the place: empty, clear, whole."""
        shot = self.shot
        film = self
        if shot.reference_light != shot.scene.light:
            film = WideFilm(
                WideShot(Scene(shot.scene.kind, shot.scene.seed, shot.reference_light), ())
            )
        return styled(film.empty().picture(), shot.reference_style)

    def subject_and_eyes(self):
        """The first subject's reference picture and where its eyes are."""
        return subject_and_eyes(
            self.shot.roles[0].who, self.shot.reference_style, self.shot.aligned
        )

    def subject_pictures(self):
        return [
            subject_picture(role.who, self.shot.reference_style, self.shot.aligned)
            for role in self.shot.roles
        ]


def subject_picture(who, style="paper cut", aligned=False):
    """The reference picture of a subject: standing on white, as large as alone in a shot."""
    return subject_and_eyes(who, style, aligned)[0]


def subject_and_eyes(who, style="paper cut", aligned=False):
    canvas, layer = Canvas(), Layer()
    PAINTERS[who.species](
        layer.at((ALIGNED_HOMES if aligned else HOMES)[1][0], GROUND), who, STANDING
    )
    layer.over(canvas.pixels, shadow=False)
    return styled(canvas.picture(), style), layer.eyes


def snore(canvas, x, y, frame):
    """Three letters z that rise and fade."""
    for k in range(3):
        share = (frame / PERIOD + k / 3) % 1
        size = 3 + 3 * share
        cx, cy = x + 8 * share + 3 * math.sin(6 * share), y - 34 * share
        points = [
            (cx - size, cy - size),
            (cx + size, cy - size),
            (cx - size, cy + size),
            (cx + size, cy + size),
        ]
        canvas.at(0, 0).band(points, [1.6 + share] * 4, (250, 250, 255))


def paint_walker(canvas, passer, frame):
    """A pedestrian close to the camera, cut off by the lower edge; comes in again."""
    gone = passer.start + passer.pace * frame
    x, swing = (gone + 32) % 320 - 32, math.sin(2 * math.pi * gone / STRIDE)
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
    canvas.circle(6, -92, 1.2, (40, 34, 34))


def paint_car(canvas, passer, frame):
    """A car close to the camera; comes in again."""
    x = (passer.start + passer.pace * frame + 80) % 480 - 112
    color, glass = rgb(*passer.coat), (196, 222, 236)
    canvas.at(x, 166, 1 if passer.pace > 0 else -1)
    canvas.polygon([(-26, -38), (-17, -56), (16, -56), (28, -38)], color)
    canvas.polygon([(-20, -39), (-14, -52), (-2, -52), (-2, -39)], glass)
    canvas.polygon([(2, -39), (2, -52), (14, -52), (22, -39)], glass)
    canvas.band([(-38, -28), (40, -27)], [22, 20], color)
    canvas.rectangle(-46, -28, 92, 4, shade(color, 0.75))
    canvas.circle(46, -30, 3, (255, 246, 190))
    for wheel in (-26, 27):
        canvas.circle(wheel, -15, 10.5, (44, 42, 48))
        canvas.circle(wheel, -15, 4.5, mix(color, (240, 240, 240), 0.7))


def draw_passers(random, passing):
    if passing == "none":
        return ()
    colors = COATS_OF_PASSERS if passing == "pedestrians" else CARS
    paces = (4, -4) if passing == "pedestrians" else random.choice(((8,), (-8,), (8, -8)))
    places = range(0, 320, 16) if passing == "pedestrians" else range(0, 480, 32)
    return tuple(
        Passer(random.choice(places), p, random.choice(colors), random.choice(SKINS)) for p in paces
    )


@dataclass(frozen=True)
class Wide:
    """The wide world and how much of it is drawn; most fields are lists to choose from. `relit` and
    `restyled`: shares of the shots whose references are by day, or paper cut, whatever the shot is.
    """

    name: str = "wide"
    species: tuple = SPECIES
    scenes: tuple = KINDS
    actions: tuple = ACTIONS
    things: tuple = THINGS
    thing_actions: tuple = tuple(dict.fromkeys(a for acts in THING_ACTIONS.values() for a in acts))
    lights: tuple = tuple(LIGHTS)
    weathers: tuple = WEATHERS
    styles: tuple = STYLES
    cameras: tuple = CAMERAS
    passing: tuple = PASSING
    counts: tuple = (1, 1, 1, 2, 2, 3)
    aligned: bool = False
    relit: float = 0.4
    restyled: float = 0.4
    token_count: int = 64

    def __post_init__(self):
        if self.aligned and max(self.counts) > 2:
            raise ValueError(
                f"world.counts: expected at most 2 in an aligned world, found {list(self.counts)}"
            )

    @property
    def words(self):
        """The vocabulary: all words that its captions may have."""
        return grammar.words(self)

    def shot(self, random, first_seed=1000, last_seed=1 << 30):
        """A shot of the training world; places' seeds below 1000 are left for evaluation."""
        count = random.choice(self.counts)
        roles, names = [], set()
        while len(roles) < count:
            role = self._role(
                random, may_be_thing=bool(self.things) and (count == 1 or len(roles) > 0)
            )
            if (role.who.species, role.who.coat) not in names:
                names.add((role.who.species, role.who.coat))
                roles.append(role)
        light = random.choice(self.lights)
        kind, style = random.choice(self.scenes), mostly(random, self.styles, 0.6)
        passing = mostly(random, self.passing, 0.6)
        return WideShot(
            Scene(kind, random.randrange(first_seed, last_seed), light),
            tuple(roles),
            mostly(random, self.weathers, 0.55) if kind not in INDOORS else self.weathers[0],
            style,
            mostly(random, self.cameras, 0.6),
            passing,
            draw_passers(random, passing),
            reference_light=light
            if random.random() < 1 - self.relit or "day" not in self.lights
            else "day",
            reference_style=style if random.random() < 1 - self.restyled else "paper cut",
            start=BEAT * random.randrange(0, 160),
            words=random.randrange(1 << 30),
            aligned=self.aligned,
        )

    def _role(self, random, may_be_thing):
        if may_be_thing and random.random() < 0.16:
            kind = random.choice(self.things)
            return Role(draw_subject(random, kind), random.choice(self.actions_of(kind)))
        action, held = random.choice(self.actions), None
        holdable = tuple(kind for kind in HELD if kind in self.things)
        if (
            holdable
            and action in ("stands", "walks right", "walks left", "looks around", "waves")
            and random.random() < 0.25
        ):
            kind, dye = random.choice(holdable), random.choice(tuple(DYES))
            held = (kind, dye, dyed(dye, random))
        return Role(draw_subject(random, random.choice(self.species)), action, held)

    def actions_of(self, thing):
        """What a thing does in this world."""
        return tuple(action for action in THING_ACTIONS[thing] if action in self.thing_actions)

    def film(self, shot):
        return WideFilm(shot)


def mostly(random, choices, share):
    """The first choice with a probability, else any of the others."""
    return (
        choices[0] if len(choices) == 1 or random.random() < share else random.choice(choices[1:])
    )
