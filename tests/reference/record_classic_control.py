"""Records reference trajectories of CartPole-v1, MountainCar-v0 and Acrobot-v1 from Gymnasium.

    pip install gymnasium==0.29.1 numpy==1.26.4
    python record_classic_control.py

writes cartpole.txt, mountain_car.txt and acrobot.txt beside itself. Lines that begin with # say where the numbers come
from. Each episode is a line "episode", a line with the initial state and observation, and one line per step:

    action reward terminated truncated | state (float64) | observation (float32)

Numbers are written with the fewest digits that read back as the same value. A state follows from the line before it, so
every pair of lines is one reference transition.
"""

import os

# numpy's vectorised sine and cosine differ from the C library's in the last digit.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"

import math
import pathlib
import platform
import warnings

warnings.filterwarnings("ignore")  # numpy's, where the machine has fewer of these features

import gymnasium
import numpy

HERE = pathlib.Path(__file__).parent


def balance(state):
    """Keeps CartPole's pole up."""
    x, x_dot, theta, theta_dot = state
    return int(theta + 0.3 * theta_dot + 0.05 * x + 0.1 * x_dot > 0)


def swing_car(state):
    """Pushes MountainCar where it is going."""
    return 2 if state[1] >= 0 else 0


def swing_car_to_the_wall(state):
    """Swings MountainCar up the other side until the wall stops it."""
    return 2 if state[1] >= 0 and state[0] < 0.3 else 0


def swing_links(state):
    """Pumps energy into Acrobot."""
    return 2 if state[3] > 0 else 0


# file, id, and for each episode its policy and the probability of a random action instead
RECORDS = [
    ("cartpole", "CartPole-v1", [(balance, 1.0)] * 8 + [(balance, 0.05)]),
    ("mountain_car", "MountainCar-v0", [(swing_car, 1.0), (swing_car, 0.2), (swing_car_to_the_wall, 0.0)]),
    ("acrobot", "Acrobot-v1", [(swing_links, 1.0), (swing_links, 0.1)]),
]


def numbers(state, observation):
    return f"| {' '.join(repr(float(s)) for s in state)} | {' '.join(str(numpy.float32(o)) for o in observation)}"


def record(name, environment_id, episodes):
    environment = gymnasium.make(environment_id, disable_env_checker=True)
    random = numpy.random.RandomState(7)
    lines = [
        f"# {environment_id}, gymnasium {gymnasium.__version__}, numpy {numpy.__version__}, "
        f"Python {platform.python_version()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}",
        "# action reward terminated truncated | state | observation",
    ]
    for episode, (policy, probability) in enumerate(episodes):
        observation, _ = environment.reset(seed=episode)
        lines += ["episode", numbers(environment.unwrapped.state, observation)]
        over = False
        while not over:
            explore = random.rand() < probability
            state = environment.unwrapped.state
            action = int(random.randint(environment.action_space.n)) if explore else policy(state)
            observation, reward, terminated, truncated, _ = environment.step(action)
            over = terminated or truncated
            assert all(math.isfinite(s) for s in environment.unwrapped.state)
            lines.append(
                f"{action} {reward:g} {int(terminated)} {int(truncated)} "
                + numbers(environment.unwrapped.state, observation)
            )
    (HERE / f"{name}.txt").write_text("\n".join(lines) + "\n")


for arguments in RECORDS:
    record(*arguments)
