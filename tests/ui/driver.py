"""A real window under Xvfb, driven by real keys and clicks, and the state that the program reports about itself."""

import json
import os
import subprocess
import tempfile
import time


class Window:
    """Starts Xvfb and the program; `state()` is what the program's --report file says. `environment`
    is what the program's has beside the present one."""

    def __init__(self, program, *arguments, size="1600x900", settings="none", **environment):
        self.folder = tempfile.TemporaryDirectory()
        self.report = os.path.join(self.folder.name, "state.json")
        read_end, write_end = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", size + "x24"],
                                       pass_fds=[write_end], stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            self.display = ":" + pipe.readline().strip()
        self.env = dict(os.environ, DISPLAY=self.display)
        self.env.pop("WAYLAND_DISPLAY", None)
        self.process = subprocess.Popen(
            [program, "--report", self.report, "--size", size, "--settings", settings, *arguments],
            env={**self.env, **environment})
        self.started = time.monotonic()
        self.wait(lambda state: state["frames"] > 2, "the first frames")

    def close(self):
        """Asks the window to close as a window manager would, and returns the exit code."""
        try:
            if self.process.poll() is None:
                self.process.terminate()
            return self.process.wait(timeout=60)
        finally:
            self.server.terminate()
            self.server.wait()
            self.folder.cleanup()

    def state(self):
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"the program has ended with code {self.process.returncode}")
            try:
                with open(self.report, encoding="utf-8") as file:
                    return json.load(file)
            except (FileNotFoundError, json.JSONDecodeError):
                time.sleep(0.02)

    def wait(self, condition, what, seconds=60):
        """Waits until the reported state fulfils the condition, and returns it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.state()
            if condition(state):
                return state
            time.sleep(0.03)
        raise AssertionError(f"waited {seconds} s in vain for {what}")

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *map(str, arguments)], env=self.env, check=True)

    def key(self, *names):
        for name in names:
            self.xdotool("key", name)

    def type(self, text):
        self.xdotool("type", "--delay", "40", text)

    def place(self, control, x=0.5, y=0.5):
        """The pixel at these shares of a control's rectangle."""
        state = self.wait(lambda state: control in state["controls"], f"control {control}")
        left, top, right, bottom, _ = state["controls"][control]
        return left + x * (right - left), top + y * (bottom - top)

    def click(self, control, x=0.5, y=0.5, button="1"):
        self.xdotool("mousemove", *map(int, self.place(control, x, y)))
        time.sleep(0.15)  # a person's pointer rests before the click, and the program sees it there
        self.xdotool("mousedown", button)
        time.sleep(0.1)
        self.xdotool("mouseup", button)

    def drag(self, control, start, end):
        """Drags along a control's width, from share `start` to share `end`."""
        self.xdotool("mousemove", *map(int, self.place(control, start)))
        time.sleep(0.15)
        self.xdotool("mousedown", "1")
        for step in range(1, 6):
            time.sleep(0.08)
            self.xdotool("mousemove", *map(int, self.place(control, start + (end - start) * step / 5)))
        time.sleep(0.15)
        self.xdotool("mouseup", "1")

    def answered(self, condition, what):
        """Waits for an acknowledgement."""
        def found(state):
            return any(condition(answer) for answer in state["acknowledgements"])

        return self.wait(found, what)
