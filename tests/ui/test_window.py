"""The window as a person uses it: a real one under Xvfb, real keys and clicks, assertions on its own state.

usage: test_window.py PROGRAM
"""

import glob
import json
import os
import struct
import subprocess
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


class AttentionTest(WindowTest):
    """The Attention workspace with the agent that ships for catch-attention."""

    arguments = ("--preset", "catch-attention", "--trained")

    def setUp(self):
        super().setUp()
        self.window.key("ctrl+2")
        self.wait_attention(lambda found: "heads" in found, "the first map")

    def attention(self):
        return self.window.state()["attention"]

    def wait_attention(self, condition, what, seconds=60):
        return self.window.wait(lambda state: condition(state["attention"]), what, seconds)["attention"]

    def halt(self):
        self.window.key("p")
        self.window.wait(lambda state: not state["stage"]["playing"], "the halt")

    def check_controls_lie_inside(self, width, height):
        controls = self.window.state()["controls"]
        self.assertIn("heads.head.1", controls)
        for name, (left, top, right, bottom, _) in controls.items():
            self.assertTrue(0 <= left < right <= width and 0 <= top < bottom <= height, name)


class Attention(AttentionTest):
    def test_tab_and_keys_change_the_workspace(self):
        def shows(name):
            self.window.wait(lambda state: state["workspace"] == name, f"the workspace {name}")

        shows("attention")
        self.window.key("ctrl+1")
        shows("learn")
        self.window.click("workspace.attention")
        shows("attention")
        self.window.click("workspace.learn")
        shows("learn")
        self.window.key("ctrl+Tab")
        shows("attention")

    def test_the_trained_agent_plays_and_does_not_learn(self):
        before = self.window.state()
        self.assertTrue(before["learning"]["paused"])
        self.assertTrue(before["stage"]["playing"])
        self.assertEqual(before["learning"]["hyperparameters"]["attention.kind"], "multi_head")
        self.assertEqual(before["attention"]["heads"], 2)
        self.assertEqual(before["attention"]["queries"], 1)
        self.assertEqual(before["attention"]["tokens"], 100)
        self.assertFalse(before["attention"]["counterfactual"])
        self.assertGreater(self.steps(before), 0)
        after = self.window.wait(lambda state: state["stage"]["last"] > before["stage"]["last"] + 20, "the play")
        self.assertEqual(self.steps(after), self.steps(before))
        self.assertTrue(after["learning"]["paused"])
        self.assertEqual(after["stage"]["error"], "")

    def test_a_head_is_selected_and_given_back(self):
        self.window.click("heads.head.2")
        self.wait_attention(lambda found: found["head"] == 1, "head 2")
        self.window.click("heads.head.2")
        self.wait_attention(lambda found: found["head"] == -1, "the mean")
        self.window.click("heads.maximum")
        self.wait_attention(lambda found: found["head"] == -2, "the maximum")

    def test_opacity_and_smoothness(self):
        before = self.attention()
        self.window.drag("attention.opacity", 0.75, 0.2)
        self.wait_attention(lambda found: found["opacity"] < before["opacity"] - 0.3, "a fainter map")
        self.window.click("attention.smooth")
        self.wait_attention(lambda found: found["smooth"] != before["smooth"], "crisp cells")

    def test_interventions_and_undoing_them(self):
        self.window.click("heads.silence.1")
        found = self.wait_attention(lambda found: found["counterfactual"], "the counterfactual")
        self.assertEqual(found["silenced"], [0])
        self.assertFalse(found["uniform"])
        self.window.click("intervention.uniform")
        found = self.wait_attention(lambda found: found["counterfactual"] and found["uniform"], "uniform weights")
        self.assertEqual(found["silenced"], [0])
        self.window.key("ctrl+z")
        found = self.wait_attention(lambda found: found["counterfactual"] and not found["uniform"], "one step back")
        self.assertEqual(found["silenced"], [0])
        self.window.key("ctrl+z")
        self.wait_attention(lambda found: not found["counterfactual"], "the beginning")

    def test_interventions_are_cleared_at_once(self):
        self.window.click("heads.silence.2")
        self.wait_attention(lambda found: found["counterfactual"] and found["silenced"] == [1], "head 2 silenced")
        self.window.click("intervention.uniform")
        self.wait_attention(lambda found: found["counterfactual"] and found["uniform"], "uniform weights")
        self.window.click("intervention.clear")
        self.wait_attention(lambda found: not found["counterfactual"], "the end")

    def test_painting_empties_cells(self):
        self.halt()
        self.window.click("intervention.brush")
        self.window.click("attention.frame", x=0.05, y=0.05)
        self.wait_attention(lambda found: found["counterfactual"] and found["painted"] == [0], "the first cell")
        self.window.drag("attention.frame", 0.15, 0.55)
        found = self.wait_attention(lambda found: len(found["painted"]) >= 6, "a stroke")
        row = found["painted"][1] // 10
        self.assertIn(row, (4, 5))
        self.assertEqual(found["painted"], [0] + [10 * row + column for column in range(1, 6)])
        self.window.key("ctrl+z")
        self.wait_attention(lambda found: found["painted"] == [0], "one stroke less")
        self.window.key("ctrl+z")
        self.wait_attention(lambda found: not found["counterfactual"], "no stroke")

    def test_the_agent_acts_without_the_intervention(self):
        self.window.click("intervention.uniform")
        self.wait_attention(lambda found: found["counterfactual"], "the counterfactual")
        before = self.window.state()
        after = self.window.wait(lambda state: state["stage"]["last"] > before["stage"]["last"] + 20, "the play")
        self.assertTrue(after["attention"]["counterfactual"])
        self.assertEqual(after["stage"]["error"], "")

    def test_three_episodes_are_measured_to_the_end(self):
        self.window.click("faithfulness.few")
        self.wait_attention(lambda found: "faithfulness" in found, "the first states")
        found = self.wait_attention(lambda found: not found["faithfulness"]["running"], "the end", 180)
        faithfulness = found["faithfulness"]
        self.assertEqual(faithfulness["episodes"], 3)
        self.assertGreater(faithfulness["states"], 0)
        self.assertEqual(faithfulness["progress"], 1)
        self.assertIsInstance(faithfulness["deletion_gain"], float)
        self.assertIsInstance(faithfulness["insertion_gain"], float)

    def test_one_frame_is_measured_or_skipped(self):
        self.halt()
        self.window.click("faithfulness.frame")
        found = self.wait_attention(lambda found: not found.get("faithfulness", {"running": True})["running"], "the answer",
                                    180)
        faithfulness = found["faithfulness"]
        self.assertEqual(faithfulness["episodes"], 0)
        self.assertEqual(faithfulness["states"] + faithfulness["skipped"], 1)

    def test_a_measurement_is_stopped_and_keeps_what_it_has(self):
        self.window.click("faithfulness.many")
        self.wait_attention(lambda found: found.get("faithfulness", {}).get("states", 0) > 0, "the first states")
        self.window.click("faithfulness.stop")
        found = self.wait_attention(lambda found: not found["faithfulness"]["running"], "the stop")
        faithfulness = found["faithfulness"]
        self.assertLess(faithfulness["progress"], 1)
        self.assertGreater(faithfulness["states"], 0)

    def test_curves_grow_while_learning_goes_on(self):
        self.assertEqual(self.attention()["curve_heads"], 0)
        self.window.key("space")
        self.window.wait(lambda state: not state["learning"]["paused"], "learning")
        first = self.wait_attention(lambda found: found["curve_heads"] == 2, "the first point", 120)
        self.wait_attention(lambda found: found["curve_last_step"] > first["curve_last_step"], "another point", 120)

    def test_hidden_panels_ask_for_no_attention(self):
        self.window.key("space")
        self.window.wait(lambda state: not state["learning"]["paused"], "learning")
        self.window.key("h")
        time.sleep(0.5)
        before = self.window.state()
        self.window.wait(lambda state: self.steps(state) > self.steps(before) + 300, "learning to go on")
        after = self.window.state()
        for counter in ("attention_inspections", "parts_copied", "parameter_copies"):
            self.assertEqual(before[counter], after[counter], counter)
        self.window.key("h")
        self.window.wait(lambda state: state["attention_inspections"] > after["attention_inspections"], "the panels")

    def test_the_other_workspace_asks_for_no_attention(self):
        self.window.key("ctrl+1")
        self.window.wait(lambda state: "heads" not in state["attention"], "the attention's leave")
        before = self.window.state()
        after = self.window.wait(lambda state: state["stage"]["last"] > before["stage"]["last"] + 20, "the play")
        self.assertEqual(before["attention_inspections"], after["attention_inspections"])

    def test_controls_lie_inside_the_window(self):
        self.check_controls_lie_inside(1600, 900)

    def test_what_the_panels_cost_is_reported(self):
        state = self.window.wait(lambda state: state["frames"] > 60, "some frames")
        self.assertGreater(state["panels_p99"], 0)
        print(f"attention workspace: panels' p99 {state['panels_p99']:.2f} ms, frame p50 {state['frame_p50']:.1f} ms, "
              f"p99 {state['frame_p99']:.1f} ms", file=sys.stderr)


