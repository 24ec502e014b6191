"""A DQN learning Atari Pong: ours beside the same in plain PyTorch (theirs/plain_atari_dqn.py), at the settings of CleanRL's
dqn_atari.py. All times are those of the processor, of workers too.

An agent step of ours is a run whose first steps fill replay, less a run of these alone; both play in the same Python.
PyTorch's three convolutions alone are the floor of its update.
"""

import json
import os
import statistics

from interleaved import Comparison, in_turn, pinned, processor_seconds

FILL, STEPS = 1_000, 800
THEIRS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "theirs", "plain_atari_dqn.py")
# Ours with what CleanRL does: no double Q-learning, one step, mean squared error.
SETTINGS = {"double_q": "false", "n_step": 1, "loss": "mse", "eval_freq": 0, "buffer_size": 10_000, "learning_starts": FILL,
            "exploration_initial_eps": 0.01, "exploration_final_eps": 0.01}


def learning_seconds(tools, steps):
    command = [tools.program, "train", "--preset", "atari-pong", "--python", tools.python, "--steps", str(steps), "--run", "none", "--quiet",
               "--device", tools.device]
    for name, value in SETTINGS.items():
        command += ["--set", f"{name}={value}"]
    return processor_seconds(command, tools.core)


def compare(tools):
    tools.needs("torch", "gymnasium", "ale_py", "cv2")
    found = in_turn({
        "update": lambda _: float(pinned([tools.beside("qarium_atari_bench"), "25", tools.device], tools.core)[1]),
        "step": lambda _: 1e3 * (learning_seconds(tools, FILL + STEPS) - learning_seconds(tools, FILL)) / STEPS,
        "theirs": lambda _: json.loads(pinned([tools.python, THEIRS, str(FILL), str(STEPS), tools.device], tools.core)[1])},
        tools.rounds)
    for work, name in (("one update of the Nature DQN on Pong, batch 32, processor time", "update"),
                       ("one agent step on Pong with the game and a quarter of an update, processor time", "step")):
        yield Comparison(work, "plain PyTorch", "ms", found[name], [round_[name] for round_ in found["theirs"]])
    floor = statistics.median(round_["convolutions"] for round_ in found["theirs"])
    yield f"PyTorch's convolutions of such an update alone: {floor:.3g} ms"
