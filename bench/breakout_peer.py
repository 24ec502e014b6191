"""A DQN learning MinAtar Breakout: ours beside the dqn.py that MinAtar comes with, the same algorithm, network and
settings (preset breakout-plain), each pinned to one core, in turn.

usage: breakout_peer.py PROGRAM --python P --dqn DQN.PY [--rounds 3] [--frames 3000] [--core 0]

P is a Python with torch and minatar. What is timed are frames with an update each: a run whose first 5,000 frames fill
replay, less a run of these alone.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

FILL = 5_000
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


def timed(command, core, folder):
    began = time.monotonic()
    result = subprocess.run(["taskset", "-c", str(core), *command], capture_output=True, text=True, cwd=folder,
                            env=dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1"))
    if result.returncode != 0:
        sys.exit(result.stderr[-2000:])
    return time.monotonic() - began, result.stdout


def ours(arguments, frames, folder):
    command = [arguments.program, "train", "--preset", "breakout-plain", "--steps", str(frames), "--set", "eval_freq=0",
               "--run", "none", "--quiet"]
    seconds, output = timed(command, arguments.core, folder)
    json.loads(output)
    return seconds


def theirs(arguments, frames, folder):
    return timed([arguments.python, "-c", THEIRS, arguments.dqn, str(frames), os.path.join(folder, "out")],
                 arguments.core, folder)[0]


def milliseconds(side, arguments, folder):
    filling = side(arguments, FILL, folder)
    return 1e3 * (side(arguments, FILL + arguments.frames, folder) - filling) / arguments.frames


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--python", required=True, type=os.path.abspath)
    parser.add_argument("--dqn", required=True, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=3000)
    parser.add_argument("--core", type=int, default=0)
    arguments = parser.parse_args()
    here, there = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.rounds):
            here.append(milliseconds(ours, arguments, folder))
            there.append(milliseconds(theirs, arguments, folder))
    ratios = [b / a for a, b in zip(here, there)]
    print(f"one frame with its update: ours {statistics.median(here):.2f} ms, dqn.py {statistics.median(there):.2f} ms, "
          f"ratio {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
