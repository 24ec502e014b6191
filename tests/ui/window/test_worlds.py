"""The gallery, environments of Gymnasium, and playing by hand."""

import os
import subprocess
import tempfile
import time
import unittest

from driver import Window
from window import base
from window.base import WindowTest


class Gallery(WindowTest):
    arguments = ("--paused",)
    size = "1280x720"

    def open_gallery(self):
        self.window.key("ctrl+o")
        self.window.wait(lambda state: "gallery.query" in state["controls"], "the gallery")
        time.sleep(0.3)

    def lit(self, state):
        """The colours by column of the last row of MinAtar's Breakout, where they are not that of the ground."""
        row = state["stage"]["cells"][-1]
        ground = max(set(row), key=row.count)
        return {column: color for column, color in enumerate(row) if color != ground}

    def paddle_color(self):
        """That of the paddle, which is alone in its row as long as the ball is above it."""
        for _ in range(25):
            lit = self.lit(self.acted("space"))
            if len(lit) == 1:
                return next(iter(lit.values()))
        self.fail("the paddle is never alone in its row")

    def move_paddle(self, color, column, *keys):
        """Presses keys in turn until the paddle is there: actions stick now and then, and episodes begin anew."""
        for number in range(40):
            if self.lit(self.acted(keys[number % len(keys)])).get(column) == color:
                return
        self.fail(f"the paddle does not come to column {column} by {keys}")

    def acted(self, *keys):
        """Presses keys one after another; the state after the last."""
        for key in keys:
            before = self.window.state()["stage"]["last"]
            self.window.key(key)
            state = self.window.wait(lambda state, before=before: state["stage"]["last"] > before, f"the step of {key}")
        return state

    def test_a_preset_is_found_opened_and_taken_over_by_keyboard_alone(self):
        self.window.wait(lambda state: state["stage"]["last"] > 0, "the watched episode")
        self.open_gallery()
        self.window.type("minatar breakout")
        self.window.wait(lambda state: state["gallery"]["chosen"] == "preset.breakout", "the preset to be found")
        self.window.key("Return")
        state = self.window.wait(lambda state: state["stage"]["environment"].startswith("MinAtar/Breakout") and
                                 state["stage"]["cells"], "the game")
        self.assertEqual(state["preset"], "breakout")
        self.window.wait(lambda state: state["dialog"] == 0 and "gallery.query" not in state["controls"], "no gallery")
        steps = self.steps()
        self.window.key("t")
        self.window.wait(lambda state: state["taken_over"] and not state["stage"]["playing"], "the keys to be taken over")
        self.window.wait(lambda state: "take_over.left" in state["controls"], "the bar")
        color = self.paddle_color()
        self.move_paddle(color, 1, "Left", "a")
        self.move_paddle(color, 7, "Right", "d")
        # Plain keys are the environment's and nobody else's, and nothing of it is learned from.
        self.window.key("p", "r", "h")
        time.sleep(0.3)
        state = self.window.state()
        self.assertEqual((state["dialog"], state["stage"]["playing"], self.steps(state)), (0, False, steps))
        self.window.key("Escape")
        self.window.wait(lambda state: not state["taken_over"], "the agent to act again")
        self.window.key("p")
        self.window.wait(lambda state: state["stage"]["playing"], "the agent to play")

    def test_what_cannot_be_had_is_told_and_nothing_is_lost(self):
        before = self.window.wait(lambda state: state["stage"]["last"] > 0, "the watched episode")
        self.open_gallery()
        self.window.type("gym:Nothing/OfThatName-v0")
        self.window.key("Return")
        state = self.window.wait(lambda state: state["gallery"]["error"], "an answer", seconds=150)
        self.assertRegex(state["gallery"]["error"], r"Nothing/OfThatName|./dev gym")
        self.assertEqual(state["gallery"]["yours"], [])
        self.assertEqual(state["stage"]["environment"], before["stage"]["environment"])
        self.assertEqual(state["learning"]["error"], "")
        self.window.key("Escape")
        self.window.wait(lambda state: state["dialog"] == 0, "no dialog")
        self.window.click("transport.step")
        self.window.wait(lambda state: self.steps(state) == self.steps(before) + 1, "learning to go on")


class GalleryInPython(unittest.TestCase):
    def test_an_environment_of_gymnasium_is_opened_by_its_id_and_kept(self):
        listed = subprocess.run([base.PROGRAM, "envs"], capture_output=True, text=True, check=True).stdout
        if "gym:FrozenLake-v1 " not in listed:
            self.skipTest("there is no Python with gymnasium here (./dev gym makes one)")
        with tempfile.TemporaryDirectory() as folder:
            settings = os.path.join(folder, "view.toml")
            window = Window(base.PROGRAM, "--run", "none", "--paused", settings=settings)
            window.key("ctrl+o")
            window.wait(lambda state: "gallery.query" in state["controls"], "the gallery")
            time.sleep(0.3)
            window.type("FrozenLake-v1")
            window.key("Return")
            state = window.wait(lambda state: state["gallery"]["yours"], "the environment", seconds=150)
            self.assertEqual(state["gallery"]["yours"], ["gym:FrozenLake-v1"])
            state = window.wait(lambda state: state["gallery"]["spaces"], "its spaces")
            self.assertEqual(state["gallery"]["spaces"], ["gym:FrozenLake-v1 16 numbers, 4 actions"])
            worlds = os.path.join(folder, "worlds")  # a file is written beside, then renamed
            window.wait(lambda state: os.path.exists(os.path.join(worlds, "gym-FrozenLake-v1.png")), "its picture")
            self.assertEqual(os.listdir(worlds), ["gym-FrozenLake-v1.png"])
            self.assertEqual(window.close(), 0)
            again = Window(base.PROGRAM, "--run", "none", "--paused", settings=settings)
            self.assertEqual(again.state()["gallery"]["yours"], ["gym:FrozenLake-v1"])
            again.close()


class Play(unittest.TestCase):
    def test_play_opens_a_world_with_the_keys_in_hand(self):
        window = Window(base.PROGRAM, "play", "--env", "MinAtar/Breakout-v1")
        state = window.wait(lambda state: state["taken_over"] and state["stage"]["actions"], "the world")
        self.assertEqual(state["stage"]["actions"], ["noop", "left", "right"])
        self.assertTrue(state["learning"]["paused"])
        self.assertEqual(state["learning"]["run"], "")
        window.wait(lambda state: not state["stage"]["playing"], "the halt")
        before = window.state()["stage"]["last"]
        window.key("Right")
        state = window.wait(lambda state: state["stage"]["last"] == before + 1, "the step")
        self.assertEqual(state["learning"]["environment_steps"], 0)
        window.close()

    def test_play_beside_the_agent_of_a_run(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            subprocess.run([base.PROGRAM, "train", "--env", "catch", "--steps", "1500", "--quiet", "--run", run],
                           capture_output=True, check=True)
            window = Window(base.PROGRAM, "play", "--run", run)
            state = window.wait(lambda state: state["taken_over"] and state["stage"]["actions"], "the world")
            self.assertEqual(state["stage"]["actions"], ["left", "stay", "right"])
            self.assertEqual(state["learning"]["environment_steps"], 1500)
            window.close()

    def test_play_without_a_world_says_what_to_name(self):
        result = subprocess.run([base.PROGRAM, "play"], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--env", result.stderr)
