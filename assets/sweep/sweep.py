"""Searches hyperparameters with Optuna by running `qarium train` again and again (qarium sweep).

usage: PROGRAM FILE OUT STORAGE TRIALS JOBS

FILE is a TOML file (docs/SWEEP.md). The study lies in STORAGE: a database's URL, or a file that several machines may share.
What was in progress when a sweep was killed on this machine is tried again.
"""

import csv
import ctypes
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import threading
import tomllib

ENOUGH = 3  # evaluations in a row that reach the target, as `train --until` counts them


def refuse(words):
    print(f"qarium sweep: {words}", file=sys.stderr)
    sys.exit(2)


try:
    import optuna
except ImportError:
    refuse(f"{sys.executable} has no Optuna: install it, as in '{sys.executable} -m pip install optuna', or name another "
           "Python by --python or QARIUM_PYTHON")


class Sweep:
    """What the file asks for."""
    KNOWN = {"preset", "environment", "name", "objective", "target", "steps", "seeds", "trials", "pruner", "warm_up", "set",
             "search"}
    OBJECTIVES = ("best_evaluation", "last_evaluation", "steps_to_target")

    def __init__(self, program, file):
        self.program, self.file = program, file
        try:
            told = tomllib.loads(pathlib.Path(file).read_text())
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            refuse(f"{file} cannot be read: {error}")
        for key in told:
            if key not in self.KNOWN:
                refuse(f"{file}: there is no key '{key}'; known are {', '.join(sorted(self.KNOWN))}")
        self.beginning = []
        for key, option in (("preset", "--preset"), ("environment", "--env")):
            if key in told:
                self.beginning += [option, str(told[key])]
        if not self.beginning:
            refuse(f"{file} names neither a preset nor an environment")
        self.name = told.get("name", pathlib.Path(file).stem)
        self.objective = told.get("objective", "best_evaluation")
        if self.objective not in self.OBJECTIVES:
            refuse(f"{file}: objective = {self.objective!r} is none of {', '.join(self.OBJECTIVES)}")
        self.target = told.get("target")
        if (self.objective == "steps_to_target") != (self.target is not None):
            refuse(f"{file}: a target belongs to objective = 'steps_to_target', and to it alone")
        self.seeds = told.get("seeds", [1])
        self.trials = told.get("trials", 32)
        self.pruner = told.get("pruner", "median")
        if self.pruner not in ("median", "none"):
            refuse(f"{file}: pruner = {self.pruner!r} is neither 'median' nor 'none'")
        self.warm_up = told.get("warm_up", 5)
        table = {row["name"]: row for row in json.loads(self.ask("params", "--json", *self.beginning))}
        self.fixed = told.get("set", {})
        for name in self.fixed:
            self.known(table, name)
        self.ranges = {name: self.range_of(self.known(table, name), asked) for name, asked in told.get("search", {}).items()}
        if not self.ranges:
            refuse(f"{file} searches nothing: a table [search] names hyperparameters")
        self.own = {name: table[name]["value"] for name in self.ranges}
        self.steps = told.get("steps", table["n_timesteps"]["value"])
        self.minimize = self.objective == "steps_to_target"

    def ask(self, *arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            refuse(done.stderr.strip().removeprefix("qarium: "))
        return done.stdout

    def known(self, table, name):
        if name not in table:
            refuse(f"{self.file}: there is no hyperparameter '{name}'; 'qarium params' lists them")
        return table[name]

    def range_of(self, row, asked):
        """What is drawn from: the row's own range where the file does not narrow it."""
        name = row["name"]
        if isinstance(asked, list):
            asked = {"choices": asked}
        choices = asked.get("choices", row.get("choices") or ([False, True] if row["type"] == "bool" else None))
        if choices:
            return {"choices": choices}
        if row["type"] == "string":
            refuse(f"{self.file}: {name} is a text: name its choices, as in {name} = [\"a\", \"b\"]")
        low, high = asked.get("low", row["minimum"]), asked.get("high", row["maximum"])
        if not row["minimum"] <= low <= high <= row["maximum"]:
            refuse(f"{self.file}: {name} from {low} to {high} is not within {row['minimum']} to {row['maximum']}")
        logarithmic = asked.get("log", row["scale"] == "logarithmic" and low > 0)
        return {"low": low, "high": high, "log": logarithmic, "whole": row["type"] == "int"}

    def draw(self, trial):
        drawn = {}
        for name, its in self.ranges.items():
            if "choices" in its:
                drawn[name] = trial.suggest_categorical(name, its["choices"])
            elif its["whole"]:
                drawn[name] = trial.suggest_int(name, int(its["low"]), int(its["high"]), log=its["log"])
            else:
                drawn[name] = trial.suggest_float(name, float(its["low"]), float(its["high"]), log=its["log"])
        return drawn

    def holds_own(self):
        """Whether the preset's own setting lies within what is searched."""
        for name, its in self.ranges.items():
            value = self.own[name]
            if value not in its["choices"] if "choices" in its else not its["low"] <= value <= its["high"]:
                return False
        return True

    def command(self, drawn, seed):
        settings = {**self.fixed, **drawn}
        command = [self.program, "train", *self.beginning, "--seed", str(seed), "--steps", str(int(self.steps)), "--run", "none",
                   "--quiet", "--json-lines"]
        for name, value in settings.items():
            command += ["--set", f"{name}={text_of(value)}"]
        if self.minimize:
            command += ["--until", str(self.target)]
        return command


def text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


class Stopped(Exception):
    """Someone has stopped the sweep."""


def die_with_parent(libc=ctypes.CDLL(None)):
    libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Training:
    """One `qarium train`, line by line."""
    running = set()
    lock = threading.Lock()
    stopped = threading.Event()

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        preexec_fn=die_with_parent)
        with Training.lock:
            Training.running.add(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate()
        with Training.lock:
            Training.running.discard(self.process)

    def lines(self):
        for line in self.process.stdout:
            yield json.loads(line)

    @staticmethod
    def stop_all(*ignored):
        Training.stopped.set()
        with Training.lock:
            for process in Training.running:
                process.terminate()


def value_of(sweep, evaluations, summary):
    if not sweep.minimize:
        return max(evaluations) if sweep.objective == "best_evaluation" else evaluations[-1]
    # What never got there counts for twice the steps that it had, so that it is worse than all that did.
    return summary["steps"] if summary["reached"] else 2 * sweep.steps


def objective(sweep):
    def run(trial):
        if Training.stopped.is_set():
            raise Stopped()
        trial.set_user_attr("host", socket.gethostname())
        trial.set_user_attr("process", os.getpid())
        drawn = sweep.draw(trial)
        values = []
        for number, seed in enumerate(sweep.seeds):
            evaluations, summary = [], None
            with Training(sweep.command(drawn, seed)) as training:
                for line in training.lines():
                    if "evaluation" not in line:
                        summary = line
                        continue
                    if line["evaluation"] is None:
                        raise optuna.TrialPruned("an evaluation is no number")
                    evaluations.append(line["evaluation"])
                    if number == 0:  # seeds are compared with seeds: of each trial the first is watched
                        trial.report(-evaluations[-1] if sweep.minimize else evaluations[-1], line["steps"])
                        if trial.should_prune():
                            raise optuna.TrialPruned()
                if Training.stopped.is_set():
                    trial.study.enqueue_trial(drawn)
                    raise Stopped()
                error = training.process.stderr.read().strip() if training.process.wait() != 0 else ""
            if error or summary is None or not evaluations:
                raise optuna.TrialPruned(error or "no evaluation was made: set eval_freq below the steps")
            values.append(value_of(sweep, evaluations, summary))
        return statistics.fmean(values)
    return run


def open_storage(where):
    if "://" in where:
        return where
    from optuna.storages import JournalStorage
    try:
        from optuna.storages.journal import JournalFileBackend
    except ImportError:
        from optuna.storages import JournalFileStorage as JournalFileBackend
    return JournalStorage(JournalFileBackend(where))


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def try_again(study):
    """Trials of this machine whose process is gone: their settings are tried anew."""
    states = optuna.trial.TrialState
    for trial in study.get_trials(states=(states.RUNNING,)):
        its = trial.user_attrs
        if its.get("host") != socket.gethostname() or its.get("process") == os.getpid() or alive(its["process"]):
            continue
        study.tell(trial.number, state=states.FAIL)
        study.enqueue_trial(trial.params, user_attrs={"again": trial.number})


def done(study):
    states = optuna.trial.TrialState
    return len(study.get_trials(deepcopy=False, states=(states.COMPLETE, states.PRUNED)))


def is_own(sweep, trial):
    return all(trial.params.get(name) == value for name, value in sweep.own.items())


def write_results(sweep, study, out):
    trials = study.get_trials(states=(optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED))
    finished = [trial for trial in trials if trial.state == optuna.trial.TrialState.COMPLETE]
    finished.sort(key=lambda trial: trial.value if sweep.minimize else -trial.value)
    names = list(sweep.ranges)
    with open(out / "trials.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["trial", "state", sweep.objective, "last step", *names])
        for trial in trials:
            last = max(trial.intermediate_values, default="")
            rows.writerow([trial.number, trial.state.name.lower(), trial.value, last, *(trial.params.get(name) for name in names)])
    widths = [max(len(name), 10) for name in names]
    print(f"\n{'trial':>6} {sweep.objective:>16}  " + "  ".join(f"{name:>{width}}" for name, width in zip(names, widths)))
    for trial in finished[:10]:
        cells = [f"{trial.params[name]:>{width}.4g}" if isinstance(trial.params[name], float) else f"{trial.params[name]!s:>{width}}"
                 for name, width in zip(names, widths)]
        print(f"{trial.number:>6} {trial.value:>16.6g}  " + "  ".join(cells) + ("  the preset's own" if is_own(sweep, trial) else ""))
    if len(trials) > len(finished):
        print(f"{len(trials) - len(finished)} of {len(trials)} trials were stopped early")
    return finished


def draw_pictures(study, out):
    """Optuna's own, where the Python has matplotlib."""
    try:
        import matplotlib
        matplotlib.use("Agg")
        import warnings
        warnings.simplefilter("ignore")
        import optuna.visualization.matplotlib as pictures
    except ImportError:
        print("No pictures: this Python has no matplotlib")
        return
    for name in ("optimization_history", "param_importances", "slice", "intermediate_values"):
        try:
            axes = getattr(pictures, f"plot_{name}")(study)
        except Exception as error:  # too few trials for an importance, say
            print(f"No picture {name}: {error}")
            continue
        figure = (axes.flat[0] if hasattr(axes, "flat") else axes).figure
        figure.savefig(out / f"{name}.png", bbox_inches="tight", dpi=120)
        matplotlib.pyplot.close(figure)


def conclude(sweep, finished):
    if not finished:
        print("No trial was finished: nothing can be said")
        return
    best, own = finished[0], [trial for trial in finished if is_own(sweep, trial)]
    if own and is_own(sweep, best):
        print("Nothing that was tried is better than the preset's own setting.")
    elif own:
        print(f"Better than the preset's own setting: {sweep.objective} {best.value:.6g} against {own[0].value:.6g}, on the "
              f"{'seed' if len(sweep.seeds) == 1 else 'seeds'} of the search.")
    print("\n" + " ".join([pathlib.Path(sweep.program).name, "train", *sweep.beginning,
                           *(f"--set {name}={text_of(value)}" for name, value in {**sweep.fixed, **best.params}.items())]))


def main():
    program, file, out, storage, trials, jobs = sys.argv[1:]
    sweep = Sweep(program, file)
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    wanted = int(trials) or sweep.trials
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    pruner = optuna.pruners.MedianPruner(sweep.warm_up) if sweep.pruner == "median" else optuna.pruners.NopPruner()
    study = optuna.create_study(study_name=sweep.name, storage=open_storage(storage or str(out / "study.log")), pruner=pruner,
                                direction="minimize" if sweep.minimize else "maximize", load_if_exists=True,
                                sampler=optuna.samplers.TPESampler(seed=os.getpid() if done_any(storage, out) else 1))
    try_again(study)
    if not study.get_trials(deepcopy=False) and sweep.holds_own():
        study.enqueue_trial(sweep.own)

    def told(study, trial):
        what = f"{trial.value:.6g}" if trial.value is not None else trial.state.name.lower()
        print(f"trial {trial.number}: {what}", flush=True)
        if done(study) >= wanted or Training.stopped.is_set():
            study.stop()

    signal.signal(signal.SIGTERM, Training.stop_all)
    signal.signal(signal.SIGINT, Training.stop_all)
    if done(study) < wanted:
        study.optimize(objective(sweep), n_jobs=int(jobs), callbacks=[told], catch=(Stopped,))
    finished = write_results(sweep, study, out)
    if Training.stopped.is_set():
        print("Stopped; the same command goes on.")
        sys.exit(1)
    draw_pictures(study, out)
    conclude(sweep, finished)


def done_any(storage, out):
    """Whether others have begun this study: then another seed, so that no two draw the same."""
    return bool(storage) or (out / "study.log").exists()


if __name__ == "__main__":
    main()
