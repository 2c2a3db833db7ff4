"""The vocabulary page `ops/docs/toybox.md`, made from the grammar, and the sheet of pictures on it.

python3 -m training.world.page --out ../ops/docs/toybox.md \\
    --sheet ../ops/docs/images/toybox-world.png
"""

import argparse
from pathlib import Path
from random import Random

import cv2
import numpy as np

from training.world import grammar
from training.world.film import ACTIONS, THING_ACTIONS, Role, Wide, WideFilm, WideShot, draw_passers
from training.world.puppets import COATS, DYES, SPECIES, THINGS, draw_subject, dyed
from training.world.scenes import KINDS, LIGHTS, Scene
from training.worlds import world_in

# The page's own lines are longer.
# pylint: disable=line-too-long
HEAD = """# The toybox's words

What to write in a prompt for a toybox checkpoint. **Yes** marks what the bundled one, version 0.6, was
trained on; the rest of the wide world waits for version 1, which wants a GPU to train
(`worker/training/README.md`). This page is made from the grammar that wrote the training captions
(`python3 -m training.world.page` in `worker`); a word that the model does not know is told by the command
that plans or renders a story, with the nearest ones that it does.

![Twelve pictures of the wide world](images/toybox-world.png)

## How a prompt is built

    [style:] who does what [, who does what] where [. light] [. weather] [. camera] [. who passes]

Parts in brackets may be left out; those after the place may stand in any order. The place may come
first. One or two subjects, the first named on the left (version 1: up to three). Examples that the
bundled checkpoint knows:

{examples}

What is not said is as in the reference pictures (light and style), or clear weather, a static camera and
nobody passing. A name that the story's world gives to a character is replaced by its description, so
write descriptions with these words too.

## Who

- Animals: {species}
- Things, which may be the only subject: {things} (bundled: {bundled_things})
- Coats of animals: {coats}
- Dyes of scarves and things: {dyes}
- `with a red scarf`. A wooden toy may be told by its saddle: `a wooden toy with a red saddle`. Version 1:
  `with a blue balloon`, `holding a blue balloon`, `under a green umbrella`.
- Two subjects are joined by `and` or `while`, three by a comma and one of these.

Things do less than animals: {thing_actions}.

## What, where, how

Each row is one meaning; every way of saying it means the same.
"""
SHOWN = 3  # the frame of each shot on the sheet, before who goes has gone
BUNDLED = Path(__file__).parents[1] / "toybox-wide.json"


def rows(title, table, known):
    """A table of meanings; `known`: those of the bundled checkpoint."""
    lines = [f"### {title}", "", "| meaning | ways to say it | bundled |", "|---|---|---|"]
    said = {name: ", ".join(f"`{way}`" for way in ways) for name, ways in table.items()}
    return (
        lines
        + [f"| {name} | {ways} | {'yes' if name in known else ''} |" for name, ways in said.items()]
        + [""]
    )


def page():
    """The page's text."""
    random, world, bundled = Random("page"), Wide(), world_in(BUNDLED)
    shots = [bundled.shot(random) for _ in range(40)]
    captions = sorted((s.caption() for s in shots), key=lambda c: abs(len(c) - 80))[:6]
    text = HEAD.format(
        examples="\n".join(f"    {caption}" for caption in captions),
        species=", ".join(SPECIES),
        things=", ".join(THINGS),
        bundled_things=", ".join(bundled.things),
        coats=", ".join(COATS),
        dyes=", ".join(DYES),
        thing_actions="; ".join(
            f"{thing}: {', '.join(actions)}" for thing, actions in THING_ACTIONS.items()
        ),
    )
    known = [table for _, table in grammar.groups(bundled)]
    lines = [
        line
        for (title, table), had in zip(grammar.groups(world), known)
        for line in rows(title, table, had)
    ]
    words, others = bundled.words, [word for word in world.words if word not in bundled.words]
    ending = [
        "## All words",
        "",
        f"{len(words)} words and marks that the bundled checkpoint knows:",
        "",
        " ".join(f"`{w}`" for w in words),
        "",
    ]
    ending += [f"{len(others)} more in version 1:", "", " ".join(f"`{w}`" for w in others), ""]
    return text + "\n" + "\n".join(lines + ending)


def sheet_shots():
    """Twelve shots that show every species, place, light, weather and style."""
    random, shots = Random("sheet 4"), []
    styles = ("paper cut",) * 8 + ("ink", "chalk", "paper cut", "paper cut")
    for k in range(12):
        subject = SPECIES[k % 9] if k < 9 else ("wooden toy", "fox", "bear")[k - 9]
        who = draw_subject(random, subject)
        action = "rolls right" if subject in THINGS else "stands" if k == 7 else ACTIONS[k]
        held = (
            ("balloon", "red", dyed("red", random))
            if k in (0, 6)
            else ("umbrella", "blue", dyed("blue", random))
            if k == 7
            else None
        )
        roles = [Role(who, action, held)]
        if k in (4, 10, 11):
            roles.append(
                Role(draw_subject(random, ("rabbit", "penguin", "monkey")[k % 3]), "waves")
            )
        passing = {2: "pedestrians", 1: "traffic"}.get(k, "none")
        weather = {7: "rain", 10: "snow"}.get(k, "clear")
        scene = Scene(
            KINDS[(k * 2 + 1) % 9] if k != 9 else "a street corner",
            40 + k,
            tuple(LIGHTS)[(k + 1) % 4],
        )
        shots.append(
            WideShot(
                scene,
                tuple(roles),
                weather,
                styles[k],
                "static",
                passing,
                draw_passers(random, passing),
            )
        )
    return shots


def sheet():
    """Four rows of three pictures."""
    frames = [WideFilm(shot).frame(SHOWN) for shot in sheet_shots()]
    return np.concatenate([np.concatenate(frames[k : k + 3], 1) for k in range(0, 12, 3)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--sheet")
    options = parser.parse_args()
    Path(options.out).write_text(page())
    if options.sheet:
        cv2.imwrite(options.sheet, sheet()[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