class Validity(AttentionTest):
    """What was measured says when it is no longer about what is shown."""

    def test_a_measured_frame_is_about_its_network_and_moment(self):
        self.halt()
        self.window.click("faithfulness.few")
        self.wait_attention(lambda found: found.get("faithfulness", {}).get("states", 0) > 0
                            and not found["faithfulness"]["running"], "the measurement")
        self.assertNotIn("faithfulness.again", self.window.state()["controls"])
        self.window.click("intervention.uniform")
        self.window.wait(lambda state: "faithfulness.again" in state["controls"], "that it was measured without")
        self.window.click("intervention.clear")
        self.window.wait(lambda state: "faithfulness.again" not in state["controls"], "that it is true again")
        self.window.key("Left", "Left")  # it is about episodes, not about one moment
        time.sleep(0.5)
        self.assertNotIn("faithfulness.again", self.window.state()["controls"])
        before = self.window.state()
        self.window.key("u")
        self.window.wait(lambda state: state["learning"]["updates"] > before["learning"]["updates"], "an update", 120)
        self.window.wait(lambda state: "faithfulness.again" in state["controls"], "that another network is shown")

    def test_a_preset_of_another_kind_takes_the_colours_away(self):
        self.halt()
        self.window.click("faithfulness.few")
        self.wait_attention(lambda found: found.get("faithfulness", {}).get("states", 0) > 0
                            and not found["faithfulness"]["running"], "the measurement")
        self.window.key("r")
        self.window.wait(lambda state: state["dialog"] != 0, "the dialog")
        self.window.key("Return")  # an untrained network
        self.window.wait(lambda state: self.steps(state) == 0, "the reset")
        self.window.wait(lambda state: "faithfulness.again" in state["controls"], "that it is about another network")


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
            window = Window(PROGRAM, "--run", run, "--paused", "--preset", "cartpole", "--workspace", "update", "--set",
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
            replayed = subprocess.run([PROGRAM, "replay", "--run", run], capture_output=True, text=True, check=False)
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


class KeyboardAlone(WindowTest):
    size = "1280x720"

    def tab_to(self, name):
        for _ in range(200):
            if self.window.state()["focus"] == name:
                return
            before = self.window.state()["focus"]
            self.window.key("Tab")
            self.window.wait(lambda state: state["focus"] != before, "the focus to move")
        self.fail(f"Tab never came to {name}")

    def find(self, words):
        self.window.key("ctrl+k")
        self.window.wait(lambda state: "find.query" in state["controls"], "the finder")
        time.sleep(0.5)
        self.window.type(words)
        time.sleep(0.5)
        self.window.key("Return")

    def open_trained(self, preset):
        self.find(preset)
        self.window.wait(lambda state: "preset.other" in state["controls"], "the question")
        self.tab_to("preset.other")
        self.window.key("Return")
        self.window.wait(lambda state: state["dialog"] == 0 and state["learning"]["paused"], "the trained agent")

    def test_from_the_launch_to_an_agent_a_head_a_parameter_a_slot_and_back(self):
        self.open_trained("catch-attention")
        self.window.key("ctrl+2")
        self.window.wait(lambda state: "heads.head.2" in state["controls"], "the heads")
        self.tab_to("heads.head.2")
        self.window.key("Return")
        self.window.wait(lambda state: state["attention"]["head"] == 1, "head 2")

        self.find("learning_rate")
        self.window.wait(lambda state: "parameter.learning_rate.value" in state["controls"], "the hyperparameter")
        self.tab_to("parameter.learning_rate.value")
        self.window.key("Return")
        self.window.wait(lambda state: "parameter.learning_rate.field" in state["controls"], "the field")
        time.sleep(0.5)
        self.window.type("0.0005")
        self.window.key("Return")
        self.window.wait(lambda state: float(state["learning"]["hyperparameters"]["learning_rate"]) == 0.0005, "the value")

        self.open_trained("tmaze-ntm")
        self.window.key("p")
        self.window.key("ctrl+3")
        self.window.wait(lambda state: state["controls"].get("memory.erase", [0] * 5)[4], "a slot to erase")
        self.tab_to("memory.erase")
        self.window.key("Return")
        self.window.wait(lambda state: state["memory"].get("slots_changed") == 1, "the erased slot")

        self.window.key("F5")
        self.window.wait(lambda state: state["presented"], "one panel alone")
        self.window.key("Escape")
        self.window.wait(lambda state: not state["presented"], "all panels")


class OpenedAgain(unittest.TestCase):
    """Saved, closed and opened, a window shows what it showed."""

    def window(self, run, *arguments):
        window = Window(PROGRAM, "--run", run, *arguments)
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


class Presenting(WindowTest):
    arguments = ("--paused",)

    def test_a_panel_stands_alone_and_goes_back(self):
        self.window.xdotool("mousemove", *map(int, self.window.place("curves.loss")))
        time.sleep(0.3)
        self.window.key("F5")
        state = self.window.wait(lambda state: state["presented"] == "Curves", "the panel alone")
        state = self.window.wait(lambda state: "present.leave" in state["controls"], "the slim bar")
        self.assertNotIn("transport.pause", state["controls"])
        self.window.key("Escape")
        self.window.wait(lambda state: state["presented"] == "" and "transport.pause" in state["controls"], "all panels")


class Pictures(WindowTest):
    """A right click on a panel's head copies its picture."""
    arguments = ("--paused",)

    def copy(self, window, place=0.05):
        left, _, right, _, _ = window.wait(lambda state: "head.fold.Curves" in state["controls"],
                                           "the panel's head")["controls"]["head.Curves"]
        window.click("head.Curves", place, button="3")
        window.click("panel_menu.copy")
        return right - left

    def pasted(self):
        return subprocess.run(["xclip", "-selection", "clipboard", "-o", "-t", "image/png"], env=self.window.env,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20).stdout

    def size_of(self, png):
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(png[12:16], b"IHDR")
        return struct.unpack(">II", png[16:24])

    def test_it_can_be_pasted_elsewhere(self):
        head = self.copy(self.window)
        self.window.wait(lambda state: state["message"] == "copied the picture of Curves", "the word that it is copied")
        pasted = self.pasted()
        width, height = self.size_of(pasted)
        self.assertGreater(width, head)
        self.assertLess(width, 1600)
        self.assertGreater(height, 200)
        # What holds the picture outlives the window.
        self.window.process.terminate()
        self.window.process.wait(timeout=60)
        self.assertEqual(self.pasted(), pasted)

    def test_neither_menu_nor_pointer_are_in_it(self):
        pictures = []
        for place in (0.05, 0.5):
            subprocess.run(["xclip", "-selection", "clipboard", "-i", "/dev/null"], env=self.window.env, check=True,
                           timeout=20, stdout=subprocess.DEVNULL)
            self.copy(self.window, place)
            self.window.wait(lambda _: self.pasted().startswith(b"\x89PNG"), "the picture", 20)
            pictures.append(self.pasted())
        self.assertEqual(pictures[0], pictures[1])

    def test_under_wayland_wl_copy_is_given_it(self):
        with tempfile.TemporaryDirectory() as folder:
            stand_in = os.path.join(folder, "wl-copy")
            with open(stand_in, "w", encoding="utf-8") as file:
                file.write(f'#!/bin/sh\necho "$@" > {folder}/words\ncat > {folder}/part\nmv {folder}/part {folder}/png\n')
            os.chmod(stand_in, 0o755)
            window = Window(PROGRAM, "--run", "none", "--paused", WAYLAND_DISPLAY="none",
                            PATH=folder + ":" + os.environ["PATH"])
            try:
                self.copy(window)
                window.wait(lambda state: state["message"] == "copied the picture of Curves", "the word of it")
                with open(os.path.join(folder, "words"), encoding="utf-8") as words:
                    self.assertEqual(words.read().split(), ["--type", "image/png"])
                with open(os.path.join(folder, "png"), "rb") as png:
                    self.assertGreater(self.size_of(png.read())[0], 200)
            finally:
                window.close()

    def test_where_no_program_keeps_pictures_it_is_saved_and_told(self):
        with tempfile.TemporaryDirectory() as home:
            window = Window(PROGRAM, "--run", "none", "--paused", HOME=home, PATH=home)
            try:
                self.copy(window)
                state = window.wait(lambda state: "xclip" in state["message"], "what is missing")
                self.assertIn("wl-clipboard", state["message"])
                (file,) = glob.glob(os.path.join(home, "Pictures", "*.png"))
                self.assertIn(file, state["message"])
                with open(file, "rb") as saved:
                    self.assertGreater(self.size_of(saved.read())[0], 200)
            finally:
                window.close()


class SmallAttention(AttentionTest):
    size = "1280x720"

    def test_controls_lie_inside_the_window(self):
        self.check_controls_lie_inside(1280, 720)

    def test_what_is_measured_lies_inside_too(self):
        self.window.click("faithfulness.few")
        self.wait_attention(lambda found: found.get("faithfulness", {}).get("states", 0) > 0, "the first states")
        self.window.wait(lambda state: "faithfulness.deletion" in state["controls"], "the plots")
        self.check_controls_lie_inside(1280, 720)
        self.wait_attention(lambda found: not found["faithfulness"]["running"], "the end", 180)
        self.window.wait(lambda state: "faithfulness.frame" in state["controls"], "the ways to measure")
        self.check_controls_lie_inside(1280, 720)


class AttentionMatrix(AttentionTest):
    arguments = ("--preset", "catch-transformer", "--paused")

    def test_a_row_is_pinned_and_the_matrix_hidden(self):
        self.assertTrue(self.attention()["matrix"])
        self.window.click("matrix.map", x=0.5, y=0.305)
        self.wait_attention(lambda found: found["pinned_token"] == 30, "row 31")
        self.window.click("matrix.map", x=0.5, y=0.305)
        self.wait_attention(lambda found: found["pinned_token"] == -1, "no row")
        self.window.click("matrix.hide")
        self.wait_attention(lambda found: found.get("matrix") is False, "no matrix")
        self.assertNotIn("matrix.map", self.window.state()["controls"])
        self.window.click("heads.matrix")
        self.wait_attention(lambda found: found.get("matrix"), "the matrix")


class NoAttention(WindowTest):
    arguments = ("--paused",)

    def test_the_preset_that_has_it_is_offered(self):
        self.window.key("ctrl+2")
        self.window.wait(lambda state: state["workspace"] == "attention", "the workspace")
        self.assertNotIn("heads", self.window.state()["attention"])
        self.window.click("attention.preset")
        self.window.wait(lambda state: state["dialog"] != 0, "the dialog")
        self.window.click("preset.other")
        state = self.window.wait(lambda state: state["attention"].get("heads") == 2, "the trained agent's map")
        self.assertTrue(state["learning"]["paused"])


class Memory(WindowTest):
    """The Memory workspace over a maze's episode."""

    arguments = ("--preset", "tmaze-ntm", "--paused", "--workspace", "memory")

    def setUp(self):
        super().setUp()
        self.wait_memory(lambda found: found.get("columns", 0) > 8, "some steps of the episode")
        self.window.key("p")
        self.window.wait(lambda state: not state["stage"]["playing"], "the halt")

    def wait_memory(self, condition, what, seconds=60):
        return self.window.wait(lambda state: condition(state["memory"]), what, seconds)["memory"]

    def test_what_is_shown_is_the_agents_memory(self):
        state = self.window.state()
        self.assertEqual(state["workspace"], "memory")
        self.assertEqual(state["memory"]["kind"], "ntm")
        self.assertEqual(state["memory"]["slots"], 32)
        self.assertFalse(state["memory"]["counterfactual"])

    def test_interventions_are_made_undone_and_played_on(self):
        self.window.click("memory.freeze")
        self.wait_memory(lambda found: found["counterfactual"] and found["frozen"], "frozen writes")
        self.window.click("memory.silence")
        self.wait_memory(lambda found: found.get("silenced") == [0], "a silenced head")
        self.window.click("memory.erase")
        self.wait_memory(lambda found: found.get("slots_changed") == 1, "an erased slot")
        self.window.click("counterfactual.play")
        found = self.wait_memory(lambda found: "rollout" in found and not found["rollout"]["running"], "both rollouts")
        self.assertGreaterEqual(found["rollout"]["factual"], -1.1)
        self.window.click("memory.undo")
        self.wait_memory(lambda found: found.get("slots_changed") == 0, "one step back")
        self.window.key("ctrl+z")
        self.wait_memory(lambda found: found.get("silenced") == [], "two steps back")
        self.window.click("memory.clear")
        self.wait_memory(lambda found: not found["counterfactual"], "the end")

    def test_a_head_is_set_by_hand(self):
        self.window.drag("chain.g", 0.5, 0.95)
        self.wait_memory(lambda found: found.get("heads_set") == 1, "g by hand")
        self.window.click("chain.release")
        self.wait_memory(lambda found: not found["counterfactual"], "the agent's own")

    def test_hidden_it_costs_nothing(self):
        self.window.key("ctrl+1")
        self.window.wait(lambda state: state["workspace"] == "learn", "another workspace")
        self.window.key("p")
        before = self.window.wait(lambda state: state["stage"]["playing"], "the play")
        after = self.window.wait(lambda state: state["stage"]["last"] > before["stage"]["last"] + 20, "steps")
        self.assertEqual(after["memory_inspections"], before["memory_inspections"])


class OtherMemories(WindowTest):
    arguments = ("--preset", "tmaze", "--paused", "--workspace", "memory")

    def test_an_lstm_shows_its_units(self):
        state = self.window.wait(lambda state: state["memory"].get("kind") == "lstm", "the units")
        self.assertEqual(state["memory"]["slots"], 0)
        self.assertEqual(state["stage"]["error"], "")


class NoMemory(WindowTest):
    arguments = ("--paused", "--workspace", "memory")

    def test_the_preset_that_has_one_is_offered(self):
        state = self.window.wait(lambda state: "memory.preset.tmaze-ntm" in state["controls"], "the offer")
        self.assertNotIn("kind", state["memory"])


class Laboratory(WindowTest):
    arguments = ("--paused", "--workspace", "laboratory")

    def wait_laboratory(self, condition, what, seconds=90):
        return self.window.wait(lambda state: condition(state["laboratory"]), what, seconds)["laboratory"]

    def test_a_turing_machine_learns_to_copy_before_the_viewers_eyes(self):
        self.assertEqual(self.window.state()["laboratory"]["sequences"], 0)
        self.window.click("laboratory.start")
        found = self.wait_laboratory(lambda found: found["running"] and found["sequences"] > 200, "the beginning")
        self.assertEqual(found["task"], "copy")
        self.wait_laboratory(lambda found: found.get("sample_steps", 0) > 0, "a sample")
        found = self.wait_laboratory(lambda found: found["solved"], "a perfect copy")
        self.assertLess(found["bits_per_sequence"], 1)
        self.assertEqual(found["error"], "")

    def test_it_is_paused_and_continued(self):
        self.window.click("laboratory.start")
        self.wait_laboratory(lambda found: found["sequences"] > 100, "some sequences")
        self.window.click("laboratory.pause")
        paused = self.wait_laboratory(lambda found: not found["running"], "the pause")
        time.sleep(0.5)
        self.assertEqual(self.window.state()["laboratory"]["sequences"], paused["sequences"])
        self.window.click("laboratory.continue")
        self.wait_laboratory(lambda found: found["sequences"] > paused["sequences"], "more sequences")

    def test_hidden_it_learns_on_and_makes_no_samples(self):
        self.window.click("laboratory.start")
        self.window.wait(lambda state: state["laboratory_samples"] > 1, "some samples")
        self.window.key("ctrl+1")
        self.window.wait(lambda state: state["workspace"] == "learn", "another workspace")
        time.sleep(0.5)  # one may be in the making
        before = self.window.state()
        after = self.window.wait(
            lambda state: state["laboratory"]["sequences"] > before["laboratory"]["sequences"] + 500, "learning")
        self.assertEqual(after["laboratory_samples"], before["laboratory_samples"])


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


class Settings(unittest.TestCase):
    """What was chosen comes back at the next launch, also from the file of an earlier version."""

    def test_choices_are_remembered_and_a_former_file_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "view"), "w", encoding="utf-8") as file:
                file.write("theme = light\nscale = 1.2500\nworkspace = attention\nattention.head = maximum\n")
            settings = os.path.join(folder, "view.toml")
            window = Window(PROGRAM, "--run", "none", "--paused", settings=settings)
            state = window.state()
            self.assertEqual((state["theme"], state["scale"], state["workspace"]), ("light", 1.25, "attention"))
            self.assertEqual(state["attention"]["head"], -2)
            window.key("ctrl+1")
            window.click("curves.enlarge.loss")
            window.key("F2")
            window.wait(lambda state: state["theme"] == "dark", "the dark theme")
            self.assertEqual(window.close(), 0)
            with open(settings, encoding="utf-8") as file:
                text = file.read()
            for line in ("theme = 'dark'", "workspace = 'learn'", "[curves]", "maximised = 'Loss'", "[memory.splitter]"):
                self.assertIn(line, text)
            self.assertEqual(sorted(os.listdir(folder)), ["view", "view.toml"])
            again = Window(PROGRAM, "--run", "none", "--paused", settings=settings)
            state = again.state()
            self.assertEqual((state["theme"], state["scale"], state["workspace"]), ("dark", 1.25, "learn"))
            again.close()

    def test_a_file_of_nonsense_changes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = os.path.join(folder, "view.toml")
            with open(settings, "wb") as file:
                file.write(bytes(range(256)) * 400 + b"\n[[[[\nscale = [")
            window = Window(PROGRAM, "--run", "none", "--paused", settings=settings)
            state = window.state()
            self.assertEqual((state["theme"], state["scale"], state["workspace"]), ("dark", 1, "learn"))
            window.close()


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
        listed = subprocess.run([PROGRAM, "envs"], capture_output=True, text=True, check=True).stdout
        if "gym:FrozenLake-v1 " not in listed:
            self.skipTest("there is no Python with gymnasium here (./dev gym makes one)")
        with tempfile.TemporaryDirectory() as folder:
            settings = os.path.join(folder, "view.toml")
            window = Window(PROGRAM, "--run", "none", "--paused", settings=settings)
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
            again = Window(PROGRAM, "--run", "none", "--paused", settings=settings)
            self.assertEqual(again.state()["gallery"]["yours"], ["gym:FrozenLake-v1"])
            again.close()


