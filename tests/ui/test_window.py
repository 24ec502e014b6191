"""The window as a person uses it: a real one under Xvfb, real keys and clicks, assertions on its own state.

usage: test_window.py PROGRAM
"""

import os
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from driver import Window  # noqa: E402

PROGRAM = ""


class WindowTest(unittest.TestCase):
    arguments = ()
    size = "1600x900"

    def setUp(self):
        self.window = Window(PROGRAM, "--run", "none", *self.arguments, size=self.size)

    def tearDown(self):
        self.window.close()

    def steps(self, state=None):
        return (state or self.window.state())["learning"]["environment_steps"]

    def pause(self):
        self.window.key("space")
        self.window.wait(lambda state: state["learning"]["paused"], "the pause")
        time.sleep(0.3)
        return self.window.state()


class Launch(WindowTest):
    def test_something_learns_within_a_moment(self):
        state = self.window.wait(lambda state: self.steps(state) > 0 and state["stage"]["last"] > 0, "life")
        self.assertEqual(state["learning"]["hyperparameters"]["environment.id"], "CartPole-v1")
        self.assertEqual(state["learning"]["error"], "")


class Learning(WindowTest):
    def test_space_pauses_and_goes_on(self):
        self.window.wait(lambda state: self.steps(state) > 500, "some steps")
        before = self.steps(self.pause())
        time.sleep(0.5)
        self.assertEqual(self.steps(), before)
        self.window.key("space")
        self.window.wait(lambda state: self.steps(state) > before, "going on")

    def test_pause_button(self):
        self.window.click("transport.pause")
        self.window.wait(lambda state: state["learning"]["paused"], "the pause")

    def test_hidden_panels_copy_nothing(self):
        self.window.key("h")
        time.sleep(0.5)
        before = self.window.state()
        self.window.wait(lambda state: self.steps(state) > self.steps(before) + 300, "learning to go on")
        after = self.window.state()
        for counter in ("parts_copied", "parameter_copies"):
            self.assertEqual(before[counter], after[counter])
        self.window.key("h")
        self.window.wait(lambda state: state["parts_copied"] > after["parts_copied"], "the panels")


