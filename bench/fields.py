"""What the fields' presets are held against: a random agent, and the simple rule of each field.

usage: PYTHON fields.py [--episodes 100] [--seed 7000] [--actions EPISODE.csv] [FIELD ...]

PYTHON is the one that ./dev gym makes. Prints for each field the mean return of both, with half the width of its 95 %
interval, and what else that field counts. The agents' figures come from `qarium eval --episodes 100 --seed 7000`. Trading is
measured on the days before and after DAY apart. With this folder in PYTHONPATH an agent learns from the former and is
evaluated on the latter:

    qarium train --preset trading --env gym:qarium_fields:Trading-v0 --run RUN
    QARIUM_TRADING=future qarium eval --run RUN --episodes 1
    QARIUM_TRADING=future qarium export --run RUN --to csv EPISODE.csv

The reward knows no fees: what --actions says of that episode does.
"""

import argparse
import csv
import math
import statistics
import warnings

import gymnasium
import numpy

warnings.filterwarnings("ignore")


def episodes(make, choose, count, seed):
    """Of each episode the return, its steps and the last info. `choose(environment, observation, draw)` is an action."""
    environment = make()
    draw = numpy.random.default_rng(seed)
    seen = []
    for episode in range(count):
        observation, info = environment.reset(seed=seed + episode)
        total, steps, done = 0.0, 0, False
        while not done:
            observation, reward, terminated, truncated, info = environment.step(choose(environment, observation, draw))
            total += float(reward)
            steps += 1
            done = terminated or truncated
        seen.append((total, steps, info))
    return seen


def at_random(environment, _, draw):
    return int(draw.integers(environment.action_space.n))


def say(field, who, seen, more=""):
    returns = [one[0] for one in seen]
    half = 1.96 * statistics.stdev(returns) / math.sqrt(len(returns)) if len(returns) > 1 else 0.0
    print(f"{field:16} {who:28} {statistics.mean(returns):9.3f} +- {half:.3f} of {len(returns)} episodes{more}", flush=True)


def highway(count, seed):
    import highway_env  # noqa: F401  makes its ids known
    make = lambda: gymnasium.make("highway-fast-v0")
    crashed = lambda seen: f", crashed in {sum(one[2]['crashed'] for one in seen)}"
    for who, choose in (("random", at_random), ("keep the lane (idle)", lambda *_: 1), ("slower", lambda *_: 4)):
        seen = episodes(make, choose, count, seed)
        say("highway", who, seen, crashed(seen))


def lunar_lander(count, seed):
    from gymnasium.envs.box2d.lunar_lander import heuristic
    make = lambda: gymnasium.make("LunarLander-v3")
    say("lunar-lander", "random", episodes(make, at_random, count, seed))
    say("lunar-lander", "Gymnasium's own controller",
        episodes(make, lambda environment, seen, _: heuristic(environment.unwrapped, seen), count, seed))


def minigrid_memory(count, seed):
    import minigrid  # noqa: F401
    make = lambda: gymnasium.make("MiniGrid-MemoryS7-v0")
    seen = episodes(make, at_random, count, seed)
    solved = sum(one[0] > 0 for one in seen) / len(seen)
    say("minigrid-memory", "random", seen, f", solved {solved:.2f}")
    print(f"{'minigrid-memory':16} {'one side always':28} solves half of them")


def trading(count, seed, actions=None):
    import qarium_fields
    for name, bound in (("before DAY", qarium_fields.PAST), ("after DAY", qarium_fields.FUTURE)):
        make = lambda: qarium_fields.Shares(bound)
        grown = lambda seen: f", wealth times {statistics.mean(one[2]['total_profit'] for one in seen):.3f} after fees"
        seen = episodes(make, at_random, count, seed)
        say("trading", f"random, {name}", seen, grown(seen))
        seen = episodes(make, qarium_fields.buy_and_hold, 1, seed)
        say("trading", f"buy and hold, {name}", seen, grown(seen))
    if actions:
        with open(actions, encoding="utf-8") as file:
            done = iter([int(row["action"]) for row in csv.DictReader(file)])
        seen = episodes(make, lambda *_: next(done), 1, seed)
        say("trading", f"the agent, {name}", seen, grown(seen))


def icu_sepsis(count, seed):
    import icu_sepsis  # noqa: F401
    make = lambda: gymnasium.make("Sepsis/ICU-Sepsis-v2")
    behaviour = gymnasium.make("Sepsis/ICU-Sepsis-v2").unwrapped._expert_policy

    def clinician(_, state, draw):
        shares = behaviour[int(state)]
        return int(draw.choice(len(shares), p=shares / shares.sum()))

    say("icu-sepsis", "random", episodes(make, at_random, 20 * count, seed))
    say("icu-sepsis", "the clinicians' behaviour", episodes(make, clinician, 20 * count, seed))


FIELDS = {"highway": highway, "lunar-lander": lunar_lander, "minigrid-memory": minigrid_memory, "trading": trading,
          "icu-sepsis": icu_sepsis}

if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("fields", nargs="*", default=list(FIELDS), metavar="FIELD")
    arguments.add_argument("--episodes", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=7000)
    arguments.add_argument("--actions", help="an agent's episode of trading after DAY, exported as CSV")
    given = arguments.parse_args()
    for field in given.fields:
        more = {"actions": given.actions} if field == "trading" else {}
        FIELDS[field](given.episodes, given.seed, **more)
