"""Run with `python3 -m unittest discover -s training/tests -t .` in the folder above."""

import json
import tempfile
import unittest
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np
import torch

from training import (
    configuration,
    export,
    files,
    pool,
    safetensors,
    tokenizer,
    train,
    train_text,
    train_transformer,
    train_vae,
    vae_loss,
)
from training.bundle import opened
from training.crew import ALONE, Crew
from training.flow import chunks, fused, sigmas
from training.large.autoencoder import new_vae
from training.model import fresh, products_in
from training.restore import known_rows, restore
from training.shots import Film, draw_shot
from training.vae import Vae, VaeConfig, exported, imported
from training.velocity import SHIFT, noise_levels
from training.windows import Pool
from training.worlds import Small, tokenizer_of, world_of

WORKER = Path(__file__).parents[2]
BUNDLED = WORKER / "model/toybox"


def small_configuration(folder):
    """A configuration's values that go on from the bundled checkpoint, whose stages are to be
    added."""
    return {
        "folder": folder, "checkpoint": f"{folder}/toybox",
        "golden": f"{folder}/golden.safetensors", "restore": str(BUNDLED),
        "precision": "f32", "vae_precision": "f32", "text": 0, "transformer": [],
        "pool": {"latent_frames": 4, "shards": 1},
        "world": {
            "species": ["fox", "penguin"], "scenes": ["the beach"],
            "counts": [1, 2], "aligned": True, "token_count": 48,
        },
    }  # fmt: skip


@contextmanager
def small_work():
    """Few shots, and one film on a sheet."""
    shots = patch.object(pool, "SHOTS_PER_SHARD", 6)
    with shots, patch.object(train_transformer, "SHEET_FILMS", 1):
        yield


class WorldTest(unittest.TestCase):
    def test_film_of_equal_chance_is_equal(self):
        one, other = (Film(draw_shot(Random(3))).frames(5, 2) for _ in range(2))
        self.assertTrue(np.array_equal(one, other))

    def test_frames_from_anywhere_are_the_same_frames(self):
        film = Film(draw_shot(Random(4)))
        self.assertTrue(np.array_equal(film.frames(0, 4)[3], film.frames(3, 1)[0]))


class TokenizerTest(unittest.TestCase):
    def test_captions_have_no_unknown_word_and_fit(self):
        random = Random(1)
        for _ in range(300):
            ids = tokenizer.encode(draw_shot(random).caption())
            self.assertNotIn(tokenizer.UNKNOWN, ids)
            self.assertLessEqual(len(ids), tokenizer.TOKEN_COUNT)

    def test_unknown_word_is_marked(self):
        self.assertEqual(tokenizer.encode("a Zeppelin")[1:], [tokenizer.UNKNOWN, tokenizer.END])


class TextTest(unittest.TestCase):
    JUMPER_FIRST = "a red fox jumps and a blue bear sits in central park"
    JUMPER_SECOND = "a blue bear sits and a red fox jumps in central park"

    def rows_of_jumps(self, text, words):
        """The row of the word in both orders, `(2, d)`."""
        with torch.no_grad():
            ids = torch.tensor(
                [words.padded(caption) for caption in (self.JUMPER_FIRST, self.JUMPER_SECOND)]
            )
            return text(ids)[ids == words.ids["jumps"]]

    def test_each_word_of_a_caption_is_told_to_be_of_its_subject(self):
        clauses = ["a red fox rocks to and fro", "a bear sits"]
        caption = f"ink. in the park, {clauses[0]} and {clauses[1]}. at night"

        found = train_text.subjects_of_words(caption, clauses, 30)

        self.assertEqual(found, [-1] * 6 + [0] * 7 + [-1] + [1] * 3 + [-1] * 13)

    def test_clauses_stand_in_their_captions_in_order(self):
        world = world_of({})
        for shot in (world.shot(Random(k)) for k in range(200)):
            found = train_text.subjects_of_words(shot.caption(), shot.clauses(), world.token_count)
            told = [subject for subject in found if subject >= 0]
            self.assertEqual(told, sorted(told))
            self.assertEqual(set(told), set(range(len(shot.roles))))

    def test_bundled_encoder_marks_the_words_of_the_second_subject(self):
        bundle = opened(BUNDLED)
        first, second = self.rows_of_jumps(bundle.text, bundle.words)

        mark = train_text.marks(len(first), seed=1)[1]

        self.assertGreater(float((second - first) @ mark) / float(mark @ mark), 0.5)

    def test_attention_that_begins_anew_sees_the_order_of_words(self):
        bundle = opened(BUNDLED)
        with torch.no_grad():
            for (
                block
            ) in bundle.text.encoder.block:  # as Muon leaves them: one word has all the attention
                block.layer[0].SelfAttention.q.weight.mul_(100)
        first, second = self.rows_of_jumps(bundle.text, bundle.words)
        self.assertLess(float((second - first).norm()), 1e-3)

        train_text.begin_attention(bundle.text, seed=1)

        first, second = self.rows_of_jumps(bundle.text, bundle.words)
        self.assertGreater(float((second - first).norm()), 0.1)