class Paused(WindowTest):
    arguments = ("--paused",)

    def test_step_keys_advance_exactly(self):
        self.assertEqual(self.steps(), 0)
        for done in (1, 2, 3):
            self.window.key("s")
            self.window.wait(lambda state, done=done: self.steps(state) == done, f"step {done}")
        self.window.click("transport.step")
        self.window.wait(lambda state: self.steps(state) == 4 and state["learning"]["paused"], "the button's step")
        self.window.click("transport.episode")
        state = self.window.wait(lambda state: state["learning"]["episodes"] == 1 and state["learning"]["paused"],
                                 "one episode")
        self.window.click("transport.update")
        updated = self.window.wait(lambda state: state["learning"]["updates"] == 1 and state["learning"]["paused"],
                                   "one update")
        self.assertGreater(self.steps(updated), self.steps(state))

    def test_slider_changes_the_learning_rate(self):
        before = float(self.window.state()["learning"]["hyperparameters"]["learning_rate"])
        self.window.drag("parameter.learning_rate.slider", 0.5, 0.1)
        self.window.wait(lambda state: float(state["learning"]["hyperparameters"]["learning_rate"]) < before / 5,
                         "a smaller learning rate")

    def test_typing_a_value_does_not_press_shortcuts(self):
        self.window.click("parameter.gamma.value")
        time.sleep(0.3)
        self.window.key("ctrl+a")
        self.window.type("0.5")
        self.window.key("Return")
        self.window.wait(lambda state: state["learning"]["hyperparameters"]["gamma"] == "0.5", "gamma 0.5")
        self.assertEqual(self.steps(), 0)

    def test_a_value_out_of_range_changes_nothing(self):
        self.window.click("parameter.gamma.value")
        time.sleep(0.3)
        self.window.key("ctrl+a")
        self.window.type("7")
        self.window.key("Return")
        time.sleep(0.5)
        self.assertEqual(self.window.state()["learning"]["hyperparameters"]["gamma"], "0.99")

    def test_stage_steps_back_and_on(self):
        self.window.wait(lambda state: state["stage"]["last"] > 20, "a past")
        self.window.key("p")
        halted = self.window.wait(lambda state: not state["stage"]["playing"], "the halt")
        last = halted["stage"]["last"]
        self.window.key("Left", "Left", "Left")
        self.window.wait(lambda state: state["stage"]["index"] == last - 3, "three steps back")
        self.window.key("Right")
        self.window.wait(lambda state: state["stage"]["index"] == last - 2, "one step on")
        self.window.key("m")
        self.window.wait(lambda state: state["stage"]["playing"], "resuming")

    def test_scrubber_seeks(self):
        self.window.wait(lambda state: state["stage"]["last"] > 60, "a past")
        self.window.click("transport.scrubber", x=0.1)
        state = self.window.wait(lambda state: not state["stage"]["playing"] and
                                 state["stage"]["index"] < state["stage"]["last"] / 2, "the seek")
        self.assertGreaterEqual(state["stage"]["index"], state["stage"]["first"])

    def test_taking_over_an_action(self):
        self.window.key("2")
        self.window.answered(lambda answer: answer["accepted"] and "right" in answer["message"], "the user's action")

    def test_reset_asks_for_a_seed(self):
        self.window.key("s")
        self.window.wait(lambda state: self.steps(state) == 1, "a step")
        self.window.key("r")
        self.window.wait(lambda state: state["dialog"] != 0, "the dialog")
        self.window.key("Return")
        self.window.wait(lambda state: self.steps(state) == 0, "the reset")

    def test_keys_page_and_theme(self):
        self.window.key("F1")
        self.window.wait(lambda state: state["dialog"] != 0, "the page of keys")
        self.window.key("Escape")
        self.window.wait(lambda state: state["dialog"] == 0, "its end")
        self.window.key("F2")
        self.window.wait(lambda state: state["theme"] == "light", "the light theme")
        self.window.key("ctrl+minus")
        self.window.wait(lambda state: state["scale"] < 1, "a smaller scale")

    def test_controls_lie_inside_the_window(self):
        for name, (left, top, right, bottom, _) in self.window.state()["controls"].items():
            self.assertTrue(0 <= left < right <= 1600 and 0 <= top < bottom <= 900, name)

    def test_untouched_it_sleeps(self):
        self.window.key("p")
        self.window.wait(lambda state: not state["stage"]["playing"], "the halt")
        time.sleep(2)

        def processor_seconds():
            with open(f"/proc/{self.window.process.pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        before = processor_seconds()
        time.sleep(5)
        self.assertLess((processor_seconds() - before) / 5, 0.02)


class SmallWindow(WindowTest):
    size = "1280x720"
    arguments = ("--paused", "--preset", "breakout")

    def test_controls_lie_inside_the_window(self):
        for name, (left, top, right, bottom, _) in self.window.state()["controls"].items():
            self.assertTrue(0 <= left < right <= 1280 and 0 <= top < bottom <= 720, name)

    def test_step_buttons_work_there_too(self):
        self.window.click("transport.step")
        self.window.wait(lambda state: self.steps(state) == 1, "a step")


class Batch(WindowTest):
    arguments = ("--paused", "--set", "n_envs=4")

    def test_environment_steps_come_in_batches(self):
        self.window.key("s")
        self.window.wait(lambda state: self.steps(state) == 4, "a batch of four")


class SlowLearning(WindowTest):
    """A network whose update takes long: nothing that one sees may wait for it."""

    arguments = ("--set", "head.width=2048", "--set", "head.layers=2", "--set", "batch_size=4096",
                 "--set", "learning_starts=4096", "--set", "train_freq=1")

    def test_stage_and_frames_go_on(self):
        self.window.wait(lambda state: state["learning"]["updates"] >= 1, "a slow update", 120)
        first = self.window.state()
        time.sleep(4)
        last = self.window.state()
        updates = last["learning"]["updates"] - first["learning"]["updates"]
        self.assertLess(updates, 10)
        self.assertGreater(last["stage"]["last"] - first["stage"]["last"], 5 * max(1, updates))
        self.assertGreater(last["frames"] - first["frames"], 5 * max(1, updates))


class Closing(unittest.TestCase):
    def test_closing_during_training_leaves_a_loadable_run(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            window = Window(PROGRAM, "--run", run)
            window.wait(lambda state: state["learning"]["environment_steps"] > 1500, "some learning")
            self.assertEqual(window.close(), 0)
            again = Window(PROGRAM, "--run", "none", "--load", run, "--paused")
            self.assertGreater(again.state()["learning"]["environment_steps"], 1500)
            again.close()


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
