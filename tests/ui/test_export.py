"""What others are given: networks as PyTorch and ONNX, watched episodes as CSV and JSON, and what `qarium info` says.

usage: test_export.py PROGRAM

The exported networks run in real PyTorch (Debian: python3-torch), step by step beside what Qarium's own network made of the
same observations. Without it these tests say that they were skipped.
"""

import concurrent.futures
import contextlib
import csv
import importlib.util
import json
import math
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
SYSTEM_PYTHON = "/usr/bin/python3"  # where Debian's python3-torch is
HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = dict(os.environ, PYTHONPATH=os.path.join(HERE, "..", "gymnasium"), QARIUM_TRUST="1")
LARGEST = 1e-5  # difference of action values, as a share of the largest of them
SMALL = 0.1  # what counts as the largest where all are smaller: what rounds inside is not smaller for it

TINY = ["--steps", "96", "--quiet", "--set", "learning_starts=48", "--set", "buffer_size=400", "--set", "batch_size=4", "--set",
        "train_freq=4", "--set", "gradient_steps=1", "--set", "learning_rate=0.003", "--set", "eval_freq=0", "--set",
        "sequence_length=8", "--set", "sequence_overlap=4", "--set", "encoder.width=12", "--set", "encoder.channels=5", "--set",
        "attention.width=16", "--set", "attention.heads=2", "--set", "attention.feedforward=20", "--set", "head.width=14",
        "--set", "memory.hidden=12", "--set", "memory.slots=7", "--set", "memory.width=5", "--set", "memory.length=6", "--set",
        "memory.feedforward=10", "--set", "threads=1"]

CARDS, GRID, POLE, GAME, FRAMES = "repeat_previous", "catch", "CartPole-v1", "MinAtar/Breakout-v1", "gym:qarium_test_envs:Frames-v0"
CROWD, PARTS = "gym:qarium_test_envs:Crowd-v0", "gym:qarium_test_envs:Parts-v0"
WORDS, SENTENCES = "tagging", "translation"

