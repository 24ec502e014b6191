"""What saving a full replay costs: 100,000 frames of Breakout in replay, a checkpoint on command again and again.

usage: autosave.py PROGRAM [--saves 12]

Prints how long frames take (the main thread's own time, and wall time) without and with saves, interleaved, and by how
much saving every two minutes, as the program does by itself, would slow learning.
"""

import argparse
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "ui"))
from driver import Window  # noqa: E402

WORK = ["--preset", "breakout-dqn", "--set", "eval_freq=0", "--set", "n_timesteps=1000000000", "--set",
        "learning_starts=100000", "--set", "buffer_size=100000", "--set", "exploration_fraction=0"]
INTERVAL = 120.0  # seconds between the program's own saves
PIECE = 6.0


def steps(window):
    return window.state()["learning"]["environment_steps"]


def piece(window, save):
    """Steps a second over some seconds, with a save at their beginning or none; and the longest frame of them."""
    first, began = steps(window), time.monotonic()
    longest = []
    if save:
        window.key("ctrl+s")
    while time.monotonic() - began < PIECE:
        state = window.state()
        longest.append((state["own_recent"], state["frame_recent"]))
        time.sleep(0.1)
    rate = (steps(window) - first) / (time.monotonic() - began)
    return rate, max(own for own, _ in longest), max(wall for _, wall in longest)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--saves", type=int, default=12)
    arguments = parser.parse_args()
    window = Window(arguments.program, "--run", os.path.join(os.environ.get("TMPDIR", "/tmp"), f"autosave-{os.getpid()}"),
                    *WORK)
    window.wait(lambda state: state["learning"]["environment_steps"] > 102000, "a full replay", 300)
    without, with_saves = [], []
    for _ in range(arguments.saves):
        without.append(piece(window, False))
        with_saves.append(piece(window, True))
    window.close()
    for name, pieces in (("without", without), ("with a save", with_saves)):
        print(f"{name}: {statistics.median(rate for rate, _, _ in pieces):.0f} steps/s; longest frame "
              f"{max(own for _, own, _ in pieces):.1f} ms of the main thread (median of pieces "
              f"{statistics.median(own for _, own, _ in pieces):.1f}), wall {max(wall for _, _, wall in pieces):.1f} "
              f"(median {statistics.median(wall for _, _, wall in pieces):.1f})")
    lost = [PIECE * (1 - after / before) for (before, _, _), (after, _, _) in zip(without, with_saves)]
    print(f"a save costs {statistics.median(lost):.3f} s of learning; every {INTERVAL:.0f} s that is "
          f"{100 * statistics.median(lost) / INTERVAL:.2f} %")


if __name__ == "__main__":
    main()
