"""Steps a second of an environment of Gymnasium's, in this Python.

usage: gymnasium_ways.py alone|AsyncVectorEnv|SubprocVecEnv ID COPIES SECONDS

Alone: no other process. Games of ALE/ with Gymnasium's AtariPreprocessing and FrameStackObservation, as the bridge gives
them: frame skip 4, sticky actions, 84x84, stacks of 4.
"""

import functools
import sys
import time

import gymnasium
import numpy


def make(name):
    if not name.startswith("ALE/"):
        return gymnasium.make(name, disable_env_checker=True)
    import ale_py
    gymnasium.register_envs(ale_py)
    game = gymnasium.make(name, frameskip=1, repeat_action_probability=0.25, disable_env_checker=True)
    return gymnasium.wrappers.FrameStackObservation(
        gymnasium.wrappers.AtariPreprocessing(game, noop_max=0, frame_skip=4, screen_size=84), 4)


def alone(name, _copies, seconds):
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


WAYS = {"alone": alone, "AsyncVectorEnv": asynchronous, "SubprocVecEnv": subprocesses}

if __name__ == "__main__":
    way, name, copies, seconds = sys.argv[1:]
    print(WAYS[way](name, int(copies), float(seconds)))
