"""The long learning runs whose results stand in bench/RESULTS.md.

usage: learn.py PROGRAM [--seeds 1,2,3] [--jobs 2] [--folder runs/learn] [EXPERIMENT ...]

The experiments: cartpole, breakout, maze-MEMORY (maze-none is the control) and maze250-MEMORY; all by default. Runs
every seed of each, a job a core, and prints what came of it. A run that is there already is not run again, so that an
interrupted evening can go on.
"""

import argparse
import concurrent.futures
import csv
import dataclasses
import json
import math
import os
import statistics
import subprocess
import typing

# Two-sided 95 % quantiles of Student's t, by degrees of freedom.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26}


def interval(values):
    """mean, and half the width of its 95 % interval."""
    mean = statistics.mean(values)
    if len(values) < 2:
        return mean, math.nan
    return mean, STUDENT[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))


def train(program, name, experiment, seed, folder):
    """The run's summary, made anew only where it is not there."""
    run = os.path.join(folder, f"{name}-{seed}")
    summary = os.path.join(run, "summary.json")
    if not os.path.exists(summary):
        command = [program, "train", "--preset", experiment.preset, "--seed", str(seed), "--run", run, "--quiet",
                   *experiment.arguments]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        with open(summary, "w", encoding="utf-8") as file:
            file.write(output.splitlines()[-1])
    with open(summary, encoding="utf-8") as file:
        return dict(json.load(file), run=run)


def mean_return_at(run, frames):
    """Mean return of the last 100 training episodes when this many frames were done."""
    value = math.nan
    with open(os.path.join(run, "progress.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if int(row["environment_steps"]) > frames:
                break
            value = float(row["mean_return_100"])
    return value


def evaluation(program, run):
    command = [program, "eval", "--run", run, "--episodes", "100", "--seed", "7000"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["mean_return"]


def report_cartpole(program, results):
    values = [evaluation(program, result["run"]) for result in results]
    print("CartPole-v1, mean return of 100 evaluation episodes after 50,000 steps, by seed:",
          ", ".join(f"{value:.1f}" for value in values))
    print(f"475 or more: {sum(value >= 475 for value in values)} of {len(values)}")


def report_breakout(_, results):
    for frames in (100_000, 250_000, 500_000, 1_000_000):
        values = [mean_return_at(result["run"], frames) for result in results]
        mean, half = interval(values)
        print(f"MinAtar Breakout, mean return of the last 100 training episodes at {frames:,} frames: "
              f"{mean:.2f} +- {half:.2f} ({', '.join(f'{value:.2f}' for value in values)})")


def report_maze(_, results):
    for result in results:
        end = "three evaluations in a row reached 0.95" if result["reached"] else "not reached"
        print(f"{os.path.basename(result['run'])}: {result['steps']:,} steps, {result['seconds'] / 60:.1f} minutes, "
              f"best evaluation {result['best_evaluation']:.2f}, {end}")


@dataclasses.dataclass
class Experiment:
    preset: str
    report: typing.Callable
    seeds: str
    arguments: tuple = ()


def maze(preset, *changes, length=50, steps=1_000_000, seeds="1,2,3"):
    """A passive T-maze, learned until it is solved."""
    assignments = (f"environment.corridor_length={length}", f"sequence_length={length + 14}", *changes)
    return Experiment(preset, report_maze, seeds, ("--until", "0.95", "--steps", str(steps),
                                                   *(word for name in assignments for word in ("--set", name))))


EXPERIMENTS = {
    "cartpole": Experiment("cartpole", report_cartpole, "1,2,3,4,5"),
    "breakout": Experiment("breakout", report_breakout, "1,2,3,4,5"),
    "maze-none": maze("tmaze", "memory.kind=none", seeds="1"),
    "maze-lstm": maze("tmaze"),
    "maze-gru": maze("tmaze", "memory.kind=gru"),
    "maze-ntm": maze("tmaze-ntm"),
    "maze-dnc": maze("tmaze", "memory.kind=dnc", "memory.slots=16", "memory.hidden=32"),
    "maze-memory_bank": maze("tmaze", "memory.kind=memory_bank", "memory.length=50"),
    "maze-transformer": maze("tmaze", "memory.kind=transformer", "memory.length=51"),
    "maze250-lstm": maze("tmaze", "exploration_final_eps=0.004", length=250, steps=4_000_000, seeds="1"),
    "maze250-ntm": maze("tmaze-ntm", "exploration_final_eps=0.004", length=250, steps=4_000_000, seeds="1"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("experiments", nargs="*", default=list(EXPERIMENTS))
    parser.add_argument("--seeds", help="instead of each experiment's own, as in 1,2,3")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", default="runs/learn")
    arguments = parser.parse_intermixed_args()
    os.makedirs(arguments.folder, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name in arguments.experiments:
            if name not in EXPERIMENTS:
                parser.error(f"there is no experiment {name}: choose from {', '.join(EXPERIMENTS)}")
            experiment = EXPERIMENTS[name]
            seeds = (arguments.seeds or experiment.seeds).split(",")
            runs = pool.map(lambda seed: train(arguments.program, name, experiment, seed, arguments.folder), seeds)
            results = list(runs)
            experiment.report(arguments.program, results)
            seconds = sum(result["seconds"] for result in results)
            print(f"{name}: {seconds / 60:.1f} core-minutes for {len(results)} seeds", flush=True)


if __name__ == "__main__":
    main()
