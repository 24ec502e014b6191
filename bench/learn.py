"""The long learning runs whose results stand in bench/RESULTS.md.

usage: learn.py PROGRAM [--seeds 1,2,3] [--jobs 2] [--folder runs/learn] [EXPERIMENT ...]

The experiments: cartpole, cartpole-masked, breakout-dqn, maze-MEMORY (maze-none is the control), maze-ppo-MEMORY,
maze-pqn-MEMORY, catch-ppo-hierarchical, catch-ppo-flicker, maze250-MEMORY, memory_len-MEMORY, repeat_previous-MEMORY-K, the
fields' tanks, recommend, tagging and translation (qarium_field_rules tells what their rules earn; -none is without memory),
and the laboratory's lab-TASK-MEMORY; all by default. Runs every seed of each, a job a core, and prints what came of it. A run
that is there already is not run again, and one that was interrupted goes on from its last checkpoint (in the laboratory it
begins anew), so that an interrupted evening can go on.
"""

import argparse
import concurrent.futures
import csv
import dataclasses
import json
import math
import os
import shutil
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


def last_line(command):
    """What the program says at the end, read as JSON."""
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1])


def train(program, preset, arguments, run):
    command = [program, "train", "--preset", preset, "--run", run, *arguments]
    resumed = os.path.exists(os.path.join(run, "checkpoints", "last.safetensors"))
    if resumed:
        command.append("--resume")
    else:
        shutil.rmtree(run, ignore_errors=True)  # of one that was killed
    result = last_line(command)
    if not result["finished"]:
        raise SystemExit(f"{run} was interrupted after {result['steps']:,} steps: run this again to go on")
    return dict(result, resumed=resumed)


def study(program, task, arguments, run):
    """A task of the laboratory; its curve lies in the run's folder."""
    os.makedirs(run, exist_ok=True)
    return last_line([program, "lab", task, "--csv", os.path.join(run, "curve.csv"), *arguments])


def run_once(program, experiment, name, arguments, seed, folder):
    """The run's summary, made anew only where it is not there. A summary is of a run that came to its end."""
    run = os.path.join(folder, f"{name}-{seed}")
    summary = os.path.join(run, "summary.json")
    if not os.path.exists(summary):
        result = experiment.how(program, experiment.what, ("--seed", str(seed), "--quiet", *arguments), run)
        with open(summary, "w", encoding="utf-8") as file:
            json.dump(result, file)
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


def report_goal(_, results):
    for result in results:
        end = "three evaluations in a row reached the goal" if result["reached"] else "not reached"
        since = " since it was resumed" if result.get("resumed") else ""
        print(f"{os.path.basename(result['run'])}: {result['steps']:,} steps, {result['seconds'] / 60:.1f} minutes{since}, "
              f"best evaluation {result['best_evaluation']:.2f}, {end}")


def regret_ratio(run):
    """bsuite's measure for memory_len: episodes that were not perfect, as a share of those of a random agent."""
    with open(os.path.join(run, "monitor.csv"), encoding="utf-8") as file:
        file.readline()
        failed = [float(row["r"]) < 1 for row in csv.DictReader(file)]
    return sum(failed) / (0.5 * len(failed))


def report_memory_len(_, results):
    ratios = [regret_ratio(result["run"]) for result in results]
    print("bsuite memory_len, regret over random by run:",
          ", ".join(f"{os.path.basename(result['run'])} {ratio:.2f}" for result, ratio in zip(results, ratios)))
    print(f"score, the share of lengths under 0.75: {sum(ratio < 0.75 for ratio in ratios)} of {len(ratios)}",
          "" if len(ratios) == len(ALL_LENGTHS) else f"(some only: bsuite has {len(ALL_LENGTHS)} lengths)")


FIELD_EPISODES, FIELD_SEED = 100, 7000  # those of qarium_field_rules without arguments


def report_field(program, results):
    """Mean return of greedy episodes that were not learned from; the rules' are bench/field_rules.cpp's."""
    for result in results:
        value = last_line([program, "eval", "--run", result["run"], "--episodes", str(FIELD_EPISODES), "--seed",
                           str(FIELD_SEED)])["mean_return"]
        print(f"{os.path.basename(result['run'])}: {value:.3f} after {result['steps']:,} steps, "
              f"{result['seconds'] / 60:.1f} minutes")


AMBIGUOUS = range(39, 51)  # symbols: see engine/env/tagging.cpp


