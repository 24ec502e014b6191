"""Runs that survive: what is stopped, killed, filled up or written twice loses nothing that was trained.

usage: test_survival.py PROGRAM [--kills N]
"""

import csv
import glob
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver  # noqa: E402

PROGRAM = ""
KILLS = 20
SMALL = ["--preset", "cartpole", "--set", "learning_starts=200", "--set", "train_freq=4", "--set", "gradient_steps=1",
         "--set", "buffer_size=2000", "--set", "n_eval_episodes=3", "--seed", "4", "--quiet"]


def qarium(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=300, **options)


def start(*arguments, **options):
    return subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def last_line(path):
    return text(path).splitlines()[-1]


def rows(path):
    """Rows of progress.csv without the clock."""
    with open(path, encoding="utf-8") as file:
        return [{key: value for key, value in row.items() if key != "seconds"} for row in csv.DictReader(file)]


def episodes(path):
    with open(path, encoding="utf-8") as file:
        return [line.split(",")[:2] for line in file.read().splitlines()[2:]]


class Survival(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def train(self, run, *more, code=0, **options):
        result = qarium("train", *SMALL, "--run", self.path(run), *more, **options)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def resume(self, run, *more, code=0):
        result = qarium("train", "--resume", "--quiet", "--run", self.path(run), *more)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def digest(self, run):
        return json.loads(last_line(self.path(run, "journal.jsonl")))["digest"]

    def wait_for(self, process, condition):
        end = time.monotonic() + 60
        while not condition():
            self.assertIsNone(process.poll(), "ended too early")
            self.assertLess(time.monotonic(), end, "waited too long")
            time.sleep(0.002)


class Kills(Survival):
    """Killed at a random instant, a run always opens, and goes on to the very end of one that was never stopped."""

    def test_killed_at_random_instants(self):
        draws = random.Random(1)
        whole = ("--steps", "2500", "--set", "eval_freq=700")
        self.train("whole", *whole)
        begun = time.monotonic()
        self.train("timed", *whole)
        longest = time.monotonic() - begun
        kills = 0
        goal = KILLS
        number = 0
        while kills < goal:
            run = f"killed{number}"
            number += 1
            process = start("train", *SMALL, "--run", self.path(run), *whole, "--autosave", "0.05")
            for _ in range(8):
                time.sleep(draws.uniform(0.0, longest))
                alive = process.poll() is None
                process.kill()
                process.communicate()
                if not alive:
                    break
                kills += 1
                if not os.path.exists(self.path(run, "config.toml")):  # killed before there was anything
                    process = start("train", *SMALL, "--run", self.path(run), *whole, "--autosave", "0.05")
                    continue
                process = start("train", "--resume", "--quiet", "--run", self.path(run), "--autosave", "0.05")
            process.kill()
            process.communicate()
            if os.path.exists(self.path(run, "config.toml")):
                self.resume(run)
            else:
                self.train(run, *whole)
            self.assertEqual(self.digest(run), self.digest("whole"), run)
            self.assertEqual(rows(self.path(run, "progress.csv"))[-1], rows(self.path("whole", "progress.csv"))[-1])
            self.assertEqual(episodes(self.path(run, "monitor.csv")), episodes(self.path("whole", "monitor.csv")), run)
            leftovers = glob.glob(self.path(run, "checkpoints", "*.state"))
            self.assertEqual(len(leftovers), 1, leftovers)
            shutil.rmtree(self.path(run))

    def test_killed_without_evaluations(self):
        process = start("train", *SMALL, "--run", self.path("run"), "--steps", "1000000", "--set", "eval_freq=0")
        self.wait_for(process, lambda: os.path.exists(self.path("run", "config.toml")))
        process.kill()
        process.communicate()
        self.resume("run", "--steps", "600")
        self.assertEqual(json.loads(last_line(self.path("run", "journal.jsonl")))["environment_steps"], 600)

    def test_memories_through_the_command_line(self):
        for preset in ("tmaze", "tmaze-ntm"):
            options = ["--preset", preset, "--set", "learning_starts=300", "--set", "eval_freq=600", "--set",
                       "n_eval_episodes=3", "--seed", "2", "--quiet", "--steps", "1500"]
            whole, parts = self.path(preset), self.path(preset + "-parts")
            self.assertEqual(qarium("train", *options, "--run", whole).returncode, 0)
            process = start("train", *options, "--run", parts, "--autosave", "0.1")
            self.wait_for(process, lambda: os.path.exists(os.path.join(parts, "config.toml")))
            time.sleep(0.7)
            process.kill()
            process.communicate()
            self.assertEqual(qarium("train", "--resume", "--quiet", "--run", parts).returncode, 0)
            self.assertEqual(self.digest(preset), self.digest(preset + "-parts"))

    def test_signals_save_first(self):
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            run = f"run{number}"
            process = start("train", *SMALL, "--run", self.path(run), "--steps", "10000000", "--set", "eval_freq=0",
                            "--autosave", "0")
            self.wait_for(process, lambda: os.path.exists(self.path(run, "config.toml")))
            time.sleep(0.4)
            process.send_signal(number)
            output, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0)
            steps = json.loads(output)["steps"]
            self.assertEqual(json.loads(last_line(self.path(run, "journal.jsonl")))["environment_steps"], steps)


