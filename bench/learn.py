"""The long learning runs whose results stand in bench/RESULTS.md.

usage: learn.py PROGRAM [--seeds 1,2,3,4,5] [--jobs 2] [--folder runs/learn] [cartpole] [breakout]

Runs every seed of every experiment named (all by default), a job a core, and prints one table. A run that is there
already is not run again, so that an interrupted evening can go on.
"""

import argparse
import concurrent.futures
import csv
import json
import math
import os
import statistics
import subprocess

# Two-sided 95 % quantiles of Student's t, by degrees of freedom.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26}


def interval(values):
    """mean, and half the width of its 95 % interval."""
    mean = statistics.mean(values)
    if len(values) < 2:
        return mean, math.nan
    return mean, STUDENT[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))


def train(program, preset, seed, folder):
    """The run's summary, made anew only where it is not there."""
    run = os.path.join(folder, f"{preset}-{seed}")
    summary = os.path.join(run, "summary.json")
    if not os.path.exists(summary):
        command = [program, "train", "--preset", preset, "--seed", str(seed), "--run", run, "--quiet"]
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


EXPERIMENTS = {"cartpole": report_cartpole, "breakout": report_breakout}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("experiments", nargs="*", default=list(EXPERIMENTS))
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", default="runs/learn")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for preset in arguments.experiments:
            results = list(pool.map(lambda seed: train(arguments.program, preset, seed, arguments.folder), seeds))
            EXPERIMENTS[preset](arguments.program, results)
            seconds = sum(result["seconds"] for result in results)
            print(f"{preset}: {seconds / 60:.1f} core-minutes for {len(results)} seeds")


if __name__ == "__main__":
    main()
