"""Training on the copy task at the NTM paper's size (8 bits, length 20, memory 128 x 20, an LSTM controller of 100 units)
beside pytorch-ntm (github.com/loudinthecloud/pytorch-ntm) with its own task and training code, interleaved in one run
on one core each.

usage: ntm_peer.py PROGRAM CHECKOUT [--rounds 5]

CHECKOUT is a checkout of pytorch-ntm; it needs PyTorch, argcomplete and attrs 19.1 or earlier. A sequence is 41 steps
forward and backward and a step of the optimizer; what is printed is milliseconds a batch.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

LENGTH = 20


def peer_training(checkout, batch_size):
    """Returns a function that trains so many batches with the peer's own code, and tells the seconds."""
    import torch

    sys.path.insert(0, checkout)
    os.chdir(checkout)
    from tasks.copytask import CopyTaskModelTraining, CopyTaskParams
    from train import train_batch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    params = CopyTaskParams(batch_size=batch_size, sequence_min_len=LENGTH, sequence_max_len=LENGTH)
    model = CopyTaskModelTraining(params=params)
    batches = iter(model.dataloader)

    def train(count):
        began = time.perf_counter()
        for _ in range(count):
            _, x, y = next(batches)
            train_batch(model.net, model.criterion, model.optimizer, x, y)
        return time.perf_counter() - began

    return train


def our_training(program, batch_size, count):
    """Seconds of learning, by the program's own clock."""
    command = [program, "lab", "copy", "--min-length", str(LENGTH), "--max-length", str(LENGTH), "--batch-size",
               str(batch_size), "--sequences", str(count * batch_size), "--set", "memory.controller=lstm", "--quiet"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1])["seconds"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("checkout")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for batch_size, theirs_count, ours_count in ((1, 20, 1000), (32, 3, 60)):
        train = peer_training(os.path.abspath(arguments.checkout), batch_size)
        train(1)
        theirs, ours = [], []
        for _ in range(arguments.rounds):
            theirs.append(train(theirs_count) / theirs_count * 1e3)
            ours.append(our_training(program, batch_size, ours_count) / ours_count * 1e3)
        ratio = statistics.median(a / b for a, b in zip(theirs, ours))
        print(f"batch {batch_size}: ours {statistics.median(ours):.3f} ms, pytorch-ntm {statistics.median(theirs):.1f} ms, "
              f"ratio {ratio:.0f}", flush=True)


if __name__ == "__main__":
    main()
