"""The worlds: the small one never changes, the wide one is a pure function and says what it
shows."""

import hashlib
import json
import unittest
from dataclasses import replace
from pathlib import Path
from random import Random

import cv2
import numpy as np

from training import tokenizer
from training.shots import Film, character_picture, draw_shot
from training.world import grammar, page
from training.world.film import (
    ACTIONS,
    BELLIES,
    Role,
    Wide,
    WideFilm,
    WideShot,
    draw_passers,
    pose_of,
    subject_picture,
    x_of,
)
from training.world.look import STYLES, WEATHERS
from training.world.puppets import HANDS, PAINTERS, SPECIES, THINGS, draw_subject
from training.world.scenes import KINDS, LIGHTS, Scene
from training.worlds import Small, tokenizer_of, world_in, world_of

DOCS = Path(__file__).parents[3] / "ops/docs"

SMALL = {  # seed of a shot: caption, digests of two frames, of the place, of the first character
    1: (
        "a blue rhino looks around on a snowy street",
        "db3c1b4f8383e082", "bfe741bdab04370e", "b508649c02603927",
    ),
    2: (
        "a brown rhino stands and an orange rhino with a red scarf stands on brooklyn bridge",
        "6cbcdde48afa94fa", "ac4c2cdd1875f2c5", "67ac2b68bcc22614",
    ),
    3: (
        "an orange monkey grazes in times square",
        "c6393d6b4075bb7c", "2da85553f80e173b", "c32444aefee202f2",
    ),
    11: (
        "a white monkey with a red scarf walks left in central park. "
        "pedestrians walk past in front",
        "c4c7c080de4177cb", "9a8178b2e0c4421c", "64fa8b8299d10ab2",
    ),
    12: (
        "a purple monkey stands in times square",
        "f638117127c53e99", "23d9313ebb159c32", "fe9cb4c862d9fe6a",
    ),
}  # fmt: skip


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


class SmallWorldTest(unittest.TestCase):
    def test_captions_are_those_that_the_bundled_checkpoint_was_trained_on(self):
        for seed, (caption, *_) in SMALL.items():
            self.assertEqual(draw_shot(Random(seed)).caption(), caption)

    @unittest.skipUnless(
        cv2.__version__.startswith("4.6"),
        "digests are of OpenCV 4.6; another one rounds in its own way",
    )
    def test_pictures_are_those_that_the_bundled_checkpoint_was_trained_on(self):
        for seed, (_, frames, place, character) in SMALL.items():
            shot = draw_shot(Random(seed))
            film = Film(shot)
            found = (
                digest(film.frames(seed, 2).tobytes()),
                digest(film.scene_picture().tobytes()),
                digest(character_picture(shot.cast[0]).tobytes()),
            )
            self.assertEqual(
                found,
                (frames, place, character),
                f"shot {seed}: draw new things in training.world, not in the small world",
            )

    def test_words_and_ids_are_those_of_the_bundled_checkpoint(self):
        self.assertEqual(digest(" ".join(tokenizer.WORDS).encode()), "921405db64501edf")
        self.assertEqual(
            digest(json.dumps(tokenizer.tokenizer_json(), sort_keys=True).encode()),
            "94d5d3c67d59d440",
        )
        self.assertEqual(tokenizer_of(world_of(None)).ids, tokenizer.IDS)

    def test_configuration_of_the_first_checkpoint_asks_for_the_small_world(self):
        world = world_in(Path(__file__).parents[1] / "toybox.json")

        self.assertIsInstance(world, Small)


