"""Runs and agents that are opened, and closing."""

import os
import subprocess
import tempfile
import time
import unittest

from driver import Window
from window import base
from window.base import WindowTest


class OpenedAgain(unittest.TestCase):
    """Saved, closed and opened, a window shows what it showed."""

    def window(self, run, *arguments):
        window = Window(base.PROGRAM, "--run", run, *arguments)
        self.addCleanup(window.close)
        return window

    def seen(self, window):
        """All but what tells of the computer's own time."""
        window.xdotool("mousemove", 5, 895)
        time.sleep(1)
        state = window.state()
        stage, learning = state["stage"], state["learning"]
        picture = os.path.join(self.folder.name, "window.png")
        subprocess.run(["import", "-window", "root", picture], env=window.env, check=True)
        pixels = subprocess.run(["convert", picture, "-crop", "1600x850+0+0", "rgb:-"], check=True,
                                capture_output=True).stdout
        return pixels, {"stage": {name: stage[name] for name in ("index", "last", "lanes", "playing", "step")},
                        "steps": learning["environment_steps"], "updates": learning["updates"],
                        "paused": learning["paused"], "preset": state["preset"]}

    def reopened(self, preset, workspace):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        run = os.path.join(self.folder.name, "run")
        window = self.window(run, "--preset", preset, "--workspace", workspace)
        window.wait(lambda state: state["learning"]["updates"] > 40, "updates")
        window.wait(lambda state: state["stage"]["last"] > 8, "a watched episode")
        window.key("space", "p")
        window.wait(lambda state: state["learning"]["paused"] and not state["stage"]["playing"], "the pause")
        window.click("transport.branch")
        window.wait(lambda state: len(state["stage"]["lanes"]) == 2, "a second lane")
        window.key("p")
        window.wait(lambda state: not state["stage"]["playing"], "the pause")
        window.key("ctrl+s")
        pixels, state = self.seen(window)
        self.assertEqual(window.close(), 0)
        again = self.window(run, "--load", run, "--workspace", workspace)
        again.wait(lambda found: len(found["stage"]["lanes"]) == 2, "both lanes")
        pixels_again, state_again = self.seen(again)
        self.assertEqual(state, state_again)
        different = sum(a != b for a, b in zip(pixels, pixels_again))
        self.assertEqual(different, 0, "the pictures differ above the status line")

    def test_cartpole(self):
        self.reopened("cartpole", "learn")

    def test_attention(self):
        self.reopened("catch-attention", "attention")

    def test_memory(self):
        self.reopened("tmaze-ntm", "memory")


class PresetDialog(WindowTest):
    """Beginning with a preset's trained agent, or from nothing, while something else learns."""

    def choose(self):
        self.window.wait(lambda state: self.steps(state) > 200, "some steps")
        self.window.click("top.preset")
        self.window.click("top.preset.catch-attention")
        self.window.wait(lambda state: state["dialog"] != 0, "the dialog")

    def test_the_trained_agent_takes_over_and_learning_pauses(self):
        self.choose()
        self.window.click("preset.other")
        state = self.window.answered(lambda answer: answer["accepted"] and "trained agent" in answer["message"],
                                     "the trained agent")
        state = self.window.wait(lambda state: state["learning"]["paused"], "the pause")
        self.assertEqual(state["learning"]["hyperparameters"]["attention.kind"], "multi_head")
        self.assertGreater(self.steps(state), 10000)
        self.assertEqual(state["dialog"], 0)
        before = state["stage"]["last"]
        state = self.window.wait(lambda state: state["stage"]["last"] > before + 20, "the play")
        self.assertTrue(state["stage"]["playing"])
        self.assertEqual(state["learning"]["error"] + state["stage"]["error"], "")

    def test_its_key_does_the_same(self):
        self.choose()
        time.sleep(0.3)
        self.window.key("t")
        state = self.window.wait(lambda state: state["learning"]["paused"], "the pause")
        self.assertGreater(self.steps(state), 10000)

    def test_from_nothing_learning_begins_again(self):
        self.choose()
        self.window.click("preset.agree")
        state = self.window.wait(
            lambda state: state["learning"]["hyperparameters"]["attention.kind"] == "multi_head", "the preset")
        self.assertLess(self.steps(state), 10000)
        self.assertEqual(state["dialog"], 0)
        self.window.wait(lambda state: self.steps(state) > 300 and not state["learning"]["paused"], "learning")


class TrainedAgent(WindowTest):
    """What ships brings the curves of its run."""

    arguments = ("--preset", "catch-action", "--trained")

    def check_curves(self, state):
        steps = self.steps(state)
        for name in ("episode_return", "loss", "evaluation_return"):
            self.assertGreater(state["learn"]["curves"][name], 0.9 * steps, name)
            self.assertLessEqual(state["learn"]["curves"][name], steps, name)

    def test_its_curves_reach_to_where_it_stands(self):
        self.check_curves(self.window.wait(lambda state: self.steps(state) > 0, "the agent"))

    def test_another_brings_its_own(self):
        first = self.steps(self.window.wait(lambda state: self.steps(state) > 0, "the agent"))
        self.window.click("top.preset")
        self.window.click("top.preset.breakout-attention")
        self.window.wait(lambda state: state["dialog"] != 0, "the dialog")
        self.window.click("preset.other")
        state = self.window.wait(lambda state: self.steps(state) not in (0, first), "the other agent")
        self.check_curves(self.window.wait(
            lambda later: "evaluation_return" in later["learn"]["curves"] and self.steps(later) == self.steps(state),
            "its curves"))


class Closing(unittest.TestCase):
    def test_closing_during_training_leaves_a_loadable_run(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            window = Window(base.PROGRAM, "--run", run)
            window.wait(lambda state: state["learning"]["environment_steps"] > 1500, "some learning")
            self.assertEqual(window.close(), 0)
            again = Window(base.PROGRAM, "--run", "none", "--load", run, "--paused")
            self.assertGreater(again.state()["learning"]["environment_steps"], 1500)
            again.close()

    def test_a_run_that_is_opened_again_has_its_curves(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            window = Window(base.PROGRAM, "--run", run, "--preset", "cartpole", "--set", "learning_starts=300")
            window.wait(lambda state: state["learning"]["environment_steps"] > 3500, "some learning")
            window.drag("parameter.learning_rate.slider", 0.5, 0.1)
            window.wait(lambda state: state["learn"]["stamps"] > 0, "the stamp")
            window.key("space")
            window.wait(lambda state: state["learning"]["paused"], "the pause")
            time.sleep(0.5)
            before = window.state()
            self.assertEqual(window.close(), 0)
            for arguments in (("--run", "none", "--load", run, "--paused"), ("--run", run, "--load", run, "--paused")):
                again = Window(base.PROGRAM, *arguments)
                state = again.wait(lambda state: "episode_return" in state["learn"].get("curves", {}), "the curves")
                again.close()
                self.assertEqual(state["learning"]["environment_steps"], before["learning"]["environment_steps"])
                curves, known = state["learn"]["curves"], before["learn"]["curves"]
                self.assertEqual(curves["episode_return"], known["episode_return"])
                self.assertEqual(curves["episode_length"], known["episode_length"])
                for name in ("loss", "mean_q", "epsilon", "gradient_norm"):
                    # The file has a row about every 1,000 steps.
                    self.assertLessEqual(curves[name], known["episode_return"] + 1000)
                    self.assertGreater(curves[name], before["learning"]["environment_steps"] - 1300)
                self.assertEqual(state["learn"]["stamps"], before["learn"]["stamps"])
