"""What tests of the window stand on."""

import time
import unittest

from driver import Window

PROGRAM = ""  # set before any test begins


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
