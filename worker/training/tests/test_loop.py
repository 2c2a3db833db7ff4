"""The loop that all stages share, and the options that they are told by."""

import tempfile
import unittest
from dataclasses import dataclass, field
from pathlib import Path

import torch

from training import configuration, files
from training.crew import together
from training.loop import FLOOR, Piece, Plan, Rate, run
from training.optimiser import Optimiser
from training.options import from_arguments, from_json, option, positional


class Clock:
    """Time that goes on by its pace, in seconds, at each step of the learner."""

    def __init__(self):
        self.now, self.pace = 100.0, 1.0

    def __call__(self):
        return self.now


class Line:
    """Learns one number, the mean of what it is shown."""

    def __init__(self, clock, state=None, aim=3.0):
        self.clock, self.aim, self.sheets = clock, aim, []
        self.network = torch.nn.Linear(1, 1, bias=False)
        with torch.no_grad():
            self.network.weight.zero_()
        self.optimiser = Optimiser.adam_alone(self.network.named_parameters(), 0.1)
        self.rate = Rate(warm=1)
        if state:
            self.network.load_state_dict(state["line"])
            self.optimiser.load(state["optimiser"])

    def loss(self):
        self.clock.now += self.clock.pace
        square = (self.network.weight - self.aim).square().mean()
        return square, square

    def report(self, error):
        return f"error {error:.3f}"

    def state(self):
        return self.optimiser.states(line=self.network)

    def sheet(self, path):
        self.sheets.append(self.clock.now)
        Path(path).touch()


class LoopTest(unittest.TestCase):
    def setUp(self):
        self.clock, self.made = Clock(), []
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name, "line.pt")

    def run_stage(self, seconds, piece=float("inf"), **plan):
        def make(state):
            self.made.append(Line(self.clock, state))
            return self.made[-1]

        plan = Plan("line", self.file, seconds, **plan)
        return run(plan, make, Piece.of(piece, self.clock), clock=self.clock)

    def test_stage_in_pieces_ends_with_the_weights_of_one_run(self):
        self.assertFalse(self.run_stage(7.0, piece=3.0))
        self.assertEqual(files.load(self.file)["elapsed"], 3.0)
        self.assertTrue(self.run_stage(7.0))
        in_pieces = files.load(self.file)
        self.file.unlink()
        self.assertTrue(self.run_stage(7.0))

        whole = files.load(self.file)
        self.assertEqual(whole["optimiser"]["steps"], 7)
        for key in ("line", "line_average"):
            self.assertTrue(torch.equal(whole[key]["weight"], in_pieces[key]["weight"]), key)

    def test_stage_that_is_done_is_not_begun_again(self):
        self.assertTrue(self.run_stage(2.0))
        self.assertTrue(self.run_stage(2.0))

        self.assertEqual(len(self.made), 1)

    def test_piece_that_is_over_begins_nothing(self):
        self.assertFalse(self.run_stage(2.0, piece=0.0))

        self.assertEqual((self.made, self.file.exists()), ([], False))

    def test_state_and_sheets_are_kept_when_their_time_has_come(self):
        self.run_stage(10.0, keep_every=4.0, sheet_every=6.0)

        self.assertEqual(self.made[0].sheets, [106.0, 110.0])

    def test_step_longer_than_the_longest_counts_as_that(self):
        self.run_stage(2.0, longest_step=0.5)

        self.assertEqual(self.made[0].optimiser.steps, 4)


class CrewTest(unittest.TestCase):
    def test_crew_follows_the_clock_of_its_first_process_and_learns_one_thing(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "line.pt")

            def work(crew):
                clock = Clock()
                clock.pace = 1.0 + 5.0 * crew.rank
                learner = Line(clock, aim=3.0 if crew.rank else 1.0)
                run(Plan("line", file, 4.0), lambda state: learner, crew=crew, clock=clock)
                files.save(Path(folder, f"{crew.rank}.pt"), learner.state())

            together(2, work)

            kept = files.load(file)
            self.assertEqual((kept["elapsed"], kept["optimiser"]["steps"]), (4.0, 4))
            first, second = (files.load(Path(folder, f"{k}.pt"))["line"] for k in range(2))
            self.assertTrue(torch.equal(first["weight"], second["weight"]))


class RateTest(unittest.TestCase):
    def test_rate_rises_stays_and_falls(self):
        rate = Rate(fall_from=0.4, end=0.02, warm=100)

        self.assertAlmostEqual(rate.factor(0.0, 0), 0.01)
        self.assertAlmostEqual(rate.factor(0.4, 500), 1.0)
        self.assertAlmostEqual(rate.factor(0.7, 500), 0.02 + 0.98 * 0.3 / 0.6)
        self.assertAlmostEqual(rate.factor(1.0, 500), 0.02)

    def test_rate_never_falls_where_the_stage_ends_before(self):
        self.assertEqual(Rate(fall_from=2.0).factor(0.99, 500), 1.0)

    def test_rate_falls_no_deeper_than_its_floor(self):
        self.assertEqual(Rate(fall_from=0.5).factor(1.0, 500), FLOOR)


@dataclass(frozen=True)
class Inner:
    sizes: tuple[int, ...] = (1,)


@dataclass(frozen=True)
class Outer:
    name: str
    rate: float = 1.0
    inner: Inner = Inner()
    stages: dict[str, float] = field(default_factory=dict)
    seconds: float | None = None


@dataclass(frozen=True)
class Asked:
    act: str = positional("what to do", ("train", "films"))
    keep_every: float = option("seconds", 120.0)
    only: tuple[str, ...] = option("names", ())
    fast: bool = option("or not", False)


class OptionsTest(unittest.TestCase):
    def test_values_become_those_of_their_fields(self):
        values = {"name": "a", "rate": 2, "inner": {"sizes": [1, 2]}, "stages": {"x": 3}}

        found = from_json(Outer, values)

        self.assertEqual(found, Outer("a", 2.0, Inner((1, 2)), {"x": 3.0}))

    def test_what_is_wrong_is_named(self):
        for values, message in (
            ({"name": "a", "rat": 1}, r"^rat: unknown, expected one of \['inner', 'name'"),
            ({"name": "a", "inner": {"size": 1}}, r"^inner\.size: unknown, expected one of"),
            ({"name": "a", "inner": {"sizes": [1, "b"]}}, r"^inner\.sizes\[1\]: expected int"),
            ({"name": "a", "inner": {"sizes": 1}}, r"^inner\.sizes: expected list, found 1"),
            ({"name": "a", "rate": "fast"}, r"^rate: expected float, found 'fast'"),
            ({"rate": 1.0}, "^name: missing"),
        ):
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                from_json(Outer, values)

    def test_command_line_fills_the_same_fields(self):
        found = from_arguments(
            Asked, "", ["films", "--keep-every", "5", "--only", "a", "b", "--fast"]
        )

        self.assertEqual(found, Asked("films", 5.0, ("a", "b"), True))
        self.assertEqual(from_arguments(Asked, "", ["train"]), Asked("train"))

    def test_configurations_of_the_folder_are_read_and_unknown_keys_refused(self):
        folder = Path(__file__).parents[1]
        for name in ("toybox.json", "toybox-wide.json", "toybox-latent8.json", "toybox-gpu.json"):
            with self.subTest(name):
                self.assertEqual(configuration.read(folder / name).seed, 1)
        for kind in ("processor", "large"):
            with self.subTest(kind), self.assertRaisesRegex(ValueError, "^colour: unknown"):
                configuration.of({"colour": 1} | ({"kind": "large"} if kind == "large" else {}))


if __name__ == "__main__":
    unittest.main()