# name -> environment, and what is set. Every kind, score, query, order and controller stands here at least once.
CONFIGURATIONS = {
    "mlp": (POLE, "encoder.layers=2 head.layers=2"),
    "policy and value": (POLE, "algorithm=ppo n_steps=12 head.layers=2"),
    "policy and value, action, lstm": (
        GRID, "algorithm=ppo n_steps=12 encoder.kind=grid_conv attention.kind=dot attention.query=action memory.kind=lstm"),
    "critic with attention": (POLE, "algorithm=ppo n_steps=12 critic=attention critic_window=5"),
    "critic with attention, layers normalised, a2c": (
        POLE, "algorithm=a2c critic=attention critic_window=4 layer_norm=true head.layers=2 attention.kind=dot"),
    "critic with attention, action, lstm": (
        GRID, "algorithm=ppo n_steps=12 critic=attention critic_window=3 encoder.kind=grid_conv attention.kind=dot "
              "attention.query=action memory.kind=lstm"),
    "critic with attention, asked by gru": (
        CARDS, "algorithm=ppo n_steps=12 critic=attention critic_window=8 attention.kind=dot attention.query=memory memory.kind=gru"),
    "critic with attention of one state": (POLE, "algorithm=ppo n_steps=12 critic=attention critic_window=1"),
    "layer norm, mlp": (POLE, "layer_norm=true encoder.layers=2 head.layers=2"),
    "layer norm, components": (POLE, "layer_norm=true encoder.layers=2 attention.kind=dot head.dueling=true"),
    "layer norm, grid_conv": (GAME, "layer_norm=true encoder.kind=grid_conv"),
    "layer norm, nature_conv": (FRAMES, "layer_norm=true encoder.kind=nature_conv"),
    "dropout": (POLE, "dropout=0.2"),
    "noisy, dueling": (POLE, "noisy=true head.dueling=true"),
    "categorical": (POLE, "head.distribution=categorical"),
    "categorical, dueling, noisy, layer norm": (
        GAME, "encoder.kind=grid_conv head.distribution=categorical head.dueling=true noisy=true layer_norm=true head.atoms=21"),
    "quantile, dueling": (POLE, "head.distribution=quantile head.dueling=true"),
    "quantile, action": (
        GRID, "encoder.kind=grid_conv attention.kind=dot attention.query=action head.distribution=quantile head.dueling=true"),
    "implicit": (POLE, "head.distribution=implicit"),
    "implicit, dueling, action, gru": (
        GRID, "encoder.kind=grid_conv attention.kind=dot attention.query=action head.distribution=implicit head.dueling=true "
              "memory.kind=gru"),
    "min_gru": (CARDS, "memory.kind=min_gru memory.chrono_length=12"),
    "lru": (CARDS, "memory.kind=lru"),
    "grid_conv": (GAME, "encoder.kind=grid_conv"),
    "nature_conv, multi_head, sinusoidal": (
        FRAMES, "encoder.kind=nature_conv attention.kind=multi_head attention.positions=sinusoidal"),
    "nature_conv, each frame apart": (
        FRAMES, "encoder.kind=nature_conv encoder.frames=separate attention.kind=multi_head attention.positions=learned"),
    "rows, first": (CROWD, "encoder.kind=rows encoder.layers=2 attention.kind=multi_head attention.query=first "
                           "attention.positions=none"),
    "rows without attention": (CROWD, "encoder.kind=rows"),
    "rows, additive, action": (CROWD, "encoder.kind=rows attention.kind=additive attention.query=action"),
    "rows, standardised, self, sinusoidal": (
        CROWD, "encoder.kind=rows encoder.standardise=true attention.kind=dot attention.query=self "
               "attention.positions=sinusoidal"),
    "rows, transformer, first": (CROWD, "encoder.kind=rows attention.kind=transformer attention.blocks=2 attention.query=first"),
    "rows, hierarchical": (CROWD, "encoder.kind=rows attention.kind=hierarchical attention.region=4"),
    "rows, hierarchical, self, action and lstm": (
        CROWD, "encoder.kind=rows attention.kind=hierarchical attention.region=4 attention.query=self memory.kind=lstm"),
    "rows asked by gru": (CROWD, "encoder.kind=rows attention.kind=scaled_dot attention.query=memory memory.kind=gru"),
    "multi, lstm": (PARTS, "encoder.kind=multi encoder.layers=2 memory.kind=lstm"),
    "multi, numbers, multi_head, sinusoidal": (
        PARTS, "encoder.kind=multi encoder.cells=numbers attention.kind=multi_head attention.positions=sinusoidal"),
    "multi, hierarchical": (PARTS, "encoder.kind=multi attention.kind=hierarchical attention.region=3"),
    "multi of a picture alone": (FRAMES, "encoder.kind=multi attention.kind=additive attention.positions=sinusoidal"),
    "symbol": (SENTENCES, "encoder.kind=symbol"),
    "symbol, gru": (WORDS, "encoder.kind=symbol memory.kind=gru"),
    "symbol, multi_head asked by lstm": (
        SENTENCES, "encoder.kind=symbol attention.kind=multi_head attention.query=memory memory.kind=lstm"),
    "additive, linear head": (POLE, "encoder.layers=2 attention.kind=additive head.layers=0"),
    "dot, sinusoidal": (GRID, "encoder.kind=grid_conv attention.kind=dot attention.positions=sinusoidal"),
    "scaled_dot, action, no positions": (
        GRID, "encoder.kind=grid_conv attention.kind=scaled_dot attention.query=action attention.positions=none"),
    "multi_head, action, dueling": (
        GRID, "encoder.kind=grid_conv attention.kind=multi_head attention.query=action head.dueling=true"),
    "additive, self": (GRID, "encoder.kind=grid_conv attention.kind=additive attention.query=self"),
    "dot, self": (GRID, "encoder.kind=grid_conv attention.kind=dot attention.query=self attention.positions=none"),
    "scaled_dot, self": (POLE, "attention.kind=scaled_dot attention.query=self"),
    "multi_head, self": (POLE, "attention.kind=multi_head attention.query=self attention.positions=sinusoidal"),
    "transformer": (GRID, "encoder.kind=grid_conv attention.kind=transformer attention.blocks=2"),
    "transformer, gru, action, dueling": (
        POLE, "attention.kind=transformer attention.gating=gru attention.query=action head.dueling=true"),
    "transformer, gru, self, sinusoidal": (
        GRID, "encoder.kind=grid_conv attention.kind=transformer attention.gating=gru attention.query=self "
              "attention.positions=sinusoidal"),
    "hierarchical": (GRID, "encoder.kind=grid_conv attention.kind=hierarchical attention.region=4"),
    "hierarchical, self": (GRID, "encoder.kind=grid_conv attention.kind=hierarchical attention.region=3 attention.query=self"),
    "hierarchical, action": (
        GRID, "encoder.kind=grid_conv attention.kind=hierarchical attention.region=5 attention.query=action"),
    "lstm, chrono, residual, dueling": (
        CARDS, "memory.kind=lstm memory.chrono_length=20 fusion.kind=residual head.dueling=true"),
    "lstm, grid_conv, gated, flicker": (
        GAME, "encoder.kind=grid_conv memory.kind=lstm fusion.kind=gated environment.flicker_prob=0.3"),
    "gru, gated": (CARDS, "memory.kind=gru fusion.kind=gated"),
    "gru, no action, no reward": (CARDS, "memory.kind=gru memory.action_input=false memory.reward_input=false"),
    "ntm, feedforward, write_read, residual": (
        CARDS, "memory.kind=ntm memory.controller=feedforward memory.order=write_read fusion.kind=residual"),
    "ntm, write_read, heads, shifts": (
        CARDS, "memory.kind=ntm memory.order=write_read memory.read_heads=2 memory.write_heads=3 memory.shift_range=2"),
    "ntm, feedforward, heads, no shift": (
        CARDS, "memory.kind=ntm memory.controller=feedforward memory.read_heads=3 memory.write_heads=2 memory.shift_range=0"),
    "dnc": (CARDS, "memory.kind=dnc memory.read_heads=2"),
    "dnc, feedforward, gated": (CARDS, "memory.kind=dnc memory.controller=feedforward fusion.kind=gated"),
    "mann, heads, residual": (CARDS, "memory.kind=mann memory.read_heads=3 fusion.kind=residual"),
    "memory_bank, additive": (CARDS, "memory.kind=memory_bank memory.score=additive"),
    "memory_bank, dot, no action": (CARDS, "memory.kind=memory_bank memory.score=dot memory.action_input=false"),
    "memory_bank, multi_head": (CARDS, "memory.kind=memory_bank memory.score=multi_head"),
    "temporal, additive": (CARDS, "memory.kind=temporal memory.score=additive"),
    "temporal, dot": (CARDS, "memory.kind=temporal memory.score=dot fusion.kind=residual"),
    "temporal, scaled_dot": (CARDS, "memory.kind=temporal memory.score=scaled_dot"),
    "transformer over time": (CARDS, "memory.kind=transformer memory.blocks=2"),
    "additive asked by lstm": (CARDS, "attention.kind=additive attention.query=memory memory.kind=lstm"),
    "dot asked by ntm": (CARDS, "attention.kind=dot attention.query=memory memory.kind=ntm"),
    "scaled_dot asked by dnc": (CARDS, "attention.kind=scaled_dot attention.query=memory memory.kind=dnc"),
    "multi_head asked by temporal": (
        CARDS, "attention.kind=multi_head attention.query=memory memory.kind=temporal memory.score=multi_head"),
    "transformer asked by gru": (
        GRID, "encoder.kind=grid_conv attention.kind=transformer attention.query=memory memory.kind=gru"),
    "hierarchical asked by lstm": (
        GRID, "encoder.kind=grid_conv attention.kind=hierarchical attention.query=memory memory.kind=lstm"),
    "action and memory, gated, dueling": (
        CARDS, "attention.kind=multi_head attention.query=action memory.kind=lstm fusion.kind=gated head.dueling=true"),
    "action and memory_bank, scaled_dot, no reward, residual": (
        CARDS, "attention.kind=scaled_dot attention.query=action memory.kind=memory_bank memory.score=scaled_dot "
               "memory.reward_input=false fusion.kind=residual"),
    "everything": (
        CARDS, "encoder.layers=2 attention.kind=transformer attention.query=memory attention.gating=gru attention.blocks=2 "
               "memory.kind=ntm memory.read_heads=2 memory.chrono_length=9 fusion.kind=gated head.dueling=true head.layers=2"),
}


