"""Training on the copy task at the NTM paper's size (8 bits, length 20, memory 128 x 20, an LSTM controller of 100 units)
beside pytorch-ntm (github.com/loudinthecloud/pytorch-ntm) with its own task and training code.

A sequence is 41 steps forward and backward and a step of the optimizer.
"""

import json

from interleaved import Comparison, in_turn, pinned

LENGTH = 20
THEIRS = """
import sys
import time
import torch
from tasks.copytask import CopyTaskModelTraining, CopyTaskParams
from train import train_batch
torch.set_num_threads(1)
torch.set_flush_denormal(True)
batch_size, length, count = (int(argument) for argument in sys.argv[1:4])
params = CopyTaskParams(batch_size=batch_size, sequence_min_len=length, sequence_max_len=length)
model = CopyTaskModelTraining(params=params)
batches = iter(model.dataloader)
for number in range(count + 1):
    if number == 1:
        began = time.perf_counter()
    _, x, y = next(batches)
    train_batch(model.net, model.criterion, model.optimizer, x, y)
print(time.perf_counter() - began)
"""


def theirs(tools, batch_size, count):
    checkout = tools.source("pytorch-ntm")
    output = pinned([tools.python, "-c", THEIRS, str(batch_size), str(LENGTH), str(count)], tools.core, checkout,
                    PYTHONPATH=checkout)[1]
    return 1e3 * float(output.split()[-1]) / count


def ours(tools, batch_size, count):
    """By the program's own clock of learning."""
    output = pinned([tools.program, "lab", "copy", "--min-length", str(LENGTH), "--max-length", str(LENGTH), "--batch-size",
                     str(batch_size), "--sequences", str(count * batch_size), "--set", "memory.controller=lstm",
                     "--quiet"], tools.core)[1]
    return 1e3 * json.loads(output.splitlines()[-1])["seconds"] / count


def compare(tools):
    tools.needs("torch", "argcomplete", "attr")
    for batch_size, their_count, our_count in ((1, 20, 1000), (32, 3, 60)):
        found = in_turn({"ours": lambda _, n=batch_size, count=our_count: ours(tools, n, count),
                         "theirs": lambda _, n=batch_size, count=their_count: theirs(tools, n, count)}, tools.rounds)
        yield Comparison(f"training on NTM copy, memory 128 x 20, LSTM of 100, a batch of {batch_size}", "pytorch-ntm", "ms",
                         found["ours"], found["theirs"])
