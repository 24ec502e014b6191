"""The window as a person uses it: a real one under Xvfb, real keys and clicks, assertions on its own state. The tests are in
the folder `window`.

usage: test_window.py PROGRAM [CLASS[.TEST] ...]
"""

import importlib
import os
import pkgutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import window  # noqa: E402
from window import base  # noqa: E402



def classes():
    for module in pkgutil.iter_modules(window.__path__):
        for name, value in vars(importlib.import_module(f"window.{module.name}")).items():
            if isinstance(value, type) and issubclass(value, unittest.TestCase):
                yield name, value


globals().update(classes())  # each can be named without its module

if __name__ == "__main__":
    base.PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
