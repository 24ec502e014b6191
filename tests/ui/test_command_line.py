"""The command line as a person uses it: what it prints, what it writes, and what it says to bad input.

usage: test_command_line.py PROGRAM
"""

import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""


def qarium(*arguments, cwd=None, env=None):
    return subprocess.run([PROGRAM, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=300)


class Lists(unittest.TestCase):
    def test_help_answers_at_every_level(self):
        for command in ([], ["train"], ["eval"], ["examine"], ["lab"], ["replay"], ["export"], ["info"], ["sweep"],
                        ["envs"], ["presets"], ["params"]):
            result = qarium(*command, "--help")
            self.assertEqual(result.returncode, 0, command)
            self.assertIn("--help", result.stdout)

    def test_lists_have_one_line_of_help_each(self):
        for command, known in (("envs", "CartPole-v1"), ("presets", "cartpole"), ("params", "learning_rate")):
            lines = qarium(command).stdout.splitlines()
            self.assertTrue(any(line.startswith(known) for line in lines), command)
            for line in lines:
                self.assertRegex(line, r"^\S+\s+\S.*\s\S", command)

    def test_envs_lists_what_the_bridge_has_or_says_what_to_type(self):
        with tempfile.TemporaryDirectory() as folder:
            nowhere = dict(os.environ, PATH="/nowhere", XDG_CONFIG_HOME=folder)
            nowhere.pop("QARIUM_PYTHON", None)
            result = qarium("envs", env=nowhere)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("./dev gym", result.stdout.splitlines()[-1])
        bridged = [line.split()[0] for line in qarium("envs").stdout.splitlines() if line.startswith("gym:")]
        if "gym:*" in bridged:
            self.skipTest("there is no Python with gymnasium here (./dev gym makes one)")
        self.assertIn("gym:FrozenLake-v1", bridged)
        self.assertEqual(len(bridged), len(set(bridged)))

    def test_presets_stand_group_after_group(self):
        groups = [line.split()[1] for line in qarium("presets").stdout.splitlines()]
        self.assertEqual(list(dict.fromkeys(groups)), ["control", "games", "Atari", "attention", "memory", "fields"])
        self.assertEqual(groups, sorted(groups, key=list(dict.fromkeys(groups)).index))

    def test_hyperparameters_come_as_json_with_their_values(self):
        rows = {row["name"]: row for row in json.loads(
            qarium("params", "--json", "--preset", "cartpole-ppo", "--set", "gamma=0.5").stdout)}
        self.assertEqual(rows["gamma"]["value"], 0.5)
        self.assertEqual(rows["gamma"]["default"], 0.99)
        self.assertEqual((rows["learning_rate"]["scale"], rows["learning_rate"]["maximum"]), ("logarithmic", 1))
        self.assertIn("gru", rows["memory.kind"]["choices"])
        self.assertFalse(rows["buffer_size"]["applies"])
        self.assertEqual(rows["normalize_advantage"]["type"], "bool")

    def test_hyperparameters_page_is_the_generated_one(self):
        page = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "HYPERPARAMETERS.md")
        with open(page, encoding="utf-8") as file:
            self.assertEqual(file.read(), qarium("params", "--markdown").stdout)


