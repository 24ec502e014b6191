"""A DQN learning Atari Pong: ours beside the same in plain PyTorch, with the algorithm, network and settings of CleanRL's
dqn_atari.py, each on one core, in turn. All times are those of the processor, of workers too, so that what runs beside counts
for little.

usage: PYTHON atari_peer.py QARIUM QARIUM_ATARI_BENCH --games P [--rounds 5] [--steps 1200] [--core 0]

PYTHON has torch, gymnasium, ale-py and OpenCV; P is the Python that ours plays in (./dev gym). An update: sampling, both
passes, loss, gradient and optimizer. The whole: agent steps with acting, stepping (frame skip 4, 84x84, stack of 4) and an
update for four of them; of ours it is a run whose first steps fill replay, less a run of these alone. The floor is what the
same PyTorch takes for the three convolutions alone: forward for the target, forward and back for what learns.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

FILL, EPSILON, BATCH = 1_000, 0.01, 32
# Ours with what CleanRL does: no double Q-learning, one step, mean squared error.
SETTINGS = {"double_q": "false", "n_step": 1, "loss": "mse", "eval_freq": 0, "buffer_size": 10_000, "learning_starts": FILL,
            "exploration_initial_eps": EPSILON, "exploration_final_eps": EPSILON}


def on_core(core):
    os.sched_setaffinity(0, {core})
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")


def of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Peer:
    """In plain PyTorch, as CleanRL writes it."""

    def __init__(self):
        import ale_py
        import gymnasium
        import numpy
        import torch
        torch.set_num_threads(1)
        self.torch, self.numpy = torch, numpy
        gymnasium.register_envs(ale_py)
        environment = gymnasium.make("ALE/Pong-v5", frameskip=1, repeat_action_probability=0.0)
        environment = gymnasium.wrappers.AtariPreprocessing(environment, noop_max=30, frame_skip=4, screen_size=84)
        self.environment = gymnasium.wrappers.FrameStackObservation(environment, 4)
        layers = torch.nn
        make = lambda: layers.Sequential(
            layers.Conv2d(4, 32, 8, stride=4), layers.ReLU(), layers.Conv2d(32, 64, 4, stride=2), layers.ReLU(),
            layers.Conv2d(64, 64, 3), layers.ReLU(), layers.Flatten(), layers.Linear(3136, 512), layers.ReLU(),
            layers.Linear(512, 6))
        self.online, self.target = make(), make()
        self.optimizer = torch.optim.Adam(self.online.parameters(), lr=1e-4)
        shape = (FILL + 4, 4, 84, 84)
        self.before, self.after = numpy.zeros(shape, numpy.uint8), numpy.zeros(shape, numpy.uint8)
        self.actions, self.rewards, self.ends = (numpy.zeros(len(self.before), kind) for kind in (int, "f4", "f4"))
        self.at = 0
        self.seen, _ = self.environment.reset(seed=1)
        self.random = numpy.random.RandomState(1)
        for _ in range(FILL):
            self.step(1)

    def step(self, epsilon=EPSILON):
        torch, numpy = self.torch, self.numpy
        if self.random.random_sample() < epsilon:
            action = int(self.random.randint(6))
        else:
            with torch.no_grad():
                action = int(self.online(torch.from_numpy(numpy.asarray(self.seen)[None]) / 255.0).argmax(1)[0])
        after, reward, terminated, truncated, _ = self.environment.step(action)
        at = self.at = (self.at + 1) % len(self.before)
        self.before[at], self.after[at], self.actions[at] = self.seen, after, action
        self.rewards[at], self.ends[at] = numpy.sign(reward), terminated
        self.seen = self.environment.reset()[0] if terminated or truncated else after

    def update(self):
        torch = self.torch
        rows = self.random.randint(len(self.before), size=BATCH)
        before, after, actions, rewards, ends = (
            torch.from_numpy(part[rows]) for part in (self.before, self.after, self.actions, self.rewards, self.ends))
        with torch.no_grad():
            best = self.target(after / 255.0).max(dim=1)[0]
            wanted = rewards + 0.99 * best * (1 - ends)
        value = self.online(before / 255.0).gather(1, actions[:, None]).squeeze()
        loss = torch.nn.functional.mse_loss(wanted, value)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def convolutions(self):
        torch = self.torch
        batch = torch.rand(BATCH, 4, 84, 84)
        with torch.no_grad():
            self.target[:6](batch)
        self.online[:6](batch).sum().backward()

    def seconds(self, act, times):
        for _ in range(3):
            act()
        taken = []
        for _ in range(times):
            began = time.process_time()
            act()
            taken.append(time.process_time() - began)
        return statistics.median(taken)

    def whole(self, steps):
        began = time.process_time()
        for number in range(steps):
            self.step()
            if number % 4 == 3:
                self.update()
        return (time.process_time() - began) / steps


def ours(arguments, steps):
    command = [arguments.program, "train", "--preset", "atari-pong", "--steps", str(steps), "--run", "none", "--quiet",
               "--python", arguments.games]
    for name, value in SETTINGS.items():
        command += ["--set", f"{name}={value}"]
    began = of_children()
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr[-2000:])
    json.loads(result.stdout)
    return of_children() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("bench", type=os.path.abspath)
    parser.add_argument("--games", required=True, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--core", type=int, default=0)
    arguments = parser.parse_args()
    on_core(arguments.core)
    peer = Peer()
    updates, wholes, floors = [], [], []
    for _ in range(arguments.rounds):
        here = float(subprocess.run([arguments.bench, "25"], capture_output=True, text=True, check=True).stdout)
        updates.append((here, 1e3 * peer.seconds(peer.update, 25)))
        floors.append(1e3 * peer.seconds(peer.convolutions, 15))
        filled = ours(arguments, FILL)
        here = 1e3 * (ours(arguments, FILL + arguments.steps) - filled) / arguments.steps
        wholes.append((here, 1e3 * peer.whole(arguments.steps)))
    for name, pairs in (("an update", updates), ("an agent step, all included", wholes)):
        mine, theirs = (statistics.median(side) for side in zip(*pairs))
        ratios = [b / a for a, b in pairs]
        print(f"{name}: ours {mine:.2f} ms, PyTorch {theirs:.2f} ms, ratio {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f})")
    print(f"PyTorch's convolutions of an update alone: {statistics.median(floors):.2f} ms")


if __name__ == "__main__":
    main()
