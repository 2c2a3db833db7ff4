"""Weather and style: what is done to a whole picture. Frames repeat every PERIOD; nothing else
varies."""

from functools import lru_cache
from random import Random

import cv2
import numpy as np

from training.paint import HEIGHT, SHIFT, UNIT, WIDTH
from training.world.layer import COLUMNS, ROWS

WEATHERS = ("clear", "rain", "snow")
STYLES = ("paper cut", "ink", "chalk")
PERIOD = 16  # frames; what falls is back where it was


def weather_over(picture, weather, style, frame):
    """The picture `(HEIGHT, WIDTH, 3)` in rain or snow."""
    if weather == "clear":
        return picture
    fallen = np.zeros((ROWS, COLUMNS), np.uint8)
    if weather == "rain":
        picture = cv2.multiply(picture, (0.80, 0.86, 0.93, 1.0), dtype=cv2.CV_8U)
        color = (214, 226, 238) if style != "ink" else (104, 116, 136)
        for x, y, speed in _drops(56, 5):
            top = (y + frame * speed * HEIGHT / PERIOD) % HEIGHT
            left = (x - top * 0.18) % WIDTH
            ends = [
                (round(u * UNIT), round(v * UNIT)) for u, v in ((left, top), (left - 1.8, top + 10))
            ]
            cv2.line(fallen, *ends, 210, 2, cv2.LINE_AA, SHIFT)
    else:
        color = (250, 252, 255) if style != "ink" else (158, 172, 196)
        for x, y, speed in _drops(56, 1):
            top = (y + frame * speed * HEIGHT / PERIOD) % HEIGHT
            left = x + 4 * np.sin(2 * np.pi * (frame / PERIOD + x / 40))
            cv2.circle(
                fallen,
                (round(left * UNIT), round(top * UNIT)),
                round((1.4 + x * 7 % 1.2) * UNIT),
                255,
                -1,
                cv2.LINE_AA,
                SHIFT,
            )
    share = cv2.resize(fallen, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)[
        ..., None
    ] / np.float32(255)
    return (picture + (np.array(color, np.float32) - picture) * share).round().astype(np.uint8)


@lru_cache(4)
def _drops(count, speed):
    """Places and speeds (whole screens per period) of what falls."""
    random = Random(f"weather {count}")
    return tuple(
        (
            random.uniform(0, WIDTH),
            random.uniform(0, HEIGHT),
            random.choice((speed, speed, speed + 1)),
        )
        for _ in range(count)
    )


@lru_cache(1)
def grain():
    """Fibres of the sheet as factors about 1, `(HEIGHT, WIDTH, 1)`; the same in every frame."""
    noise = np.random.RandomState(7).normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    fibres = cv2.GaussianBlur(noise, (0, 0), 0.8) + 1.5 * cv2.GaussianBlur(noise, (0, 0), 3)
    return fibres[..., None] / np.abs(fibres).max()


def edges(picture):
    """Strength of edges, 0 to 1, `(H, W, 1)`."""
    soft = cv2.GaussianBlur(picture, (0, 0), 0.7).astype(np.float32)
    across = np.abs(cv2.Sobel(soft, cv2.CV_32F, 1, 0)).max(-1)
    down = np.abs(cv2.Sobel(soft, cv2.CV_32F, 0, 1)).max(-1)
    return np.clip((np.hypot(across, down) - 24) / 110, 0, 1)[..., None]


def styled(picture, style):
    """The picture `(HEIGHT, WIDTH, 3)` uint8 in a style; paper cut is as drawn."""
    if style == "paper cut":
        return picture
    line = edges(picture)
    base = picture.astype(np.float32)
    grey = base.mean(-1, keepdims=True)
    if style == "ink":
        wash = 255 - (255 - (0.5 * base + 0.5 * grey)) * 0.62
        made = wash * np.array([1.0, 0.975, 0.92], np.float32) * (1 - 0.86 * line)
    else:
        board = np.array([38, 46, 44], np.float32)
        fill = board + (base - 0.3 * grey) * (0.44 + 0.05 * grain())
        made = fill * (1 - 0.85 * line) + (0.35 * base + 150) * 0.85 * line * (1 + 0.25 * grain())
    return np.clip(made, 0, 255).round().astype(np.uint8)


def camera_crop(camera, frame):
    """The part of the picture that is seen: (x, y, width, height) as shares. A pan goes to and fro
    and a zoom in and out, each half in 8 seconds."""
    if camera == "static":
        return 0.0, 0.0, 1.0, 1.0
    share = 1 - abs((frame / 64) % 2 - 1)
    smooth = share * share * (3 - 2 * share)
    if camera.startswith("zooms"):
        size = 1 - 0.24 * (smooth if camera == "zooms in" else 1 - smooth)
        return (1 - size) / 2, (1 - size) * 0.78, size, size
    size = 0.84
    return (
        (1 - size) * (smooth if camera == "pans right" else 1 - smooth),
        (1 - size) * 0.7,
        size,
        size,
    )


def developed(pixels, crop):
    """The drawing `(ROWS, COLUMNS, 3)` seen through a crop, as a picture `(HEIGHT, WIDTH, 3)`."""
    x, y, w, h = crop
    if (w, h) == (1.0, 1.0):
        return cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    scale = COLUMNS * w / WIDTH
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.42 * scale)
    move = np.float32(
        [
            [scale, 0, x * COLUMNS + 0.5 * scale - 0.5],
            [0, ROWS * h / HEIGHT, y * ROWS + 0.5 * scale - 0.5],
        ]
    )
    return cv2.warpAffine(
        soft,
        move,
        (WIDTH, HEIGHT),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