class Resume(Survival):
    def test_a_finished_run_stays_as_it_is(self):
        self.train("run", "--steps", "1000", "--set", "eval_freq=400")
        before = self.digest("run")
        for _ in range(2):
            result = self.resume("run")
            self.assertEqual(json.loads(result.stdout)["steps"], 1000)
            self.assertEqual(self.digest("run"), before)

    def test_schedules_keep_their_horizon(self):
        self.train("run", "--steps", "1000", "--set", "eval_freq=0")
        result = self.resume("run", "--steps", "3000")
        self.assertIn("stops after 3000 steps", result.stderr)
        self.assertEqual(json.loads(result.stdout)["steps"], 3000)
        epsilons = [float(row["epsilon"]) for row in rows(self.path("run", "progress.csv")) if row["epsilon"]]
        self.assertEqual(epsilons[-1], min(epsilons))
        replayed = json.loads(qarium("replay", "--run", self.path("run")).stdout)
        self.assertTrue(replayed["identical"], replayed)

    def test_what_is_live_is_applied_and_journaled(self):
        self.train("run", "--steps", "1000", "--set", "eval_freq=0")
        result = self.resume("run", "--steps", "1600", "--set", "learning_rate=0.0001")
        self.assertIn("learning_rate = 1e-04", result.stderr)
        with open(self.path("run", "config.toml"), encoding="utf-8") as file:
            self.assertIn("learning_rate = 1e-04", file.read())
        replayed = json.loads(qarium("replay", "--run", self.path("run")).stdout)
        self.assertEqual(replayed["commands"], 2)
        self.assertTrue(replayed["identical"], replayed)

    def test_what_is_not_live_is_refused_by_name(self):
        self.train("run", "--steps", "400", "--set", "eval_freq=0")
        for more, named in ((["--seed", "9"], "--seed"), (["--preset", "breakout"], "--preset"),
                            (["--env", "Acrobot-v1"], "--env"), (["--set", "encoder.width=16"], "encoder.width"),
                            (["--set", "buffer_size=5000"], "buffer_size"), (["--set", "learning_rat=1"], "learning_rat")):
            result = self.resume("run", *more, code=2)
            self.assertIn(named, result.stderr)

    def test_times_go_on_and_rows_come_once(self):
        self.train("run", "--steps", "3000", "--set", "eval_freq=0")
        time.sleep(0.2)
        self.resume("run", "--steps", "6000")
        for file, column in (("progress.csv", 3), ("monitor.csv", 2)):
            with open(self.path("run", file), encoding="utf-8") as stream:
                lines = [line.split(",") for line in stream.read().splitlines() if line[0].isdigit()]
            times = [float(line[column]) for line in lines]
            self.assertEqual(times, sorted(times), file)
        steps = [int(row["environment_steps"]) for row in rows(self.path("run", "progress.csv"))]
        self.assertEqual(steps, sorted(set(steps)))

    def test_files_of_rows_are_mended(self):
        self.train("run", "--steps", "2500", "--set", "eval_freq=0")
        progress, monitor = self.path("run", "progress.csv"), self.path("run", "monitor.csv")
        header = text(progress).splitlines()[0]
        os.remove(progress)
        with open(monitor, "a", encoding="utf-8") as file:
            file.write("17,1")  # torn
        self.resume("run", "--steps", "4500")
        self.assertEqual(text(progress).splitlines()[0], header)
        self.assertEqual(sum(int(length) for _, length in episodes(monitor)) // 100, 44)

    def test_other_rows_are_set_aside(self):
        self.train("run", "--steps", "1500", "--set", "eval_freq=0")
        with open(self.path("run", "progress.csv"), "w", encoding="utf-8") as file:
            file.write("environment_steps,loss\n100,1\n")
        self.resume("run", "--steps", "3000")
        self.assertTrue(os.path.exists(self.path("run", "progress-1.csv")))
        self.assertGreater(len(rows(self.path("run", "progress.csv"))), 0)

    def test_without_replay_it_says_what_that_costs(self):
        self.train("run", "--steps", "1000", "--set", "eval_freq=0", "--without-replay")
        self.assertEqual(os.listdir(self.path("run", "checkpoints", "experience")), [])
        result = self.resume("run", "--steps", "1500")
        self.assertIn("not exactly", result.stderr)

    def test_damage_is_named_and_the_way_round_it_works(self):
        self.train("run", "--steps", "1000", "--set", "eval_freq=0")
        part = glob.glob(self.path("run", "checkpoints", "experience", "*"))[0]
        with open(part, "r+b") as file:
            file.seek(os.path.getsize(part) // 2)
            file.write(b"\xff\x00\xff")
        result = self.resume("run", "--steps", "1500", code=2)
        self.assertIn(os.path.basename(part), result.stderr)
        self.assertIn("--weights-only", result.stderr)
        self.resume("run", "--steps", "1500", "--weights-only")

    def test_earlier_checkpoints_can_be_gone_on_with(self):
        self.train("run", "--steps", "2500", "--set", "eval_freq=500")
        names = sorted(os.listdir(self.path("run", "checkpoints")))
        steps = [name for name in names if name.startswith("step-")]
        self.assertEqual(steps, ["step-1500.safetensors", "step-2000.safetensors", "step-2500.safetensors"])
        result = self.resume("run", "--checkpoint", "step-1500", "--steps", "1600")
        self.assertEqual(json.loads(result.stdout)["steps"], 1600)
        self.assertRowsComeOnce("run", 1600)
        self.resume("run", "--weights-only", "--steps", "4000")
        self.assertRowsComeOnce("run", 4000)
        names = os.listdir(self.path("run", "checkpoints"))
        self.assertEqual(sum(name.startswith("step-") for name in names), 3, names)

    def assertRowsComeOnce(self, run, last):  # noqa: N802
        """After a step back the rows are those up to there and those that came then."""
        steps = [int(row["environment_steps"]) for row in rows(self.path(run, "progress.csv"))]
        self.assertEqual(steps, sorted(set(steps)))
        lengths = sum(int(length) for _, length in episodes(self.path(run, "monitor.csv")))
        self.assertLessEqual(lengths, last)
        self.assertGreater(lengths, last - 501)  # an episode may be in progress


class Places(Survival):
    def test_a_run_that_exists_is_not_begun_anew_in_the_window(self):
        self.train("run", "--steps", "600", "--set", "eval_freq=200")
        before = {name: os.path.getmtime(name) for name in glob.glob(self.path("run", "**"), recursive=True)}
        result = subprocess.run(["xvfb-run", "-a", PROGRAM, "--run", self.path("run"), "--settings", "none", "--seconds",
                                 "2"], capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("holds a run already", result.stderr)
        self.assertEqual(before, {name: os.path.getmtime(name) for name in before})

    def test_twelve_at_once_have_twelve_folders(self):
        processes = [start("train", "--preset", "cartpole", "--steps", "50", "--set", "eval_freq=0", "--quiet",
                           cwd=self.folder.name) for _ in range(12)]
        runs = set()
        for process in processes:
            output, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, errors)
            runs.add(json.loads(output)["run"])
        self.assertEqual(len(runs), 12)
        self.assertEqual(len(os.listdir(self.path("runs"))), 12)

    def test_one_writer_at_a_time(self):
        self.train("run", "--steps", "600", "--set", "eval_freq=0")
        first = start("train", "--resume", "--quiet", "--run", self.path("run"), "--steps", "10000000")
        self.wait_for(first, lambda: "stop_at" in text(self.path("run", "journal.jsonl")))
        result = self.resume("run", "--steps", "900", code=2)
        self.assertIn("another Qarium", result.stderr)
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=60)
        steps = [int(row["environment_steps"]) for row in rows(self.path("run", "progress.csv"))]
        self.assertEqual(steps, sorted(set(steps)))

    def test_a_full_disk_is_told_at_once(self):
        limit = 60_000  # bytes a file: the rows still fit for a while, the checkpoint does not

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        process = start("train", *SMALL, "--run", self.path("run"), "--steps", "1000", "--set", "eval_freq=300",
                        preexec_fn=small_files)
        output, errors = process.communicate(timeout=120)
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("cannot write", errors)
        if output:
            self.assertFalse(json.loads(output)["finished"])
        for name in glob.glob(self.path("run", "**"), recursive=True):
            self.assertNotIn(".part", name)

    def test_rows_that_do_not_fit_are_no_success(self):
        process = start("train", *SMALL, "--run", self.path("run"), "--steps", "4000", "--set", "eval_freq=0",
                        "--without-replay", "--set", "encoder.width=4", "--set", "head.width=4",
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
        time.sleep(0.3)
        output, errors = process.communicate(timeout=120)
        del output, errors
        code = process.returncode
        with open(self.path("run", "monitor.csv"), "rb") as file:
            self.assertTrue(file.read().endswith(b"\n"))  # no half row, whatever fitted
        self.assertIn(code, (0, 1))

    def test_a_curve_that_cannot_be_written_is_told(self):
        result = qarium("lab", "copy", "--sequences", "1000", "--csv", "/dev/full", "--quiet")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("/dev/full", result.stderr)
        process = start("lab", "copy", "--sequences", "2000", "--csv", self.path("curve.csv"), "--quiet",
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60)))
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, errors)
        self.assertIn("curve.csv", errors)
        self.assertIn("error", json.loads(output))
        with open(self.path("curve.csv"), encoding="utf-8") as file:
            self.assertTrue(file.read().endswith("\n"))

    def test_a_folder_that_vanishes(self):
        process = start("train", *SMALL, "--run", self.path("run"), "--steps", "300000", "--set", "eval_freq=200",
                        "--autosave", "0.1")
        self.wait_for(process, lambda: os.path.exists(self.path("run", "checkpoints", "best.safetensors")))
        # At once: a folder that is emptied while files are made in it may stay.
        os.rename(self.path("run"), self.path("away"))
        shutil.rmtree(self.path("away"), ignore_errors=True)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, errors)
        self.assertIn("its folder is gone", errors)
        self.assertFalse(json.loads(output)["finished"])

    def test_names_that_are_no_utf_8(self):
        name = os.path.join(os.fsencode(self.folder.name), b"run\xff")
        result = subprocess.run([os.fsencode(PROGRAM), b"train", *map(os.fsencode, SMALL), b"--steps", b"300", b"--run", name],
                                capture_output=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("run\ufffd", json.loads(result.stdout)["run"])


class Window(Survival):
    def test_a_display_that_vanishes_loses_nothing(self):
        number = next(n for n in range(80, 200) if not os.path.exists(f"/tmp/.X11-unix/X{n}"))
        server = subprocess.Popen(["Xvfb", f":{number}", "-screen", "0", "1280x720x24"], stderr=subprocess.DEVNULL)
        self.addCleanup(server.kill)
        self.wait_for(server, lambda: os.path.exists(f"/tmp/.X11-unix/X{number}"))
        process = start(*SMALL[:-1], "--run", self.path("run"), "--settings", "none", "--set", "eval_freq=0",
                        env=dict(os.environ, DISPLAY=f":{number}"))
        self.wait_for(process, lambda: os.path.exists(self.path("run", "config.toml")))
        time.sleep(2)
        server.kill()
        server.wait()
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, errors)
        self.assertIn("display", errors)
        end = json.loads(last_line(self.path("run", "journal.jsonl")))
        self.assertGreater(end["environment_steps"], 0)
        self.assertIn("digest", end)


