#!/usr/bin/env bash
# usage: bench/gpu.sh PYTHON [OPTIONS of bench/bench.py]
#
# On a machine with a GPU: builds the program without its window against the torch of this Python, runs the unit tests and
# measures what runs on the card, beside what others' programs reach there. With a Python that has gymnasium too, beside
# CleanRL and Stable-Baselines3 (see ./dev bench --peers). QARIUM_HEADERS names folders of headers that the system has not.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
shift
build=build-gpu

"$python" -c 'import sys, torch
if not torch.cuda.is_available(): sys.exit("this torch sees no CUDA device")
print("torch", torch.__version__, "on", torch.cuda.get_device_name())'
cmake -G Ninja -B "$build" -DCMAKE_BUILD_TYPE=Release -DQARIUM_UNITY=ON -DQARIUM_GUI=OFF \
  -DQARIUM_TORCH_PYTHON="$python" -DQARIUM_HEADERS="${QARIUM_HEADERS:-}" | grep '^-- LibTorch'
cmake --build "$build"
for tests in "$build"/bin/qarium_*_tests; do
  echo "$(basename "$tests"): $("$tests" | tail -n 2 | tr '\n' ' ')"
done
python3 bench/bench.py "$build/bin/qarium" --python "$python" --device cuda --only device cartpole atari "$@"
