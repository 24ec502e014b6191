"""Steps a second of Gymnasium's environments: over the bridge beside Gymnasium's own ways (theirs/gymnasium_ways.py), in the
same Python, on all cores.

One: in Python alone, without another process. Eight: gymnasium's AsyncVectorEnv and Stable-Baselines3's SubprocVecEnv beside
a batch of the bridge.
"""

import os

from interleaved import Comparison, in_turn, unpinned

HERE = os.path.dirname(os.path.abspath(__file__))
THEIRS = os.path.join(HERE, "theirs", "gymnasium_ways.py")
ENVIRONMENTS = os.path.join(HERE, "..", "..", "tests", "gymnasium")
IDS = ("qarium_test_envs:Still-v0", "CartPole-v1", "ALE/Pong-v5")
WAYS = ((1, "alone", "one environment in Python alone"), (8, "AsyncVectorEnv", "gymnasium's AsyncVectorEnv"),
        (8, "SubprocVecEnv", "Stable-Baselines3's SubprocVecEnv"))
SECONDS = 1.5


def last_figure(command, tools):
    return float(unpinned(command, PYTHONPATH=ENVIRONMENTS, QARIUM_PYTHON=tools.python)[1].split()[-1])


def compare(tools):
    tools.needs("gymnasium", "ale_py", "cv2", "stable_baselines3")
    for name in IDS:
        for copies, way, peer in WAYS:
            found = in_turn({
                "ours": lambda _: last_figure([tools.beside("qarium_env_bench"), str(SECONDS), str(copies), "gym:" + name],
                                              tools),
                "theirs": lambda _: last_figure([tools.python, THEIRS, way, name, str(copies), str(SECONDS)], tools)},
                tools.rounds)
            yield Comparison(f"stepping {copies} of {name}", peer, "steps/s", found["ours"], found["theirs"],
                             more_is_better=True)