class Wrong(Survival):
    def test_divergence_keeps_what_was_learned(self):
        wrong = ("loss=mse", "learning_rate=1", "max_grad_norm=1e6", "optimizer=rmsprop", "rmsprop_alpha=0.99",
                 "encoder.layers=8", "head.layers=8", "eval_freq=0")
        result = self.train("run", "--steps", "20000", *[word for setting in wrong for word in ("--set", setting)], code=1)
        summary = json.loads(result.stdout)
        self.assertFalse(summary["finished"])
        self.assertIn("diverged", summary["error"])
        self.assertRegex(result.stderr, "the block '(encoder|attention|memory|fusion|head)'")
        self.assertGreater(len(episodes(self.path("run", "monitor.csv"))), 3)
        self.assertEqual(qarium("eval", "--run", self.path("run"), "--episodes", "2").returncode, 0)

    def test_memory_that_is_not_there(self):
        limit = 1900 << 20  # of which the program itself takes nearly half
        result = subprocess.run([PROGRAM, "train", "--env", "MinAtar/Seaquest-v0", "--run", "none", "--quiet", "--set",
                                 "buffer_size=1e7"], capture_output=True, text=True, timeout=120,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("buffer_size = 10000000 takes", result.stderr)

    def test_a_change_that_memory_does_not_allow_changes_nothing(self):
        """n_envs needs replay and environments anew: where they find no room, learning goes on as it was."""
        window = driver.Window(PROGRAM, "--preset", "breakout-dqn", "--set", "learning_starts=2000", "--set",
                               "buffer_size=10000000", "--set", "eval_freq=0", "--run", "none", size="1280x720")
        try:
            window.wait(lambda state: state["learning"]["environment_steps"] > 100, "some steps")
            # No room for another replay of 0.6 GB beside the present one.
            with open(f"/proc/{window.process.pid}/statm", encoding="ascii") as file:
                virtual = int(file.read().split()[0]) * resource.getpagesize()
            limit = virtual + (100 << 20)
            resource.prlimit(window.process.pid, resource.RLIMIT_AS, (limit, limit))
            window.click("hyperparameters.filter")
            window.type("n_envs")
            window.wait(lambda state: "parameter.n_envs.value" in state["controls"] and
                        "parameter.learning_rate.value" not in state["controls"], "that row alone")
            time.sleep(0.5)
            window.click("parameter.n_envs.value")
            window.wait(lambda state: "parameter.n_envs.field" in state["controls"], "the field")
            window.key("ctrl+a")
            window.type("8")
            time.sleep(0.5)
            window.key("Return")
            window.click("rebuild.agree")
            window.answered(lambda answer: "memory" in answer["message"] and not answer["accepted"], "the refusal")
            state = window.state()
            self.assertEqual(state["learning"]["hyperparameters"]["n_envs"], "1")
            before = state["learning"]["environment_steps"]
            window.wait(lambda state: state["learning"]["environment_steps"] > before + 100, "learning on")
        finally:
            code = window.close()
        self.assertEqual(code, 0)

    def test_a_network_that_is_no_number_is_refused(self):
        self.train("run", "--steps", "300", "--set", "eval_freq=0")
        file = self.path("run", "checkpoints", "last.safetensors")
        with open(file, "r+b") as stream:
            length = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(length))
            name = next(name for name in sorted(header) if name.startswith("head.") and name.endswith("weight"))
            begin = header[name]["data_offsets"][0]
            stream.seek(8 + length + begin)
            stream.write(b"\x00\x00\xc0\x7f")
        for command in (["eval", "--episodes", "2"], ["train", "--resume"]):
            result = qarium(*command, "--run", self.path("run"))
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(name, result.stderr)

    def test_counters_that_cannot_be_are_refused(self):
        self.train("run", "--steps", "300", "--set", "eval_freq=0")
        file = self.path("run", "checkpoints", "last.safetensors")
        with open(file, "rb") as stream:
            content = stream.read()
        for wrong in (b'"environment_steps":"-20"', b'"environment_steps":"9e9"', b'"environment_steps":"1e1"'):
            with open(file, "wb") as stream:
                stream.write(content.replace(b'"environment_steps":"300"', wrong))
            result = self.resume("run", code=2)
            self.assertIn("environment_steps", result.stderr)

    def test_options_that_make_no_sense(self):
        for arguments, named in ((["train", "--until", "400", "--set", "eval_freq=0", "--run", "none"], "--until"),
                                 (["intervene", "--preset", "tmaze-ntm", "--episodes", "4", "--step", "100000"], "--step"),
                                 (["train", "--set", "n_timesteps=1.5", "--run", "none"], "n_timesteps"),
                                 (["train", "--steps", "many", "--run", "none"], "n_timesteps"),
                                 (["train", "--resume", "--run", self.path("none")], "no run"),
                                 (["--settings", self.folder.name], "--settings"),
                                 (["--scale", "99"], "--scale")):
            result = qarium(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(named, result.stdout + result.stderr)

    def test_whole_numbers_may_be_written_with_an_exponent(self):
        result = self.train("run", "--steps", "3e2", "--set", "eval_freq=0", "--set", "buffer_size=1e4")
        self.assertEqual(json.loads(result.stdout)["steps"], 300)


if __name__ == "__main__":
    if "--kills" in sys.argv:
        at = sys.argv.index("--kills")
        KILLS = int(sys.argv[at + 1])
        del sys.argv[at:at + 2]
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
