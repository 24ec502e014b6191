"""A DQN learning CartPole: ours beside CleanRL's dqn.py and Stable-Baselines3, the same algorithm, network and settings.

What is timed are 50,000 steps of learning: a run of 60,000 steps whose first 10,000 fill replay, less a run of these
alone. The mean of the last 100 training episodes stands beside the seconds: the work is the same.
"""

import json
import os
import re
import statistics
import tempfile

from interleaved import Comparison, in_turn, pinned

FILL, LEARN = 10_000, 50_000

SB3 = """
import sys
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.monitor import Monitor
import gymnasium
torch.set_num_threads(1)
steps, seed, device = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
env = Monitor(gymnasium.make("CartPole-v1"))
model = DQN("MlpPolicy", env, learning_rate=2.5e-4, buffer_size=10000, learning_starts=10000, batch_size=128, tau=1.0,
            gamma=0.99, train_freq=10, gradient_steps=1, target_update_interval=500, exploration_fraction=0.5,
            exploration_initial_eps=1, exploration_final_eps=0.05, max_grad_norm=1e9,
            policy_kwargs=dict(net_arch=[120, 84]), seed=seed, device=device)
model.learn(steps, log_interval=None)
returns = env.get_episode_rewards()[-100:]
print("return", sum(returns) / len(returns))
"""

OURS = ["--env", "CartPole-v1", "--set", "encoder.width=120", "--set", "head.width=84", "--set", "learning_rate=2.5e-4",
        "--set", "buffer_size=10000", "--set", "learning_starts=10000", "--set", "batch_size=128", "--set",
        "train_freq=10", "--set", "gradient_steps=1", "--set", "target_update_interval=500", "--set",
        "exploration_fraction=0.5", "--set", "exploration_final_eps=0.05", "--set", "loss=mse", "--set", "optimizer=adam",
        "--set", "optimizer_eps=1e-8", "--set", "max_grad_norm=1e6", "--set", "double_q=false", "--set", "eval_freq=0"]


def ours(tools, steps, seed, folder):
    # One horizon for both runs, so that exploration is the same.
    seconds, output = pinned([tools.program, "train", *OURS, "--set", f"n_timesteps={FILL + LEARN}", "--steps", str(steps),
                              "--seed", str(seed), "--run", "none", "--quiet", "--device", tools.device], tools.core,
                             folder)
    return seconds, json.loads(output)["mean_return_100"]


def cleanrl(tools, steps, seed, folder):
    checkout = tools.source("cleanrl")
    command = [tools.python, os.path.join(checkout, "cleanrl", "dqn.py"), "--total-timesteps", str(steps), "--seed", str(seed),
               "--learning-starts", str(FILL), "--cuda" if tools.device == "cuda" else "--no-cuda"]
    # It reads how episodes end as Gymnasium 0.29 told it.
    seconds, output = pinned(command, tools.core, folder,
                             PYTHONPATH=os.pathsep.join(
                                 [checkout, tools.source("gymnasium-0.29"), os.environ.get("PYTHONPATH", "")]))
    returns = [float(found) for found in re.findall(r"episodic_return=\[?\s*([0-9.]+)", output)][-100:]
    return seconds, statistics.mean(returns)


def stable_baselines3(tools, steps, seed, folder):
    seconds, output = pinned([tools.python, "-c", SB3, str(steps), str(seed), tools.device], tools.core, folder)
    return seconds, float(output.split()[-1])


def compare(tools):
    tools.needs("torch", "gymnasium", "stable_baselines3", "tyro", "tensorboard")
    returns = {}
    with tempfile.TemporaryDirectory() as folder:
        def learning(name, side):
            def seconds(seed):
                filling, _ = side(tools, FILL, seed, folder)
                whole, mean_return = side(tools, FILL + LEARN, seed, folder)
                returns.setdefault(name, []).append(f"{mean_return:.0f}")
                return whole - filling

            return seconds

        sides = {"ours": ours, "CleanRL's dqn.py": cleanrl, "Stable-Baselines3": stable_baselines3}
        found = in_turn({name: learning(name, side) for name, side in sides.items()}, tools.rounds)
    for name in list(sides)[1:]:
        yield Comparison(f"DQN learning CartPole at CleanRL's settings, {LEARN:,} steps", name, "s", found["ours"],
                         found[name], note=f"returns {', '.join(returns['ours'])} beside {', '.join(returns[name])}")
