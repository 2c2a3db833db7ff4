"""A sheet of transparent paper: shapes with coverage, laid over a picture with a soft shadow."""

import math

import cv2
import numpy as np

from training.paint import HEIGHT, SUPERSAMPLE, UNIT, WIDTH, Canvas

ROWS, COLUMNS = HEIGHT * SUPERSAMPLE, WIDTH * SUPERSAMPLE
SHADOW_OFFSET = (4, 5)  # columns and rows of the drawing, twice the picture's
SHADOW = 0.34


class Layer(Canvas):
    """A canvas of four channels, colours multiplied by coverage. What is drawn is scaled by
    `scale`, stretched by `stretch` upwards and turned by `degrees` (clockwise for one that faces
    right), about the origin."""

    def __init__(self):
        super().__init__(np.zeros((ROWS, COLUMNS, 4), np.uint8))
        self.scale, self.stretch, self.degrees = 1.0, 1.0, 0.0

    def turned(self, degrees=0.0, scale=1.0, stretch=1.0):
        self.degrees, self.scale, self.stretch = degrees, scale, stretch
        return self

    def _point(self, x, y):
        x, y = self.facing * x * self.scale, y * self.scale * self.stretch
        if self.degrees:
            turn = math.radians(self.degrees * self.facing)
            x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        return round((self.origin[0] + x) * UNIT), round((self.origin[1] + y) * UNIT)

    def circle(self, x, y, radius, color):
        super().circle(x, y, radius * self.scale, (*color, 255))

    def ellipse(self, x, y, radius_x, radius_y, color, degrees=0):
        super().ellipse(
            x,
            y,
            radius_x * self.scale,
            radius_y * self.scale,
            (*color, 255),
            degrees + self.degrees,
        )

    def polygon(self, points, color):
        super().polygon(points, (*color, 255))

    def tinted(self, tint):
        """Multiplies the colours by `tint`, three factors up to 1."""
        if tint != (1.0, 1.0, 1.0):
            self.pixels = cv2.multiply(self.pixels, (*tint, 1.0), dtype=cv2.CV_8U)
        return self

    def over(self, pixels, shadow=True):
        """Lays the layer over `pixels` `(ROWS, COLUMNS, 3)`, which are changed."""
        box = cv2.boundingRect(cv2.extractChannel(self.pixels, 3))
        if box[2] == 0:
            return
        margin = 12
        x0, y0 = max(0, box[0] - margin), max(0, box[1] - margin)
        x1, y1 = min(COLUMNS, box[0] + box[2] + margin), min(ROWS, box[1] + box[3] + margin)
        part, target = self.pixels[y0:y1, x0:x1], pixels[y0:y1, x0:x1]
        coverage = cv2.extractChannel(part, 3)
        if shadow:
            shift = np.float32([[1, 0, SHADOW_OFFSET[0]], [0, 1, SHADOW_OFFSET[1]]])
            dark = cv2.warpAffine(coverage, shift, (x1 - x0, y1 - y0))
            dark = cv2.boxFilter(dark, -1, (7, 7))
            target[:] = cv2.multiply(
                target, cv2.merge([255 - (dark * SHADOW).astype(np.uint8)] * 3), scale=1 / 255
            )
        target[:] = cv2.multiply(target, cv2.merge([255 - coverage] * 3), scale=1 / 255)
        target += part[..., :3]
