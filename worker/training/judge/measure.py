"""What is measured of films: attributes, identity, colour, layout, and motion beside them."""

from dataclasses import replace

import numpy as np
import torch

from training.judge.classifier import MOMENTS, answers, centred, said, seen
from training.world.film import Role, WideShot

IDENTITY = ("species", "coat", "scarf")
DRIFT_ALLOWED = 1.5  # between the ends of a shot, in drifts between neighbouring seconds


def window(frames, start, shot, subject=0):
    """The trunk's input of a window; a film too short for it stands still at its end."""
    return seen(centred([frames[min(start + m, len(frames) - 1)] for m in MOMENTS], shot, subject))


def attributes(judge, films):
    """Accuracy per question over all subjects of (shot, frames) pairs, one window of each."""
    asked = [(shot, frames, k) for shot, frames in films for k in range(len(shot.roles))]
    inputs = torch.from_numpy(np.stack([window(frames, 4, shot, k) for shot, frames, k in asked]))
    found = said(judge, inputs)
    right = {}
    for question, choices in judge.asked.items():
        truth = torch.tensor([choices.index(answers(shot, k)[question]) for shot, _, k in asked])
        right[question] = float((found[question].argmax(-1) == truth).float().mean())
    return right


def identity_errors(judge, shot, frames, fps=8):
    """Per second: 1 - how sure the judge is of species, coat and scarf together."""
    truth = answers(shot)
    starts = range(0, max(1, len(frames) - max(MOMENTS)), fps)
    found = said(judge, torch.from_numpy(np.stack([window(frames, s, shot) for s in starts])))
    sure = torch.ones(len(starts))
    for question in IDENTITY:
        sure = sure * found[question][:, judge.asked[question].index(truth[question])]
    return (1 - sure).numpy()


def drift(values):
    """Distance between the means of the first two and the last two of `(seconds, d)`, and the mean
    distance of neighbours."""
    values = np.asarray(values, np.float64).reshape(len(values), -1)
    ends = np.linalg.norm(values[:2].mean(0) - values[-2:].mean(0))
    near = np.linalg.norm(values[1:] - values[:-1], axis=1).mean() if len(values) > 1 else 0.0
    return float(ends), float(near)


def long_shot(judge, shot, frames, fps=8):
    """Figures of one long shot. Colours are mean RGB, 0 to 255."""
    identity = identity_errors(judge, shot, frames, fps)
    seconds = len(frames) // fps
    colors = np.stack([frames[s * fps : (s + 1) * fps].mean((0, 1, 2)) for s in range(seconds)])
    ends, near = drift(colors)
    identity_ends, identity_near = drift(identity[:, None])
    return {
        "identity_error_first": float(identity[:2].mean()),
        "identity_error_last": float(identity[-2:].mean()),
        "identity_drift": identity_ends,
        "identity_neighbours": identity_near,
        "identity_holds": float(identity_ends <= DRIFT_ALLOWED * identity_near),
        "color_drift": ends,
        "color_neighbours": near,
        "color_holds": float(ends <= DRIFT_ALLOWED * near),
        "color_drift_per_minute": ends * 60 / max(1, seconds - 2),
        "motion": motion(frames),
    }


def motion(frames):
    """Mean absolute change from frame to frame, 0 to 255."""
    return (
        float(np.abs(frames[1:].astype(np.int16) - frames[:-1]).mean()) if len(frames) > 1 else 0.0
    )


def layout_error(frames, reference):
    """Mean absolute difference between the film's median picture and its scene's reference, 0 to
    255; the median takes out what moves."""
    chosen = frames[:: max(1, len(frames) // 16)]
    return float(np.abs(np.median(chosen, 0) - reference).mean())


def in_another_place(world, shot, random):
    """The same subject doing the same, in a shot of its own elsewhere."""
    other = world.shot(random, 0, 1000)
    return replace(
        other,
        roles=(Role(shot.roles[0].who, shot.roles[0].action),),
        style=shot.style,
        reference_style=shot.reference_style,
    )


def standing_still(shot: WideShot):
    """The shot as one that lasts: static, in its reference's light, nobody passing."""
    return replace(
        shot,
        camera="static",
        passing="none",
        passers=(),
        reference_light=shot.scene.light,
        reference_style=shot.style,
    )
