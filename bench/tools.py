"""What a measurement beside a peer works with: programs, a Python, checkouts."""

import os
import subprocess
from typing import NamedTuple

from interleaved import Failed


class Tools(NamedTuple):
    program: str  # qarium
    python: str  # with what peers import
    sources: str  # a folder of checkouts of peers
    rounds: int
    core: int  # that both sides run on
    device: str = "cpu"  # that both sides learn on, where they can choose

    def beside(self, name):
        """A program that was built together with qarium."""
        return os.path.join(os.path.dirname(self.program), name)

    def needs(self, *modules):
        """Raises Failed where the Python has not got them."""
        script = "import " + ", ".join(modules)
        result = subprocess.run([self.python, "-c", script], capture_output=True, text=True)
        if result.returncode != 0:
            raise Failed(f"{self.python} cannot {script}: {result.stderr.strip().splitlines()[-1]}")

    def source(self, name):
        """The checkout of a peer's repository."""
        folder = os.path.join(self.sources, name)
        if not os.path.isdir(folder):
            raise Failed(f"there is no checkout {folder}")
        return folder
