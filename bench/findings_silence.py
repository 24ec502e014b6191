#!/usr/bin/env python3
"""Which findings speak while presets that learn well are trained: the strip should be silent over them.

    bench/findings_silence.py PROGRAM [--seconds 20] [PRESET ...]

Each preset learns in a window under Xvfb for so many seconds; what the strip says is read ten times a second. Prints a line
a preset; the exit code is 1 where anything spoke. Needs what the window tests need (Xvfb)."""

import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "ui"))
from driver import Window  # noqa: E402

HEALTHY = [
    "cartpole", "cartpole-a2c", "cartpole-ppo", "cartpole-pqn", "cartpole-stream-q", "cartpole-masked", "acrobot",
    "asterix", "breakout", "breakout-dqn", "breakout-plain", "rainbow", "freeway", "seaquest", "space-invaders",
    "breakout-attention", "catch", "catch-attention", "catch-additive", "catch-multi-head", "catch-transformer",
    "tmaze", "tmaze-ntm", "memory-len", "repeat-previous", "tagging", "tanks", "recommend", "translation"]


def spoken(program, preset, seconds):
    """Steps learned, and each finding that spoke: when it first did, and with which evidence."""
    window = Window(program, "--preset", preset, "--run", "none", size="640x360")
    found = {}
    steps = 0
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            learning = window.state()["learning"]
            steps = learning["environment_steps"]
            for name, evidence in learning["findings"].items():
                found.setdefault(name, (steps, evidence))
            time.sleep(0.1)
    finally:
        window.close()
    return steps, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("presets", nargs="*", default=HEALTHY)
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_intermixed_args()
    loud = 0
    for preset in arguments.presets:
        steps, found = spoken(arguments.program, preset, arguments.seconds)
        said = "; ".join(f"{name} at step {at:,}: {words}" for name, (at, words) in found.items())
        print(f"{preset:20} {steps:>9,} steps  {said or 'silent'}", flush=True)
        loud += bool(found)
    return 1 if loud else 0


if __name__ == "__main__":
    sys.exit(main())
