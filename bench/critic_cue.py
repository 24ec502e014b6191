"""How much of the attention critic's weight lies on the cue of a T-maze, and what deleting it does to V.

usage: critic_cue.py QARIUM RUN [--episodes 100] [--seed 7000]

RUN was trained on tmaze_passive with critic = attention. At the last step of each greedy episode, where the goal is chosen, it
prints the mean of alpha on the cue's step (beside 1/n, its share of the n states), and how far V moves when that step is
taken out of the weights (the others renormalised), beside each of the other steps taken out alone. V = sum alpha_k v_k, so V
without step c is (V - alpha_c v_c) / (1 - alpha_c).
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile


def without(weights, values, place):
    rest = 1 - weights[place]
    return sum(w * v for k, (w, v) in enumerate(zip(weights, values)) if k != place) / max(rest, 1e-9)


def steps_of(export):
    for episode in export["episodes"]:
        yield episode["steps"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("qarium")
    parser.add_argument("run")
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "episodes.json"
        subprocess.run([given.qarium, "export", "--run", given.run, "--to", "json", "--episodes", str(given.episodes),
                        "--seed", str(given.seed), str(file)], check=True, stdout=subprocess.DEVNULL)
        export = json.loads(file.read_text())
    mass, shares, by_cue, by_others, returns = [], [], [], [], []
    for steps in steps_of(export):
        critic = steps[-1]["critic"]
        n = min(len(steps), len(critic["weights"]))
        weights, values = critic["weights"][-n:], critic["values"][-n:]
        if n < len(steps):
            raise SystemExit("the window does not reach back to the cue: choose a greater critic_window")
        whole = sum(w * v for w, v in zip(weights, values))
        moved = [abs(without(weights, values, place) - whole) for place in range(n)]
        mass.append(weights[0])
        shares.append(1 / n)
        by_cue.append(moved[0])
        by_others.append(statistics.mean(moved[1:]))
        returns.append(sum(step["reward"] for step in steps))
    more = sum(cue > other for cue, other in zip(by_cue, by_others))
    print(f"{len(mass)} episodes, mean return {statistics.mean(returns):.3f}: alpha on the cue {statistics.mean(mass):.3f} "
          f"(least {min(mass):.3f}; share {statistics.mean(shares):.3f}); V moves by {statistics.mean(by_cue):.4f} without the "
          f"cue, by {statistics.mean(by_others):.4f} without another step; more in {more} of {len(mass)}")


if __name__ == "__main__":
    main()