def qarium(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=300, **options)


def side_by_side(*commands):
    """Their results in order; the program takes most of its time to start."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda command: qarium(*command), commands))


def train(environment, settings, run, *more):
    chosen = [word for setting in settings.split() for word in ("--set", setting)]
    return qarium("train", "--env", environment, "--run", run, *TINY, *chosen, *more, env=MODULES)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def loaded(folder):
    """The module that was exported there, and the network that it loads."""
    spec = importlib.util.spec_from_file_location("network", os.path.join(folder, "network.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.load()


class Configurations(unittest.TestCase):
    def test_every_choice_of_a_stage_is_among_them(self):
        """Whoever adds a kind adds a line above."""
        rows = 0
        for line in qarium("params").stdout.splitlines():
            name = line.split()[0]
            choices = re.search(r"\[(\w+(?: \| \w+)+); default (\w+);", line)
            if not choices or name.split(".")[0] not in ("encoder", "attention", "memory", "fusion", "head"):
                continue
            rows += 1
            for choice in choices.group(1).split(" | "):
                covered = choice == choices.group(2) or any(
                    f"{name}={choice}" in settings.split() for _, settings in CONFIGURATIONS.values())
                self.assertTrue(covered, f"no configuration has {name}={choice}")
        self.assertGreaterEqual(rows, 11)


class Exported(unittest.TestCase):
    """All configurations, trained for a moment, exported and watched; the work is done once for the whole class."""

    @classmethod
    def setUpClass(cls):
        try:
            global torch
            import torch
        except ImportError as missing:
            raise unittest.SkipTest(f"PyTorch is not installed here ({missing}): Debian's python3-torch brings it")
        torch.set_num_threads(1)
        cls.folder = tempfile.TemporaryDirectory()
        cls.failed = {}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for name, trouble in zip(CONFIGURATIONS, pool.map(cls.make, CONFIGURATIONS)):
                if trouble:
                    cls.failed[name] = trouble

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def path(cls, name, *more):
        return os.path.join(cls.folder.name, name.replace(" ", "-").replace(",", ""), *more)

    @classmethod
    def make(cls, name):
        """Runs Qarium; what went wrong, if anything."""
        environment, settings = CONFIGURATIONS[name]
        results = [train(environment, settings, cls.path(name))]
        chosen = ("--run", cls.path(name))
        if results[0].returncode == 0:
            results.append(qarium("export", *chosen, "--to", "pytorch", cls.path(name, "pytorch"), env=MODULES))
            results.append(qarium("export", *chosen, "--to", "json", cls.path(name, "episodes.json"), "--episodes",
                                  "40" if environment == SENTENCES else "5" if environment in (GRID, POLE, GAME, WORDS) else "1",
                                  env=MODULES))
        return "\n".join(result.stderr for result in results if result.returncode != 0)

    def watched(self, name):
        trouble = self.failed.get(name, "")
        if trouble and CONFIGURATIONS[name][0].startswith("gym:") and "Python" in trouble:
            self.skipTest(trouble.strip())
        self.assertEqual(trouble, "", name)
        return json.loads(read(self.path(name, "episodes.json")))

    def difference(self, name):
        """The largest difference of the network in PyTorch from Qarium's own, as a share of the largest action value."""
        watched = self.watched(name)
        _, network = loaded(self.path(name, "pytorch"))
        largest, apart = 0.0, 0.0
        told = []
        for episode in watched["episodes"]:
            state = network.initial_state(1)
            action, reward = -1, 0.0
            for step in episode["steps"]:
                values, state = network(torch.tensor([step["observation"]]), state, torch.tensor([action]), torch.tensor([reward]))
                self.assertEqual("state_value" in step, "value" in name or "critic" in name)
                expected = step["action_values"] + ([step["state_value"]] if "state_value" in step else [])
                expected = torch.tensor([expected])
                self.assertEqual(values.shape, expected.shape)
                apart = max(apart, (values - expected).abs().max().item())
                largest = max(largest, expected.abs().max().item())
                action, reward = step["action"], float(step["reward"])
                told.append(step["action_values"])
        self.assertGreaterEqual(len(told), 30, name)
        self.assertTrue(math.isfinite(apart))
        self.assertGreater(max(max(values) - min(values) for values in zip(*told)), 1e-3 * largest, "it says the same of all")
        return apart / max(largest, SMALL)

    def test_every_network_is_the_same_in_pytorch(self):
        told = []
        for name in CONFIGURATIONS:
            with self.subTest(name):
                share = self.difference(name)
                told.append((name, share))
                self.assertLessEqual(share, LARGEST)
        print("\nlargest difference from Qarium's own action values, as a share of the largest:")
        for name, share in told:
            print(f"  {name:44} {share:.1e}")

    def test_a_batch_is_its_rows(self):
        for name in ("multi_head, action, dueling", "hierarchical, self", "everything", "dnc", "memory_bank, multi_head",
                     "critic with attention, asked by gru"):
            with self.subTest(name):
                self.watched(name)
                module, network = loaded(self.path(name, "pytorch"))
                observations = torch.randn(6, 3, *module.Network.OBSERVATION, generator=torch.Generator().manual_seed(1))
                actions = torch.tensor([[-1, -1, -1], [0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 0, 1], [1, 1, 1]])
                together = network.initial_state(3)
                alone = [network.initial_state(1) for _ in range(3)]
                for observation, action in zip(observations, actions):
                    reward = action.float() / 2
                    values, together = network(observation, together, action, reward)
                    for row in range(3):
                        one = slice(row, row + 1)
                        its, alone[row] = network(observation[one], alone[row], action[one], reward[one])
                        self.assertLess((its - values[one]).abs().max().item(), 1e-5)

    def test_a_critic_with_attention_weighs_the_states_that_it_carries(self):
        name = "critic with attention"
        steps = self.watched(name)["episodes"][0]["steps"]
        module, network = loaded(self.path(name, "pytorch"))
        self.assertEqual(module.Network.STATE, ("critic_states", "critic_known"))
        at = 7  # beyond its window of 5
        state = network.initial_state(1)
        self.assertEqual([tuple(part.shape) for part in state], [(1, 5, 12), (1, 5)])
        nothing = (torch.tensor([-1]), torch.zeros(1))
        for step in steps[:at]:
            _, state = network(torch.tensor([step["observation"]]), state, *nothing)
        self.assertEqual(state[1].tolist(), [[1.0] * 5])
        here = torch.tensor([steps[at]["observation"]])
        values, _ = network(here, state, *nothing)
        alone, _ = network(here, network.initial_state(1), *nothing)
        self.assertTrue(torch.equal(alone[:, :-1], values[:, :-1]))
        self.assertNotEqual(alone[0, -1].item(), values[0, -1].item())
        critic = steps[at]["critic"]
        whole = sum(weight * value for weight, value in zip(critic["weights"], critic["values"]))
        self.assertAlmostEqual(values[0, -1].item(), whole, places=5)

    def test_the_weights_are_the_checkpoints_own_by_their_names(self):
        name = "everything"
        self.watched(name)
        module, network = loaded(self.path(name, "pytorch"))
        checkpoint = module.read_safetensors(self.path(name, "checkpoints", "last.safetensors"))
        weights = network.state_dict()
        self.assertEqual(sorted(weights), sorted(key for key in checkpoint if "/" not in key))
        for key, weight in weights.items():
            self.assertTrue(torch.equal(weight, checkpoint[key]), key)

    def test_a_module_says_what_it_is_and_holds_no_other_parts(self):
        self.watched("mlp")
        text = read(self.path("mlp", "pytorch", "network.py"))
        self.assertIn("CartPole-v1", text)
        self.assertIn("after 96 steps", text)
        for word in ("Memory", "Attention", "Fusion", "math", "softmax"):
            self.assertNotIn(f"class {word}", text)
            self.assertNotIn(f"{word}(", text)
        shapes = subprocess.run([sys.executable, os.path.join("pytorch", "network.py")], cwd=self.path("mlp"),
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(shapes.returncode, 0, shapes.stderr)
        self.assertIn("encoder.linear0.weight", shapes.stdout)
        self.assertIn("observation (1, 4) -> values (1, 2)", shapes.stdout)
        for name in CONFIGURATIONS:
            if name in self.failed:
                continue
            text = read(self.path(name, "pytorch", "network.py"))
            for rest in ("$", "# if", "# end", "# uses", "# parts", "\n\n\n\n"):
                self.assertNotIn(rest, text, name)
            compile(text, name, "exec")

    def test_the_watched_episodes_hold_what_the_inspector_sees(self):
        def shape(value):
            return [len(value), *shape(value[0])] if isinstance(value, list) else []

        cards = self.watched("dnc")
        self.assertEqual(cards["environment"], CARDS)
        self.assertEqual(len(cards["actions"]), 4)
        (episode,) = cards["episodes"]
        self.assertEqual(episode["length"], 51)
        self.assertEqual(len(episode["steps"]), 51)
        self.assertAlmostEqual(sum(step["reward"] for step in episode["steps"]), episode["return"], places=5)
        self.assertEqual([step["step"] for step in episode["steps"]], list(range(51)))
        self.assertTrue(episode["steps"][-1]["terminated"])
        for before, after in zip(episode["steps"], episode["steps"][1:]):
            self.assertFalse(before["terminated"] or before["truncated"])
            # The step that is looked into is the fused one's twin, which rounds a little otherwise.
            for rows in zip(before["memory"]["slots"], after["memory"]["slots_before"]):
                for numbers in zip(*rows):
                    self.assertAlmostEqual(*numbers, places=6)
            self.assertEqual(before["action"], before["action_values"].index(max(before["action_values"])))
        memory = episode["steps"][7]["memory"]
        for key, expected in (("slots", [7, 5]), ("read_weights", [2, 7]), ("write_weights", [1, 7]), ("reads", [2, 5]),
                              ("usage", [7]), ("link", [7, 7]), ("read_modes", [2, 3]), ("free_gates", [2]), ("write_gate", []),
                              ("input", [12 + 4 + 1])):
            self.assertEqual(shape(memory[key]), expected, key)
        for row in memory["read_modes"]:
            self.assertAlmostEqual(sum(row), 1, places=5)
        ntm = self.watched("ntm, write_read, heads, shifts")["episodes"][0]["steps"][3]["memory"]["addressing"]
        for key, expected in (("content", [5, 7]), ("shift", [5, 5]), ("g", [5]), ("key", [5, 5]), ("add", [3, 5])):
            self.assertEqual(shape(ntm[key]), expected, key)
        gates = self.watched("gru, gated")["episodes"][0]["steps"][3]["memory"]["gates"]
        self.assertEqual(sorted(gates), ["candidate", "reset", "update"])
        grid = self.watched("multi_head, action, dueling")
        self.assertEqual((grid["tokens"]["rows"], grid["tokens"]["columns"]), (10, 10))
        step = grid["episodes"][2]["steps"][1]
        self.assertEqual(shape(step["attention"]["weights"]), [2, 3, 100])
        self.assertEqual(shape(step["attention"]["mass"]), [2, 3])
        self.assertEqual(shape(step["observation"]), [3, 10, 10])
        self.assertIn("ball", [landmark["name"] for landmark in step["landmarks"]])
        for head in step["attention"]["weights"]:
            for query in head:
                self.assertAlmostEqual(sum(query), 1, places=4)

    def test_the_table_has_the_same_numbers_as_the_document(self):
        for name, episodes in (("multi_head, self", 5), ("mann, heads, residual", 1), ("critic with attention", 5)):
            with self.subTest(name):
                watched = self.watched(name)
                table = self.path(name, "episodes.csv")
                result = qarium("export", "--run", self.path(name), "--to", "csv", table, "--episodes", str(episodes), env=MODULES)
                self.assertEqual(result.returncode, 0, result.stderr)
                steps = [(number, step) for number, episode in enumerate(watched["episodes"]) for step in episode["steps"]]
                with open(table, newline="", encoding="utf-8") as file:
                    rows = list(csv.DictReader(file))
                self.assertEqual(len(rows), len(steps))
                for row, (number, step) in zip(rows, steps):
                    self.assertNotIn(None, row)
                    self.assertEqual((int(row["episode"]), int(row["step"])), (number, step["step"]))
                    self.assertEqual(int(row["action"]), step["action"])
                    self.assertEqual(float(row["reward"]), step["reward"])
                    self.assertEqual(int(row["terminated"]), step["terminated"])
                    self.assertEqual(row.get("state_value"), str(step["state_value"]) if "state_value" in step else None)
                    for column, cell in row.items():
                        if "." not in column:
                            continue
                        value = step
                        for part in column.split("."):
                            if value != "":
                                value = value[int(part)] if isinstance(value, list) else value.get(part, "")
                        self.assertEqual(float(cell) if cell else "", value, column)

    def test_a_checkpoint_file_is_as_good_as_its_run(self):
        self.watched("gru, gated")
        checkpoint = self.path("gru, gated", "checkpoints", "last.safetensors")
        other = self.path("gru, gated", "other")
        result = qarium("export", "--run", checkpoint, "--to", "pytorch", other)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["checkpoint"], "last.safetensors")
        self.assertEqual(read(os.path.join(other, "network.py")), read(self.path("gru, gated", "pytorch", "network.py")))
        refused = qarium("export", "--run", checkpoint, "--checkpoint", "best", "--to", "pytorch", other)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--checkpoint", refused.stderr)