class PrecisionTest(unittest.TestCase):
    def test_products_are_in_the_precision_that_was_named(self):
        a = torch.ones(2, 2)
        for name, kind in (("bf16", torch.bfloat16), ("f32", torch.float32)):
            with products_in(name, "cpu"):
                self.assertEqual((a @ a).dtype, kind)

    def test_unknown_precision_is_refused_by_name_before_anything_is_done(self):
        with self.assertRaisesRegex(
            ValueError, "precision: expected one of .*'bf16', 'f32'.*found 'fp32'"
        ):
            configuration.of(small_configuration("none") | {"precision": "fp32"})


class TrainTest(unittest.TestCase):
    def test_bundled_checkpoint_is_trained_on_in_pieces_to_know_a_wider_world(self):
        with tempfile.TemporaryDirectory() as folder:
            config = small_configuration(folder) | {
                "vae": {"widen": 0.1},
                "text": 0.1,
                "transformer": [{"frames": [1, 2], "until": 0.1}],
                "decoder": 0.1,
                "polish": 0.1,
            }
            file = Path(folder, "tiny.json")
            file.write_text(json.dumps(config))
            few = replace(train_vae.STAGES["polish"], store=1)
            with patch.dict(train_vae.STAGES, polish=few), small_work():
                with self.assertRaises(SystemExit) as ended:
                    train.main(["--config", str(file), "--piece", "0"])
                train.main(["--config", str(file)])

            self.assertEqual(ended.exception.code, train.NOT_DONE)
            self.assertEqual(files.load(f"{folder}/frozen.pt")["of"], "vae-widen.pt")
            bundle = opened(f"{folder}/toybox")
            self.assertIn("penguin", bundle.words.words)
            self.assertEqual(bundle.words.token_count, 48)
            self.assertEqual(bundle.text.shared.weight.shape[0], len(bundle.words.words))
            for sheet in ("transformer.pt.png", "vae-widen.pt.png", "vae-polish.pt.png"):
                self.assertGreater(Path(folder, sheet).stat().st_size, 10_000, sheet)

    def test_transformer_alone_is_trained_on_and_the_vae_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            stage = {"frames": [2], "until": 0.1}
            config = configuration.of(small_configuration(folder) | {"transformer": [stage]})
            with small_work():
                self.assertTrue(train.run(config))

            weights = "vae/diffusion_pytorch_model.safetensors"
            bases = (f"{folder}/toybox", BUNDLED)
            made, before = (safetensors.read(Path(base, weights)) for base in bases)
            for name, value in before.items():
                self.assertTrue(torch.equal(value, made[name]), name)

    def test_unknown_stage_is_refused_by_name(self):
        with tempfile.TemporaryDirectory() as folder:
            config = configuration.of(small_configuration(folder))
            with self.assertRaisesRegex(ValueError, "only: expected some of .*'pool'.*'polishing'"):
                train.run(config, only=("polishing",))


class BundleTest(unittest.TestCase):
    def test_bundled_checkpoint_opened_again_gives_its_golden_file(self):
        worker = Path(__file__).parents[2]
        golden = safetensors.read(worker / "src/test/resources/golden/toybox/toybox.safetensors")

        bundle = opened(worker / "model/toybox")

        with torch.no_grad():
            found = {
                "prompt_embeds": bundle.text(golden["prompt_ids"]),
                "dit.velocity": bundle.transformer(
                    golden["dit.latents"],
                    golden["dit.timestep"],
                    golden["prompt_embeds"],
                    golden["dit.control"],
                ),
                "vae.image_latents_normalized": bundle.latents.encode_pixels(
                    golden["vae.image"][:, :, 0]
                )[None],
                "vae.frames": bundle.latents.decode_pixels(
                    golden["vae.latents_normalized"][0]
                ).transpose(0, 1)[None],
            }
        for name, value in found.items():
            self.assertLess((value - golden[name]).abs().max().item(), 1e-4, name)

    def test_restored_text_encoder_keeps_known_words_and_makes_others_anew(self):
        rows, words = torch.full((4, 2), 3.0) + torch.randn(4, 2), tokenizer.Tokenizer.of(
            ("fox", "lion"), 8
        )

        table = known_rows(
            ({"<pad>": 0, "</s>": 1, "<unk>": 2, "lion": 3}, rows), words, torch.randn(5, 2)
        )

        self.assertTrue(torch.equal(table[words.ids["lion"]], rows[3]))
        self.assertTrue(torch.equal(table[:3], rows[:3]))
        self.assertFalse(torch.equal(table[words.ids["fox"]], rows[3]))


