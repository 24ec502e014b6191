"""Steps a second of MinAtar's games: the MinAtar package beside ours, one core each, in turn.

usage: minatar_peer.py QARIUM_ENV_BENCH [--rounds 5] [--seconds 1]      (pip install minatar)

Both take random actions, make the observation of every step, and begin episodes that are over anew. Ours steps a batch of
64 (`bench/env_bench.cpp`); the package knows no batches.
"""

import argparse
import statistics
import subprocess
import time

import minatar
import numpy

NAMES = {"asterix": "Asterix", "breakout": "Breakout", "freeway": "Freeway", "seaquest": "Seaquest",
         "space_invaders": "SpaceInvaders"}


def package(game, seconds):
    environment = minatar.Environment(game)
    environment.seed(1)
    environment.reset()
    actions = [int(action) for action in numpy.random.RandomState(1).randint(6, size=1024)]
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for action in actions:
            _, over = environment.act(action)
            if over:
                environment.reset()
            environment.state()
        steps += len(actions)
    return steps / (time.perf_counter() - began)


def ours(program, seconds):
    output = subprocess.run([program, str(seconds)], capture_output=True, text=True, check=True).stdout
    return {name: float(figure) for name, figure in (line.split() for line in output.splitlines())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    arguments = parser.parse_args()
    theirs, here = {}, {}
    for _ in range(arguments.rounds):
        for name, figure in ours(arguments.program, arguments.seconds).items():
            here.setdefault(name, []).append(figure)
        for game, name in NAMES.items():
            theirs.setdefault(f"MinAtar/{name}-v0", []).append(package(game, arguments.seconds))
    for name, figures in here.items():
        package_figures = theirs[name]
        ratios = [a / b for a, b in zip(figures, package_figures)]
        print(f"{name}: package {statistics.median(package_figures):,.0f}, ours {statistics.median(figures):,.0f} "
              f"(slowest round {min(figures):,.0f}) steps/s, ratio {statistics.median(ratios):.0f}")


if __name__ == "__main__":
    main()
