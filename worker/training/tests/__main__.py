"""Runs the tests, `python3 -m training.tests [NAME...]` in the folder worker, and tells the slow
ones and the sum.

Exit code 0 if none failed. Names are those of modules of this folder; all without."""

import sys
import time
import unittest
from pathlib import Path

import torch

HERE = Path(__file__).parent
SLOW = 5.0  # seconds from which on a test is named


class Timed(unittest.TextTestResult):
    """Knows how long each test took."""

    def startTest(self, test):
        self.begun = time.time()
        super().startTest(test)

    def stopTest(self, test):
        seconds = time.time() - self.begun
        if seconds >= SLOW:
            print(f"python: {seconds:.0f} s {test.id()}", file=sys.__stdout__, flush=True)
        super().stopTest(test)


def suite(names):
    loader = unittest.TestLoader()
    if names:
        return loader.loadTestsFromNames([f"training.tests.{name}" for name in names])
    return loader.discover(str(HERE), top_level_dir=str(HERE.parents[1]))


def main():
    torch.set_num_threads(1)
    begun = time.time()
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=Timed, buffer=True)
    result = runner.run(suite(sys.argv[1:]))
    failed, skipped = len(result.failures) + len(result.errors), len(result.skipped)
    for test, reason in result.skipped:
        print(f"python: skipped {test.id()}: {reason}")
    passed = result.testsRun - failed - skipped
    told = f"{passed} passed, {failed} failed, {skipped} skipped"
    print(f"python: {told}, PyTorch {torch.__version__}, {time.time() - begun:.0f} s")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