class FlowTest(unittest.TestCase):
    def test_chunks_overlap_exactly_and_differ_by_one(self):
        for length in range(1, 60):
            plan = chunks(length, 6, 2)
            self.assertEqual((plan[0][0], plan[-1][1]), (0, length))
            self.assertTrue(all(a[1] - b[0] == 2 for a, b in zip(plan, plan[1:])))
            sizes = [end - first for first, end in plan]
            self.assertLessEqual(max(sizes) - min(sizes), 1)
            self.assertLessEqual(max(sizes), 6)

    def test_fusion_of_equal_velocities_changes_nothing(self):
        plan, v = chunks(17, 6, 2), torch.randn(3, 17, 2, 2)
        whole = fused([v[:, a:b] for a, b in plan], plan, 17, 2)
        self.assertTrue(torch.allclose(whole, v, atol=1e-6))

    def test_sigmas_fall_to_zero(self):
        table = sigmas(16, 3.0)
        self.assertEqual(table[-1], 0.0)
        self.assertTrue(all(a > b for a, b in zip(table, table[1:])))


class PoolTest(unittest.TestCase):
    def test_a_crew_writes_the_shards_that_one_process_would(self):
        written = []
        with tempfile.TemporaryDirectory() as base, patch.object(pool, "SHOTS_PER_SHARD", 1):
            for name, crews in (("one", [ALONE]), ("two", [Crew(1, 2), Crew(0, 2)])):
                values = small_configuration(f"{base}/{name}")
                values["pool"] = {"latent_frames": 2, "shards": 3}
                config = configuration.of(values)
                restore(config)
                for crew in crews:
                    pool.fill(config, crew=crew)
                self.assertTrue(pool.filled(config))
                shards = config.file("pool").glob("*.pt")
                written.append({p.name: files.load(p)[0]["video"] for p in shards})

        one, two = written
        self.assertEqual(len(one), 3)
        self.assertEqual(one.keys(), two.keys())
        for name, video in one.items():
            self.assertTrue(torch.equal(video, two[name]), name)


class WeightTest(unittest.TestCase):
    def test_cells_count_more_the_more_often_something_stands_there(self):
        references = torch.zeros(24, 2, 10, 16)
        video = torch.zeros(24, 4, 10, 16)
        video[:, :, 5, 7] = 1.0  # always there
        video[:, :2, 5, 8] = 1.0  # half of the time
        with tempfile.TemporaryDirectory() as folder:
            shot = dict(ids=[0], video=video, references=references, first=True)
            files.save(Path(folder) / "shard-1-00000.pt", [shot])
            weight = Pool(folder, tokenizer_of(Small())).weight(1)
        self.assertAlmostEqual(1.0, weight.mean().item(), places=5)
        self.assertAlmostEqual(4.0, (weight[5, 7] / weight[0, 0]).item(), places=4)
        self.assertAlmostEqual(2.5, (weight[5, 8] / weight[0, 0]).item(), places=4)

    def test_noise_levels_of_a_batch_are_spread_over_their_distribution(self):
        torch.manual_seed(1)
        found = noise_levels(8, "cpu").sort().values
        normal = torch.distributions.Normal(0.0, 1.0)
        u = found / (SHIFT - (SHIFT - 1) * found)
        part = 8 * normal.cdf(torch.logit(u))
        for index, place in enumerate(part.tolist()):
            self.assertTrue(index - 1e-3 <= place <= index + 1 + 1e-3, (index, place))