def runner(onnx, path):
    """What runs an ONNX file here: a function from inputs to outputs, by name. None where nothing does."""
    with contextlib.suppress(ImportError):
        import onnxruntime

        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return lambda inputs: session.run(None, inputs)
    with contextlib.suppress(ImportError):
        from onnx.reference import ReferenceEvaluator

        evaluator = ReferenceEvaluator(onnx.load(path))
        return lambda inputs: evaluator.run(None, inputs)
    return None


class Onnx(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.out = os.path.join(self.folder.name, "network.onnx")

    def export(self, preset, python=None, env=None):
        named = ["--python", python] if python else []
        return qarium("export", *named, "--preset", preset, "--to", "onnx", self.out, env=env)

    def python_that(self, words, code):
        path = os.path.join(self.folder.name, "python")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\necho {words}\nexit {code}\n")
        os.chmod(path, 0o755)
        return path

    def test_a_python_that_cannot_do_it_is_told_in_words(self):
        for said, code, words in (("torch is missing", 3, ("torch is missing", "pip install torch onnx", "--python")),
                                  ("no operator", 4, ("no operator", "attention multi_head", "--to pytorch")),
                                  ("what now", 9, ("what now", "ended with code 9"))):
            result = self.export("catch-attention", self.python_that(said, code))
            self.assertEqual(result.returncode, 2, result.stderr)
            for word in words:
                self.assertIn(word, result.stderr)
        nowhere = dict(os.environ, PATH="/nowhere", XDG_CONFIG_HOME=self.folder.name)
        nowhere.pop("QARIUM_PYTHON", None)
        result = self.export("catch-attention", env=nowhere)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("no Python that can import torch and onnx", result.stderr)
        self.assertFalse(os.path.exists(self.out))

    def test_shipped_agents_and_a_critic_with_attention(self):
        missing = [name for name in ("torch", "onnx") if importlib.util.find_spec(name) is None]
        if missing:
            self.skipTest(f"{' and '.join(missing)} not installed here (Debian: python3-torch, python3-onnx)")
        import onnx
        import torch

        run_folder = os.path.join(self.folder.name, "critic")
        trained = train(*CONFIGURATIONS["critic with attention"], run_folder)
        self.assertEqual(trained.returncode, 0, trained.stderr)
        for number, (source, told) in enumerate(((("--preset", "catch-attention"), ()),
                                                 (("--preset", "tmaze-ntm"), ("previous_action", "previous_reward")),
                                                 (("--run", run_folder), ()))):
            result = qarium("export", "--python", sys.executable, *source, "--to", "onnx", self.out)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("ONNX", qarium("info", self.out).stdout)
            folder = os.path.join(self.folder.name, str(number))
            self.assertEqual(qarium("export", *source, "--to", "pytorch", folder).returncode, 0)
            _, network = loaded(folder)
            names = ["observation", *told, *("state_" + name for name in network.STATE)]
            graph = onnx.load(self.out).graph
            self.assertEqual([its.name for its in graph.input], names)
            self.assertEqual([its.name for its in graph.output], ["values", *("next_" + name for name in network.STATE)])
            run = runner(onnx, self.out)
            if run is None:
                continue  # the graph was checked when it was written
            observation = torch.rand(3, *network.OBSERVATION, generator=torch.Generator().manual_seed(1))
            action, reward = torch.tensor([-1, 0, 1]), torch.tensor([0.0, 0.5, -1.0])
            state = network.initial_state(3)
            expected, _ = network(observation, state, action, reward)
            given = [observation, *((action, reward) if told else ()), *state]
            values = run({name: tensor.numpy() for name, tensor in zip(names, given)})[0]
            self.assertLess((torch.from_numpy(values) - expected).abs().max().item(), 1e-5)


class Refusals(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def refuse(self, *cases):
        """Each is a command and words that its refusal says."""
        for (command, *words), result in zip(cases, side_by_side(*(command for command, *_ in cases))):
            self.assertEqual(result.returncode, 2, (command, result.stderr))
            for word in words:
                self.assertIn(word, result.stderr + result.stdout)

    def test_bad_input_is_named(self):
        shipped = ["export", "--preset", "catch-attention", "--to"]
        self.refuse((["export", "--to", "pytorch", self.path("out")], "--run DIR"),
                    ([*shipped, "keras", self.path("out")], "keras", "pytorch"),
                    ([*shipped, "pytorch"], "OUT"),
                    (["export", "--preset", "catch-attention", self.path("out")], "--to"),
                    ([*shipped, "csv", self.path("out"), "--episodes", "0"], "--episodes"),
                    ([*shipped, "pytorch", self.path("out"), "--episodes", "2"], "--episodes", "csv"),
                    ([*shipped, "json", self.path("none", "out")], "none/out", "its folder is gone"))
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_what_is_not_ours_is_not_overwritten(self):
        with open(self.path("network.py"), "w", encoding="utf-8") as file:
            file.write("my own\n")
        export = ("export", "--preset", "catch-attention", "--to", "pytorch")
        self.refuse(((*export, self.folder.name), "network.py", "not overwritten"),
                    ((*export, self.path("network.py")), "network.py"))
        self.assertEqual(read(self.path("network.py")), "my own\n")
        out = self.path("out")
        for _ in range(2):  # our own is
            result = qarium("export", "--preset", "catch-attention", "--to", "pytorch", out)
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sorted(os.listdir(out)), ["network.py", "weights.safetensors"])

    def test_a_full_disk_leaves_nothing_half_written(self):
        def little():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        for kind in ("csv", "json"):
            with open(self.path(kind), "w", encoding="utf-8") as file:
                file.write("what was there")
            result = qarium("export", "--preset", "catch-attention", "--to", kind, self.path(kind), preexec_fn=little)
            self.assertNotEqual(result.returncode, 0)
            self.assertEqual(read(self.path(kind)), "what was there")
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["csv", "json"])
        if os.path.exists("/dev/full"):
            self.refuse((("export", "--preset", "catch-attention", "--to", "csv", "/dev/full"), "/dev/full", "disk is full"))

    def test_the_episodes_are_those_of_eval(self):
        out = self.path("episodes.json")
        result = qarium("export", "--preset", "catch-attention", "--to", "json", out, "--episodes", "20", "--seed", "7")
        self.assertEqual(result.returncode, 0, result.stderr)
        returns = [episode["return"] for episode in json.loads(read(out))["episodes"]]
        evaluation = json.loads(qarium("eval", "--preset", "catch-attention", "--episodes", "20", "--seed", "7").stdout)
        self.assertEqual(len(returns), 20)
        self.assertAlmostEqual(sum(returns) / 20, evaluation["mean_return"], places=6)
        self.assertIn("watched episodes", qarium("info", out).stdout)


