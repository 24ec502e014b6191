"""Records reference episodes of MinAtar's games from the MinAtar package, with every random draw of the games.

    pip install minatar==1.0.15 numpy
    python record_minatar.py                               the small files beside this script, which the tests read
    python record_minatar.py --steps 100000 --out FOLDER   the full check: then
    QARIUM_REFERENCE=FOLDER build/bin/qarium_env_tests "[minatar]"

writes minatar_GAME.txt. Lines that begin with # say where it comes from. An episode is a line

    episode RAMPING | draws | cells

and one line for each step:

    action reward terminal | draws | cells

The action is the effective one, after sticky actions. Draws are those of the game in their order: r0.25 is a number from 0 to 1,
i3/8 a whole number of 0 .. 7. Cells are those of the observation that differ from the observation before (at first: that are
set), as channel x 100 + row x 10 + column.
"""

import argparse
import copy
import pathlib
import platform
from importlib.metadata import version

import minatar
import numpy

HERE = pathlib.Path(__file__).parent
GAMES = ("asterix", "breakout", "freeway", "seaquest", "space_invaders")
NOOP, LEFT, UP, RIGHT, DOWN, FIRE = range(6)


class RecordedDraws:
    """numpy's RandomState as the games use it; `taken` is what was drawn since it was emptied."""

    def __init__(self, seed):
        self.random = numpy.random.RandomState(seed)
        self.taken = []

    def rand(self, *shape):
        values = self.random.rand(*shape)
        self.taken += [f"r{value:.17g}" for value in numpy.ravel(values)]
        return values

    def randint(self, low, high=None, size=None):
        if high is None:
            low, high = 0, low
        values = self.random.randint(low, high, size)
        self.taken += [f"i{value - low}/{high - low}" for value in numpy.ravel(values)]
        return values

    def __deepcopy__(self, memo):
        """Who looks ahead does not know what will be drawn."""
        return numpy.random.RandomState(len(self.taken))


# What a player that looks ahead finds good in a game, beside rewards and staying alive.

def nothing(game, style):
    return 0


def freeway(game, style):
    return -game.pos


def seaquest(game, style):
    enough = 6 if style == 0 else 1
    home = game.diver_count >= enough or (game.oxygen < 50 and game.diver_count != 0)
    value = 3 * min(game.diver_count, 6) - (1 if home else 0) * game.sub_y
    value += 20 * game.ramp_index
    if not home and game.divers:
        value -= 0.2 * min(abs(x - game.sub_x) + abs(y - game.sub_y) for x, y, *_ in game.divers)
    if not home and game.sub_y == 0:
        value -= 1
    return value


WISHES = {"seaquest": seaquest, "freeway": freeway}


class Ahead:
    """Tries every action on a copy of the game and then some random ones; takes what ended best."""

    def __init__(self, name, style, random):
        self.wish = WISHES.get(name, nothing)
        self.style, self.random = style, random

    def worth(self, game, action):
        trial = copy.deepcopy(game)
        worth, weight = 0.0, 1.0
        for step in range(7):
            reward, over = trial.act(action)
            worth += weight * 5 * reward
            if over:
                return worth - 100 + step
            weight *= 0.9
            action = int(self.random.choice((NOOP, NOOP, LEFT, RIGHT, UP, DOWN)))
        return worth + self.wish(trial, self.style)

    def __call__(self, game):
        actions = self.random.permutation(game.minimal_action_set())
        return int(max(actions, key=lambda action: self.worth(game, int(action))))


class Follow:
    """Breakout: goes where the ball will come down, on either of the two cells that return it."""

    def __init__(self, random):
        self.random = random

    def __call__(self, game):
        target = game.ball_x + (0 if self.random.rand() < 0.5 else [-1, 1, 1, -1][game.ball_dir])
        return LEFT if game.pos > target else RIGHT if game.pos < target else NOOP


class Episodes:
    """Episodes of one game, one after another; each kind of player in turn, and every fifth without ramping."""

    def __init__(self, name, seed, most):
        self.name, self.most = name, most
        self.random = numpy.random.RandomState(seed)
        self.draws = RecordedDraws(seed + 1)
        self.shown = None

    def cells(self, environment):
        seen = environment.state().transpose(2, 0, 1).ravel()
        different = numpy.flatnonzero(seen != self.shown) if self.shown is not None else numpy.flatnonzero(seen)
        self.shown = seen.copy()
        draws, self.draws.taken = self.draws.taken, []
        return f"| {' '.join(draws)} | {' '.join(map(str, different))}"

    def one(self, number):
        """The lines of an episode, and how often it was given its reward."""
        ramping = number % 5 != 4
        environment = minatar.Environment(self.name, sticky_action_prob=(0.1, 0.0, 0.25)[number % 3], difficulty_ramping=ramping)
        environment.random = numpy.random.RandomState(number)
        environment.env.random = self.draws
        self.draws.taken, self.shown = [], None
        environment.reset()
        style = self.random.randint(2)
        careful = Follow(self.random) if self.name == "breakout" else Ahead(self.name, style, self.random)
        carelessness = (0.02, 1.0, 0.1, 0.0)[number % 4]
        most = min(self.most, 300) if carelessness == 1 else self.most
        lines = [f"episode {int(ramping)} " + self.cells(environment)]
        terminal = False
        while not terminal and len(lines) <= most:
            if self.random.rand() < carelessness:
                action = int(self.random.randint(6))
            elif self.name == "breakout" and len(lines) > 700:
                action = NOOP
            else:
                action = careful(environment.env)
            reward, terminal = environment.act(action)
            lines.append(f"{environment.last_action} {int(reward)} {int(terminal)} " + self.cells(environment))
        return lines


def record(name, steps, folder, seed, most):
    lines = [f"# MinAtar {version('minatar')} {name}, numpy {numpy.__version__}, Python {platform.python_version()}",
             "# action reward terminal | draws | cells that change"]
    episodes, taken, number = Episodes(name, seed, most), 0, 0
    while taken < steps:
        episode = episodes.one(number)[:steps - taken + 1]
        lines += episode
        taken += len(episode) - 1
        number += 1
    (folder / f"minatar_{name}.txt").write_text("\n".join(lines) + "\n")
    rewards = sum(int(line.split(" ", 2)[1]) for line in lines[2:] if not line.startswith("episode"))
    print(f"{name}: {taken} steps, {number} episodes, sum of rewards {rewards}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--games", nargs="+", default=GAMES, choices=GAMES)
    parser.add_argument("--steps", type=int, default=0, help="a game; 0: as many as the small files have")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=pathlib.Path, default=HERE)
    arguments = parser.parse_args()
    kept = {"asterix": 1500, "breakout": 2000, "freeway": 1200, "seaquest": 1500, "space_invaders": 1500}
    for name in arguments.games:
        record(name, arguments.steps or kept[name], arguments.out, arguments.seed, 2600 if arguments.steps else 800)


main()
