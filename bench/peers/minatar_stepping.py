"""Steps a second of MinAtar's games and of CartPole: the Python packages beside ours, one core each.

Both take random actions, make the observation of every step, and begin episodes that are over anew. Ours steps a batch
of 64 (bench/env_bench.cpp); the packages know no batches.
"""

from interleaved import Comparison, in_turn, pinned

GAMES = {"asterix": "Asterix", "breakout": "Breakout", "freeway": "Freeway", "seaquest": "Seaquest",
         "space_invaders": "SpaceInvaders"}
SECONDS = 1
MINATAR = """
import sys
import time
import minatar
import numpy
environment = minatar.Environment(sys.argv[1])
environment.seed(1)
environment.reset()
actions = [int(action) for action in numpy.random.RandomState(1).randint(6, size=1024)]
steps, began = 0, time.perf_counter()
while time.perf_counter() - began < float(sys.argv[2]):
    for action in actions:
        _, over = environment.act(action)
        if over:
            environment.reset()
        environment.state()
    steps += len(actions)
print(steps / (time.perf_counter() - began))
"""
GYMNASIUM = """
import sys
import time
import gymnasium
import numpy
environment = gymnasium.make(sys.argv[1], disable_env_checker=True)
environment.reset(seed=1)
actions = [int(action) for action in numpy.random.RandomState(1).randint(2, size=1024)]
steps, began = 0, time.perf_counter()
while time.perf_counter() - began < float(sys.argv[2]):
    for action in actions:
        _, _, terminated, truncated, _ = environment.step(action)
        if terminated or truncated:
            environment.reset()
    steps += len(actions)
print(steps / (time.perf_counter() - began))
"""


def ours(tools, name):
    return float(pinned([tools.beside("qarium_env_bench"), str(SECONDS), "64", name], tools.core)[1].split()[-1])


def theirs(tools, script, name):
    return float(pinned([tools.python, "-c", script, name, str(SECONDS)], tools.core)[1])


def compare(tools):
    tools.needs("minatar", "gymnasium")
    works = [(f"MinAtar/{name}-v0", "the minatar package", MINATAR, game) for game, name in GAMES.items()]
    works.append(("CartPole-v1", "gymnasium", GYMNASIUM, "CartPole-v1"))
    for name, peer, script, their_name in works:
        found = in_turn({"ours": lambda _, name=name: ours(tools, name),
                         "theirs": lambda _, script=script, their=their_name: theirs(tools, script, their)}, tools.rounds)
        yield Comparison(f"stepping {name}", peer, "steps/s", found["ours"], found["theirs"], more_is_better=True)
