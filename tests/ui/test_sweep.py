"""Searching hyperparameters: what a sweep finds and writes, that it goes on after a kill, and that two share one study.

usage: test_sweep.py PROGRAM

Needs a Python with Optuna (./dev gym makes one). Without it these tests say that they were skipped.
"""

import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""

TINY = """
preset = "cartpole"
steps = 1200
trials = {trials}
pruner = "{pruner}"
warm_up = 2

[set]
eval_freq = 400
n_eval_episodes = 2
learning_starts = 200
threads = 1

[search]
learning_rate = {{ low = 1e-5, high = 1e-2 }}
"head.width" = [16, 64, 256]
double_q = {{}}
"""


def sweep(*arguments):
    return subprocess.run([PROGRAM, "sweep", *arguments], capture_output=True, text=True, timeout=300)


def rows_of(folder):
    with open(os.path.join(folder, "trials.csv"), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def has_optuna():
    """Whether the Python that the program finds has Optuna: it asks for that before it reads the file."""
    return "optuna" not in sweep("/nowhere.toml").stderr.lower()


class Sweeps(unittest.TestCase):
    def setUp(self):
        if not has_optuna() and "without_optuna" not in self.id():
            self.skipTest("there is no Python with Optuna here (./dev gym makes one)")
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.out = os.path.join(self.folder.name, "out")

    def write(self, text):
        path = os.path.join(self.folder.name, "search.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def begin(self, *arguments):
        return subprocess.Popen([PROGRAM, "sweep", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_a_sweep_draws_within_the_ranges_and_tells_the_best(self):
        result = sweep(self.write(TINY.format(trials=5, pruner="median")), "--out", self.out, "--jobs", "2")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = rows_of(self.out)
        self.assertGreaterEqual(len(rows), 5)
        for row in rows:
            self.assertTrue(1e-5 <= float(row["learning_rate"]) <= 1e-2)
            self.assertIn(row["head.width"], ("16", "64", "256"))
            self.assertIn(row["double_q"], ("True", "False"))
        self.assertIn("the preset's own", result.stdout)
        command = result.stdout.strip().splitlines()[-1]
        self.assertIn("train --preset cartpole", command)
        best = max(float(row["best_evaluation"]) for row in rows if row["state"] == "complete")
        self.assertIn(f"{best:.6g}", result.stdout)
        # What it says can be typed.
        typed = subprocess.run([PROGRAM, *command.split()[1:], "--steps", "300", "--run", "none", "--quiet"],
                               capture_output=True, text=True, timeout=120)
        self.assertEqual(typed.returncode, 0, typed.stderr)

    def test_killed_in_the_middle_it_goes_on(self):
        file = self.write(TINY.format(trials=6, pruner="none"))
        process = self.begin(file, "--out", self.out)
        deadline = time.monotonic() + 120
        for line in process.stdout:
            if line.startswith("trial 1"):
                break
            self.assertLess(time.monotonic(), deadline)
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        result = sweep(file, "--out", self.out)
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = rows_of(self.out)
        self.assertEqual(len(rows), 6)
        self.assertNotIn("trial 0:", result.stdout)
        again = sweep(file, "--out", self.out)
        self.assertEqual(rows_of(self.out), rows)  # all was tried
        self.assertEqual(again.returncode, 0)

    def test_two_machines_share_one_study(self):
        file = self.write(TINY.format(trials=6, pruner="none"))
        shared = os.path.join(self.folder.name, "shared.log")
        both = [self.begin(file, "--out", self.out + str(i), "--storage", shared) for i in range(2)]
        told = [process.communicate(timeout=240) for process in both]
        for process, (_, error) in zip(both, told):
            self.assertEqual(process.returncode, 0, error)
        numbers = [[line.split()[1] for line in output.splitlines() if line.startswith("trial ") and ":" in line]
                   for output, _ in told]
        self.assertTrue(all(numbers))  # each has done a part
        self.assertFalse(set(numbers[0]) & set(numbers[1]))
        self.assertGreaterEqual(len(rows_of(self.out + "0")), 6)

    def test_what_cannot_be_searched_is_refused_in_words(self):
        known = TINY.format(trials=2, pruner="none")
        for text, words in (
                (known.replace("double_q", "doble_q"), "doble_q"),
                (known.replace("low = 1e-5", "low = -1"), "learning_rate"),
                (known.replace('preset = "cartpole"', ""), "preset"),
                (known.replace("warm_up", "worm_up"), "worm_up"),
                (known.replace('preset = "cartpole"', 'preset = "cartpol"'), "cartpol"),
                ("not toml", "cannot be read"),
                (known + '\n"encoder.kind" = {}\n"environment.id" = {}\n', "environment.id")):
            result = sweep(self.write(text), "--out", self.out)
            self.assertEqual(result.returncode, 2, text)
            self.assertIn(words, result.stderr)

    def test_without_optuna_it_says_what_to_type(self):
        bare = os.path.join(self.folder.name, "bare-python")
        with open(bare, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nexec python3 -S "$@"\n')  # sees no installed package
        os.chmod(bare, 0o755)
        result = sweep(self.write(TINY.format(trials=2, pruner="none")), "--python", bare)
        self.assertEqual(result.returncode, 2)
        self.assertIn("pip install optuna", result.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
