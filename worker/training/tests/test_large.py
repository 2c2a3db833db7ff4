"""The GPU path on a processor with a tiny configuration, from nothing to a checkpoint's folder."""

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import torch

from training import configuration, files, safetensors
from training.large import autoencoder, denoiser, run
from training.large.store import LatentPool
from training.loop import Piece
from training.model import control_of
from training.vae import exported

HERE = Path(__file__).parent


def tiny(folder):
    text = (HERE / "tiny-gpu.json").read_text().replace("tiny-state", folder)
    return configuration.of(json.loads(text))


def for_gpu():
    """The GPU's configuration, on a processor."""
    return replace(configuration.read(HERE.parent / "toybox-gpu.json"), device="cpu")


class RunTest(unittest.TestCase):
    def test_run_in_pieces_makes_a_checkpoint_with_the_words_of_its_world(self):
        with tempfile.TemporaryDirectory() as folder:
            config = tiny(folder)

            self.assertFalse(
                run.run_stages(config, Piece.of(0.0), "x.json"),
                "a piece without time ends before all is done",
            )
            self.assertTrue(run.run_stages(config, Piece.of(600.0), "x.json"))

            elapsed = files.load(f"{folder}/dit-distil.pt")["elapsed"]
            self.assertGreaterEqual(elapsed, config.transformer["distil"].seconds)
            self.assertIn("fox, bear", Path(folder, "MODEL_CARD.md").read_text())
            transformer = json.loads(Path(folder, "toybox/transformer/config.json").read_text())
            text = json.loads(Path(folder, "toybox/text_encoder/config.json").read_text())
            words = json.loads(Path(folder, "toybox/tokenizer/tokenizer.json").read_text())[
                "model"
            ]["vocab"]
            self.assertEqual((transformer["in_channels"], transformer["num_layers"]), (8, 2))
            self.assertEqual(text["vocab_size"], len(words))
            self.assertIn("fox", words)
            self.assertNotIn("penguin", words)  # its world has none
            golden = safetensors.read(f"{folder}/golden.safetensors")
            self.assertEqual(golden["vae.frames"].shape, (1, 3, 9, 32, 32))
            self.assertTrue(all(torch.isfinite(value.float()).all() for value in golden.values()))


class SizeTest(unittest.TestCase):
    def test_checkpoint_of_the_gpu_configuration_is_at_most_18_mib(self):
        config = for_gpu()
        words = config.words()

        vae, networks = autoencoder.new_vae(config), denoiser.new_networks(config, words)

        numbers = sum(
            v.numel()
            for part in (exported(vae), *(n.state_dict() for n in networks))
            for v in part.values()
        )
        self.assertLess(2 * numbers + (64 << 10), 18 << 20)
        z, cell = vae.config.z_dim, vae.config.spatial
        shape = networks[0].config
        self.assertEqual((shape.in_channels, shape.vace_in_channels), (z, 2 * z + cell * cell))
        self.assertLess(4 * z, shape.dim, "a token's numbers must fit into the width")

    def test_stages_of_the_gpu_configuration_fit_three_pieces_of_nine_minutes(self):
        config = for_gpu()

        stages = [*config.vae.values(), *config.transformer.values()]

        seconds = sum(stage.seconds for stage in stages) + config.text
        self.assertLess(seconds, 3 * 540 - 180)  # the rest: starts, compilation, sheets, export


class PoolTest(unittest.TestCase):
    def test_windows_start_no_earlier_than_told_and_the_oldest_shot_leaves(self):
        from random import Random

        pool = LatentPool(2, 3, 4, 2, 2, 5, "cpu")
        for k in range(3):
            video = torch.arange(4.0)[None, :, None, None].expand(3, 4, 2, 2) + 10 * k
            pool.add(video, torch.zeros(4, 3, 2, 2), [k] * 5, 1, low=2 if k == 2 else 0)
        ids, video, references = pool.windows(Random(1), 1, 2, 40)
        self.assertEqual(set(ids[:, 0].tolist()), {1, 2})
        self.assertEqual(video.shape, (40, 3, 2, 2, 2))
        self.assertEqual(references.shape, (40, 4, 3, 2, 2))
        self.assertTrue(all(v[0, 0, 0, 0] >= 22 for i, v in zip(ids, video) if i[0] == 2))
        again = LatentPool(2, 3, 4, 2, 2, 5, "cpu")
        again.load(pool.state())
        self.assertEqual((again.size, sorted(again.low)), (2, [0, 2]))

    def test_control_of_a_batch_is_that_of_its_samples(self):
        stills, grey = torch.randn(2, 3, 2, 2, 4), torch.randn(3, 1, 2, 4)

        batch = denoiser.control_batch(stills, grey, 3, 4)

        single = control_of([stills[1, :, :1], stills[1, :, 1:]], grey, 3, 4)
        self.assertTrue(torch.equal(batch[1], single))


class LossTest(unittest.TestCase):
    def test_moving_marks_both_frames_of_a_change(self):
        pixels = torch.zeros(3, 3, 2, 2)
        pixels[2, :, 0, 0] = 1

        marked = autoencoder.moving(pixels, 1)[:, 0]

        self.assertEqual(marked.sum((1, 2)).tolist(), [0, 1, 1])
        self.assertEqual(autoencoder.moving(pixels[:1], 1).sum().item(), 0)


if __name__ == "__main__":
    unittest.main()