class VaeTest(unittest.TestCase):
    def test_known_latents_cost_nothing_where_they_are_and_one_a_deviation_away(self):
        vae, deviation, pixels = (
            Vae(),
            torch.linspace(0.5, 2, VaeConfig().z_dim),
            torch.rand(5, 3, 32, 32),
        )
        known = vae_loss.Known(vae, deviation)
        with torch.no_grad():
            mean, _ = vae.moments(pixels, 1)

        self.assertEqual(known.change(mean, pixels, 1).item(), 0.0)
        self.assertAlmostEqual(
            known.change(mean + deviation[:, None, None], pixels, 1).item(), 1.0, places=4
        )

    def test_change_of_single_pictures_costs_nothing(self):
        self.assertEqual(vae_loss.change_loss(torch.rand(4, 3, 8, 8), clips=4), 0.0)

    def test_a_change_costs_most_where_a_latent_frame_begins(self):
        inside, begins = (torch.zeros(9, 3, 8, 8) for _ in range(2))
        inside[:7] = 0.1  # wrong up to the middle of the second latent frame
        begins[:5] = 0.1  # and all of it

        ratio = vae_loss.change_loss(begins, clips=1) / vae_loss.change_loss(inside, clips=1)
        self.assertAlmostEqual(ratio.item(), vae_loss.BEGINS_WEIGHT, places=4)

    def test_exported_kernel_is_the_convolution_over_time_that_was_trained(self):
        vae, name = Vae(), "decoder.up_blocks.1.resnets.0.conv1"
        conv = vae.get_submodule(name)
        torch.nn.init.normal_(conv.weight, std=0.1)
        kernel = exported(vae)[f"{name}.weight"]
        frames = torch.randn(2, 3, kernel.shape[1], 5, 6)
        padded = torch.nn.functional.pad(frames.transpose(1, 2), (1, 1, 1, 1, 2, 0))
        expected = (
            torch.nn.functional.conv3d(padded, kernel, conv.bias).transpose(1, 2).flatten(0, 1)
        )

        self.assertEqual(kernel.shape, (64, 48, 3, 3, 3))
        self.assertTrue(torch.allclose(conv(frames.flatten(0, 1), 2), expected, atol=1e-4))
        self.assertTrue(torch.equal(imported(vae, exported(vae))[f"{name}.weight"], conv.weight))

    def test_segment_with_its_halo_decodes_as_in_the_whole(self):
        large = replace(configuration.read(WORKER / "training/toybox-gpu.json"), device="cpu")
        small = configuration.read(WORKER / "training/toybox-latent8.json")
        for vae, longtake in (
            (Vae(), export.DEFAULTS),
            (Vae(small.vae_model), export.DEFAULTS | small.longtake),
            (new_vae(large), large.longtake),
        ):
            halo, kept = longtake["segment"]["halo"], 2
            with self.subTest(version=longtake["version"]), torch.no_grad():
                for name, weight in vae.decoder.named_parameters():
                    if "time_conv" in name or "conv1" in name:
                        weight.add_(0.05 * torch.randn_like(weight))
                latents = torch.randn(7, vae.config.z_dim, 3, 4)
                whole, part = vae.pixels(latents, 1), vae.pixels(latents[7 - kept - halo :], 1)

                dropped = 1 + (halo - 1) * 4
                self.assertTrue(torch.allclose(part[dropped:], whole[-4 * kept :], atol=1e-4))

    def test_still_clip_has_the_latents_of_its_picture(self):
        vae = Vae()
        torch.nn.init.normal_(vae.encoder.down_blocks[3].time, std=0.1)
        picture = torch.rand(1, 3, 32, 32)
        with torch.no_grad():
            one, _ = vae.moments(picture, 1)
            many, _ = vae.moments(picture.repeat(9, 1, 1, 1), 1)
        self.assertEqual(many.shape[0], 3)
        self.assertTrue(torch.allclose(many, one.expand_as(many), atol=1e-4))


class FilesTest(unittest.TestCase):
    def test_state_comes_back_and_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            for value in (1, 2):
                files.save(f"{folder}/state.pt", {"value": torch.full((5_000_000,), float(value))})
            self.assertEqual(files.load(f"{folder}/state.pt")["value"][0].item(), 2)
            self.assertTrue(
                all(p.stat().st_size <= files.PART_BYTES for p in Path(folder).iterdir())
            )

    def test_export_reads_back_as_golden_says(self):
        transformer, text = fresh(1)
        torch.nn.init.normal_(transformer.proj_out.weight, std=0.1)
        vae = Vae()
        with tempfile.TemporaryDirectory() as folder:
            zeros, ones = torch.zeros(vae.config.z_dim), torch.ones(vae.config.z_dim)
            model = export.Trained(vae, zeros, ones, transformer, text, tokenizer.SMALL)
            export.export(folder, f"{folder}/golden.safetensors", model, {})
            golden = safetensors.read(f"{folder}/golden.safetensors")
            weights = safetensors.read(f"{folder}/transformer/diffusion_pytorch_model.safetensors")
            again, _ = fresh(2)
            again.load_state_dict({k: v.float() for k, v in weights.items()})
            with torch.no_grad():
                velocity = again(
                    golden["dit.latents"],
                    golden["dit.timestep"],
                    golden["prompt_embeds"],
                    golden["dit.control"],
                )
            self.assertTrue(torch.allclose(velocity, golden["dit.velocity"], atol=1e-5))
            self.assertEqual(
                json.loads(Path(folder, "vae/config.json").read_text())["z_dim"], vae.config.z_dim
            )


if __name__ == "__main__":
    unittest.main()
