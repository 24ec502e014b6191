"""Learning: going on, pausing, stepping, one update seen, what the strip says."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest

from driver import Window
from window import base
from window.base import WindowTest


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

    def test_acting_in_the_past_begins_a_lane_and_ctrl_z_takes_it_back(self):
        self.window.wait(lambda state: state["stage"]["last"] > 60, "a past")
        self.window.key("p")
        old = self.window.wait(lambda state: not state["stage"]["playing"], "the halt")["stage"]
        self.assertEqual(len(old["lanes"]), 1)
        self.window.key("ctrl+Left", "ctrl+Left")
        here = self.window.wait(lambda state: state["stage"]["index"] == old["last"] - 20, "twenty steps back")["stage"]
        while here["action"] < 0:  # an episode ended there
            self.window.key("Left")
            here = self.window.wait(lambda state, at=here["index"]: state["stage"]["index"] == at - 1, "a step")["stage"]
        self.window.key("1")
        state = self.window.wait(lambda state: len(state["stage"]["lanes"]) == 2, "two lanes")["stage"]
        self.assertEqual(state["last"], here["index"] + 1)
        first, second = state["lanes"]
        self.assertEqual((first["id"], first["last"], first["current"]), (1, old["last"], False))
        self.assertEqual((second["parent"], second["start"], second["current"]), (1, here["index"], True))
        self.assertIn("left", second["label"])

        self.window.click("lanes.1", x=0.02)
        state = self.window.wait(lambda state: state["stage"]["lanes"][0]["current"], "the old lane")["stage"]
        self.assertEqual((state["last"], state["index"]), (old["last"], here["index"] + 1))
        self.window.click("lanes.2.compare")
        self.window.wait(lambda state: state["stage"]["compared"] == 2, "both lanes")
        self.window.click("lanes.2.compare")
        self.window.wait(lambda state: state["stage"]["compared"] == 0, "one lane alone")

        self.window.click("lanes.2", x=0.02)
        self.window.wait(lambda state: state["stage"]["lanes"][1]["current"], "the new lane")
        self.window.key("2")
        self.window.wait(lambda state: state["stage"]["last"] == here["index"] + 2, "an action at its end")
        self.window.key("ctrl+z", "ctrl+z")
        state = self.window.wait(lambda state: state["stage"]["undoable"] == 0, "both taken back")["stage"]
        self.assertTrue(state["lanes"][0]["current"])
        self.assertEqual((state["last"], state["index"]), (old["last"], here["index"]))
        self.assertEqual(len(state["lanes"]), 2)

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
        def share_of_a_core(seconds=5):
            def ticks():
                with open(f"/proc/{self.window.process.pid}/stat", encoding="utf-8") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                return int(fields[11]) + int(fields[12])

            before = ticks()
            time.sleep(seconds)
            return (ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds

        awake = share_of_a_core()
        self.window.key("p")
        self.window.wait(lambda state: not state["stage"]["playing"], "the halt")
        time.sleep(2)
        frames = self.window.state()["frames"]
        asleep = share_of_a_core()
        self.assertEqual(self.window.state()["frames"], frames)
        self.assertLess(asleep, awake / 20)
        print(f"awake {awake:.2f}, untouched {asleep:.4f} of a core", file=sys.stderr)


class Stepping(WindowTest):
    """S, U, O and E do what they say, at the cost that is said before."""

    arguments = ("--paused", "--preset", "cartpole", "--set", "learning_starts=300")

    def advance(self, key):
        before = self.window.state()["learning"]
        self.window.key(key)
        state = self.window.wait(lambda state: state["learning"]["advances"] == before["advances"] + 1
                                 and state["learning"]["paused"], f"what {key} does")
        after = state["learning"]
        done = {name: after[name] - before[name] for name in ("environment_steps", "updates", "episodes")}
        return before, done

    def test_what_is_promised_is_what_the_counters_show(self):
        for key in "sousuuoseou":
            before, done = self.advance(key)
            due, steps = before["updates_due"], before["steps_to_update"]
            with self.subTest(key=key, due=due, steps=steps):
                if key == "s":
                    self.assertEqual((done["environment_steps"], done["updates"]), (1, due))
                if key == "u":
                    self.assertEqual((done["environment_steps"], done["updates"]), (steps, 1))
                if key == "o" and due == 0:
                    self.assertEqual((done["environment_steps"], done["updates"]), (steps, 0))
                if key == "o" and due > 0:
                    self.assertEqual(done["updates"], due)
                if key == "e":
                    self.assertEqual(done["episodes"], 1)


class OneUpdate(WindowTest):
    """U shows the update that it makes, and the keyboard goes through all of its batch."""

    arguments = ("--paused", "--preset", "cartpole", "--set", "learning_starts=300", "--set", "batch_size=64")

    def wait_update(self, condition, what):
        return self.window.wait(lambda state: state["workspace"] == "update" and condition(state["update"]), what)

    def test_the_batch_is_gone_through_by_keyboard(self):
        self.window.key("u")
        state = self.wait_update(lambda found: found["known"] and found["number"] == 1, "the first update")
        self.assertEqual(state["learning"]["updates"], 1)
        self.assertEqual((state["update"]["batch_size"], state["update"]["reachable"]), (64, 64))
        self.assertFalse(state["update"]["outdated"])
        seen = {}
        for sample in range(1, 65):
            found = self.wait_update(lambda found, at=sample: found["sample"] == at, f"transition {sample}")["update"]
            self.assertEqual(found["number"], 1)
            seen[sample] = found["target"]
            if found["terminal"]:
                self.assertEqual(found["target"], 1)  # the reward alone
            self.window.key("Right")
        self.assertGreater(len(set(seen.values())), 2)
        self.window.key("ctrl+Left")
        self.wait_update(lambda found: found["sample"] == 54, "ten before")
        self.window.click("update.previous")
        self.wait_update(lambda found: found["sample"] == 53, "the one before")
        # The next update takes its place, at the same transition of its batch.
        self.window.key("u")
        state = self.wait_update(lambda found: found["number"] == 2, "the second update")
        self.assertEqual(state["update"]["sample"], 53)
        self.assertEqual(state["learning"]["updates"], 2)
        self.window.key("Escape")
        self.window.wait(lambda state: state["workspace"] == "learn" and "replay.sample.4" in state["controls"],
                         "where one came from")
        self.window.click("replay.sample.4")
        self.wait_update(lambda found: found["known"] and found["sample"] == 5 and found["reachable"] == 64,
                         "the transition that was clicked")


class LookedAt(unittest.TestCase):
    """Looking at updates changes nothing: without a window the journal brings the same parameters."""

    def test_a_run_that_was_looked_at_replays_bit_for_bit(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            window = Window(base.PROGRAM, "--run", run, "--paused", "--preset", "cartpole", "--workspace", "update", "--set",
                            "learning_starts=300", "--set", "double_q=false")
            try:
                for update in range(1, 6):
                    window.key("u")
                    window.wait(lambda state, at=update: state["update"]["number"] == at, f"update {update}")
                window.key("space")
                window.wait(lambda state: state["update"]["number"] > 300, "some more while it is open")
                window.key("space")
                window.wait(lambda state: state["learning"]["paused"], "the pause")
            finally:
                self.assertEqual(window.close(), 0)
            replayed = subprocess.run([base.PROGRAM, "replay", "--run", run], capture_output=True, text=True, check=False)
            self.assertTrue(json.loads(replayed.stdout)["identical"], replayed.stdout + replayed.stderr)


class Findings(WindowTest):
    """The strip is silent of what goes well and speaks of what does not."""

    arguments = ("--preset", "cartpole", "--set", "double_q=false", "--set", "learning_rate=1")

    def test_a_learning_rate_of_1_is_spoken_of(self):
        state = self.window.wait(lambda state: "constant_values" in state["learning"]["findings"]
                                 or "beyond_bound" in state["learning"]["findings"], "a finding", 180)
        self.assertIn("finding.words", state["controls"])
        self.window.click("finding.plot")
        self.window.wait(lambda state: "curves.mean_max_q" in state["controls"]
                         and "curves.loss" not in state["controls"], "the curve alone")


class AllWell(WindowTest):
    arguments = ("--preset", "cartpole")

    def test_nothing_is_said_of_a_run_that_goes_well(self):
        state = self.window.wait(lambda state: self.steps(state) > 6000, "some learning", 180)
        self.assertEqual(state["learning"]["findings"], {})
        self.assertNotIn("finding.words", state["controls"])


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
