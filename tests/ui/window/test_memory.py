"""The Memory workspace."""

from window.base import WindowTest


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
