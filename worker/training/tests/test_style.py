"""How the code is written, as `pyproject.toml` says: formatted by black and isort, read by
pylint."""

import importlib.util
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[3]
WORKER = ROOT / "worker"


class StyleTest(unittest.TestCase):
    def check(self, tool, *arguments, remedy):
        if importlib.util.find_spec(tool) is None:
            self.skipTest(f"{tool} is not there")
        command = [sys.executable, "-m", tool, *arguments, "training"]
        found = subprocess.run(command, cwd=WORKER, capture_output=True, text=True, check=False)
        self.assertEqual(found.returncode, 0, f"{remedy}\n{found.stdout}{found.stderr}")

    def test_code_is_formatted(self):
        remedy = "run in the folder worker: black training"
        self.check(
            "black", "--check", "--quiet", "--config", str(ROOT / "pyproject.toml"), remedy=remedy
        )

    def test_imports_are_sorted(self):
        remedy = "run in the folder worker: isort training"
        self.check("isort", "--check", "--settings-path", str(ROOT), remedy=remedy)

    def test_linter_has_nothing_to_say(self):
        self.check("pylint", "--rcfile", str(ROOT / "pyproject.toml"), remedy="mend what it names")


if __name__ == "__main__":
    unittest.main()
