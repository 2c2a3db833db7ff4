"""One stage of training: steps until its time is over, its state kept on the way."""

import time
from dataclasses import dataclass

from training.files import load, log, save

LONGEST_STEP = 4.0  # seconds; what a step takes longer is compilation or waiting for the first drawings


@dataclass
class Piece:
    """The time left of this call."""

    end: float

    @staticmethod
    def of(seconds):
        return Piece(time.time() + seconds)

    def left(self):
        return self.end - time.time()


def run_stage(name, seconds, path, piece, make, every=120.0):
    """Runs `make(state)`, an object with `step(share)`, `state()`, `report(elapsed)` and
    `sheet(path)`, for `seconds` in all. True when the stage is done; False when the piece is over."""
    state = load(path)
    if state is not None and state["done"]:
        return True
    if piece.left() <= 0:
        return False
    elapsed = state["elapsed"] if state else 0.0
    trainer = make(state)
    kept = reported = time.time()
    clock = time.time()
    while elapsed < seconds and piece.left() > 0:
        trainer.step(elapsed / seconds)
        now = time.time()
        elapsed, clock = elapsed + min(LONGEST_STEP, now - clock), now
        if now - reported > min(10.0, every):
            log(name, f"{elapsed:.0f}s", trainer.report())
            reported = now
        if now - kept > every:
            save(path, dict(trainer.state(), elapsed=elapsed, done=False))
            trainer.sheet(f"{path}.png")
            kept = clock = time.time()
    done = elapsed >= seconds
    save(path, dict(trainer.state(), elapsed=elapsed, done=done))
    trainer.sheet(f"{path}.png")
    log(name, "done" if done else "piece over", f"{elapsed:.0f}s", trainer.report())
    return done
