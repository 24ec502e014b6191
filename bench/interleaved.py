"""Two sides of a claim about speed, measured in turn in one run, and how it is told."""

import os
import resource
import statistics
import subprocess
import time
from typing import NamedTuple


class Comparison(NamedTuple):
    """What one kind of work costs us and a peer: figures of the same rounds."""

    work: str
    peer: str
    unit: str
    ours: list
    theirs: list
    more_is_better: bool = False
    note: str = ""

    def ratios(self):
        """How many times as fast ours is, by round."""
        pairs = zip(self.ours, self.theirs)
        return [ours / theirs if self.more_is_better else theirs / ours for ours, theirs in pairs]

    def figures(self):
        ratios = self.ratios()
        return (figure(statistics.median(self.ours)), figure(statistics.median(self.theirs)),
                f"{figure(statistics.median(ratios))} ({figure(min(ratios))} to {figure(max(ratios))})")

    def line(self):
        ours, theirs, ratio = self.figures()
        return (f"{self.work}: ours {ours}, {self.peer} {theirs} {self.unit}, {ratio} times as fast over "
                f"{len(self.ours)} rounds{'; ' + self.note if self.note else ''}")

    def row(self):
        """Of a table in Markdown."""
        ours, theirs, ratio = self.figures()
        return f"| {self.work} | {self.peer} | {theirs} {self.unit} | {ours} {self.unit} | {ratio} | {self.note} |"


HEAD = "| work | peer | peer's | ours | times as fast | |\n|---|---|---|---|---|---|"


def figure(value):
    """With three digits that count, and thousands apart."""
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


class Failed(Exception):
    """A side could not be measured; the words say why."""


def unpinned(command, folder=None, **variables):
    """Runs a command with one thread of arithmetic -> (seconds, its standard output)."""
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", **variables)
    began = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    if result.returncode != 0:
        raise Failed(result.stderr[-2000:])
    return time.monotonic() - began, result.stdout


def pinned(command, core=0, folder=None, **variables):
    """The same on one core."""
    return unpinned(["taskset", "-c", str(core), *command], folder, **variables)


def processor_seconds(command, core=0, **variables):
    """What such a command and its own processes cost the processor."""
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    began = used()
    pinned(command, core, **variables)
    return used() - began


def in_turn(sides, rounds):
    """{name: function of the round} -> {name: figures}, each round one of each."""
    found = {name: [] for name in sides}
    for number in range(1, rounds + 1):
        for name, side in sides.items():
            found[name].append(side(number))
    return found
