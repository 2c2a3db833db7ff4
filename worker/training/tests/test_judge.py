"""The judge: its questions fit the world, its figures are what they say."""

import unittest
from random import Random

import numpy as np
import torch

from training.judge import measure
from training.judge.classifier import (
    Judge,
    accuracies,
    alone,
    answers,
    centred,
    drawings,
    questions,
    said,
    staying,
)
from training.judge.report import table
from training.world.film import Wide, goes


class QuestionsTest(unittest.TestCase):
    def test_every_shot_has_an_answer_to_every_question(self):
        world = alone(Wide())
        asked, random = questions(world), Random(1)
        for _ in range(300):
            truth = answers(world.shot(random))
            self.assertTrue(all(truth[q] in choices for q, choices in asked.items()), truth)

    def test_drawings_are_the_same_again_and_the_judge_reads_them(self):
        world = Wide()
        inputs, labels = drawings(world, 2, 1, held_out=True, windows=1)
        again, _ = drawings(world, 2, 1, held_out=True, windows=1)
        judge = Judge(world).eval()

        self.assertTrue(torch.equal(inputs, again))
        self.assertEqual(labels.shape, (2, len(judge.asked)))
        self.assertAlmostEqual(float(said(judge, inputs)["species"].sum()), 2.0, places=4)
        self.assertEqual(set(accuracies(judge, inputs, labels)), set(judge.asked))

    def test_who_is_watched_for_long_stays_in_the_picture(self):
        world, random = staying(alone(Wide())), Random(2)

        found = {role.action for _ in range(400) for role in world.shot(random).roles}

        self.assertFalse({action for action in found if goes(action)})
        self.assertLessEqual({"stands", "sleeps", "rocks"}, found)


class CentredTest(unittest.TestCase):
    def test_second_of_a_pair_stands_where_one_alone_does(self):
        pair = next(s for s in (Wide(counts=(2,), aligned=True).shot(Random(k)) for k in range(9)))
        frames = [np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (160, 1, 3))]

        right = centred(frames, pair, 1)[0]

        self.assertEqual(right[0, 112, 0], 176)
        self.assertEqual(right[0, 255, 0], 255)

    def test_one_alone_is_not_moved(self):
        shot = alone(Wide()).shot(Random(1))
        frames = [np.zeros((160, 256, 3), np.uint8)]

        self.assertIs(centred(frames, shot, 0), frames)


class MeasureTest(unittest.TestCase):
    def test_drift_is_between_ends_and_neighbours(self):
        ends, near = measure.drift([[0.0], [1.0], [2.0], [3.0], [4.0]])

        self.assertEqual((ends, near), (3.0, 1.0))

    def test_still_film_has_no_motion_and_its_own_layout(self):
        frames = np.full((9, 4, 4, 3), 77, np.uint8)

        self.assertEqual(measure.motion(frames), 0.0)
        self.assertEqual(measure.layout_error(frames, frames[0]), 0.0)

    def test_layout_error_leaves_out_what_passes(self):
        place = np.full((160, 256, 3), 90, np.uint8)
        frames = np.repeat(place[None], 17, 0)
        for k in range(17):
            frames[k, :, 15 * k : 15 * k + 14] = 255

        self.assertEqual(measure.layout_error(frames, place), 0.0)

    def test_long_shot_reports_motion_beside_consistency(self):
        world = alone(Wide())
        shot = measure.standing_still(world.shot(Random(3), 0, 1000))
        frames = world.film(shot).frames(0, 32)

        figures = measure.long_shot(Judge(world).eval(), shot, frames)

        self.assertGreater(figures["motion"], 0.0)
        self.assertLessEqual(
            {"identity_error_first", "identity_error_last", "color_drift_per_minute"}, set(figures)
        )


class ReportTest(unittest.TestCase):
    def test_table_shows_films_beside_the_ceiling(self):
        text = table(
            {
                "prompts": 200,
                "ceiling": {"coat": 0.99},
                "films": {"coat": 0.955},
                "through_vae": {"coat": 0.97},
            }
        )

        self.assertIn("| coat | 95.5% | 97.0% | 99.0% | 95% |", text)


if __name__ == "__main__":
    unittest.main()
