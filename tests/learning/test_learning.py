"""Seeded learning runs that are short enough for every build. The long ones are bench/learn.py.

usage: test_learning.py PROGRAM
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""


def last_line(*arguments):
    result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1])


class Learning(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.run_folder = os.path.join(self.folder.name, "run")

    def tearDown(self):
        self.folder.cleanup()

    def train(self, preset, *more):
        return last_line("train", "--preset", preset, "--run", self.run_folder, "--quiet", *more)

    def test_cartpole_is_solved_within_50_000_steps(self):
        summary = self.train("cartpole", "--seed", "2")
        self.assertLessEqual(summary["steps"], 50_000)
        result = last_line("eval", "--run", self.run_folder, "--episodes", "100", "--seed", "7000")
        self.assertGreaterEqual(result["mean_return"], 475)

    def test_every_switch_together_learns_cartpole(self):
        self.train("cartpole", "--seed", "1", "--steps", "30000", "--set", "double_q=true", "--set", "head.dueling=true",
                   "--set", "n_step=3", "--set", "prioritized_replay=true", "--set", "n_envs=4", "--set", "tau=0.5",
                   "--set", "exploration_schedule=exponential")
        result = last_line("eval", "--run", self.run_folder, "--episodes", "50", "--seed", "7000")
        self.assertGreaterEqual(result["mean_return"], 150)  # an untrained agent reaches about 10, a random one 22

    def test_breakout_learns(self):
        summary = self.train("breakout-dqn", "--seed", "1", "--steps", "40000", "--set", "exploration_fraction=0.5",
                             "--set", "eval_freq=0")
        self.assertGreaterEqual(summary["mean_return_100"], 1.5)  # random play gives 0.5

    def test_attention_learns_to_catch_and_looks_at_the_ball(self):
        def learned(seed):
            run = os.path.join(self.folder.name, f"run-{seed}")
            summary = last_line("train", "--preset", "catch-attention", "--seed", str(seed), "--steps", "100000", "--set",
                                "exploration_fraction=0.2", "--until", "0.9", "--run", run, "--quiet")
            self.assertTrue(summary["reached"])
            return last_line("examine", "--run", run, "--episodes", "20")

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            all_faithfulness = list(pool.map(learned, (1, 2, 3)))
        for its in all_faithfulness:
            self.assertGreaterEqual(its["mass"], 0.5)
            self.assertGreaterEqual(its["mass"], 3 * its["area"])
            self.assertLess(its["redrawn_attention_correlation"], 0.5)
        # Agents differ in how well their map holds; what is claimed is claimed of them together.
        self.assertGreater(sum(its["insertion"]["gain_interval"][0] for its in all_faithfulness), 0)

    def test_a_memory_carries_the_cue_through_a_maze_and_without_one_it_is_lost(self):
        short = ["--set", "environment.corridor_length=10", "--set", "sequence_length=16",
                 "--set", "exploration_fraction=0.4", "--set", "exploration_final_eps=0.05", "--set", "memory.hidden=32"]
        summary = self.train("tmaze", "--seed", "1", "--until", "0.95", "--steps", "80000", *short)
        self.assertTrue(summary["reached"])
        self.run_folder += "-control"
        control = self.train("tmaze", "--seed", "1", "--steps", "50000", "--set", "memory.kind=none", *short)
        self.assertLessEqual(control["best_evaluation"], 0.8)  # half of the mazes, more or less by chance

    def test_a_memory_tells_ambiguous_names_apart(self):
        summary = self.train("tagging", "--seed", "1", "--steps", "40000")
        self.assertGreaterEqual(summary["best_evaluation"], 0.97)
        self.run_folder += "-control"
        control = self.train("tagging", "--seed", "1", "--steps", "200000", "--set", "memory.kind=none")
        self.assertLessEqual(control["best_evaluation"], 0.87)  # each word's most frequent tag gets 0.80 right

    def test_a_satisfied_user_engages_more_than_one_who_always_gets_the_same(self):
        self.train("recommend", "--seed", "1", "--steps", "100000")
        result = last_line("eval", "--run", self.run_folder, "--episodes", "100", "--seed", "7000")
        self.assertGreaterEqual(result["mean_return"], 49)  # always kale, the best single item, earns 47.9


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