def report_tagging(program, results):
    report_field(program, results)
    for result in results:
        steps = os.path.join(result["run"], "episodes.csv")
        last_line([program, "export", "--run", result["run"], "--to", "csv", "--episodes", "1000", "--seed", str(FIELD_SEED),
                   steps])
        with open(steps, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for name, chosen in (("all words", lambda word: True), ("ambiguous words", lambda word: word in AMBIGUOUS)):
            right = [float(row["reward"]) > 0 for row in rows if chosen(int(float(row["observation.0"])))]
            print(f"{os.path.basename(result['run'])}: {name} right {sum(right) / len(right):.3f} of {len(right)}")


def report_translation(program, results):
    report_field(program, results)
    for result in results:
        found = last_line([program, "examine", "--run", result["run"], "--episodes", str(FIELD_EPISODES), "--seed",
                           str(FIELD_SEED)])
        if "alignment" in found:
            print(f"{os.path.basename(result['run'])}: " +
                  ", ".join(f"{name} {value:.3f}" for name, value in found["alignment"].items()))


def report_laboratory(_, results):
    for result in results:
        learned = f"after {result['learned_at']:,} sequences" if result["learned_at"] else "not"
        errors = ", ".join(f"{bits:.1f} at {length}" for length, bits in
                           sorted(result["errors"].items(), key=lambda item: int(item[0])))
        print(f"{os.path.basename(result['run'])}: learned (under 0.1 bits) {learned}, in the end "
              f"{result['bits_per_sequence']:.2f} bits a sequence; wrong bits {errors or 'not measured elsewhere'}; "
              f"{result['sequences']:,} sequences, {result['seconds']:.0f} s")


@dataclasses.dataclass
class Experiment:
    what: str  # the preset that is trained, or the laboratory's task
    report: typing.Callable
    seeds: str
    arguments: tuple = ()
    how: typing.Callable = train
    # Runs that differ: what each one's name ends in, and its further arguments.
    variants: dict = dataclasses.field(default_factory=lambda: {"": ()})


def settings(*assignments):
    return tuple(word for assignment in assignments for word in ("--set", assignment))


def maze(preset, *changes, length=50, steps=1_000_000, seeds="1,2,3"):
    """A passive T-maze, learned until it is solved."""
    return Experiment(preset, report_goal, seeds, (
        "--until", "0.95", "--steps", str(steps),
        *settings(f"environment.corridor_length={length}", f"sequence_length={length + 14}", *changes)))


def rollout_maze(preset, *changes):
    """The maze of 50 by a learner without replay: seeds that its settings were not found on."""
    return Experiment(preset, report_goal, "21,22,23", ("--until", "0.99", *settings(*changes)))


def catch_policy(preset, goal, *changes):
    """Catch by PPO, with attention in its policy."""
    return Experiment(preset, report_goal, "21,22,23", (
        "--until", str(goal), "--steps", "400000",
        *settings("algorithm=ppo", "n_envs=16", "n_steps=64", "batch_size=256", "n_epochs=4", "ent_coef=0.01",
                  "learning_rate=1e-3", "eval_freq=20000", "n_eval_episodes=100", *changes)))


def long_maze(preset, *changes):
    return maze(preset, "exploration_final_eps=0.004", "exploration_fraction=0.05", "train_freq=64", *changes,
                length=250, steps=4_000_000, seeds="1")


# Osband et al. 2020, experiments/memory_len/sweep.py.
ALL_LENGTHS = (*range(1, 11), 12, 14, 17, 20, 25, *range(30, 101, 10))
SOME_LENGTHS = (1, 3, 10, 30, 100)


def memory_len(lengths, *changes):
    """10,000 episodes of each length, an update an episode; every step of an episode is in one sequence."""
    def of_length(length):
        steps = length + 1
        values = {"L": length, "T": steps}
        return ("--steps", str(10_000 * steps), *settings(
            f"environment.memory_length={length}", f"train_freq={steps}", f"sequence_length={steps}",
            *(change.format(**values) for change in changes)))
    return Experiment("memory-len", report_memory_len, "1", settings("eval_freq=0"),
                      {f"-{length}": of_length(length) for length in lengths})


def repeat_previous(k, *changes):
    return Experiment("repeat-previous", report_goal, "1", ("--until", "0.95", *settings(f"environment.k={k}", *changes)))


def lab(task, memory, *arguments, seeds="1,2,3,4"):
    return Experiment(task, report_laboratory, seeds, ("--memory", memory, *arguments), study)


def field(preset, *changes, report=report_field):
    return Experiment(preset, report, "11,12,13", settings(*changes))


GRU = ("memory.kind=gru",)
NTM = ("memory.kind=ntm", "memory.controller=feedforward", "memory.slots=32", "memory.width=16", "memory.hidden=32")
DNC = ("memory.kind=dnc", "memory.slots=16", "memory.hidden=32")
MANN = ("memory.kind=mann", "memory.slots=16", "memory.hidden=32")

EXPERIMENTS = {
    "cartpole": Experiment("cartpole", report_cartpole, "1,2,3,4,5"),
    "cartpole-masked": Experiment("cartpole-masked", report_goal, "1,2,3", ("--until", "475")),
    "breakout-dqn": Experiment("breakout-dqn", report_breakout, "1,2,3,4,5"),
    "maze-none": maze("tmaze", "memory.kind=none", seeds="1"),
    "maze-lstm": maze("tmaze"),
    "maze-gru": maze("tmaze", *GRU),
    "maze-ntm": maze("tmaze-ntm"),
    "maze-ntm_lstm": maze("tmaze-ntm", "memory.controller=lstm"),
    "maze-dnc": maze("tmaze", *DNC),
    "maze-memory_bank": maze("tmaze", "memory.kind=memory_bank", "memory.length=50"),
    "maze-transformer": maze("tmaze", "memory.kind=transformer", "memory.length=51"),
    **{f"maze-{learner}-{memory}": rollout_maze(f"tmaze-{learner}", f"memory.kind={memory}")
       for learner in ("ppo", "pqn") for memory in ("lstm", "gru", "min_gru", "ntm")},
    "maze-ppo-memory_bank": rollout_maze("tmaze-ppo", "memory.kind=memory_bank", "memory.length=64"),
    "maze-ppo-lru": rollout_maze("tmaze-ppo", "memory.kind=lru", "learning_rate=5e-4"),
    "maze-pqn-lru": rollout_maze("tmaze-pqn", "memory.kind=lru"),
    "catch-ppo-hierarchical": catch_policy("catch-hierarchical", 0.95),
    "catch-ppo-flicker": catch_policy("catch-attention", 0.9, "environment.distractors=0", "environment.flicker_prob=0.3",
                                      "memory.kind=gru", "memory.hidden=64"),
    "maze250-lstm": long_maze("tmaze", "memory.chrono_length=250"),
    "maze250-ntm": long_maze("tmaze-ntm"),
    "memory_len-lstm": memory_len(ALL_LENGTHS, "memory.chrono_length={T}"),
    "memory_len-ntm": memory_len(ALL_LENGTHS, *NTM),
    "memory_len-gru": memory_len(SOME_LENGTHS, *GRU, "memory.chrono_length={T}"),
    "memory_len-dnc": memory_len(SOME_LENGTHS, *DNC, "memory.chrono_length={T}"),
    "memory_len-mann": memory_len(SOME_LENGTHS, *MANN, "memory.chrono_length={T}"),
    "memory_len-memory_bank": memory_len(SOME_LENGTHS, "memory.kind=memory_bank", "memory.length={T}"),
    "memory_len-temporal": memory_len(SOME_LENGTHS, "memory.kind=temporal", "memory.length={T}"),
    "memory_len-transformer": memory_len(SOME_LENGTHS, "memory.kind=transformer", "memory.length={T}"),
    "repeat_previous-lstm-4": repeat_previous(4),
    "repeat_previous-lstm-32": repeat_previous(32, "memory.hidden=128", "memory.chrono_length=32"),
    "repeat_previous-ntm-4": repeat_previous(4, *NTM),
    "repeat_previous-ntm-32": repeat_previous(32, *NTM, "memory.slots=64"),
    "tanks": field("tanks"),
    # Without a memory an update takes single steps, not sequences: ten times as many steps, to be fair.
    "tanks-none": field("tanks", "memory.kind=none", "n_timesteps=1200000"),
    "recommend": field("recommend"),
    "tagging": field("tagging", report=report_tagging),
    "tagging-none": field("tagging", "memory.kind=none", "n_timesteps=600000", report=report_tagging),
    "translation": field("translation", report=report_translation),
    "lab-copy-ntm": lab("copy", "ntm", "--lengths", "40,80,120"),
    "lab-copy-ntm_paper": lab("copy", "ntm", "--preset", "paper", "--lengths", "40,80,120", seeds="1,2"),
    "lab-copy-lstm": lab("copy", "lstm", "--lengths", "40,80,120", seeds="1"),
    "lab-copy-dnc": lab("copy", "dnc", "--lengths", "20,30", seeds="1,2"),
    "lab-repeat_copy-ntm": lab("repeat_copy", "ntm", "--lengths", "10,20"),
    "lab-associative_recall-ntm": lab("associative_recall", "ntm", "--lengths", "6,12"),
    "lab-associative_recall-ntm_paper": lab("associative_recall", "ntm", "--preset", "paper", "--lengths", "6,12",
                                            seeds="1,2"),
    "lab-priority_sort-ntm": lab("priority_sort", "ntm", seeds="1"),
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
            runs = [pool.submit(run_once, arguments.program, experiment, name + suffix,
                                (*experiment.arguments, *further), seed, arguments.folder)
                    for suffix, further in experiment.variants.items() for seed in seeds]
            results = [run.result() for run in runs]
            experiment.report(arguments.program, results)
            seconds = sum(result["seconds"] for result in results)
            print(f"{name}: {seconds / 60:.1f} core-minutes for {len(results)} runs", flush=True)


if __name__ == "__main__":
    main()
