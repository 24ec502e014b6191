"""Steps a second of Gymnasium's environments: over the bridge beside Gymnasium's own ways, in turn.

usage: PYTHON gymnasium_peer.py QARIUM_ENV_BENCH [--rounds 5] [--seconds 1] [--ids IDS...], with a PYTHON that ./dev gym has
made

Alone: the environment in this Python, no other process. Eight: gymnasium's AsyncVectorEnv, and Stable-Baselines3's
SubprocVecEnv where this Python has it, beside a batch of the bridge. Games of ALE/ with Gymnasium's AtariPreprocessing and
FrameStackObservation, as the bridge gives them: frame skip 4, sticky actions, 84x84, stacks of 4.
"""

import argparse
import functools
import importlib.util
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
IDS = ("qarium_test_envs:Still-v0", "CartPole-v1", "ALE/Pong-v5")


def make(name):
    if not name.startswith("ALE/"):
        return gymnasium.make(name, disable_env_checker=True)
    import ale_py
    gymnasium.register_envs(ale_py)
    game = gymnasium.make(name, frameskip=1, repeat_action_probability=0.25, disable_env_checker=True)
    return gymnasium.wrappers.FrameStackObservation(
        gymnasium.wrappers.AtariPreprocessing(game, noop_max=0, frame_skip=4, screen_size=84), 4)


def bridge(program, name, copies, seconds):
    variables = dict(os.environ, PYTHONPATH=str(TESTS), QARIUM_PYTHON=sys.executable)
    output = subprocess.run([program, str(seconds), str(copies), "gym:" + name], capture_output=True, text=True, check=True,
                            env=variables).stdout
    return float(output.split()[-1])


def alone(name, seconds):
    environment = make(name)
    environment.reset(seed=1)
    actions = [int(action) for action in numpy.random.RandomState(1).randint(environment.action_space.n, size=256)]
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for action in actions:
            _, _, terminated, truncated, _ = environment.step(action)
            if terminated or truncated:
                environment.reset()
        steps += len(actions)
    return steps / (time.perf_counter() - began)


def asynchronous(name, copies, seconds):
    environments = gymnasium.vector.AsyncVectorEnv([functools.partial(make, name)] * copies)
    environments.reset(seed=1)
    return steps_of(environments, environments.single_action_space.n, copies, seconds)


def subprocesses(name, copies, seconds):
    from stable_baselines3.common.vec_env import SubprocVecEnv
    environments = SubprocVecEnv([functools.partial(make, name)] * copies)
    environments.reset()
    return steps_of(environments, environments.action_space.n, copies, seconds)


def steps_of(environments, n, copies, seconds):
    actions = numpy.random.RandomState(1).randint(n, size=(64, copies))
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
    parser.add_argument("--ids", nargs="+", default=IDS)
    arguments = parser.parse_args()
    peers = [(1, "in Python alone", lambda: alone(name, arguments.seconds)),
             (8, "AsyncVectorEnv", lambda: asynchronous(name, 8, arguments.seconds))]
    if importlib.util.find_spec("stable_baselines3"):
        peers.append((8, "SubprocVecEnv", lambda: subprocesses(name, 8, arguments.seconds)))
    for name in arguments.ids:
        for copies, peer_name, peer in peers:
            pairs = [(peer(), bridge(arguments.program, name, copies, arguments.seconds)) for _ in range(arguments.rounds)]
            theirs, ours = (statistics.median(side) for side in zip(*pairs))
            ratio = statistics.median(b / a for a, b in pairs)
            print(f"{name}, {copies} at once: {peer_name} {theirs:,.0f}, bridge {ours:,.0f} steps/s, ratio {ratio:.2f}",
                  flush=True)


if __name__ == "__main__":
    main()
