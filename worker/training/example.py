"""Writes the example world "New York": pictures of five animals and four places, and world.yaml.

Coats and layouts come from chance that training never sees."""

import argparse
from pathlib import Path

import cv2

from training.animals import draw_character
from training.places import Place, paint_place
from training.shots import character_picture, held_out

CAST = {
    "rosie": ("rhino", "grey", "red"),
    "leo": ("lion", "orange", None),
    "ella": ("elephant", "blue", None),
    "gus": ("giraffe", "yellow", None),
    "momo": ("monkey", "brown", "green"),
}

SCENES = {  # kind and layout; layouts below 1000 are not drawn in training
    "central-park": Place("central park", 1),
    "times-square": Place("times square", 1),
    "brooklyn-bridge": Place("brooklyn bridge", 6),
    "snowy-street": Place("a snowy street", 5),
}


def write_picture(path, picture):
    cv2.imwrite(str(path), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


def entry(name, description):
    return f"  - id: {name}\n    description: {description}\n    pictures: [{name}.png]\n"


def write(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = "world: New York\ncharacters:\n"
    for name, looks in CAST.items():
        who = draw_character(held_out(name), *looks)
        write_picture(folder / f"{name}.png", character_picture(who))
        text += entry(name, who.name())
    text += "props: []\nscenes:\n"
    for name, place in SCENES.items():
        write_picture(folder / f"{name}.png", paint_place(place).picture())
        text += entry(name, place.kind)
    (folder / "world.yaml").write_text(text + "styles: []\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    write(parser.parse_args().out)


if __name__ == "__main__":
    main()
