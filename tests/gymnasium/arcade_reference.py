"""What Gymnasium's own AtariPreprocessing makes of a game, for env_arcade_test.cpp.

usage: arcade_reference.py ID SEED STEPS STICKY NOOP_MAX FRAME_SKIP: a line for the reset and each step, until the game is over:
checksum of the observation, reward, terminated, truncated. Step i takes action (7 i + i // 3) % n. Without OpenCV: "no cv2".
"""

import sys
import zlib

import ale_py
import gymnasium

try:
    import cv2  # noqa: F401: what AtariPreprocessing resizes with
except ImportError:
    print("no cv2")
    sys.exit(0)

name, seed, steps, sticky, noop_max, frame_skip = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), \
    int(sys.argv[5]), int(sys.argv[6])
gymnasium.register_envs(ale_py)
environment = gymnasium.wrappers.AtariPreprocessing(
    gymnasium.make(name, frameskip=1, repeat_action_probability=sticky), noop_max=noop_max, frame_skip=frame_skip,
    screen_size=84, terminal_on_life_loss=False)
observation, _ = environment.reset(seed=seed)
print(zlib.crc32(observation.tobytes()), 0, 0, 0)
for i in range(steps):
    observation, reward, terminated, truncated, _ = environment.step((7 * i + i // 3) % int(environment.action_space.n))
    print(zlib.crc32(observation.tobytes()), int(reward), int(terminated), int(truncated))
    if terminated or truncated:
        break
