"""Pictures of every workspace in both themes and several sizes, to be looked at. Pages that scroll are taken screen by
screen.

usage: pictures.py PROGRAM FOLDER [WORKSPACE...]
"""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from driver import Window  # noqa: E402

SIZES = (("1280x720", 1), ("1280x720", 1.5), ("1280x720", 2), ("1600x900", 1), ("3840x2160", 2))
MOST_SCREENS = 8
UP, DOWN = 4, 5  # the wheel as buttons


def fill_learn(window):
    time.sleep(8)
    window.key("space")


def fill_attention(window):
    state = window.wait(lambda state: state["attention"].get("heads", 0) > 0, "the first map")
    if "faithfulness.few" not in state["controls"]:
        return
    window.click("faithfulness.few")
    window.wait(lambda state: state["attention"].get("faithfulness", {}).get("states", 0) > 0
                and not state["attention"]["faithfulness"]["running"], "the measurement", 180)


def fill_memory(window):
    window.wait(lambda state: state["memory"].get("columns", 0) > 0, "the first steps")
    time.sleep(4)


def fill_laboratory(window):
    reach(window, "laboratory.start")
    window.click("laboratory.start")
    window.wait(lambda state: state["laboratory"].get("sequences", 0) > 400, "some sequences", 120)
    window.click("laboratory.pause")
    wheel(window, UP, 60)


def fill_update(window):
    time.sleep(8)
    window.key("space")
    window.key("u")
    time.sleep(2)


WORKSPACES = {
    "learn": (("--preset", "breakout-dqn"), fill_learn),
    "attention": (("--preset", "catch-attention", "--trained"), fill_attention),
    "memory": (("--preset", "tmaze-ntm", "--trained"), fill_memory),
    "laboratory": (("--paused",), fill_laboratory),
    "update": (("--preset", "cartpole"), fill_update),
}


def reach(window, control):
    """Turns the wheel until the control is in sight."""
    for _ in range(40):
        left, top, right, bottom, _ = window.state()["controls"].get(control, (0, 0, 0, 0, 0))
        if bottom - top > 8:
            return
        wheel(window, DOWN, 1)


def screens(window, stem):
    """The page from its beginning, and on as long as turning the wheel moves something."""
    before = None
    for number in range(MOST_SCREENS):
        now = window.state()["controls"]
        if now == before:
            break
        before = now
        subprocess.run(["import", "-window", "root", f"{stem}-{number}.png"], env=window.env, check=True)
        wheel(window, DOWN, 4)
    wheel(window, UP, 60)


def wheel(window, way, turns):
    """Over the page's edge; then the pointer stands apart from all that answers to it."""
    bottom = window.place("transport.pause")[1]
    window.xdotool("mousemove", 24, bottom - 90)
    window.xdotool("click", "--repeat", turns, "--delay", 30, way)
    rest(window)


def rest(window):
    window.xdotool("mousemove", 1, 1)
    time.sleep(0.7)


def main(program, folder, *names):
    os.makedirs(folder, exist_ok=True)
    for name in names or WORKSPACES:
        arguments, fill = WORKSPACES[name]
        for size, scale in SIZES:
            window = Window(program, "--run", "none", "--workspace", name, "--theme", "dark", "--scale", str(scale),
                            *arguments, size=size)
            try:
                fill(window)
                if window.state()["stage"]["playing"]:
                    window.key("p")
                rest(window)
                for theme in ("dark", "light"):
                    window.wait(lambda state, theme=theme: state["theme"] == theme, theme)
                    time.sleep(3 if size.startswith("3840") else 0.5)  # until it is drawn
                    screens(window, os.path.join(folder, f"{name}-{size}-{int(100 * scale)}-{theme}"))
                    window.key("F2")
            except AssertionError as error:
                print(name, size, scale, error, flush=True)
            finally:
                window.close()


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), *sys.argv[2:])