class OpenBlas(unittest.TestCase):
    """A library loaded before OpenBLAS plays its part: it took the processor for a Prescott, unless it is told which."""

    FAKE = r"""
        #include <stdio.h>
        #include <stdlib.h>
        const char* openblas_get_corename(void) {
          const char* told = getenv("OPENBLAS_CORETYPE");
          return told ? told : "Prescott";
        }
        __attribute__((constructor)) static void count(void) {
          FILE* file = fopen(getenv("STARTS"), "a");
          fputs("start\n", file);
          fclose(file);
        }
    """

    def starts_and_kernel(self, **variables):
        with tempfile.TemporaryDirectory() as folder:
            library, starts, run = (os.path.join(folder, name) for name in ("fake.so", "starts", "run"))
            subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", library], input=self.FAKE, text=True, check=True)
            env = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}
            env.update(LD_PRELOAD=library, STARTS=starts, **variables)
            result = qarium("train", "--preset", "cartpole", "--steps", "100", "--run", run, "--quiet", env=env)
            self.assertEqual(result.returncode, 0, result.stderr)
            with open(starts, encoding="utf-8") as file, open(os.path.join(run, "journal.jsonl"), encoding="utf-8") as log:
                return file.read().count("start"), json.loads(log.readline())["blas"].split()[-1]

    def test_a_kernel_below_the_processor_is_raised_by_one_new_start(self):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = set(re.search(r"^flags\s*:(.*)$", file.read(), re.MULTILINE).group(1).split())
        if not {"avx2", "fma"} <= flags:
            self.skipTest("this processor has no AVX2")
        wide = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"} <= flags
        self.assertEqual(self.starts_and_kernel(), (2, "SkylakeX" if wide else "Haswell"))

    def test_what_the_user_has_set_stays(self):
        self.assertEqual(self.starts_and_kernel(OPENBLAS_CORETYPE="Nehalem"), (1, "Nehalem"))

    def test_there_is_never_a_third_start(self):
        self.assertEqual(self.starts_and_kernel(QARIUM_OPENBLAS_CHOSE="Prescott"), (1, "Prescott"))


