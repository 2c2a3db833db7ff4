"""The first steps of stages, which equal seeds make equal: losses on tiny networks, told by the
code as it was before all stages had one loop (commit cd46385)."""

import tempfile
import unittest
from random import Random

import torch

from training import configuration, files, train_text, train_transformer, train_vae
from training.judge.classifier import Judge, JudgeLearner
from training.loop import step
from training.model import fresh
from training.vae import Vae

Z = 8
CLOSE = 2e-3  # of a loss; PyTorch 1.13 and 2.13 differ by up to 5e-4
LOSSES = {
    "images": (3.6141, 2.9805, 2.1214, 3.5229, 2.6986),
    "clips": (2.9569, 2.4607, 4.0586, 2.9257, 2.8898),
    "widen": (4.6913, 2.3406, 4.1892, 5.7884, 4.6976),
    "decoder": (5.2294, 2.6342, 7.4978, 7.2350, 3.4194),
    "transformer": (4.7487, 4.5556, 4.6349, 2.2108, 4.7134),
    "text": (0.0545, 0.0505, 0.0517, 0.0470, 0.0445),
    "judge": (13.5976, 13.4150, 12.9974, 12.6253, 12.1467),
}


def tiny(folder):
    return configuration.of({
        "folder": folder, "checkpoint": "", "golden": "", "transformer": [],
        "precision": "f32", "vae_precision": "f32", "pool": {"latent_frames": 4, "shards": 1},
        "world": {
            "species": ["fox", "penguin"], "scenes": ["the beach"],
            "counts": [1, 2], "aligned": True, "token_count": 48,
        },
        "vae_model": {"base_dim": 4, "decoder_base_dim": 8, "z_dim": Z},
        "transformer_model": {
            "num_attention_heads": 1, "attention_head_dim": 24, "in_channels": Z, "out_channels": Z,
            "ffn_dim": 32, "num_layers": 2, "vace_layers": [0, 1], "vace_in_channels": 2 * Z + 256,
        },
    })  # fmt: skip


class FirstStepsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = tiny(folder.name)
        torch.manual_seed(7)
        self.vae = Vae(self.config.vae_model)
        self.statistics = {"mean": torch.zeros(Z), "std": torch.ones(Z)}

    def save(self, name, **state):
        files.save(self.config.file(name), state)

    def check(self, name, learner):
        learned, told = learner.loss, []

        def loss():
            found = learned()
            told.append(found[0].item())
            return found

        learner.loss = loss
        for _ in LOSSES[name]:
            step(learner, share=0.0)
        for index, (found, wanted) in enumerate(zip(told, LOSSES[name])):
            self.assertLess(abs(found / wanted - 1), CLOSE, f"{name}, step {index}: {told}")

    def check_vae(self, stage):
        self.check(stage, train_vae.VaeLearner(self.config, stage, None))

    def test_images(self):
        self.check_vae("images")

    def test_clips(self):
        self.save("vae-images.pt", average=self.vae.state_dict())
        self.check_vae("clips")

    def test_widen(self):
        self.save("vae-clips.pt", average=self.vae.state_dict())
        self.save("frozen.pt", vae=self.vae.state_dict(), **self.statistics)
        self.check_vae("widen")

    def test_decoder(self):
        self.save("frozen.pt", vae=self.vae.state_dict(), **self.statistics)
        self.check_vae("decoder")

    def test_transformer(self):
        self.save("frozen.pt", vae=self.vae.state_dict(), **self.statistics)
        world, words, random = self.config.drawn_world(), self.config.words(), Random("shots")
        torch.manual_seed(8)
        shots = []
        for _ in range(4):
            shot = world.shot(random)
            video, references = torch.randn(Z, 4, 10, 16), torch.randn(
                Z, 1 + len(shot.roles), 10, 16
            )
            ids = words.padded(shot.caption())
            shots.append({"ids": ids, "video": video.half(), "references": references.half()})
        files.save(self.config.file("pool/shard-1-00000.pt"), shots)
        stage = configuration.TransformerStage(frames=(1, 2), until=1e9)
        self.check("transformer", train_transformer.TransformerLearner(self.config, stage, None))

    def test_text(self):
        words = self.config.words()
        _, text = fresh(5, words, self.config.transformer_model)
        world = self.config.drawn_world()
        self.check("text", train_text.TextLearner(text, words, world, seed=1))

    def test_judge(self):
        torch.manual_seed(9)
        judge = Judge(self.config.drawn_world())
        inputs = torch.randint(256, (8, 12, 80, 128), dtype=torch.uint8)
        choices = [torch.randint(len(answers), (8,)) for answers in judge.asked.values()]
        self.check("judge", JudgeLearner(judge, inputs, torch.stack(choices, 1), seed=1))


if __name__ == "__main__":
    unittest.main()
