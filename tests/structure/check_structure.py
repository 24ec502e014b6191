"""Three rules that keep the house open, read from the sources' includes.

1. No file outside engine/agent/dqn and engine/agent/replay includes their headers, but engine/agent/registry.*, tests and
   benchmarks.
2. No circle of includes.
3. No folder of a workspace under widgets includes another's.
"""

import os
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
FAMILIES = ("engine/agent/dqn/", "engine/agent/replay/")
MAY_KNOW_FAMILIES = FAMILIES + ("engine/agent/registry.", "tests/", "bench/")
WORKSPACES = tuple(f"widgets/{name}/" for name in ("attention", "laboratory", "learn", "memory"))


def includes():
    """file -> the project's files that it includes."""
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.cpp", "*.hpp"], capture_output=True,
                           text=True, check=True).stdout.splitlines()
    names = {name for name in names if os.path.exists(name)}
    graph = {}
    for name in sorted(names):
        with open(name, encoding="utf-8") as file:
            found = INCLUDE.findall(file.read())
        beside = os.path.dirname(name)
        graph[name] = [target for include in found for target in (include, os.path.join(beside, include))
                       if target in names]
    return graph


def families_known(graph):
    return [f"{name} includes {target}" for name, targets in graph.items() for target in targets
            if target.startswith(FAMILIES) and not name.startswith(MAY_KNOW_FAMILIES)]


def workspaces_known(graph):
    def workspace(name):
        return next((folder for folder in WORKSPACES if name.startswith(folder)), None)

    return [f"{name} includes {target}" for name, targets in graph.items() for target in targets
            if workspace(name) and workspace(target) and workspace(name) != workspace(target)]


def circles(graph):
    """Each circle once, as the path around it."""
    found, done, path = [], set(), []

    def visit(name):
        if name in path:
            found.append(" -> ".join(path[path.index(name):] + [name]))
            return
        if name in done:
            return
        path.append(name)
        for target in graph[name]:
            visit(target)
        done.add(path.pop())

    for name in graph:
        visit(name)
    return found


def main():
    graph = includes()
    good = True
    for rule, broken in (
            ("headers of engine/agent/dqn and engine/agent/replay are included there, by engine/agent/registry.*, tests "
             "and bench alone", families_known(graph)),
            ("no circle of includes", circles(graph)),
            ("no folder of a workspace includes another's", workspaces_known(graph))):
        print(f"{'broken' if broken else 'holds '}  {rule}" + (f": {len(broken)} times" if broken else ""))
        for line in broken:
            print("        " + line)
        good = good and not broken
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
