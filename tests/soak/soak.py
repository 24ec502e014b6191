"""The window for a long time: presets change, panels are opened and closed, everything is clicked on, and meanwhile memory
stays flat, frames stay short and nothing fails.

usage: soak.py PROGRAM [--minutes N] [--seed N] [--sanitized]

A round goes through the presets; each is begun anew, and for its share of the time the window is used at random. At the
end of every round the first preset is begun again and paused: what the process holds then is compared between rounds.
Ends with 1 where a bar is missed. Under a sanitizer memory and frames are told and not judged.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ui"))
from driver import Window  # noqa: E402

PRESETS = ["cartpole", "catch-attention", "tmaze-ntm", "breakout-dqn"]
KEYS = ["space", "p", "s", "e", "u", "Tab", "Tab", "Return", "ctrl+Tab", "ctrl+k", "F1", "Escape", "F2", "h", "h", "comma", "period", "Home", "End", "n", "b",
        "1", "2", "Escape", "ctrl+plus", "ctrl+minus", "Page_Up", "Page_Down"]
MOST_OWN = 250.0  # milliseconds of the main thread for one frame
MOST_GROWTH = 48.0  # megabytes from the second round to the last
SECONDS_A_PRESET = 45.0


def resident(process):
    """Megabytes."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Soak:
    def __init__(self, window, seed):
        self.window = window
        self.random = random.Random(seed)
        self.errors = []
        self.done = 0

    def begin(self, preset):
        """Begins with this preset, from nothing, in the way of a person."""
        for _ in range(5):
            # The list of presets must fit into the window, which it does not at a large scale.
            self.window.key("Escape", "Escape", "ctrl+0")
            time.sleep(0.3)
            state = self.window.state()
            if "top.preset" not in state["controls"]:
                self.window.key("h")
                time.sleep(0.3)
                continue
            try:
                self.window.click("top.preset")
                self.window.click(f"top.preset.{preset}")
                self.window.click("preset.agree")
            except AssertionError:
                if self.window.process.poll() is not None:
                    raise
                continue
            self.window.wait(lambda state: state["dialog"] == 0, "the end of the dialog")
            return
        controls = {name: place for name, place in self.window.state()["controls"].items() if name.startswith("top.")}
        raise AssertionError(f"the preset {preset} could not be begun; at the top are {controls}")

    def use(self):
        """One thing that somebody does."""
        self.done += 1
        state = self.window.state()
        for where in ("learning", "stage"):
            error = state[where]["error"]
            if error and error not in self.errors:
                self.errors.append(error)
        # The presets are changed by `begin` alone; scale and seed would take the controls out of reach.
        controls = [name for name, (_, _, _, _, enabled) in state["controls"].items()
                    if enabled and not name.startswith(("top.preset", "top.scale", "top.seed"))]
        choice = self.random.random()
        if choice < 0.4 or not controls:
            self.window.key(self.random.choice(KEYS))
        elif choice < 0.9:
            name = self.random.choice(controls)
            left, top, right, bottom, _ = state["controls"][name]
            at = (left + self.random.random() * (right - left), top + self.random.random() * (bottom - top))
            self.window.xdotool("mousemove", *map(int, at))
            time.sleep(0.05)
            self.window.xdotool("click", self.random.choice(["1", "1", "1", "3", "4", "5"]))
        else:
            self.window.xdotool("mousemove", self.random.randrange(1280), self.random.randrange(720))
        time.sleep(self.random.uniform(0.05, 0.3))

    def round(self, seconds):
        for preset in PRESETS:
            self.begin(preset)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                self.use()
        self.begin(PRESETS[0])
        time.sleep(5)
        return resident(self.window.process)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sanitized", action="store_true")
    arguments = parser.parse_args()
    if arguments.sanitized:
        os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=0:detect_container_overflow=0:halt_on_error=1")
        os.environ.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
    window = Window(arguments.program, "--run", "none", "--preset", PRESETS[0], size="1280x720")
    soak = Soak(window, arguments.seed)
    end = time.monotonic() + 60 * arguments.minutes
    seconds = min(SECONDS_A_PRESET, 15 * arguments.minutes / len(PRESETS))
    memory = []
    while time.monotonic() < end:
        memory.append(soak.round(seconds))
        print(f"round {len(memory)}: {memory[-1]:.0f} MB, {soak.done} things done", flush=True)
    state = window.state()
    code = window.close()
    settled = memory[1:] or memory
    result = {"rounds": len(memory), "things_done": soak.done, "frames": state["frames"],
              "megabytes": [round(value) for value in memory],
              "growth_megabytes": round(statistics.median(settled[-2:]) - settled[0], 1),
              "own_p99_ms": round(state["own_p99"], 1), "own_longest_ms": round(state["own_longest"], 1),
              "errors": soak.errors, "exit_code": code}
    print(json.dumps(result))
    good = not soak.errors and code == 0
    if not arguments.sanitized:
        good = good and result["own_longest_ms"] <= MOST_OWN and result["growth_megabytes"] <= MOST_GROWTH
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
