"""Draws the laboratory's curves from the runs of `./dev learn lab-TASK-MEMORY` as one SVG: a plot an experiment, a line a
seed, the mean over each thousand sequences.

usage: curves.py [--folder runs/learn] [--out bench/laboratory_curves.svg]
"""

import argparse
import csv
import glob
import os
import re

WIDTH, HEIGHT = 300, 170  # of a plot, within the axes
LEFT, TOP, GAP = 52, 44, 78
COLUMNS = 3
POINT = 1_000  # sequences
COLOURS = ("#8b6ff0", "#2f9e8f", "#d98a1f", "#3b82e0")


def read_curve(file):
    """[(sequences, mean bits a sequence over the last thousand)]."""
    points, total, count = [], 0.0, 0
    with open(file, encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            total, count = total + float(row["bits_per_sequence"]), count + 1
            sequences = int(row["sequences"])
            if sequences % POINT == 0:
                points.append((sequences, total / count))
                total, count = 0.0, 0
    return points


def read_experiments(folder):
    """{name: {seed: curve}} of the laboratory's runs there."""
    experiments = {}
    for file in sorted(glob.glob(os.path.join(folder, "lab-*", "curve.csv"))):
        name, seed = re.fullmatch(r"lab-(.*)-(\d+)", os.path.basename(os.path.dirname(file))).groups()
        experiments.setdefault(name, {})[int(seed)] = read_curve(file)
    return experiments


def nice(value):
    """The least of 1, 2, 5 times a power of ten that is not below."""
    power = 10.0 ** (len(str(int(value))) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def text(x, y, words, anchor="start", weight="normal", colour="#5b6775"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{colour}">{words}</text>')


def plot(name, curves, x, y):
    longest = max(point[0] for curve in curves.values() for point in curve)
    most = nice(max(point[1] for curve in curves.values() for point in curve))
    parts = [text(x, y - 12, name.replace("_", " "), weight="600", colour="#18202a")]
    for share in (0, 0.5, 1):
        at = y + HEIGHT * (1 - share)
        parts.append(f'<line x1="{x}" y1="{at:.1f}" x2="{x + WIDTH}" y2="{at:.1f}" stroke="#d9dfe6"/>')
        parts.append(text(x - 6, at + 4, f"{most * share:g}", "end"))
        parts.append(text(x + WIDTH * share, y + HEIGHT + 16, f"{longest * share / 1000:g} k", "middle"))
    for place, (seed, curve) in enumerate(sorted(curves.items())):
        colour = COLOURS[place % len(COLOURS)]
        line = " ".join(f"{x + WIDTH * sequences / longest:.1f},{y + HEIGHT * (1 - bits / most):.1f}"
                        for sequences, bits in curve)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(text(x + WIDTH - 4, y + 14 + 15 * place, f"seed {seed}", "end", colour=colour))
    return "\n".join(parts)


def draw(experiments):
    rows = (len(experiments) + COLUMNS - 1) // COLUMNS
    width = COLUMNS * (WIDTH + GAP) + 8
    height = rows * (HEIGHT + GAP) + 8
    plots = [plot(name, curves, LEFT + i % COLUMNS * (WIDTH + GAP), TOP + i // COLUMNS * (HEIGHT + GAP))
             for i, (name, curves) in enumerate(experiments.items())]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="Inter, sans-serif" '
            f'font-size="12">\n<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(plots) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="runs/learn")
    parser.add_argument("--out", default="bench/laboratory_curves.svg")
    arguments = parser.parse_args()
    experiments = read_experiments(arguments.folder)
    if not experiments:
        parser.error(f"no runs of the laboratory in {arguments.folder}: make them with ./dev learn lab-copy-ntm")
    with open(arguments.out, "w", encoding="utf-8") as file:
        file.write(draw(experiments))


if __name__ == "__main__":
    main()
