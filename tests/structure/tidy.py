"""clang-tidy over every unit of a build folder, and the share of the project's lines that it has read.

usage: tidy.py CLANG_TIDY BUILD_FOLDER JOBS
With QARIUM_TIDY_TIMES set it also says how long each unit took.

The folder is configured with QARIUM_UNITY and without precompiled headers (preset `lint`): a batch reads LibTorch's
headers once for some thirty files. What a file says is therefore reported like what a header says, by .clang-tidy's
HeaderFilterRegex.
"""

import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

# What Catch's macros make of every comparison, and what is as it should be in a test.
NOT_IN_TESTS = ("-bugprone-chained-comparison,-bugprone-integer-division,-bugprone-suspicious-memory-comparison,"
                "-performance-inefficient-vector-operation,-performance-inefficient-string-concatenation")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def project_files():
    names = subprocess.run(["git", "ls-files", "*.cpp", "*.hpp"], capture_output=True, text=True, check=True).stdout
    return [name for name in names.splitlines() if os.path.exists(name)]


def read(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def units(folder):
    """The batches and single files that are compiled."""
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
        found = {entry["file"] for entry in json.load(file)}
    return sorted(name for name in found if re.search(r"\.(cpp|cxx)$", name) and not name.endswith("/version.cpp"))


def files_read(unit, ours):
    """Which of the project's files a unit includes, itself and by way of others."""
    root = os.getcwd()
    seen, waiting = set(), [unit]
    while waiting:
        name = waiting.pop()
        for include in INCLUDE.findall(read(name)):
            include = os.path.relpath(include, root) if os.path.isabs(include) else include
            beside = os.path.relpath(os.path.join(os.path.dirname(name), include), root)
            for candidate in (include, beside):
                if candidate in ours and candidate not in seen:
                    seen.add(candidate)
                    waiting.append(candidate)
    name = os.path.relpath(unit, root)
    return seen | {name} if name in ours else seen


def tidy(program, folder, unit):
    start = time.monotonic()
    command = [program, "-p", folder, "--quiet", "--extra-arg-before=-include",
               "--extra-arg-before=" + os.path.abspath("cmake/lint_prefix.hpp"), unit]
    if os.path.relpath(unit, folder).startswith("tests/") or "/tests/" in os.path.relpath(unit):
        command.append("--checks=" + NOT_IN_TESTS)
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return unit, result, time.monotonic() - start


def main():
    program, folder, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    ours = {name: read(name).count("\n") for name in project_files()}
    reads = {unit: files_read(unit, ours) for unit in units(folder)}
    # The largest first, so that no core waits for a last long one.
    sources = {unit: {name for name in reads[unit] if name.endswith(".cpp")} for unit in reads}
    order, covered = [], set()
    for unit in sorted(reads, key=lambda unit: -sum(ours[name] for name in sources[unit])):
        if not sources[unit] <= covered:
            order.append(unit)
            covered |= sources[unit]
    good, linted = True, set()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for unit, result, seconds in pool.map(lambda unit: tidy(program, folder, unit), order):
            if os.environ.get("QARIUM_TIDY_TIMES"):
                print(f"{seconds:6.1f} s  {os.path.relpath(unit, folder)}")
            if result.returncode == 0:
                linted |= reads[unit]
            else:
                good = False
                print(result.stdout or result.stderr)
    lines = sum(ours[name] for name in linted)
    print(f"{os.path.basename(program)} has read {lines} of {sum(ours.values())} lines "
          f"({100 * lines / sum(ours.values()):.1f} %), {len(linted)} of {len(ours)} files")
    left = sorted(set(ours) - linted)
    if good and left:
        print("not read: " + ", ".join(left))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
