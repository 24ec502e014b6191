"""What the window costs: learning with it open beside learning without one, frames, the first frame, and an untouched
window."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from interleaved import in_turn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "ui"))
from driver import Window  # noqa: E402

# An endless run without evaluations, so that every second is the same work.
WORK = ["--preset", "breakout-dqn", "--set", "eval_freq=0", "--set", "learning_starts=1000", "--set", "n_timesteps=1000000000",
        "--set", "exploration_fraction=0"]
WARM_UP = 4  # seconds


def headless(program, seconds):
    """Steps a second of `qarium train`, read from its progress while it learns."""
    with tempfile.TemporaryDirectory() as folder:
        run = os.path.join(folder, "run")
        process = subprocess.Popen([program, "train", *WORK, "--run", run, "--quiet"], stdout=subprocess.PIPE, text=True)
        time.sleep(WARM_UP + seconds)
        process.send_signal(2)
        process.communicate()
        with open(os.path.join(run, "progress.csv"), encoding="utf-8") as file:
            header, *lines = file.read().splitlines()
    step, second = header.split(",").index("environment_steps"), header.split(",").index("seconds")
    rows = [(float(cells[second]), float(cells[step])) for cells in (line.split(",") for line in lines)]
    rows = [row for row in rows if row[0] > WARM_UP]
    return (rows[-1][1] - rows[0][1]) / (rows[-1][0] - rows[0][0])


def windowed(program, seconds, *more):
    """The same with a window, by the program's own count -> (steps a second, the last state)."""
    window = Window(program, "--run", "none", *WORK, *more)
    try:
        time.sleep(WARM_UP)
        first, began = window.state(), time.monotonic()
        time.sleep(seconds)
        last, ended = window.state(), time.monotonic()
    finally:
        window.close()
    steps = last["learning"]["environment_steps"] - first["learning"]["environment_steps"]
    return steps / (ended - began), last


def throughput(program, seconds, rounds):
    states = []

    def shown(_):
        speed, state = windowed(program, seconds)
        states.append(state)
        return speed

    found = in_turn({"without a window": lambda _: headless(program, seconds), "all panels shown": shown,
                     "all panels hidden": lambda _: windowed(program, seconds, "--hide-panels")[0]}, rounds)
    for name, values in found.items():
        ratios = [value / alone for value, alone in zip(values, found["without a window"])]
        yield (f"learning, {name}: {statistics.median(values):.0f} steps/s; of that without a window "
               f"{statistics.median(ratios):.3f} ({', '.join(f'{ratio:.3f}' for ratio in ratios)})")
    for key, what in (("panels_p99", "main thread's CPU for panels and uploads, p99"), ("own_p99", "main thread's own work, p99"),
                      ("frame_p50", "frame, wall, p50"), ("frame_p99", "frame, wall, p99")):
        yield f"{what}: {', '.join(f'{state[key]:.2f}' for state in states)} ms"
    yield f"renderer: {states[0]['renderer']}"


def first_frame(program, rounds):
    seconds = []
    for _ in range(rounds):
        window = Window(program, "--run", "none", *WORK)
        seconds.append(time.monotonic() - window.started)
        window.close()
    yield f"from exec until a report after the third frame: {', '.join(f'{1e3 * value:.0f}' for value in seconds)} ms"


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
        yield f"paused and untouched: {100 * (cpu[1] - cpu[0]) / 10:.2f} % of a core"
    finally:
        window.close()
