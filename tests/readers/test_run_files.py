#!/usr/bin/env python3
"""What others read of a run: TensorBoard's own reader, Stable-Baselines3's load_results, pandas.

    test_run_files.py QARIUM

A reader that is not installed is named and passed over: `pip install tensorboard pandas stable-baselines3`.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

QARIUM = ""


def reader(name):
    try:
        return __import__(name, fromlist=["_"])
    except ImportError as missing:
        raise unittest.SkipTest(f"{name} is not installed ({missing})")


class RunFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.run_folder = pathlib.Path(cls.folder.name) / "run"
        train = [QARIUM, "train", "--preset", "catch-attention", "--steps", "3000", "--run", str(cls.run_folder),
                 "--tensorboard", "--quiet", "--set", "learning_starts=500", "--set", "eval_freq=1000",
                 "--set", "n_eval_episodes=3", "--set", "memory.kind=ntm", "--set", "sequence_length=8",
                 "--set", "sequence_overlap=4", "--set", "memory.slots=6", "--set", "memory.width=4"]
        done = subprocess.run(train, capture_output=True, text=True, check=True)
        cls.summary = json.loads(done.stdout.strip().splitlines()[-1])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def monitor_rows(self):
        return (self.run_folder / "monitor.csv").read_text().splitlines()[2:]

    def test_tensorboard_reads_scalars_and_images(self):
        accumulator = reader("tensorboard.backend.event_processing.event_accumulator")
        files = list(self.run_folder.glob("events.out.tfevents.*"))
        self.assertEqual(len(files), 1)
        events = accumulator.EventAccumulator(str(self.run_folder), size_guidance={"scalars": 0, "images": 0})
        events.Reload()
        tags = events.Tags()
        for tag in ("charts/episodic_return", "charts/episodic_length", "charts/epsilon", "losses/td_loss",
                    "losses/q_values", "charts/evaluation_return"):
            self.assertIn(tag, tags["scalars"])
        returns = [event.value for event in events.Scalars("charts/episodic_return")]
        expected = [float(row.split(",")[0]) for row in self.monitor_rows()]
        self.assertEqual(returns, expected)
        steps = [event.step for event in events.Scalars("losses/td_loss")]
        self.assertEqual(steps, sorted(steps))
        self.assertGreater(len(steps), 10)
        self.assertIn("attention/head_0", tags["images"])
        self.assertIn("memory/matrix", tags["images"])
        image = events.Images("memory/matrix")[-1]
        self.assertEqual((image.width, image.height), (4 * 8, 6 * 8))
        self.assertTrue(image.encoded_image_string.startswith(b"\x89PNG"))

    def test_the_pictures_are_whole(self):
        accumulator = reader("tensorboard.backend.event_processing.event_accumulator")
        images = reader("PIL.Image")
        import io

        events = accumulator.EventAccumulator(str(self.run_folder), size_guidance={"images": 0})
        events.Reload()
        for tag in events.Tags()["images"]:
            for image in events.Images(tag):
                picture = images.open(io.BytesIO(image.encoded_image_string))
                picture.load()
                self.assertEqual(picture.mode, "L")

    def test_every_record_is_framed_with_its_checksums(self):
        # TensorBoard's own loader stops without a word at a record whose checksum is wrong: count them by hand.
        loader = reader("tensorboard.backend.event_processing.event_file_loader")
        file = next(self.run_folder.glob("events.out.tfevents.*"))
        data = file.read_bytes()
        records = 0
        at = 0
        while at < len(data):
            at += 8 + 4 + int.from_bytes(data[at:at + 8], "little") + 4
            records += 1
        self.assertEqual(at, len(data))
        self.assertEqual(sum(1 for _ in loader.EventFileLoader(str(file)).Load()), records)

    def test_pandas_reads_progress(self):
        pandas = reader("pandas")
        frame = pandas.read_csv(self.run_folder / "progress.csv")
        self.assertEqual(list(frame.columns[:4]), ["environment_steps", "updates", "episodes", "seconds"])
        self.assertTrue(frame["environment_steps"].is_monotonic_increasing)
        self.assertEqual(frame["environment_steps"].iloc[-1], self.summary["steps"])
        self.assertTrue((frame["loss"].dropna() >= 0).all())

    def test_stable_baselines3_reads_the_monitor(self):
        monitor = reader("stable_baselines3.common.monitor")
        frame = monitor.load_results(str(self.run_folder))
        self.assertEqual(len(frame), len(self.monitor_rows()))
        self.assertEqual(len(frame), self.summary["episodes"])


if __name__ == "__main__":
    QARIUM = sys.argv.pop(1)
    unittest.main(argv=sys.argv[:1], verbosity=2)
