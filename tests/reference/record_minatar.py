"""Records reference episodes of Breakout from the MinAtar package.

    pip install minatar==1.0.15 numpy==1.26.4
    python record_minatar.py

writes minatar_breakout.txt beside itself. Lines that begin with # say where it comes from. Each episode is a line
"episode", a line with the first observation, and one line per step:

    action reward terminal | paddle ball trail bricks

The action is the effective one, after sticky actions. The observation is whole: `paddle`, `ball` and `trail` are the
cell (10 x row + column) of the only 1 in their channel, `bricks` has one bit for each cell of rows 1 to 3, in order, the
first one highest; outside these rows there is none.
"""

import pathlib
import platform

import minatar
import numpy
from importlib.metadata import version

HERE = pathlib.Path(__file__).parent

# sticky actions' probability, random actions' probability, after how many steps the paddle gives up
EPISODES = [(0.0, 1.0, 0)] * 6 + [(0.25, 1.0, 0)] * 4 + [(0.1, 0.02, 500)] * 2 + [(0.0, 0.0, 700)] * 2


def observation(state):
    channels = state.transpose(2, 0, 1).reshape(4, 100).astype(int)
    cells = [int(numpy.flatnonzero(channel)[0]) for channel in channels[:3]]
    assert (channels[:3].sum(axis=1) == 1).all()
    assert channels[3, :10].sum() == 0 and channels[3, 40:].sum() == 0
    bricks = int("".join(map(str, channels[3, 10:40])), 2)
    return f"| {cells[0]} {cells[1]} {cells[2]} {bricks:x}"


def follow(game, random):
    """Goes where the ball will come down, on either of the two cells that return it."""
    target = game.ball_x + (0 if random.rand() < 0.5 else [-1, 1, 1, -1][game.ball_dir])
    return 1 if game.pos > target else 3 if game.pos < target else 0


def record():
    environment = minatar.Environment("breakout", sticky_action_prob=0.0)
    environment.seed(7)
    random = numpy.random.RandomState(8)
    lines = [
        f"# MinAtar {version('minatar')} breakout, numpy {numpy.__version__}, Python {platform.python_version()}",
        "# action reward terminal | paddle ball trail bricks",
    ]
    for sticky, exploration, give_up in EPISODES:
        environment.sticky_action_prob = sticky
        environment.reset()
        lines += ["episode", observation(environment.state())]
        terminal = False
        step = 0
        while not terminal:
            explore = random.rand() < exploration
            action = int(random.randint(6)) if explore else follow(environment.env, random)
            reward, terminal = environment.act(action if step < give_up or explore else 2)
            lines.append(f"{environment.last_action} {reward} {int(terminal)} " + observation(environment.state()))
            step += 1
    (HERE / "minatar_breakout.txt").write_text("\n".join(lines) + "\n")


record()
