"""PPO and PQN learning CartPole: ours beside CleanRL's ppo.py and pqn.py and Stable-Baselines3's PPO at CleanRL's settings:
4 environments of 128 steps, 4 epochs of 4 minibatches, networks of 64 and 64 units (pqn.py: 120 and 84).

What is timed is a run of 100,000 steps less one of 10,000, start-up and imports aside. CleanRL's and Stable-Baselines3's
policy and critic share no layer; ours share the first.
"""

import json
import os
import re
import statistics
import tempfile

from interleaved import Comparison, in_turn, pinned

SHORT, LONG = 10_240, 102_400

SB3 = """
import sys
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
torch.set_num_threads(1)
steps, seed, device = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
env = make_vec_env("CartPole-v1", n_envs=4, seed=seed)
model = PPO("MlpPolicy", env, learning_rate=2.5e-4, n_steps=128, batch_size=128, n_epochs=4, gae_lambda=0.95, clip_range=0.2,
            ent_coef=0.01, vf_coef=0.5, max_grad_norm=0.5, policy_kwargs=dict(net_arch=[64, 64]), seed=seed, device=device)
model.learn(steps, log_interval=None)
returns = [episode["r"] for episode in model.ep_info_buffer]
print("return", sum(returns) / len(returns))
"""

COMMON = {"environment.id": "CartPole-v1", "n_envs": 4, "n_steps": 128, "batch_size": 128, "n_epochs": 4,
          "learning_rate": 2.5e-4, "learning_rate_schedule": "linear", "eval_freq": 0}
PPO = {**COMMON, "algorithm": "ppo", "gae_lambda": 0.95, "clip_range": 0.2, "ent_coef": 0.01, "encoder.width": 64,
       "head.width": 64}
PQN = {**COMMON, "algorithm": "pqn", "q_lambda": 0.65, "exploration_fraction": 0.5, "max_grad_norm": 10,
       "encoder.width": 120, "head.width": 84}


def ours(settings):
    def run(tools, steps, seed, folder):
        file = os.path.join(folder, "settings.toml")
        with open(file, "w", encoding="utf-8") as out:
            tables = {}
            for name, value in settings.items():
                table, _, key = name.rpartition(".")
                tables.setdefault(table, []).append(f"{key} = {json.dumps(value)}")
            out.write("\n".join(tables.pop("")) + "\n")
            for table, lines in tables.items():
                out.write(f"[{table}]\n" + "\n".join(lines) + "\n")
        seconds, output = pinned([tools.program, "train", "--config", file, "--set", f"n_timesteps={LONG}", "--steps",
                                  str(steps), "--seed", str(seed), "--run", "none", "--quiet", "--device", tools.device],
                                 tools.core, folder)
        return seconds, json.loads(output)["mean_return_100"]

    return run


def cleanrl(script):
    def run(tools, steps, seed, folder):
        checkout = tools.source("cleanrl")
        command = [tools.python, os.path.join(checkout, "cleanrl", script), "--total-timesteps", str(steps), "--seed",
                   str(seed), "--cuda" if tools.device == "cuda" else "--no-cuda"]
        seconds, output = pinned(command, tools.core, folder, PYTHONPATH=os.pathsep.join(
            [checkout, tools.source("gymnasium-0.29"), os.environ.get("PYTHONPATH", "")]))
        returns = [float(found) for found in re.findall(r"episodic_return=\[?\s*([0-9.]+)", output)][-100:]
        return seconds, statistics.mean(returns)

    return run


def stable_baselines3(tools, steps, seed, folder):
    seconds, output = pinned([tools.python, "-c", SB3, str(steps), str(seed), tools.device], tools.core, folder)
    return seconds, float(output.split()[-1])


def compare(tools):
    tools.needs("torch", "gymnasium", "stable_baselines3", "tyro", "tensorboard")
    for algorithm, settings, peers in (
            ("PPO", PPO, {"CleanRL's ppo.py": cleanrl("ppo.py"), "Stable-Baselines3": stable_baselines3}),
            ("PQN", PQN, {"CleanRL's pqn.py": cleanrl("pqn.py")})):
        returns = {}
        with tempfile.TemporaryDirectory() as folder:
            def learning(name, side):
                def seconds(seed):
                    short, _ = side(tools, SHORT, seed, folder)
                    whole, mean_return = side(tools, LONG, seed, folder)
                    returns.setdefault(name, []).append(f"{mean_return:.0f}")
                    return whole - short

                return seconds

            sides = {"ours": ours(settings), **peers}
            found = in_turn({name: learning(name, side) for name, side in sides.items()}, tools.rounds)
        for name in peers:
            yield Comparison(f"{algorithm} learning CartPole at CleanRL's settings, {LONG - SHORT:,} steps", name, "s",
                             found["ours"], found[name],
                             note=f"returns {', '.join(returns['ours'])} beside {', '.join(returns[name])}")
