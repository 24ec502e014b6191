"""The Laboratory."""

import time

from window.base import WindowTest


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
