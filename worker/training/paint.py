"""Antialiased paper shapes on an RGB canvas.

Coordinates are pixels of the finished picture, y down. The canvas is drawn at twice that size and
averaged down, on top of OpenCV's own antialiasing, so that edges move smoothly by fractions of a
pixel from frame to frame.
"""

import colorsys
import math

import cv2
import numpy as np

WIDTH = 256
HEIGHT = 160
SUPERSAMPLE = 2
SHIFT = 4  # fractional bits of OpenCV's fixed-point coordinates
UNIT = SUPERSAMPLE << SHIFT

cv2.setNumThreads(1)


def rgb(hue, saturation, value):
    """Converts hue, saturation, value in 0..1 to an RGB colour in 0..255."""
    return tuple(
        255 * c
        for c in colorsys.hsv_to_rgb(hue % 1, min(1, max(0, saturation)), min(1, max(0, value)))
    )


def shade(color, factor):
    """Darkens (factor below 1) or lightens a colour."""
    return tuple(min(255.0, c * factor) for c in color)


def mix(color, other, share):
    """Moves a colour towards another one by a share in 0..1."""
    return tuple(a + (b - a) * share for a, b in zip(color, other))


class Canvas:
    """A picture being drawn; `facing` = -1 mirrors what is drawn about `origin`."""

    def __init__(self, pixels=None, background=(255, 255, 255)):
        if pixels is None:
            pixels = np.empty((HEIGHT * SUPERSAMPLE, WIDTH * SUPERSAMPLE, 3), np.uint8)
            pixels[:] = np.round(background)
        self.pixels = pixels
        self.origin = (0.0, 0.0)
        self.facing = 1
        self.eyes = []  # (x, y, radius) of each, in pixels of the picture

    def copy(self):
        return Canvas(self.pixels.copy())

    def at(self, x, y, facing=1):
        """Places the origin of what is drawn next."""
        self.origin = (x, y)
        self.facing = facing
        return self

    def picture(self):
        """The finished picture, `(HEIGHT, WIDTH, 3)` uint8 RGB."""
        return cv2.resize(self.pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)

    def _point(self, x, y):
        return (
            round((self.origin[0] + self.facing * x) * UNIT),
            round((self.origin[1] + y) * UNIT),
        )

    def note_eye(self, x, y, radius):
        """Notes where an eye is drawn: small, but what one looks at first."""
        column, row = self._point(x, y)
        self.eyes.append((column / UNIT, row / UNIT, radius))

    def circle(self, x, y, radius, color):
        cv2.circle(
            self.pixels, self._point(x, y), round(radius * UNIT), color, -1, cv2.LINE_AA, SHIFT
        )

    def ellipse(self, x, y, radius_x, radius_y, color, degrees=0):
        axes = (round(radius_x * UNIT), round(radius_y * UNIT))
        cv2.ellipse(
            self.pixels,
            self._point(x, y),
            axes,
            degrees * self.facing,
            0,
            360,
            color,
            -1,
            cv2.LINE_AA,
            SHIFT,
        )

    def polygon(self, points, color):
        corners = np.array([self._point(x, y) for x, y in points], np.int32)
        cv2.fillPoly(self.pixels, [corners], color, cv2.LINE_AA, SHIFT)

    def rectangle(self, x, y, width, height, color):
        self.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], color)

    def band(self, points, widths, color):
        """A limb: circles of the given diameters at the points, and the strips between them."""
        for (x, y), width in zip(points, widths):
            self.circle(x, y, width / 2, color)
        for k in range(len(points) - 1):
            (x0, y0), (x1, y1) = points[k], points[k + 1]
            length = math.hypot(x1 - x0, y1 - y0) or 1.0
            nx, ny = (y0 - y1) / length / 2, (x1 - x0) / length / 2
            w0, w1 = widths[k], widths[k + 1]
            self.polygon(
                [
                    (x0 + nx * w0, y0 + ny * w0),
                    (x1 + nx * w1, y1 + ny * w1),
                    (x1 - nx * w1, y1 - ny * w1),
                    (x0 - nx * w0, y0 - ny * w0),
                ],
                color,
            )
