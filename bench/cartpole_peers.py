"""A DQN learning CartPole: ours beside CleanRL's dqn.py and Stable-Baselines3, the same algorithm, network and settings,
each pinned to one core, in turn.

usage: cartpole_peers.py PROGRAM --python P [--cleanrl DQN.PY] [--rounds 3] [--core 0]

P is a Python with torch, gymnasium and stable-baselines3; DQN.PY is CleanRL's file, with cleanrl_utils beside it. What
is timed are 50,000 steps of learning: a run of 60,000 steps whose first 10,000 fill replay, less a run of these alone.
The mean of the last 100 training episodes stands beside the seconds: the work is the same.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

FILL, LEARN = 10_000, 50_000

SB3 = """
import sys
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.monitor import Monitor
import gymnasium
torch.set_num_threads(1)
steps, seed = int(sys.argv[1]), int(sys.argv[2])
env = Monitor(gymnasium.make("CartPole-v1"))
model = DQN("MlpPolicy", env, learning_rate=2.5e-4, buffer_size=10000, learning_starts=10000, batch_size=128, tau=1.0,
            gamma=0.99, train_freq=10, gradient_steps=1, target_update_interval=500, exploration_fraction=0.5,
            exploration_initial_eps=1, exploration_final_eps=0.05, max_grad_norm=1e9,
            policy_kwargs=dict(net_arch=[120, 84]), seed=seed, device="cpu")
model.learn(steps, log_interval=None)
returns = env.get_episode_rewards()[-100:]
print("return", sum(returns) / len(returns))
"""

OURS = ["--env", "CartPole-v1", "--set", "encoder.width=120", "--set", "head.width=84", "--set", "learning_rate=2.5e-4",
        "--set", "buffer_size=10000", "--set", "learning_starts=10000", "--set", "batch_size=128", "--set",
        "train_freq=10", "--set", "gradient_steps=1", "--set", "target_update_interval=500", "--set",
        "exploration_fraction=0.5", "--set", "exploration_final_eps=0.05", "--set", "loss=mse", "--set", "optimizer=adam",
        "--set", "optimizer_eps=1e-8", "--set", "max_grad_norm=1e6", "--set", "double_q=false", "--set", "eval_freq=0"]


def timed(command, core, folder, **environment):
    began = time.monotonic()
    result = subprocess.run(["taskset", "-c", str(core), *command], capture_output=True, text=True, cwd=folder,
                            env=dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", **environment))
    if result.returncode != 0:
        sys.exit(result.stderr[-2000:])
    return time.monotonic() - began, result.stdout


def ours(arguments, steps, seed, folder):
    # One horizon for both runs, so that exploration is the same.
    seconds, output = timed([arguments.program, "train", *OURS, "--set", f"n_timesteps={FILL + LEARN}", "--steps",
                             str(steps), "--seed", str(seed), "--run", "none", "--quiet"], arguments.core, folder)
    return seconds, json.loads(output)["mean_return_100"]


def cleanrl(arguments, steps, seed, folder):
    seconds, output = timed([arguments.python, arguments.cleanrl, "--no-cuda", "--total-timesteps", str(steps), "--seed",
                             str(seed), "--learning-starts", str(FILL)], arguments.core, folder,
                            PYTHONPATH=os.path.dirname(os.path.abspath(arguments.cleanrl)))
    returns = [float(found) for found in re.findall(r"episodic_return=\[?\s*([0-9.]+)", output)][-100:]
    return seconds, statistics.mean(returns)


def stable_baselines3(arguments, steps, seed, folder):
    seconds, output = timed([arguments.python, "-c", SB3, str(steps), str(seed)], arguments.core, folder)
    return seconds, float(output.split()[-1])


def learning_seconds(side, arguments, seed, folder):
    filling, _ = side(arguments, FILL, seed, folder)
    whole, mean_return = side(arguments, FILL + LEARN, seed, folder)
    return whole - filling, mean_return


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--python", required=True, type=os.path.abspath)
    parser.add_argument("--cleanrl", type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    arguments = parser.parse_args()
    sides = {"ours": ours, "Stable-Baselines3": stable_baselines3}
    if arguments.cleanrl:
        sides["CleanRL"] = cleanrl
    found = {name: [] for name in sides}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, arguments.rounds + 1):
            for name, side in sides.items():
                found[name].append(learning_seconds(side, arguments, seed, folder))
    for name, pairs in found.items():
        seconds = [pair[0] for pair in pairs]
        ratios = [theirs / own[0] for theirs, own in zip(seconds, found["ours"])]
        print(f"{name}: {statistics.median(seconds):.2f} s for {LEARN} steps, {statistics.median(ratios):.1f} times ours "
              f"({min(ratios):.1f} to {max(ratios):.1f}); mean return "
              f"{', '.join(f'{pair[1]:.0f}' for pair in pairs)}")


if __name__ == "__main__":
    main()
