"""What speed is claimed and how it is measured: ratios only, both sides interleaved in one run.

usage: bench.py PROGRAM [--seconds 20] [--rounds 3]

1. One gradient update of MinAtar Breakout: the project's path beside LibTorch's own layers and optimizer.
2. Learning with the window open beside learning without one, all panels shown and all hidden, on this machine's
   cores; and how long frames take meanwhile.
3. What a paused, untouched window costs.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "ui"))
from driver import Window  # noqa: E402

# An endless run without evaluations, so that every second is the same work.
WORK = ["--preset", "breakout", "--set", "eval_freq=0", "--set", "learning_starts=1000", "--set", "n_timesteps=1000000000",
        "--set", "exploration_fraction=0"]


def updates(program):
    result = subprocess.run([os.path.join(os.path.dirname(program), "qarium_bench")], capture_output=True, text=True,
                            check=True)
    print(result.stdout, end="")


def steps_between(window, seconds):
    """Steps a second over this long, by the program's own count."""
    first, began = window.state(), time.monotonic()
    time.sleep(seconds)
    last, ended = window.state(), time.monotonic()
    difference = last["learning"]["environment_steps"] - first["learning"]["environment_steps"]
    return difference / (ended - began), last


def headless(program, seconds):
    """The same measure for `qarium train`, read from its progress while it learns."""
    with tempfile.TemporaryDirectory() as folder:
        run = os.path.join(folder, "run")
        process = subprocess.Popen([program, "train", *WORK, "--run", run, "--quiet"], stdout=subprocess.PIPE, text=True)
        time.sleep(4 + seconds)
        process.send_signal(2)
        output, _ = process.communicate()
        del output
        rows = []
        with open(os.path.join(run, "progress.csv"), encoding="utf-8") as file:
            header, *lines = file.read().splitlines()
        step, second = header.split(",").index("environment_steps"), header.split(",").index("seconds")
        for line in lines:
            cells = line.split(",")
            rows.append((float(cells[second]), float(cells[step])))
        rows = [row for row in rows if row[0] > 4]
        return (rows[-1][1] - rows[0][1]) / (rows[-1][0] - rows[0][0])


def windowed(program, seconds, *more):
    window = Window(program, "--run", "none", *WORK, *more)
    try:
        time.sleep(4)
        return steps_between(window, seconds)
    finally:
        window.close()


def throughput(program, seconds, rounds):
    alone, shown, hidden, frames = [], [], [], []
    for _ in range(rounds):
        alone.append(headless(program, seconds))
        speed, state = windowed(program, seconds)
        shown.append(speed)
        frames.append(state)
        hidden.append(windowed(program, seconds, "--hide-panels")[0])
    for name, values in (("without a window", alone), ("all panels shown", shown), ("all panels hidden", hidden)):
        print(f"learning, {name}: {statistics.median(values):.0f} steps/s ({', '.join(f'{v:.0f}' for v in values)})")
    for name, values in (("shown", shown), ("hidden", hidden)):
        ratios = [value / reference for value, reference in zip(values, alone)]
        print(f"panels {name} / without a window: {statistics.median(ratios):.3f} "
              f"({', '.join(f'{ratio:.3f}' for ratio in ratios)})")
    for key, what in (("panels_p99", "main thread's CPU for panels and uploads, p99"), ("frame_p50", "frame, wall, p50"),
                      ("frame_p99", "frame, wall, p99")):
        print(f"{what}: {', '.join(f'{state[key]:.2f}' for state in frames)} ms")
    print(f"renderer: {frames[0]['renderer']}, {frames[0]['frames']} frames in the last window")


def idle(program):
    window = Window(program, "--run", "none", "--paused")
    try:
        window.key("p")
        time.sleep(3)
        cpu = []
        for _ in range(2):
            with open(f"/proc/{window.process.pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            cpu.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
            time.sleep(10 * (len(cpu) == 1))
        print(f"paused and untouched: {100 * (cpu[1] - cpu[0]) / 10:.2f} % of a core")
    finally:
        window.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    updates(program)
    throughput(program, arguments.seconds, arguments.rounds)
    idle(program)


if __name__ == "__main__":
    main()
