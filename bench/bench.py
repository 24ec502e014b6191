"""What speed is claimed and how it is measured: ratios only, both sides in turn in one run.

usage: bench.py PROGRAM [--python P] [--sources FOLDER] [--write FILE] [--seconds 20] [--rounds 3] [--core 0]
                [--device cpu] [--only NAME...]

Our own programs (updates, acting, products, sequences), the window, and peers: P is a Python with what they import,
FOLDER holds checkouts of cleanrl, MinAtar and pytorch-ntm. What cannot be measured is named and passed over. FILE is a
document in Markdown whose part between `<!-- bench -->` and `<!-- /bench -->` is written anew. With `--device cuda` both
sides of `cartpole` and `atari` learn on the card, and `device` measures what is ours there (see gpu.sh).
"""

import argparse
import os
import platform
import subprocess
import sys
import time

from interleaved import HEAD, Comparison, Failed, pinned
from peers import (atari_learning, breakout_learning, cartpole_learning, gymnasium_stepping, minatar_stepping,
                   ntm_copy, ppo_learning)
from tools import Tools
import window

OWN = ("update", "act", "product", "sequence", "device")
PEERS = {"cartpole": cartpole_learning, "ppo": ppo_learning, "breakout": breakout_learning, "atari": atari_learning,
         "ntm": ntm_copy, "stepping": minatar_stepping, "gymnasium": gymnasium_stepping}
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


def own(tools, name):
    for line in pinned([tools.beside(f"qarium_{name}_bench")], tools.core)[1].splitlines():
        yield line


def measurements(tools, seconds):
    """{name: what measures it}: each yields sentences and Comparisons."""
    found = {name: lambda name=name: own(tools, name) for name in OWN}
    found.update({name: lambda peer=peer: peer.compare(tools) for name, peer in PEERS.items()})
    found["window"] = lambda: window.throughput(tools.program, seconds, tools.rounds)
    found["first_frame"] = lambda: window.first_frame(tools.program, tools.rounds)
    found["idle"] = lambda: window.idle(tools.program)
    return found


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.processor()


def document(tools, sentences, comparisons):
    version = subprocess.run([tools.program, "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    lines = [BEGIN, f"Made by `./dev bench --peers --write` on {time.strftime('%Y-%m-%d')}: {version}, {processor()}, "
             f"{tools.rounds} rounds; both sides on one core.", "", HEAD]
    lines += [comparison.row() for comparison in comparisons]
    lines += ["", *(f"- {sentence}" for sentence in sentences), END]
    return "\n".join(lines)


def write(path, text):
    with open(path, encoding="utf-8") as file:
        whole = file.read()
    if BEGIN not in whole or END not in whole:
        sys.exit(f"{path} has no part between {BEGIN} and {END}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(whole[: whole.index(BEGIN)] + text + whole[whole.index(END) + len(END):])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--sources", type=os.path.abspath, default="")
    parser.add_argument("--write")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--only", nargs="+")
    arguments = parser.parse_args()
    tools = Tools(arguments.program, arguments.python, arguments.sources, arguments.rounds, arguments.core,
                  arguments.device)
    known = measurements(tools, arguments.seconds)
    unknown = set(arguments.only or []) - set(known)
    if unknown:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    sentences, comparisons = [], []
    for name in arguments.only or [name for name in known if name != "device"]:
        try:
            for result in known[name]():
                if isinstance(result, Comparison):
                    comparisons.append(result)
                    result = result.line()
                else:
                    sentences.append(result)
                print(result, flush=True)
        except (Failed, FileNotFoundError) as error:
            print(f"{name}: passed over: {error}", flush=True)
    if arguments.write:
        write(arguments.write, document(tools, sentences, comparisons))


if __name__ == "__main__":
    main()
