"""Environments that do what environments in the wild do: "qarium_test_envs:Raises-v0" and others, for the bridge's tests."""

import importlib
import math
import os
import sys
import time

import gymnasium
import numpy
from gymnasium import spaces


class Still(gymnasium.Env):
    """Nothing ever happens."""
    observation_space = spaces.Box(-1, 1, (4,), numpy.float32)
    action_space = spaces.Discrete(2)
    seen = numpy.zeros(4, numpy.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        return self.seen, {}

    def step(self, action):
        return self.seen, 0.0, False, False, {}


class Walk(gymnasium.Env):
    """Steps and chance: the observation is how many steps, the sum of the actions, and what was drawn last."""
    observation_space = spaces.Box(-numpy.inf, numpy.inf, (3,), numpy.float64)
    action_space = spaces.Discrete(3, start=-1)
    metadata = {"render_modes": ["rgb_array"], "render_fps": 7}
    length = 20

    def __init__(self, render_mode=None):
        self.render_mode = render_mode

    def seen(self):
        return numpy.array([self.steps, self.sum, self.draw])

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.steps, self.sum, self.draw = 0, 0, self.np_random.random()
        return self.seen(), {"info": object()}

    def step(self, action):
        assert action in (-1, 0, 1)
        self.steps, self.sum, self.draw = self.steps + 1, self.sum + action, self.np_random.random()
        return self.seen(), numpy.float64(action), self.steps == self.length, False, {"anything": open}

    def render(self):
        picture = numpy.zeros((20, 30, 3), numpy.uint8)
        picture[:, :self.steps] = (200, 100, 50)
        return picture


class Long(Walk):
    length = 10 ** 9

    def __deepcopy__(self, memo):
        raise TypeError("cannot be copied")


class Unseeded(Walk):
    def step(self, action):
        seen, *rest = super().step(action)
        seen[2] = int.from_bytes(os.urandom(4), "little")
        return seen, *rest


class Raises(Walk):
    def step(self, action):
        if self.steps == 30:
            raise ZeroDivisionError("thirty steps are enough")
        return super().step(action)
    length = 100


class RaisesAtReset(Walk):
    resets = 0

    def reset(self, seed=None, options=None):
        RaisesAtReset.resets += 1
        if RaisesAtReset.resets == 5:
            raise RuntimeError("no fifth episode")
        return super().reset(seed=seed)


class RaisesAtRender(Walk):
    def render(self):
        raise RuntimeError("no display")


class Hangs(Walk):
    length = 100

    def step(self, action):
        if self.steps == 30:
            time.sleep(3600)
        return super().step(action)


class Exits(Walk):
    length = 100

    def step(self, action):
        if self.steps == 30:
            print("that was all", file=sys.stderr, flush=True)
            os._exit(3)
        return super().step(action)


class Prints(Walk):
    def step(self, action):
        print("{rubbish" * 10_000)
        return super().step(action)


class NotANumber(Walk):
    length = 100

    def step(self, action):
        seen, reward, *rest = super().step(action)
        return seen, float("nan") if self.steps == 31 else reward, *rest


class WrongShape(Walk):
    length = 100

    def step(self, action):
        seen, *rest = super().step(action)
        return seen[:2] if self.steps == 31 else seen, *rest


class Everything(gymnasium.Env):
    """All kinds of spaces at once, and an action of three parts."""
    observation_space = spaces.Dict({
        "pixels": spaces.Box(0, 255, (2, 2, 1), numpy.uint8),
        "where": spaces.Discrete(3, start=5),
        "both": spaces.MultiDiscrete([2, 3]),
        "bits": spaces.MultiBinary(2),
        "pair": spaces.Tuple((spaces.Discrete(2), spaces.Box(-1, 1, (2,), numpy.float32))),
        "words": spaces.Text(20),
        "graph": spaces.Graph(spaces.Box(0, 1, (2,)), None)})
    action_space = spaces.MultiDiscrete([2, 3])

    def seen(self, action):
        return {"pixels": numpy.full((2, 2, 1), 9, numpy.uint8), "where": 6, "both": numpy.array([1, 2]),
                "bits": numpy.array([0, 1]), "pair": (1, numpy.array([0.5, -0.5])), "words": "go to the door",
                "graph": None}

    def reset(self, seed=None, options=None):
        return self.seen(None), {}

    def step(self, action):
        return self.seen(action), float(action[0] * 10 + action[1]), False, False, {}


class Picture(gymnasium.Env):
    observation_space = spaces.Box(0, 255, (24, 32, 3), numpy.uint8)
    action_space = spaces.Box(-1, 1, (2,), numpy.float32)

    def reset(self, seed=None, options=None):
        return numpy.arange(24 * 32 * 3).reshape(24, 32, 3).astype(numpy.uint8), {}

    def step(self, action):
        return self.reset()[0].astype(numpy.float64) - 300, float(action[0]), False, True, {}


class Counted(gymnasium.Env):
    """So many steps of what is seen; a reward is its action."""
    length = 40

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        return self.seen(), {}

    def step(self, action):
        self.steps += 1
        return self.seen(), float(action), self.steps == self.length, False, {}


class Frames(Counted):
    """Noise of 84 x 84, two frames deep, bright or dark, forty steps of it."""
    observation_space = spaces.Box(0, 255, (84, 84, 2), numpy.uint8)
    action_space = spaces.Discrete(3)

    def seen(self):
        return self.np_random.integers(0, self.np_random.integers(2, 257), (84, 84, 2), numpy.uint8)


class Parts(Counted):
    """A small map of names, a compass, a few numbers and an order, drawn anew at each of forty steps."""
    observation_space = spaces.Dict({
        "image": spaces.Box(0, 255, (5, 4, 3), numpy.uint8), "direction": spaces.Discrete(4), "mission": spaces.Text(20),
        "speed": spaces.Box(-1, 1, (3,), numpy.float32)})
    action_space = spaces.Discrete(3)

    def seen(self):
        draw = self.np_random
        return {"image": draw.integers(0, 11, (5, 4, 3), numpy.uint8), "direction": draw.integers(4),
                "mission": ("go left", "go right")[draw.integers(2)], "speed": draw.uniform(-1, 1, 3).astype(numpy.float32)}


class Crowd(Parts):
    """Up to six things of four features; the rows of those that are not there are zeros."""
    observation_space = spaces.Box(-5, 5, (6, 4), numpy.float32)

    def seen(self):
        there = self.np_random.random((6, 1)) < 0.6
        return (there * self.np_random.uniform(-5, 5, (6, 4))).astype(numpy.float32)


class Herd(Counted):
    """Four things on a picture of 600 x 300, each a square, the first of a colour of its own. They drift; every other step the
    third is absent. It tells where they stand."""
    observation_space = spaces.Box(-1, 600, (4, 3), numpy.float32)
    action_space = spaces.Discrete(2)
    length = 20

    def __init__(self, render_mode=None):
        self.render_mode = render_mode

    def seen(self):
        self.there = numpy.array([True, True, self.steps % 2 == 0, True])
        self.at = numpy.array([[90, 60], [330, 60], [330, 210], [510, 150]]) + [3 * self.steps, 0]
        return (self.there[:, None] * numpy.c_[numpy.ones(4), self.at]).astype(numpy.float32)

    def render(self):
        picture = numpy.full((300, 600, 3), 30, numpy.uint8)
        for number, (x, y) in enumerate(self.at):
            if self.there[number]:
                picture[y - 7:y + 8, x - 7:x + 8] = (200, 60, 20) if number == 0 else (60, 120, 220)
        return picture

    def token_places(self):
        return [(x + 0.5, y + 0.5) if there else None for (x, y), there in zip(self.at, self.there)]


class LyingHerd(Herd):
    """What it tells of its places holds at no step but the first and the last of these."""

    def token_places(self):
        places = super().token_places()
        lies = {1: lambda: places[:3], 2: lambda: [(math.nan, 1.0), (1.0, math.inf), (1e300, 1.0), places[3]],
                3: lambda: 1 / 0, 4: lambda: ["here"] * 4, 5: lambda: None, 6: lambda: [(1, 2, 3)] * 4}
        return lies.get(self.steps, lambda: places)()


def road(order):
    """A road of highway_env with few cars, of which the observation has room for more."""
    def make(render_mode=None):
        importlib.import_module("highway_env")
        observation = {"type": "Kinematics", "vehicles_count": 7, "see_behind": True, "order": order}
        return gymnasium.make("highway-fast-v0", render_mode=render_mode, disable_env_checker=True,
                              config={"observation": observation, "vehicles_count": 3}).unwrapped
    return make


class NothingToRead(Still):
    observation_space = spaces.Graph(spaces.Box(0, 1, (2,)), None)


class ManyActions(Still):
    action_space = spaces.Box(-1, 1, (4,), numpy.float32)


for kind in (Still, Walk, Long, Unseeded, Raises, RaisesAtReset, RaisesAtRender, Hangs, Exits, Prints, NotANumber, WrongShape,
             Everything, Picture, Frames, Parts, Crowd, Herd, LyingHerd, NothingToRead, ManyActions):
    gymnasium.register(id=f"{kind.__name__}-v0", entry_point=kind)
for order in ("sorted", "shuffled"):
    gymnasium.register(id=f"Road{order.capitalize()}-v0", entry_point=road(order))