class Info(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.run_folder = os.path.join(cls.folder.name, "run")
        result = qarium("train", "--preset", "cartpole", "--steps", "1200", "--run", cls.run_folder, "--quiet", "--set",
                        "learning_starts=200", "--set", "eval_freq=500", "--set", "n_eval_episodes=3", "--set", "buffer_size=3000")
        if result.returncode != 0:
            raise AssertionError(result.stderr)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def info(self, *names):
        result, told = side_by_side(("info", self.path(*names)), ("info", "--json", self.path(*names)))
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout, json.loads(told.stdout)

    def copy(self, name, *without):
        """The run once more, but for what is left out."""
        shutil.copytree(self.run_folder, self.path(name), ignore=lambda folder, names: [n for n in names if n in without])
        self.addCleanup(shutil.rmtree, self.path(name))
        return name

    def test_a_finished_run(self):
        words, told = self.info("run")
        for word in ("a run", "CartPole-v1", "dqn", "encoder mlp", "1,200 of 1,200", "finished", "exactly", "best, last"):
            self.assertIn(word, words)
        self.assertEqual(told["kind"], "run")
        self.assertEqual((told["environment"], told["environment_steps"], told["exact"]), ("CartPole-v1", 1200, True))
        self.assertEqual(told["state"], "finished")
        self.assertEqual(told["parameters"], 4 * 256 + 256 + 256 * 256 + 256 + 256 * 2 + 2)
        self.assertGreater(told["bytes"]["replay"], 0)
        self.assertGreater(told["best_evaluation"], 0)
        self.assertIn("last_evaluation", told)
        self.assertIn("qarium " + told["builds"][0] + "\n", qarium("--version").stdout)

    def test_a_run_that_is_being_written(self):
        run = self.path("live")
        process = subprocess.Popen([PROGRAM, "train", "--preset", "cartpole", "--steps", "100000000", "--run", run, "--quiet"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not os.path.exists(os.path.join(run, "config.toml")):
                self.assertIsNone(process.poll())
            self.assertEqual(self.info("live")[1]["state"], "is being written now")
        finally:
            process.kill()
            process.wait()
        self.assertIn("cut off", self.info("live")[1]["state"])

    def test_why_a_run_does_not_go_on_exactly(self):
        run = self.path("without")
        result = qarium("train", "--preset", "cartpole", "--steps", "400", "--run", run, "--quiet", "--without-replay")
        self.assertEqual(result.returncode, 0, result.stderr)
        words, told = self.info("without")
        self.assertFalse(told["exact"])
        self.assertIn("replay was left out", words)
        part = os.listdir(os.path.join(self.run_folder, "checkpoints", "experience"))[0]
        words, told = self.info(self.copy("partless", part))
        self.assertFalse(told["exact"])
        self.assertIn("of its replay are missing", words)
        state = next(name for name in os.listdir(os.path.join(self.run_folder, "checkpoints")) if name.endswith(".state"))
        words, told = self.info(self.copy("stateless", state))
        self.assertFalse(told["exact"])
        self.assertIn(state, words)
        words, told = self.info(self.copy("lastless", "last.safetensors"))
        self.assertFalse(told["exact"])
        self.assertIn("beware", words)

    def test_a_run_whose_environment_cannot_be_brought_back(self):
        result = qarium("train", "--env", "gym:qarium_test_envs:Unseeded-v0", "--steps", "60", "--run", self.path("unseeded"),
                        "--quiet", "--set", "eval_freq=0", env=MODULES)
        if result.returncode == 2:
            self.skipTest(result.stderr.strip())
        words, told = self.info("unseeded")  # nothing of the environment is run, and so no trust is asked for
        self.assertFalse(told["exact"])
        self.assertIn("cannot be brought back to where it was", words)

    def test_checkpoints_and_what_lies_beside_them(self):
        words, told = self.info("run", "checkpoints", "last.safetensors")
        self.assertEqual((told["kind"], told["exact"], told["environment_steps"]), ("checkpoint", True, 1200))
        self.assertIn("exactly", words)
        words, told = self.info("run", "checkpoints", "best.safetensors")
        self.assertFalse(told["exact"])
        self.assertIn("holds no replay", words)
        checkpoints = os.path.join(self.run_folder, "checkpoints")
        state = next(name for name in os.listdir(checkpoints) if name.endswith(".state"))
        words, told = self.info("run", "checkpoints", state)
        self.assertEqual((told["kind"], told["exact"]), ("state", True))
        self.assertIn("checksums are right", words)
        part = os.listdir(os.path.join(checkpoints, "experience"))[0]
        self.assertEqual(self.info("run", "checkpoints", "experience", part)[1]["kind"], "experience")
        words, told = self.info("run", "config.toml")
        self.assertEqual((told["kind"], told["n_timesteps"]), ("configuration", 1200))
        words, told = self.info("run", "journal.jsonl")
        self.assertEqual((told["kind"], told["state"]), ("journal", "closed in order"))

    def test_a_checkpoint_of_an_earlier_version(self):
        shipped = os.path.join(HERE, "..", "..", "assets", "trained", "tmaze-ntm", "best.safetensors")
        result = qarium("info", shipped)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("a checkpoint", result.stdout)
        self.assertIn("memory ntm", result.stdout)
        self.assertIn("earlier version", result.stdout)

    def test_an_export(self):
        qarium("export", "--run", self.run_folder, "--to", "pytorch", self.path("out"))
        words, told = self.info("out")
        self.assertEqual((told["kind"], told["environment"]), ("export", "CartPole-v1"))
        self.assertIn("exported to PyTorch", words)

    def test_what_is_none_of_these_is_refused(self):
        os.mkdir(self.path("empty"))
        os.mkfifo(self.path("pipe"))
        with open(self.path("run", "checkpoints", "last.safetensors"), "rb") as file:
            whole = file.read()
        files = {"noise": os.urandom(5000), "nothing": b"", "text.txt": b"hello\n", "torn.safetensors": whole[:300],
                 "noise.safetensors": os.urandom(300), "noise.toml": b"gamma = = 1\n", "noise.jsonl": b"{\"a\":\n",
                 "noise.state": b"QARIUM\r\n" + os.urandom(100), "deep": b"{" + b"[" * 100000, "huge": b"\xff" * 8 + b"{",
                 "episodes": b"{\"qarium\":\"episodes\",\"a\":1,\n\"episodes\":[", "no-episodes": b"{\"qarium\":\"episodes\","}
        for name, content in files.items():
            with open(self.path(name), "wb") as file:
                file.write(content)
            self.addCleanup(os.remove, self.path(name))
        names = (*files, "empty", "pipe", "missing", os.devnull)
        for name, result in zip(names, side_by_side(*(("info", self.path(name)) for name in names))):
            self.assertEqual(result.returncode, 2, (name, result.stdout, result.stderr))
            self.assertIn(name, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertLess(len(result.stderr), 1000)


if __name__ == "__main__":
    if importlib.util.find_spec("torch") is None and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON):
        found = os.path.exists(SYSTEM_PYTHON) and subprocess.run(
            [SYSTEM_PYTHON, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)"]).returncode == 0
        if found:
            os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
