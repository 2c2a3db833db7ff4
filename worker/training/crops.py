"""Crops of drawn films for the VAE: where to cut, and what stands out from the background."""

import cv2
import numpy as np

from training.paint import HEIGHT, WIDTH

REFERENCE_SHARE = 0.12
EYE = 3.0  # an eye's weight, so many times what the rest of an animal has
EYE_SIZE = 1.7  # what counts as an eye, in its radius


def crop_corner(random, size, still):
    """Where to cut: half of the crops about the animals, the others anywhere."""
    width, height = size
    if random.random() < 0.5 or still:
        x, y = random.gauss(128, 56) - width / 2, random.gauss(100, 30) - height / 2
    else:
        x, y = random.uniform(0, WIDTH - width), random.uniform(0, HEIGHT - height)
    # Cells stay aligned: the transformer only ever sees pictures cut on the grid of tokens.
    x, y = 16 * round(min(WIDTH - width, max(0, x)) / 16), 16 * round(
        min(HEIGHT - height, max(0, y)) / 16
    )
    return x, y


def drawn(film, background, eyes=()):
    """Where something stands before the background, `(T, H, W, 1)`: 0 nothing, 85 something, 255 an
    eye. `eyes`: those of each frame, as films tell them."""
    change = np.abs(film.astype(np.int16) - background).max(-1)
    marked = np.where(change > 6, round(255 / EYE), 0).astype(np.uint8)
    for mask, found in zip(marked, eyes):
        for x, y, radius in found:
            cv2.circle(mask, (round(x), round(y)), round(EYE_SIZE * radius), 255, -1)
    return marked[..., None]


def some_film(world, random, frames):
    """Frames of a new shot, or of one reference picture, with `drawn` as a fourth channel; still or
    not."""
    painted = world.film(world.shot(random))
    still = random.random() < REFERENCE_SHARE
    if still:
        picture, found = painted.subject_and_eyes()
        film, background, eyes = np.repeat(picture[None], frames, 0), 255, [found] * frames
    else:
        background = painted.scene_picture()
        if frames == 1 and random.random() < 0.07:
            film, eyes = background[None], ()
        else:
            first = random.randrange(64) if frames == 1 else 4 * random.randrange(16)
            pictures, eyes = zip(*(painted.frame_and_eyes(first + k) for k in range(frames)))
            film = np.stack(pictures)
    return np.concatenate([film, drawn(film, background, eyes)], -1), still


def batch(world, random, clips, frames, size, per_film):
    """Crops `(clips, frames, 4, height, width)` uint8: RGB and where something was drawn."""
    width, height = size
    crops = []
    while len(crops) < clips:
        film, still = some_film(world, random, frames)
        for _ in range(per_film):
            x, y = crop_corner(random, size, still)
            crops.append(film[:, y : y + height, x : x + width])
    return np.ascontiguousarray(np.stack(crops[:clips]).transpose(0, 1, 4, 2, 3))