class Play(unittest.TestCase):
    def test_play_opens_a_world_with_the_keys_in_hand(self):
        window = Window(PROGRAM, "play", "--env", "MinAtar/Breakout-v1")
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
            subprocess.run([PROGRAM, "train", "--env", "catch", "--steps", "1500", "--quiet", "--run", run],
                           capture_output=True, check=True)
            window = Window(PROGRAM, "play", "--run", run)
            state = window.wait(lambda state: state["taken_over"] and state["stage"]["actions"], "the world")
            self.assertEqual(state["stage"]["actions"], ["left", "stay", "right"])
            self.assertEqual(state["learning"]["environment_steps"], 1500)
            window.close()

    def test_play_without_a_world_says_what_to_name(self):
        result = subprocess.run([PROGRAM, "play"], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--env", result.stderr)


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

    def test_a_run_that_is_opened_again_has_its_curves(self):
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            window = Window(PROGRAM, "--run", run, "--preset", "cartpole", "--set", "learning_starts=300")
            window.wait(lambda state: state["learning"]["environment_steps"] > 3500, "some learning")
            window.drag("parameter.learning_rate.slider", 0.5, 0.1)
            window.wait(lambda state: state["learn"]["stamps"] > 0, "the stamp")
            window.key("space")
            window.wait(lambda state: state["learning"]["paused"], "the pause")
            time.sleep(0.5)
            before = window.state()
            self.assertEqual(window.close(), 0)
            for arguments in (("--run", "none", "--load", run, "--paused"), ("--run", run, "--load", run, "--paused")):
                again = Window(PROGRAM, *arguments)
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


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
