"""Draws curves of learning as one SVG: a plot an experiment, a line a seed.

usage: curves.py [--folder runs/learn] [--out bench/laboratory_curves.svg]
       curves.py --out FILE.svg NAME=RUN[,RUN...] ...

Without names those of the laboratory, from the runs of `./dev learn lab-TASK-MEMORY`: the mean over each thousand sequences.
With names the mean return of the last 100 episodes, by environment steps, of the runs in these folders.
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


def read_run(folder):
    """(its seed, [(environment steps, mean return of the last 100 episodes)])."""
    with open(os.path.join(folder, "config.toml"), encoding="utf-8") as file:
        seed = int(re.search(r"^seed = (\d+)", file.read(), re.MULTILINE).group(1))
    with open(os.path.join(folder, "progress.csv"), encoding="utf-8") as rows:
        points = [(int(row["environment_steps"]), float(row["mean_return_100"])) for row in csv.DictReader(rows)
                  if row["mean_return_100"]]
    return seed, points[::max(1, len(points) // WIDTH)]


def read_named(named):
    """{name: {seed: curve}} of NAME=RUN,RUN."""
    return {name: dict(read_run(folder) for folder in folders.split(","))
            for name, _, folders in (words.partition("=") for words in named)}


def nice(value):
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below."""
    power = 10.0 ** (len(str(int(value))) - 1)
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def text(x, y, words, anchor="start", weight="normal", colour="#5b6775"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{colour}">{words}</text>')


def plot(name, curves, x, y):
    longest = max(point[0] for curve in curves.values() for point in curve)
    values = [point[1] for curve in curves.values() for point in curve]
    least = -nice(max(map(abs, values))) if min(values) < 0 else 0
    most = -least or nice(max(values))
    rises = all(curve[-1][1] > curve[0][1] for curve in curves.values())  # the names stand where no curve is
    parts = [text(x, y - 12, name.replace("_", " "), weight="600", colour="#18202a")]
    for share in (0, 0.5, 1):
        at = y + HEIGHT * (1 - share)
        parts.append(f'<line x1="{x}" y1="{at:.1f}" x2="{x + WIDTH}" y2="{at:.1f}" stroke="#d9dfe6"/>')
        parts.append(text(x - 6, at + 4, f"{least + (most - least) * share:g}", "end"))
        parts.append(text(x + WIDTH * share, y + HEIGHT + 16, f"{longest * share / 1000:.0f} k", "middle"))
    for place, (seed, curve) in enumerate(sorted(curves.items())):
        colour = COLOURS[place % len(COLOURS)]
        line = " ".join(f"{x + WIDTH * along / longest:.1f},{y + HEIGHT * (most - value) / (most - least):.1f}"
                        for along, value in curve)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(text(x + (4 if rises else WIDTH - 4), y + 14 + 15 * place, f"seed {seed}", "start" if rises else "end",
                          colour=colour))
    return "\n".join(parts)


def draw(experiments):
    rows = (len(experiments) + COLUMNS - 1) // COLUMNS
    width = min(COLUMNS, len(experiments)) * (WIDTH + GAP) + 8
    height = rows * (HEIGHT + GAP) + 8
    plots = [plot(name, curves, LEFT + i % COLUMNS * (WIDTH + GAP), TOP + i // COLUMNS * (HEIGHT + GAP))
             for i, (name, curves) in enumerate(experiments.items())]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="Inter, sans-serif" '
            f'font-size="12">\n<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(plots) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("named", nargs="*")
    parser.add_argument("--folder", default="runs/learn")
    parser.add_argument("--out", default="bench/laboratory_curves.svg")
    arguments = parser.parse_args()
    experiments = read_named(arguments.named) if arguments.named else read_experiments(arguments.folder)
    if not experiments:
        parser.error(f"no runs of the laboratory in {arguments.folder}: make them with ./dev learn lab-copy-ntm")
    with open(arguments.out, "w", encoding="utf-8") as file:
        file.write(draw(experiments))


if __name__ == "__main__":
    main()
