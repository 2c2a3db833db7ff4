"""Writes the worlds of the example stories: pictures of their characters, props and places, and
world.yaml.

Looks and layouts come from chance that training never sees."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2

from training.animals import draw_character
from training.places import Place, paint_place
from training.shots import character_picture, held_out
from training.world.film import WideFilm, WideShot, subject_picture
from training.world.grammar import PLACES, article, name_of
from training.world.puppets import draw_subject
from training.world.scenes import Scene


@dataclass(frozen=True)
class Example:
    """`cast` and `props`: species, coat, scarf by name. `scenes`: drawn places by name; layouts
    below 1000 are not drawn in training."""

    name: str
    cast: dict
    scenes: dict
    props: dict


NEW_YORK = Example(
    "New York",
    {
        "rosie": ("rhino", "grey", "red"),
        "leo": ("lion", "orange", None),
        "ella": ("elephant", "blue", None),
        "gus": ("giraffe", "yellow", None),
        "momo": ("monkey", "brown", "green"),
    },
    {
        "central-park": Place("central park", 1),
        "times-square": Place("times square", 1),
        "brooklyn-bridge": Place("brooklyn bridge", 6),
        "snowy-street": Place("a snowy street", 5),
    },
    {},
)

CORNER = Example(
    "Street corner",
    {},
    {"corner": Scene("a street corner", 12, "day")},
    {"toy": ("wooden toy", "red", None)},
)

TOUR = Example(
    "City",
    {"finn": ("fox", "orange", "blue"), "pia": ("penguin", "purple", "yellow")},
    {
        "central-park": Scene("central park", 21, "morning"),
        "street-corner": Scene("a street corner", 5, "day"),
        "museum-hall": Scene("the museum hall", 7, "day"),
        "subway-station": Scene("a subway station", 3, "day"),
        "beach": Scene("the beach", 4, "day"),
        "brooklyn-bridge": Scene("brooklyn bridge", 9, "sunset"),
        "rooftop": Scene("a rooftop", 6, "sunset"),
        "times-square": Scene("times square", 8, "night"),
    },
    {},
)

EXAMPLES = {"new-york-zoo": NEW_YORK, "wooden-toy": CORNER, "a-day-in-the-city": TOUR}


def looks_of(name, looks):
    """Description and picture of a character of the small world or a subject of the wide one."""
    if name in NEW_YORK.cast:
        who = draw_character(held_out(name), *looks)
        return who.name(), character_picture(who)
    who = draw_subject(held_out(name), *looks)
    if who.is_thing:
        return f"{article(who.coat)} {who.coat} {who.species}", subject_picture(who, aligned=True)
    return name_of(who, None, held_out(name)), subject_picture(who, aligned=True)


def place_of(place):
    """Description and picture of a place of either world."""
    if isinstance(place, Place):
        return place.kind, paint_place(place).picture()
    said = PLACES[place.kind][0]
    return (
        said.split(" ", 1)[1],
        WideFilm(WideShot(place, (), reference_light=place.light)).scene_picture(),
    )


def write_picture(path, picture):
    cv2.imwrite(str(path), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


def references(folder, title, entries):
    """The lines of a kind of references; writes their pictures."""
    if not entries:
        return f"{title}: []\n"
    text = f"{title}:\n"
    for name, (description, picture) in entries.items():
        write_picture(folder / f"{name}.png", picture)
        text += f"  - id: {name}\n    description: {description}\n    pictures: [{name}.png]\n"
    return text


def write(example, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = f"world: {example.name}\n"
    text += references(
        folder, "characters", {name: looks_of(name, looks) for name, looks in example.cast.items()}
    )
    text += references(
        folder, "props", {name: looks_of(name, looks) for name, looks in example.props.items()}
    )
    text += references(
        folder, "scenes", {name: place_of(place) for name, place in example.scenes.items()}
    )
    (folder / "world.yaml").write_text(text + "styles: []\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--example", choices=EXAMPLES, default="new-york-zoo")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    write(EXAMPLES[options.example], options.out)


if __name__ == "__main__":
    main()