class WideWorldTest(unittest.TestCase):
    def setUp(self):
        self.world = Wide()
        self.words = tokenizer_of(self.world)

    def test_breadth_is_what_was_asked(self):
        self.assertGreaterEqual(len(SPECIES), 8)
        self.assertGreaterEqual(len(KINDS), 8)
        self.assertGreaterEqual(len(ACTIONS), 10)
        self.assertEqual((len(LIGHTS), len(WEATHERS), len(STYLES), len(THINGS)), (4, 3, 3, 3))
        self.assertLessEqual({*SPECIES, *THINGS}, set(PAINTERS))
        self.assertEqual(set(HANDS), set(SPECIES))
        self.assertEqual(set(BELLIES), set(SPECIES))

    def test_frames_are_a_function_of_shot_and_number(self):
        for seed in (1, 5, 8):
            shot = self.world.shot(Random(seed))
            film = self.world.film(shot)
            self.assertEqual(shot, self.world.shot(Random(seed)))
            self.assertTrue(np.array_equal(film.frames(0, 3)[2], self.world.film(shot).frame(2)))

    def test_captions_have_no_unknown_word_and_fit(self):
        random = Random(1)
        for _ in range(1500):
            caption = self.world.shot(random).caption()
            ids = self.words.encode(caption)
            self.assertNotIn(tokenizer.UNKNOWN, ids, caption)
            self.assertLess(len(ids), self.world.token_count, caption)

    def test_every_meaning_can_be_said_in_several_ways(self):
        for _, table in grammar.GROUPS:
            for meaning, ways in table.items():
                self.assertGreaterEqual(len(set(ways)), 2, meaning)

    def test_no_two_meanings_are_said_alike(self):
        for title, table in grammar.GROUPS:
            ways = [way for said in table.values() for way in said]
            self.assertEqual(len(ways), len(set(ways)), title)

    def test_what_a_caption_leaves_out_is_as_in_the_references(self):
        random = Random(2)
        for _ in range(300):
            shot = self.world.shot(random)
            caption = shot.caption()
            for told, own, reference in (
                (grammar.LIGHTS, shot.scene.light, shot.reference_light),
                (grammar.STYLES, shot.style, shot.reference_style),
            ):
                if own != reference:
                    self.assertTrue(any(way in caption for way in told[own]), caption)

    def test_each_action_light_weather_and_style_looks_different(self):
        who = draw_subject(Random(1), "fox", "red", None)
        base = WideShot(Scene("the beach", 7, "day"), (Role(who, "stands"),))
        variants = [replace(base, roles=(Role(who, action),)) for action in ACTIONS]
        variants += [
            replace(base, scene=replace(base.scene, light=light))
            for light in ("morning", "sunset", "night")
        ]
        variants += [replace(base, weather=w) for w in WEATHERS[1:]] + [
            replace(base, style=s) for s in STYLES[1:]
        ]

        pictures = {WideFilm(shot).frame(5).tobytes() for shot in variants}

        self.assertEqual(len(pictures), len(variants))

    def test_every_species_stands_whole_in_its_reference_picture(self):
        for species in (*SPECIES, *THINGS):
            picture = subject_picture(draw_subject(Random(3), species))
            border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
            self.assertEqual(border.min(), 255, species)

    def test_motion_repeats_and_who_walks_comes_in_again(self):
        for action in ACTIONS:
            (one, turned, _), (other, turned_again, _) = pose_of(action, 3), pose_of(action, 19)
            for name in ("stride", "lift", "graze", "look", "sway"):
                self.assertAlmostEqual(
                    getattr(one, name), getattr(other, name), msg=f"{action}: {name}"
                )
            self.assertAlmostEqual(turned, turned_again)
        self.assertAlmostEqual(x_of("walks right", 118, 0), x_of("walks right", 118, 96))
        self.assertTrue(all(-64 <= x_of("runs left", 118, k) <= 320 for k in range(300)))

    def test_who_goes_is_a_moved_copy_of_itself_after_every_step(self):
        for action, frames in (
            ("walks right", 8),
            ("walks left", 8),
            ("runs right", 4),
            ("runs left", 4),
        ):
            away = 32 if action.endswith("right") else -32
            role = Role(draw_subject(Random(1), "fox"), action)
            film = WideFilm(
                WideShot(
                    Scene("the beach", 7, "day"), (role,), aligned=True, start=0 if away > 0 else -8
                )
            )
            here, there = (self.before_the_place(film, k) for k in (4, 4 + frames))
            self.assertGreater((np.roll(here, away, 1) & there).sum(), 0.96 * here.sum(), action)

    def test_passers_by_are_moved_copies_of_themselves_after_every_step(self):
        for passing, way, frames in (("pedestrians", 4, 8), ("traffic", 8, 4)):
            passer = replace(draw_passers(Random(3), passing)[0], start=96, pace=way)
            film = WideFilm(
                WideShot(Scene("the beach", 7, "day"), (), passing=passing, passers=(passer,))
            )
            here, there = (self.before_the_place(film, k) for k in (4, 4 + frames))
            self.assertGreater(here.sum(), 500)
            self.assertGreater((np.roll(here, 32, 1) & there).sum(), 0.97 * here.sum(), passing)

    def before_the_place(self, film, frame):
        """Where something stands before the place, `(160, 256)`; the sky, whose clouds go as they
        like, left out."""
        change = np.abs(film.frame(frame).astype(np.int16) - film.empty(frame).picture()).max(-1)
        return change > 40

    def test_shots_begin_where_a_latent_frame_begins(self):
        random = Random(7)

        starts = {self.world.shot(random).start % 4 for _ in range(100)}

        self.assertEqual(starts, {0})

    def test_places_of_evaluation_are_not_drawn_in_training(self):
        random = Random(4)

        seeds = [self.world.shot(random).scene.seed for _ in range(200)]

        self.assertGreaterEqual(min(seeds), 1000)

    def test_narrowed_world_draws_nothing_else(self):
        world = world_of({"species": ["fox"], "styles": ["paper cut"], "things": []})
        random = Random(5)
        for _ in range(50):
            shot = world.shot(random)
            self.assertEqual({role.who.species for role in shot.roles}, {"fox"})
            self.assertEqual(shot.style, "paper cut")

    def test_narrowed_world_knows_the_words_of_its_captions_and_few_others(self):
        world = world_in(Path(__file__).parents[1] / "toybox-wide.json")
        words, random = tokenizer_of(world), Random(6)
        for _ in range(1000):
            caption = world.shot(random).caption()
            self.assertNotIn(tokenizer.UNKNOWN, words.encode(caption), caption)
            self.assertLess(len(words.encode(caption)), world.token_count, caption)
        self.assertFalse({"runs", "ink", "umbrella", "zoom", "cars"} & set(words.words))

    def test_aligned_pair_is_two_reference_pictures_moved_by_whole_tokens(self):
        who = [draw_subject(Random(k), species) for k, species in enumerate(("bear", "penguin"))]
        shot = WideShot(
            Scene("the beach", 7, "day"), tuple(Role(w, "stands") for w in who), aligned=True
        )
        alone = [subject_picture(w, aligned=True).astype(np.int16) for w in who]

        film = WideFilm(shot)
        change = film.frame(0).astype(np.int16) - film.scene_picture()
        paper = np.abs(change).max(-1) > 60  # what stands before the place

        for picture, away in zip(alone, (-64, 64)):
            drawn = np.roll(picture.min(-1) < 160, away, 1)
            self.assertGreater((paper & drawn).sum(), 0.8 * drawn.sum())

    def test_aligned_world_of_three_is_refused(self):
        with self.assertRaisesRegex(ValueError, "at most 2"):
            world_of({"aligned": True})

    def test_unknown_value_in_a_configuration_is_refused_by_name(self):
        with self.assertRaisesRegex(ValueError, "species.*unicorn"):
            world_of({"species": ["unicorn"]})
        with self.assertRaisesRegex(ValueError, "world.colour"):
            world_of({"colour": []})


class PageTest(unittest.TestCase):
    def test_vocabulary_page_is_that_of_the_grammar(self):
        text = (DOCS / "toybox.md").read_text()

        self.assertEqual(
            text, page.page(), "run: python3 -m training.world.page --out ../ops/docs/toybox.md"
        )

    def test_every_word_of_the_page_is_in_the_vocabulary(self):
        known = set(tokenizer_of(Wide()).words)
        for _, table in grammar.GROUPS:
            for ways in table.values():
                self.assertLessEqual(set(" ".join(ways).split()), known)


if __name__ == "__main__":
    unittest.main()
