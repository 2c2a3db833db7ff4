"""Training on Wan's own latent layout, cells of 8x8 with 16 channels, with blocks of another."""

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest.mock import patch

import torch

from training import configuration, files, pool, safetensors, train, train_text, train_transformer
from training.bundle import opened
from training.model import control_of, fresh
from training.restore import adopt
from training.vae import Vae, exported
from training.windows import known_frames

WORKER = Path(__file__).parents[2]
BUNDLED = WORKER / "model/toybox"
FILE = WORKER / "training/toybox-latent8.json"


def small(folder):
    """The configuration with a smaller VAE and a moment for each stage."""
    values = json.loads(FILE.read_text()) | {
        "folder": folder, "checkpoint": f"{folder}/toybox",
        "golden": f"{folder}/golden.safetensors", "blocks_from": str(BUNDLED),
        "pool": {"latent_frames": 4, "shards": 1}, "decoder": 0, "text": 0,
        "transformer": [
            {"frames": [2], "until": 0.1, "tokens": 100, "known": 1.0},
            {"frames": [2], "until": 0.2, "tokens": 100, "guidance": 2.5},
        ],
    }  # fmt: skip
    values["vae_model"] |= {"base_dim": 4, "decoder_base_dim": 8}
    values["longtake"]["stepCount"] = 1
    return configuration.of(values)


class KnownTest(unittest.TestCase):
    def test_some_frames_are_known_and_never_all(self):
        random = Random(1)
        found = {tuple(known_frames(random, 3)) for _ in range(200)}

        self.assertEqual(len(found), 6)
        self.assertFalse({(False,) * 3, (True,) * 3} & found)

    def test_known_frames_are_given_as_inactive_with_a_mask_of_zero(self):
        video, grey, still = (
            torch.randn(2, 3, 4, 4),
            torch.randn(2, 1, 4, 4),
            torch.randn(2, 1, 4, 4),
        )

        without = control_of([still], grey, 3, 2)
        given = control_of([still], grey, 3, 2, (video, [False, True, False]))

        self.assertTrue(torch.equal(given[:, [0, 1, 3]], without[:, [0, 1, 3]]))
        inactive, reactive, mask = given[:, 2].split((2, 2, 4))
        self.assertTrue(torch.equal(inactive, video[:, 1]))
        self.assertTrue(torch.equal(reactive, grey[:, 0]))
        self.assertEqual(mask.abs().max().item(), 0.0)


class RefusedTest(unittest.TestCase):
    def test_guidance_of_a_stage_before_the_last_is_refused(self):
        values = json.loads(FILE.read_text())
        values["transformer"][1]["guidance"] = 2.0
        with self.assertRaisesRegex(ValueError, r"^transformer\[1\]\.guidance: the last stage"):
            configuration.of(values)

    def test_unknown_stopwatch_is_refused(self):
        values = json.loads(FILE.read_text()) | {"stopwatch": "sand"}
        with self.assertRaisesRegex(ValueError, "^stopwatch: expected one of .*found 'sand'"):
            configuration.of(values)


class SizeTest(unittest.TestCase):
    def test_checkpoint_is_at_most_18_mib_and_of_wans_form(self):
        config = configuration.read(FILE)
        vae = Vae(config.vae_model)

        parts = [exported(vae)]
        parts += [n.state_dict() for n in fresh(1, config.words(), config.transformer_model)]

        numbers = sum(value.numel() for part in parts for value in part.values())
        self.assertLess(2 * numbers + (64 << 10), 18 << 20)
        shape, z, cell = config.transformer_model, vae.config.z_dim, vae.config.spatial
        self.assertEqual((z, cell), (16, 8))
        self.assertEqual((shape.in_channels, shape.out_channels), (16, 16))
        self.assertEqual(shape.vace_in_channels, 2 * z + cell * cell)


class AdoptTest(unittest.TestCase):
    def test_blocks_are_taken_over_and_what_depends_on_latents_is_new(self):
        with tempfile.TemporaryDirectory() as folder:
            config = small(folder)
            adopt(config)
            made = files.load(config.file("transformer.pt"))["transformer"]
        old = safetensors.read(BUNDLED / "transformer/diffusion_pytorch_model.safetensors")

        new = {name for name, value in made.items() if not torch.equal(value, old[name].float())}

        prefixes = {name.rsplit(".", 1)[0] for name in new}
        self.assertEqual(prefixes, {"patch_embedding", "vace_patch_embedding", "proj_out"})
        self.assertEqual(made["patch_embedding.weight"].shape[1], 16)


class TaughtAgainTest(unittest.TestCase):
    def test_rows_of_a_taught_encoder_are_wanted_without_its_marks_and_marked_anew(self):
        bundle, table = opened(BUNDLED), train_text.marks(96, seed=1)
        told = "a red fox jumps and a blue bear sits in central park"
        ids = torch.tensor([bundle.words.padded(told)])
        subjects = torch.tensor([[*[-1] * 4, 1, *[-1] * (ids.shape[1] - 5)]])

        wanted = train_text.rows_wanted(
            train_text.Unmarked(bundle.text, table), table, ids, subjects
        )

        along = wanted[0] @ table[1] / train_text.MARK**2
        self.assertAlmostEqual(along[4].item(), 1.0, places=4)
        self.assertLess(along[torch.arange(len(along)) != 4].abs().max().item(), 1e-4)


class TrainTest(unittest.TestCase):
    def test_stages_with_known_frames_and_taught_guidance_make_a_checkpoint(self):
        with tempfile.TemporaryDirectory() as folder:
            config = small(folder)
            first = config.transformer[:1]
            state = Vae(config.vae_model).state_dict()
            files.save(config.file("vae-clips.pt"), {"vae": state, "average": state})
            few = patch.object(pool, "SHOTS_PER_SHARD", 6), patch.object(
                pool, "STATISTICS_SHOTS", 2
            )
            with few[0], few[1], patch.object(train_transformer, "SHEET_FILMS", 1):
                begun = ("restore", "freeze", "pool", "transformer")
                self.assertTrue(train.run(replace(config, transformer=first), only=begun))
                elapsed = files.load(config.file("transformer.pt"))["elapsed"]
                last = replace(config.transformer[-1], until=elapsed + 0.1)
                self.assertTrue(train.run(replace(config, transformer=(*first, last))))

            self.assertTrue(config.file("teacher.pt").exists())
            bundle = opened(config.checkpoint)
            self.assertEqual(bundle.latents.vae.config.spatial, 8)
            self.assertEqual((bundle.sampling.guidance, bundle.sampling.steps), (1.0, 1))

    def test_taught_stage_that_goes_on_has_the_teacher_it_began_with(self):
        with tempfile.TemporaryDirectory() as folder:
            config = small(folder)
            adopt(config)
            z = torch.zeros(16)
            vae = Vae(config.vae_model).state_dict()
            files.save(config.file("frozen.pt"), {"vae": vae, "mean": z, "std": z + 1})
            file, stage = config.file("transformer.pt"), config.transformer[-1]
            state = files.load(file)
            train_transformer.TransformerLearner(config, stage, state)
            state["transformer"] = {name: value + 1 for name, value in state["transformer"].items()}

            again = train_transformer.TransformerLearner(config, replace(stage, until=1.0), state)

            before = files.load(file)["transformer"]
            kept = again.teacher[0].state_dict()
            self.assertTrue(all(torch.equal(kept[name], value) for name, value in before.items()))


if __name__ == "__main__":
    unittest.main()
