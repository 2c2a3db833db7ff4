"""Shots drawn ahead by several processes into shared memory.

A slot holds one clip and its reference pictures. Free slots go round by one queue, full ones by
another, so that pictures are copied once. The processes must be started before the GPU is first
used (fork). """

import ctypes
import multiprocessing
import os
import queue
from dataclasses import dataclass
from random import Random

import numpy as np

from training.paint import HEIGHT, WIDTH

REFERENCES = 4  # three subjects and the scene; a shot with fewer subjects leaves some black
SETTLED = 2  # latent frames until a clip's latents do not know where the clip began


@dataclass(frozen=True)
class Drawn:
    """One shot as the trainer gets it: `frames (T, H, W, 3)` and `pictures (4, H, W, 3)` uint8, the
    scene's the last; `low`: first latent frame that a window may start at."""

    frames: np.ndarray
    pictures: np.ndarray
    ids: list
    subjects: int
    low: int


class Feed:
    def __init__(self, world, words, frames, processes, seed, nice=0):
        self.frames, self.processes = frames, processes
        self.slot_shape = (frames + REFERENCES, HEIGHT, WIDTH, 3)
        slots = 2 * processes + 2
        size = int(np.prod(self.slot_shape))
        self._memory = multiprocessing.RawArray(ctypes.c_uint8, slots * size)
        context = multiprocessing.get_context("fork")
        self._free, self._full = context.Queue(), context.Queue()
        for slot in range(slots):
            self._free.put(slot)
        self._workers = [
            context.Process(
                target=self._draw, args=(world, words, f"{seed} {rank}", nice), daemon=True
            )
            for rank in range(processes)
        ]
        for worker in self._workers:
            worker.start()

    def _slot(self, index):
        size = int(np.prod(self.slot_shape))
        return np.frombuffer(self._memory, np.uint8, size, index * size).reshape(self.slot_shape)

    def _draw(self, world, words, seed, nice):
        os.nice(nice)
        random = Random(f"feed {seed}")
        while True:
            shot = world.shot(random)
            film, slot = world.film(shot), self._free.get()
            if slot is None:
                return
            target, first = self._slot(slot), random.random() < 0.35
            start = 0 if first else 4 * random.randrange(1, 10)
            pictures = film.subject_pictures()
            target[: self.frames] = film.frames(start, self.frames)
            target[self.frames :] = 0
            for k, picture in enumerate(pictures):
                target[self.frames + k] = picture
            target[-1] = film.scene_picture()
            self._full.put(
                (slot, words.padded(shot.caption()), len(pictures), 0 if first else SETTLED)
            )

    def get(self, wait=True):
        """The next shot; None if there is none and `wait` is false."""
        while True:
            try:
                slot, ids, subjects, low = self._full.get(wait, timeout=5 if wait else None)
                break
            except queue.Empty:
                if not wait:
                    return None
                if not any(worker.is_alive() for worker in self._workers):
                    raise RuntimeError(
                        "no process is left that draws; its error stands above"
                    ) from None
        held = self._slot(slot)
        drawn = Drawn(held[: self.frames].copy(), held[self.frames :].copy(), ids, subjects, low)
        self._free.put(slot)
        return drawn

    def close(self):
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()
        for q in (self._free, self._full):
            q.cancel_join_thread()
            q.close()
