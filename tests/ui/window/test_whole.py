"""The window as a whole: by keyboard alone, presented, in pictures, small, and what it remembers."""

import glob
import os
import struct
import subprocess
import tempfile
import time
import unittest

from driver import Window
from window import base
from window.base import WindowTest


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
            window = Window(base.PROGRAM, "--run", "none", "--paused", WAYLAND_DISPLAY="none",
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
            window = Window(base.PROGRAM, "--run", "none", "--paused", HOME=home, PATH=home)
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


class SmallWindow(WindowTest):
    size = "1280x720"
    arguments = ("--paused", "--preset", "breakout-dqn")

    def test_controls_lie_inside_the_window(self):
        for name, (left, top, right, bottom, _) in self.window.state()["controls"].items():
            self.assertTrue(0 <= left < right <= 1280 and 0 <= top < bottom <= 720, name)

    def test_step_buttons_work_there_too(self):
        self.window.click("transport.step")
        self.window.wait(lambda state: self.steps(state) == 1, "a step")


class Settings(unittest.TestCase):
    """What was chosen comes back at the next launch, also from the file of an earlier version."""

    def test_choices_are_remembered_and_a_former_file_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "view"), "w", encoding="utf-8") as file:
                file.write("theme = light\nscale = 1.2500\nworkspace = attention\nattention.head = maximum\n")
            settings = os.path.join(folder, "view.toml")
            window = Window(base.PROGRAM, "--run", "none", "--paused", settings=settings)
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
            again = Window(base.PROGRAM, "--run", "none", "--paused", settings=settings)
            state = again.state()
            self.assertEqual((state["theme"], state["scale"], state["workspace"]), ("dark", 1.25, "learn"))
            again.close()

    def test_a_file_of_nonsense_changes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = os.path.join(folder, "view.toml")
            with open(settings, "wb") as file:
                file.write(bytes(range(256)) * 400 + b"\n[[[[\nscale = [")
            window = Window(base.PROGRAM, "--run", "none", "--paused", settings=settings)
            state = window.state()
            self.assertEqual((state["theme"], state["scale"], state["workspace"]), ("dark", 1, "learn"))
            window.close()