class Version(unittest.TestCase):
    def test_it_names_version_and_commit_as_the_journal_does(self):
        result = qarium("--version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"^qarium \d+\.\d+\.\d+ \((unknown|[0-9a-f]{12}(-dirty)?)\)\n$")
        with tempfile.TemporaryDirectory() as folder:
            qarium("train", "--preset", "cartpole", "--steps", "100", "--run", folder + "/run", "--quiet")
            with open(folder + "/run/journal.jsonl", encoding="utf-8") as file:
                self.assertEqual("qarium " + json.loads(file.readline())["build"] + "\n", result.stdout)


class TrainedAgents(unittest.TestCase):
    def test_the_agent_that_ships_catches_the_ball_and_looks_at_it(self):
        result = json.loads(qarium("eval", "--preset", "catch-attention", "--episodes", "100").stdout)
        self.assertGreaterEqual(result["mean_return"], 0.9)
        self.assertEqual(result["checkpoint"], "shipped")
        measured = json.loads(qarium("examine", "--preset", "catch-attention", "--episodes", "20").stdout)
        self.assertGreaterEqual(measured["mass"], 0.5)
        self.assertGreaterEqual(measured["mass"], 3 * measured["area"])
        self.assertGreater(measured["deletion"]["gain_interval"][0], 0)
        self.assertGreater(measured["insertion"]["gain_interval"][0], 0)
        self.assertLess(measured["redrawn_attention_correlation"], 0.5)

    def test_bad_input_is_named(self):
        for arguments, named in (
                (["eval"], "--run DIR"),
                (["eval", "--preset", "cartpole"], "cartpole"),
                (["examine", "--preset", "catch-attention", "--run", "x"], "--preset NAME"),
                (["examine", "--preset", "catch-attention", "--episodes", "0"], "--episodes"),
                (["examine", "--preset", "catch-attention", "--orders", "0"], "--orders"),
                (["train", "--preset", "catch", "--set", "attention.kind=dot", "--set", "attention.query=memory"],
                 "attention.query = memory"),
                (["train", "--preset", "catch-multi-head", "--set", "attention.heads=5"], "attention.heads = 5"),
                (["train", "--preset", "tmaze", "--set", "sequence_overlap=64"], "sequence_overlap = 64")):
            result = qarium(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(named, result.stderr)


class Intervene(unittest.TestCase):
    def test_the_shipped_agents_choice_follows_its_memory(self):
        result = qarium("intervene", "--preset", "tmaze-ntm", "--episodes", "60", "--step", "45")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["checkpoint"], "shipped")
        self.assertEqual(answer["mean_return"], 1)
        self.assertGreaterEqual(answer["follows"]["all"], 0.95)
        self.assertGreaterEqual(answer["follows"]["memory"], 0.95)
        self.assertEqual(answer["kept_when_undone"], 1)
        self.assertLessEqual(answer["kept_when_frozen"], 0.65)
        self.assertLessEqual(answer["kept_without_carriers"], 0.55)
        self.assertGreater(answer["kept_without_random"], 0.9)

    def test_what_cannot_be_intervened_in_is_refused(self):
        for arguments, words in ((["--preset", "catch-attention"], "no memory"),
                                 (["--preset", "tmaze-ntm", "--episodes", "1"], "--episodes"),
                                 (["--preset", "tmaze-ntm", "--step", "-1"], "--step"),
                                 (["--preset", "tmaze-ntm", "--step", "51", "--episodes", "4"], "--step"),
                                 ([], "--run")):
            result = qarium("intervene", *arguments)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(words, result.stderr)
            self.assertEqual(result.stdout, "")


class Laboratory(unittest.TestCase):
    SMALL = ["lab", "copy", "--bits", "4", "--max-length", "5", "--set", "memory.slots=16", "--set", "memory.width=8",
             "--set", "memory.hidden=32"]

    def test_last_line_is_json_and_the_curve_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            curve = os.path.join(folder, "curve.csv")
            result = qarium(*self.SMALL, "--seed", "2", "--sequences", "600", "--lengths", "5,12", "--csv", curve)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("copy with ntm", result.stderr)
            summary = json.loads(result.stdout.splitlines()[-1])
            self.assertEqual((summary["task"], summary["memory"], summary["seed"]), ("copy", "ntm", 2))
            self.assertEqual(summary["sequences"], 600)
            self.assertEqual(list(summary["errors"]), ["12", "5"])
            self.assertGreater(summary["errors"]["12"], summary["errors"]["5"])
            self.assertGreater(summary["seconds"], 0)
            self.assertTrue(0 < summary["bits_per_sequence"] < 20)
            with open(curve, encoding="utf-8") as file:
                header, *rows = file.read().splitlines()
            self.assertEqual(header, "sequences,bits_per_sequence,loss")
            self.assertEqual([int(row.split(",")[0]) for row in rows], [100, 200, 300, 400, 500, 600])

    def test_same_seed_same_errors(self):
        arguments = [*self.SMALL, "--sequences", "200", "--batch-size", "2", "--learning-rate", "0.002", "--quiet"]
        answers = [json.loads(qarium(*arguments).stdout) for _ in range(2)]
        for answer in answers:
            del answer["seconds"]
        self.assertEqual(*answers)
        self.assertEqual(answers[0]["updates"], 100)

    def test_it_stops_once_it_is_solved(self):
        result = qarium("lab", "copy", "--bits", "1", "--max-length", "1", "--memory", "lstm", "--set",
                        "memory.hidden=16", "--sequences", "20000", "--until-solved", "--quiet")
        summary = json.loads(result.stdout)
        self.assertLess(summary["sequences"], 20000)
        self.assertEqual(summary["solved_at"], summary["sequences"])
        self.assertEqual(summary["bits_per_sequence"], 0)
        self.assertEqual(result.stderr, "")

    def test_bad_input_is_named(self):
        for arguments, named in (
                (["cpy"], "associative_recall"),
                (["copy", "--memory", "tape"], "tape"),
                (["copy", "--memory", "none"], "memory.kind = none"),
                (["copy", "--preset", "slow"], "choose from quick, paper"),
                (["copy", "--seed", "-1"], "seed"),
                (["copy", "--sequences", "0"], "sequences = 0"),
                (["copy", "--batch-size", "0"], "batch_size"),
                (["copy", "--learning-rate", "0"], "learning_rate"),
                (["copy", "--decay", "1.5"], "decay = 1.5"),
                (["copy", "--set", "memory.slot=3"], "memory.slots"),
                (["copy", "--lengths", "5,many"], "--lengths"),
                (["copy", "--lengths", "0"], "length = 0"),
                (["copy", "--min-length", "30"], "max_length = 20"),
                (["copy", "--csv", "no/such/folder/curve.csv"], "no/such/folder")):
            result = qarium("lab", *arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(named, result.stdout + result.stderr)


class Training(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.run_folder = os.path.join(self.folder.name, "run")

    def tearDown(self):
        self.folder.cleanup()

    def train(self, *more):
        result = qarium("train", "--preset", "cartpole", "--steps", "3000", "--seed", "3", "--run", self.run_folder,
                        "--set", "eval_freq=1500", "--set", "n_eval_episodes=5", *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def test_last_line_is_json(self):
        summary = json.loads(self.train().stdout.splitlines()[-1])
        self.assertEqual(summary["steps"], 3000)
        for key in ("episodes", "mean_return_100", "steps_per_second", "seconds"):
            self.assertGreater(summary[key], 0, key)

    def test_json_lines_tell_every_evaluation(self):
        lines = [json.loads(line) for line in self.train("--json-lines").stdout.splitlines()]
        self.assertEqual([line["steps"] for line in lines], [1500, 3000, 3000])
        evaluations = [line["evaluation"] for line in lines[:-1]]
        self.assertTrue(lines[0]["best"])
        self.assertEqual(lines[1]["best"], evaluations[1] >= evaluations[0])
        self.assertEqual(lines[-1]["best_evaluation"], max(evaluations))

    def test_patience_ends_a_run_that_gets_no_better(self):
        # Nothing is learned: evaluations are those of one network on the same episodes.
        result = qarium("train", "--preset", "cartpole", "--steps", "30000", "--run", "none", "--set", "eval_freq=1000", "--set",
                        "n_eval_episodes=2", "--set", "learning_starts=1000000", "--patience", "2")
        self.assertEqual(result.returncode, 0, result.stderr)
        summary = json.loads(result.stdout.splitlines()[-1])
        self.assertTrue(summary["out_of_patience"])
        self.assertTrue(summary["finished"])
        self.assertLess(summary["steps"], 30000)
        result = qarium("train", "--preset", "cartpole", "--patience", "2", "--set", "eval_freq=0", "--run", "none")
        self.assertEqual(result.returncode, 2)
        self.assertIn("eval_freq", result.stderr)

    def test_quiet_prints_no_progress(self):
        self.assertEqual(self.train("--quiet").stderr, "")

    def test_run_none_writes_nothing(self):
        result = qarium("train", "--preset", "cartpole", "--steps", "2000", "--run", "none", cwd=self.folder.name)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("writing nothing", result.stderr)
        summary = json.loads(result.stdout.splitlines()[-1])
        self.assertIsNone(summary["run"])
        self.assertEqual(summary["steps"], 2000)
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_run_directory(self):
        self.train()
        for name in ("config.toml", "progress.csv", "monitor.csv", "journal.jsonl", "checkpoints/last.safetensors",
                     "checkpoints/best.safetensors"):
            self.assertTrue(os.path.getsize(os.path.join(self.run_folder, name)) > 0, name)
        with open(os.path.join(self.run_folder, "monitor.csv"), encoding="utf-8") as file:
            first, header, *rows = file.read().splitlines()
        self.assertEqual(first[0], "#")
        self.assertEqual(json.loads(first[1:])["env_id"], "CartPole-v1")
        self.assertEqual(header, "r,l,t")
        self.assertGreater(len(rows), 10)
        for row in rows:
            r, length, _ = map(float, row.split(","))
            self.assertEqual(r, length)  # CartPole gives 1 a step

    def test_checkpoint_is_readable_safetensors(self):
        self.train()
        with open(os.path.join(self.run_folder, "checkpoints/last.safetensors"), "rb") as file:
            content = file.read()
        length = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8:8 + length])
        self.assertIn("learning_rate", header["__metadata__"]["configuration"])
        weight = header["encoder.linear0.weight"]
        self.assertEqual(weight["shape"], [256, 4])
        begin, end = weight["data_offsets"]
        self.assertEqual(end - begin, 256 * 4 * 4)
        self.assertEqual(max(entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"),
                         len(content) - 8 - length)

    def test_evaluation_takes_best_unless_told(self):
        self.train()
        for more, used in (([], "best"), (["--checkpoint", "last"], "last")):
            result = qarium("eval", "--run", self.run_folder, "--episodes", "7", "--seed", "5", *more)
            answer = json.loads(result.stdout)
            self.assertEqual((answer["episodes"], answer["checkpoint"]), (7, used))
            self.assertGreaterEqual(answer["std_return"], 0)
            self.assertGreater(answer["mean_return"], 0)

    def test_until_stops_once_three_evaluations_in_a_row_are_good_enough(self):
        result = json.loads(self.train("--until", "-1000").stdout.splitlines()[-1])
        self.assertFalse(result["reached"])  # 3,000 steps hold two evaluations
        self.run_folder += "-longer"
        output = qarium("train", "--preset", "cartpole", "--steps", "20000", "--run", self.run_folder, "--quiet", "--set",
                        "eval_freq=1500", "--set", "n_eval_episodes=5", "--until", "-1000").stdout
        result = json.loads(output.splitlines()[-1])
        self.assertTrue(result["reached"])
        self.assertEqual(result["steps"], 4500)

    def test_same_seed_same_parameters_and_replay(self):
        self.train()
        result = qarium("replay", "--run", self.run_folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertTrue(answer["identical"])
        self.assertEqual(answer["mismatches"], [])

    def test_dormant_units_are_drawn_anew_before_a_run_goes_on(self):
        run = ["train", "--run", self.run_folder, "--quiet"]
        qarium(*run, "--preset", "cartpole", "--steps", "3000", "--set", "eval_freq=0", "learning_rate=1")
        result = qarium(*run, "--resume", "--steps", "4000", "--set", "learning_rate=1e-3", "--redo")
        self.assertEqual(result.returncode, 0, result.stderr)
        drawn = re.search(r"(\d+) dormant units? drawn anew", result.stderr)
        self.assertGreater(int(drawn.group(1)), 0)
        with open(os.path.join(self.run_folder, "journal.jsonl"), encoding="utf-8") as file:
            self.assertIn("recycle_dormant", file.read())
        refused = qarium("train", "--preset", "cartpole", "--run", "none", "--redo")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--resume", refused.stderr)

    def test_resume_goes_on(self):
        self.train()
        result = qarium("train", "--run", self.run_folder, "--resume", "--steps", "4000", "--quiet")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["steps"], 4000)
        self.assertTrue(json.loads(result.stdout)["finished"])

    def test_interrupt_leaves_a_loadable_run(self):
        process = subprocess.Popen([PROGRAM, "train", "--preset", "cartpole", "--run", self.run_folder, "--quiet"],
                                   stdout=subprocess.PIPE, text=True)
        while not os.path.exists(os.path.join(self.run_folder, "monitor.csv")):
            self.assertIsNone(process.poll())
        process.send_signal(2)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertFalse(json.loads(output)["finished"])
        self.assertEqual(qarium("eval", "--run", self.run_folder, "--episodes", "2").returncode, 0)


class Idle(unittest.TestCase):
    """A hyperparameter that does not apply may be set: it is told that it changes nothing."""

    def test_it_is_a_warning_and_no_refusal(self):
        result = qarium("train", "--steps", "200", "--run", "none", "--quiet", "--set", "memory.slots=64", "--set",
                        "gamma=0.9")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertIn("memory.slots=64", lines[0])
        self.assertIn("applies when memory.kind is ntm, dnc or mann", lines[0])

    def test_what_would_not_fit_together_is_allowed_where_it_does_not_apply(self):
        result = qarium("train", "--steps", "200", "--run", "none", "--quiet", "--set", "sequence_overlap=64")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("memory.kind is not none", result.stderr)

    def test_the_list_says_when_each_applies(self):
        lines = qarium("params").stdout.splitlines()
        slots = next(line for line in lines if line.startswith("memory.slots"))
        self.assertIn("applies when memory.kind is ntm, dnc or mann", slots)
        gamma = next(line for line in lines if line.startswith("gamma "))
        self.assertNotIn("applies when", gamma)


class BadInput(unittest.TestCase):
    """Each says what is wrong, leaves with exit code 2 and writes nothing."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def refuse(self, arguments, *words, env=None, leaves=()):
        result = qarium(*arguments, cwd=self.folder.name, env=env)
        self.assertEqual(result.returncode, 2, result.stderr)
        for word in words:
            self.assertIn(word, result.stdout + result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder.name)), sorted(leaves))

    def write(self, name, text):
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
            file.write(text)
        return name

    def test_unknown_key(self):
        self.refuse(["train", "--set", "learning_rat=1"], "learning_rat", "learning_rate")

    def test_value_out_of_range(self):
        self.refuse(["train", "--set", "gamma=1.5"], "gamma", "1.5", "between 0 and 1")

    def test_value_of_another_type(self):
        self.refuse(["train", "--set", "batch_size=many"], "batch_size", "many", "whole number")

    def test_fields_that_do_not_fit_together(self):
        self.refuse(["train", "--set", "batch_size=4096", "--set", "buffer_size=100"], "buffer_size", "batch_size")

    def test_malformed_toml(self):
        name = self.write("broken.toml", "gamma = 0.9\nlearning_rate = = 3\n")
        self.refuse(["train", "--config", name], "broken.toml", "line 2", leaves=[name])

    def test_unknown_key_in_toml(self):
        name = self.write("odd.toml", "[encoder]\nwidht = 3\n")
        self.refuse(["train", "--config", name], "odd.toml", "encoder.widht", "encoder.width", leaves=[name])

    def test_missing_configuration(self):
        self.refuse(["train", "--config", "absent.toml"], "absent.toml")

    def test_unknown_preset(self):
        self.refuse(["train", "--preset", "cartpol"], "cartpol", "cartpole")

    def test_unknown_environment(self):
        self.refuse(["train", "--env", "CartPole-v9"], "CartPole-v9", "CartPole-v1")

    def test_unknown_device(self):
        self.refuse(["train", "--device", "tpu"], "tpu", "auto, cpu or cuda")

    def test_encoder_that_cannot_read_the_observation(self):
        self.refuse(["train", "--set", "encoder.kind=grid_conv"], "grid_conv", "mlp")

    def test_missing_run(self):
        self.refuse(["eval", "--run", "absent"], "absent")

    def test_missing_checkpoint(self):
        os.mkdir(os.path.join(self.folder.name, "empty"))
        self.refuse(["eval", "--run", "empty"], "last.safetensors", leaves=["empty"])

    def test_truncated_checkpoint(self):
        run = os.path.join(self.folder.name, "run")
        qarium("train", "--steps", "300", "--run", run, "--quiet")
        checkpoint = os.path.join(run, "checkpoints", "last.safetensors")
        for keep in (4, 100, os.path.getsize(checkpoint) - 9):
            with open(checkpoint, "rb") as file:
                content = file.read()
            for name in ("last", "best"):
                with open(os.path.join(run, "checkpoints", name + ".safetensors"), "wb") as file:
                    file.write(content[:keep])
            self.refuse(["eval", "--run", run], "best.safetensors", leaves=["run"])
            with open(checkpoint, "wb") as file:
                file.write(content)

    def test_run_directory_that_cannot_be_made(self):
        name = self.write("file", "not a folder")
        self.refuse(["train", "--run", name + "/run", "--steps", "100"], "file/run", leaves=[name])

    def test_run_directory_that_holds_a_run(self):
        qarium("train", "--steps", "300", "--run", "run", "--quiet", cwd=self.folder.name)
        self.refuse(["train", "--steps", "300", "--run", "run"], "run", "--resume", leaves=["run"])

    def test_no_display(self):
        env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        self.refuse([], "display", "qarium train", env=env)

    def test_no_opengl(self):
        env = dict(os.environ, LIBGL_ALWAYS_SOFTWARE="1", MESA_GL_VERSION_OVERRIDE="2.1")
        command = ["xvfb-run", "-a", PROGRAM, "--run", "none", "--settings", "none", "--seconds", "1"]
        result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("OpenGL 3.3", result.stderr)

    def test_unknown_word(self):
        self.refuse(["trian"], "trian")

    def test_bad_size(self):
        result = subprocess.run(["xvfb-run", "-a", PROGRAM, "--size", "wide"], capture_output=True, text=True,
                                timeout=60)
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, re.escape("--size wide"))


def workers_of(process):
    """The children of a process and of its threads."""
    found = []
    for thread in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{thread}/children", encoding="utf-8") as file:
            found += [int(child) for child in file.read().split()]
    return found


def runs(process):
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Gymnasium(unittest.TestCase):
    """What a run does with environments that fail: see tests/gymnasium/qarium_test_envs.py."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.run_folder = os.path.join(self.folder.name, "run")
        modules = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gymnasium")
        self.variables = dict(os.environ, PYTHONPATH=modules)
        probe = self.train("Still", "--steps", "1", "--run", "none")
        if probe.returncode == 2:
            self.skipTest(probe.stderr.strip())

    def arguments(self, name, *more):
        return ["train", "--env", f"gym:qarium_test_envs:{name}-v0", "--set", "environment.step_timeout=2", "--set",
                "eval_freq=0", "--quiet", *more]

    def train(self, name, *more):
        return qarium(*self.arguments(name, *more), env=self.variables)

    def test_failures_leave_with_their_words_and_keep_the_run(self):
        for name, words in (("Raises", "thirty steps are enough"), ("Hangs", "hangs"), ("Exits", "that was all"),
                            ("RaisesAtReset", "no fifth episode"), ("NotANumber", "not a number")):
            with self.subTest(name):
                run = os.path.join(self.folder.name, name)
                result = self.train(name, "--steps", "500", "--run", run)
                self.assertNotIn(result.returncode, (0, 2), result.stderr)
                self.assertIn(words, result.stderr)
                self.assertTrue(os.path.getsize(os.path.join(run, "checkpoints/last.safetensors")) > 0)

    def test_its_options_are_known_before_it_is_made(self):
        refused = self.train("ManyActions", "--steps", "50", "--run", "none")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("environment.action_bins", refused.stderr)
        result = self.train("ManyActions", "--steps", "50", "--run", "none", "--set", "environment.action_bins=2")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_run_replays_to_the_same_parameters(self):
        self.train("Walk", "--steps", "1200", "--set", "learning_starts=200", "--run", self.run_folder)
        result = qarium("replay", "--trust", "--run", self.run_folder, env=self.variables)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(json.loads(result.stdout)["identical"])

    def test_an_environment_of_a_run_wants_trust(self):
        self.train("Walk", "--steps", "100", "--run", self.run_folder)
        for command in (["eval", "--episodes", "1"], ["replay"]):
            refused = qarium(*command, "--run", self.run_folder, env=self.variables)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("--trust", refused.stderr)
        self.assertEqual(qarium("eval", "--trust", "--episodes", "1", "--run", self.run_folder, env=self.variables).returncode, 0)

    def test_workers_die_with_the_program_whichever_way_it_ends(self):
        for name, signal in (("Long", 9), ("Long", 15), ("Hangs", 9)):
            with self.subTest(name):
                process = subprocess.Popen([PROGRAM, *self.arguments(name, "--steps", "100000000", "--run", "none", "--set",
                                                                     "environment.step_timeout=60")], env=self.variables,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(4)
                workers = workers_of(process.pid)
                self.assertGreater(len(workers), 0)
                process.send_signal(signal)
                process.wait(timeout=60)
                until = time.monotonic() + 5
                while any(map(runs, workers)) and time.monotonic() < until:
                    time.sleep(0.05)
                self.assertEqual([worker for worker in workers if runs(worker)], [])


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
