"""A DQN learning MinAtar Breakout: ours beside the dqn.py that MinAtar comes with, the same algorithm, network and
settings (preset breakout-plain).

What is timed are frames with an update each: a run whose first 5,000 frames fill replay, less a run of these alone.
"""

import os
import tempfile

from interleaved import Comparison, in_turn, pinned

FILL, FRAMES = 5_000, 3_000
THEIRS = """
import importlib.util
import sys
import torch
torch.set_num_threads(1)
spec = importlib.util.spec_from_file_location("dqn", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from minatar import Environment
module.NUM_FRAMES = int(sys.argv[2])
module.device = torch.device("cpu")
module.dqn(Environment("breakout"), False, False, sys.argv[3], False, None)
"""


def ours(tools, frames, folder):
    return pinned([tools.program, "train", "--preset", "breakout-plain", "--steps", str(frames), "--set", "eval_freq=0",
                   "--run", "none", "--quiet"], tools.core, folder)[0]


def theirs(tools, frames, folder):
    dqn = os.path.join(tools.source("MinAtar"), "examples", "dqn.py")
    return pinned([tools.python, "-c", THEIRS, dqn, str(frames), os.path.join(folder, "out")], tools.core, folder)[0]


def compare(tools):
    tools.needs("torch", "minatar")
    with tempfile.TemporaryDirectory() as folder:
        def milliseconds(side):
            return lambda _: 1e3 * (side(tools, FILL + FRAMES, folder) - side(tools, FILL, folder)) / FRAMES

        found = in_turn({"ours": milliseconds(ours), "theirs": milliseconds(theirs)}, tools.rounds)
    yield Comparison("DQN learning MinAtar Breakout, one frame with its update", "MinAtar's dqn.py", "ms", found["ours"],
                     found["theirs"])
