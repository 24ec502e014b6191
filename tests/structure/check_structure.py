"""Three rules that keep the house open, read from the sources' includes.

1. No file outside the folders of learners, engine/agent/*, includes their headers, but tests and benchmarks; what is in
   engine/agent/network is for all.
2. No circle of includes.
3. No folder of a workspace under widgets includes another's.
"""

import glob
import os
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
FAMILIES = tuple(sorted(f"{folder}/" for folder in glob.glob("engine/agent/*") if os.path.isdir(folder)
                        and os.path.basename(folder) != "network"))  # which several of them have
WORKSPACES = tuple(sorted(f"{os.path.dirname(file)}/" for file in glob.glob("widgets/*/*_workspace.hpp")))
OTHERS = ("tests/", "bench/")


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
            if target.startswith(FAMILIES) and not name.startswith(FAMILIES + OTHERS)]


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
            ("headers of " + ", ".join(FAMILIES) + " are included there, by tests and bench alone",
             families_known(graph)),
            ("no circle of includes", circles(graph)),
            ("no folder of a workspace includes another's", workspaces_known(graph))):
        print(f"{'broken' if broken else 'holds '}  {rule}" + (f": {len(broken)} times" if broken else ""))
        for line in broken:
            print("        " + line)
        good = good and not broken
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
