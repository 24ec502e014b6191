"""The Attention workspace."""

import sys
import time

from window.base import AttentionTest, WindowTest


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
