"""How the wide world's shots are told: many ways of saying the same thing, and the words they use.

A caption is `{style} {who} {does} {where}` in one of two orders, with the light, the weather, the
camera and what passes by in any order after it. What a caption leaves out is as in the reference
pictures (light, style) or at its first value (clear, static, nobody).
"""

SAID = {
    "stands": ("stands", "stands still", "is standing", "waits", "stands there"),
    "walks right": ("walks right", "walks to the right", "is walking right", "strolls right"),
    "walks left": ("walks left", "walks to the left", "is walking left", "strolls left"),
    "runs right": ("runs right", "runs to the right", "is running right", "races right"),
    "runs left": ("runs left", "runs to the left", "is running left", "races left"),
    "grazes": ("grazes", "is grazing", "eats", "eats with its head down"),
    "looks around": ("looks around", "is looking around", "turns its head"),
    "jumps": ("jumps", "is jumping", "hops up and down", "jumps up and down"),
    "sits": ("sits", "is sitting", "sits down"),
    "waves": ("waves", "is waving", "says hello", "waves hello"),
    "sleeps": ("sleeps", "is sleeping", "is asleep", "takes a nap"),
    "dances": ("dances", "is dancing", "sways to music"),
    "rolls right": ("rolls right", "rolls to the right", "is rolling right"),
    "rolls left": ("rolls left", "rolls to the left", "is rolling left"),
    "rocks": ("rocks", "rocks to and fro", "is rocking"),
    "floats": ("floats", "is floating", "floats in the air"),
}
PLACES = {
    "central park": ("in central park", "in the park"),
    "times square": ("in times square", "at times square"),
    "brooklyn bridge": ("on brooklyn bridge", "on the bridge"),
    "a snowy street": ("on a snowy street", "in a snowy street"),
    "the museum hall": ("in the museum hall", "in a museum", "in the museum"),
    "the beach": ("on the beach", "at the beach", "by the sea"),
    "a rooftop": ("on a rooftop", "on the roof"),
    "a subway station": ("in a subway station", "in the subway"),
    "a street corner": ("on a street corner", "at the street corner"),
}
LIGHTS = {
    "morning": ("in the morning", "morning light", "early in the morning"),
    "day": ("by day", "daylight", "at noon"),
    "sunset": ("at sunset", "in the evening", "sunset light"),
    "night": ("at night", "by night", "under the stars"),
}
WEATHERS = {
    "clear": ("clear weather", "under a clear sky"),
    "rain": ("in the rain", "it rains", "it is raining"),
    "snow": ("in falling snow", "it snows", "it is snowing"),
}
STYLES = {
    "paper cut": ("paper cut", "paper cut style"),
    "ink": ("ink drawing", "drawn in ink"),
    "chalk": ("chalk drawing", "drawn in chalk"),
}
CAMERAS = {
    "static": ("static camera", "the camera stands still"),
    "pans right": ("the camera pans right", "pan right"),
    "pans left": ("the camera pans left", "pan left"),
    "zooms in": ("the camera zooms in", "zoom in"),
    "zooms out": ("the camera zooms out", "zoom out"),
}
PASSING = {
    "none": ("nobody passes", "an empty street"),
    "pedestrians": ("pedestrians walk past in front", "people walk past", "people pass in front"),
    "traffic": ("traffic passes in front", "cars drive past", "cars pass in front"),
}
GROUPS = (
    ("Actions", SAID), ("Places", PLACES), ("Light", LIGHTS), ("Weather", WEATHERS),
    ("Style", STYLES), ("Camera", CAMERAS), ("Passing in front", PASSING),
)  # fmt: skip
SMALL_WORDS = "a an and with in on the of to at by . , : ; holding while its is"
MENTIONED = {
    "light": 0.7,
    "weather": 0.1,
    "style": 0.4,
    "camera": 0.15,
    "passing": 0.08,
}  # when they need not be


def article(word):
    return "an" if word[0] in "aeiou" else "a"


def name_of(who, held, random):
    """`a grey rhino with a red scarf and holding a blue balloon`."""
    coat = f"{article(who.coat)} {who.coat} {who.species}"
    if who.species == "wooden toy":
        coat = random.choice(
            (f"a wooden toy with a {who.coat} saddle", f"{article(who.coat)} {who.coat} wooden toy")
        )
    extras = [f"with {article(who.scarf)} {who.scarf} scarf"] if who.scarf else []
    if held:
        kind, dye = held[0], f"{article(held[1])} {held[1]} {held[0]}"
        extras.append(
            f"under {dye}"
            if kind == "umbrella" and random.random() < 0.5
            else random.choice(("with", "holding")) + f" {dye}"
        )
    return f"{coat} {' and '.join(extras)}".strip()


def clauses(shot, random):
    """Who does what, for each subject."""
    return [f"{name_of(r.who, r.held, random)} {random.choice(SAID[r.action])}" for r in shot.roles]


def caption(shot, random):
    """The words for a shot, in one of many ways."""
    acts = clauses(shot, random)
    joined = (
        acts[0]
        if len(acts) == 1
        else ", ".join(acts[:-1]) + random.choice((" and ", " while ")) + acts[-1]
    )
    where = random.choice(PLACES[shot.scene.kind])
    first = f"{where}, {joined}" if random.random() < 0.2 else f"{joined} {where}"
    tail = []

    def tell(what, table, value, needed):
        if needed or random.random() < MENTIONED[what]:
            tail.append(random.choice(table[value]))

    tell("light", LIGHTS, shot.scene.light, shot.scene.light != shot.reference_light)
    tell("weather", WEATHERS, shot.weather, shot.weather != "clear")
    tell("camera", CAMERAS, shot.camera, shot.camera != "static")
    tell("passing", PASSING, shot.passing, shot.passing != "none")
    random.shuffle(tail)
    start = ""
    if shot.style != shot.reference_style or random.random() < MENTIONED["style"]:
        start = random.choice(STYLES[shot.style]) + random.choice((": ", ", ", ". "))
    return start + ". ".join([first, *tail])


def groups(world):
    """GROUPS with the meanings alone that a world has."""
    had = {*world.actions, *(a for t in world.things for a in world.actions_of(t))}
    had |= {
        *world.scenes,
        *world.lights,
        *world.weathers,
        *world.styles,
        *world.cameras,
        *world.passing,
    }
    return [(title, {m: ways for m, ways in table.items() if m in had}) for title, table in GROUPS]


def words(world):
    """All words that a world's captions may have, in order: the vocabulary."""
    from training.world.puppets import COATS, DYES

    told = [SMALL_WORDS, "scarf under", *world.species, *world.things, *COATS, *DYES]
    told += ["saddle"] if "wooden toy" in world.things else []
    told += [way for _, table in groups(world) for ways in table.values() for way in ways]
    return tuple(sorted(set(" ".join(told).split())))
