"""A DQN learning Atari Pong in plain PyTorch, with the algorithm, network and settings of CleanRL's dqn_atari.py.

usage: plain_atari_dqn.py FILL STEPS [DEVICE], with a Python that has torch, gymnasium, ale-py and OpenCV

FILL steps fill replay. Prints milliseconds of processor time as JSON: `update` (sampling, both passes, loss, gradient and
optimizer), `step` (of the agent, over STEPS of them, with acting, the game and an update for four of them), and
`convolutions` (those of an update alone: forward for the target, forward and back for what learns).
"""

import json
import statistics
import sys
import time

import ale_py
import gymnasium
import numpy
import torch

FILL, STEPS = int(sys.argv[1]), int(sys.argv[2])
DEVICE = sys.argv[3] if len(sys.argv) > 3 else "cpu"
EPSILON, BATCH = 0.01, 32


class PlainDqn:
    def __init__(self):
        torch.set_num_threads(1)
        gymnasium.register_envs(ale_py)
        environment = gymnasium.make("ALE/Pong-v5", frameskip=1, repeat_action_probability=0.0)
        environment = gymnasium.wrappers.AtariPreprocessing(environment, noop_max=30, frame_skip=4, screen_size=84)
        self.environment = gymnasium.wrappers.FrameStackObservation(environment, 4)
        self.online, self.target = self.network().to(DEVICE), self.network().to(DEVICE)
        self.optimizer = torch.optim.Adam(self.online.parameters(), lr=1e-4)
        shape = (FILL + 4, 4, 84, 84)
        self.before, self.after = numpy.zeros(shape, numpy.uint8), numpy.zeros(shape, numpy.uint8)
        self.actions, self.rewards, self.ends = (numpy.zeros(len(self.before), kind) for kind in (int, "f4", "f4"))
        self.at = 0
        self.seen, _ = self.environment.reset(seed=1)
        self.random = numpy.random.RandomState(1)
        for _ in range(FILL):
            self.step(1)

    @staticmethod
    def network():
        layers = torch.nn
        return layers.Sequential(
            layers.Conv2d(4, 32, 8, stride=4), layers.ReLU(), layers.Conv2d(32, 64, 4, stride=2), layers.ReLU(),
            layers.Conv2d(64, 64, 3), layers.ReLU(), layers.Flatten(), layers.Linear(3136, 512), layers.ReLU(),
            layers.Linear(512, 6))

    def step(self, epsilon=EPSILON):
        if self.random.random_sample() < epsilon:
            action = int(self.random.randint(6))
        else:
            with torch.no_grad():
                action = int(self.online(torch.from_numpy(numpy.asarray(self.seen)[None]).to(DEVICE) / 255.0).argmax(1)[0])
        after, reward, terminated, truncated, _ = self.environment.step(action)
        at = self.at = (self.at + 1) % len(self.before)
        self.before[at], self.after[at], self.actions[at] = self.seen, after, action
        self.rewards[at], self.ends[at] = numpy.sign(reward), terminated
        self.seen = self.environment.reset()[0] if terminated or truncated else after

    def update(self):
        rows = self.random.randint(len(self.before), size=BATCH)
        before, after, actions, rewards, ends = (
            torch.from_numpy(part[rows]).to(DEVICE) for part in (self.before, self.after, self.actions, self.rewards, self.ends))
        with torch.no_grad():
            best = self.target(after / 255.0).max(dim=1)[0]
            wanted = rewards + 0.99 * best * (1 - ends)
        value = self.online(before / 255.0).gather(1, actions[:, None]).squeeze()
        loss = torch.nn.functional.mse_loss(wanted, value)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def convolutions(self):
        batch = torch.rand(BATCH, 4, 84, 84, device=DEVICE)
        with torch.no_grad():
            self.target[:6](batch)
        self.online[:6](batch).sum().backward()


def milliseconds(act, times):
    """The median of single calls."""
    for _ in range(3):
        act()
    taken = []
    for _ in range(times):
        began = time.process_time()
        act()
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        taken.append(time.process_time() - began)
    return 1e3 * statistics.median(taken)


def milliseconds_a_step(dqn):
    began = time.process_time()
    for number in range(STEPS):
        dqn.step()
        if number % 4 == 3:
            dqn.update()
    return 1e3 * (time.process_time() - began) / STEPS


def main():
    dqn = PlainDqn()
    print(json.dumps({"update": milliseconds(dqn.update, 25), "convolutions": milliseconds(dqn.convolutions, 15),
                      "step": milliseconds_a_step(dqn)}))


if __name__ == "__main__":
    main()
