"""Steps a second of Gymnasium's environments: over the bridge beside Gymnasium's own ways, in turn.

usage: PYTHON gymnasium_peer.py QARIUM_ENV_BENCH [--rounds 5] [--seconds 1], with a PYTHON that ./dev gym has made

Alone: the environment in this Python, no other process. Eight: gymnasium's AsyncVectorEnv beside a batch of the bridge.
"""

import argparse
import functools
import os
import pathlib
import statistics
import subprocess
import sys
import time

import gymnasium
import numpy

TESTS = pathlib.Path(__file__).parent.parent / "tests" / "gymnasium"
sys.path.insert(0, str(TESTS))
IDS = ("qarium_test_envs:Still-v0", "CartPole-v1")


def bridge(program, name, copies, seconds):
    variables = dict(os.environ, PYTHONPATH=str(TESTS), QARIUM_PYTHON=sys.executable)
    output = subprocess.run([program, str(seconds), str(copies), "gym:" + name], capture_output=True, text=True, check=True,
                            env=variables).stdout
    return float(output.split()[-1])


def alone(name, seconds):
    environment = gymnasium.make(name, disable_env_checker=True)
    environment.reset(seed=1)
    actions = [int(action) for action in numpy.random.RandomState(1).randint(2, size=1024)]
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for action in actions:
            _, _, terminated, truncated, _ = environment.step(action)
            if terminated or truncated:
                environment.reset()
        steps += len(actions)
    return steps / (time.perf_counter() - began)


def asynchronous(name, copies, seconds):
    make = functools.partial(gymnasium.make, name, disable_env_checker=True)
    environments = gymnasium.vector.AsyncVectorEnv([make] * copies)
    environments.reset(seed=1)
    actions = numpy.random.RandomState(1).randint(2, size=(256, copies))
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for action in actions:
            environments.step(action)
        steps += actions.size
    taken = time.perf_counter() - began
    environments.close()
    return steps / taken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    arguments = parser.parse_args()
    for name in IDS:
        for copies, peer_name, peer in ((1, "in Python alone", lambda: alone(name, arguments.seconds)),
                                        (8, "AsyncVectorEnv", lambda: asynchronous(name, 8, arguments.seconds))):
            pairs = [(peer(), bridge(arguments.program, name, copies, arguments.seconds)) for _ in range(arguments.rounds)]
            theirs, ours = (statistics.median(side) for side in zip(*pairs))
            ratio = statistics.median(b / a for a, b in pairs)
            print(f"{name}, {copies} at once: {peer_name} {theirs:,.0f}, bridge {ours:,.0f} steps/s, ratio {ratio:.2f}",
                  flush=True)


if __name__ == "__main__":
    main()
