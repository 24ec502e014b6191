"""Steps environments of Gymnasium for the program that started this process (see worker.hpp).

Descriptor 3 is a socket to it, descriptor 4 memory that both have. A request is one line of JSON, or `s` and the number of a
slot: a step of the environment there. An answer is one line of JSON, or `d` and the number. A slot begins with a header:
the action (int32 at 0), the reward (float64 at 8), terminated, truncated and a life lost (bytes at 16, 17, 18); its observation
follows at 64.
"""

import copy
import importlib
import itertools
import json
import math
import mmap
import os
import struct
import sys
import time
import traceback
import zlib

PROTOCOL = 4
SOCKET, MEMORY, HEADER = 3, 4, 64
MOST_ACTIONS, WORDS = 64, 32
MOST_STEPS = 100_000  # of an episode that has no limit: a greedy agent may never end it
# Packages that make their environments known only when they are imported, or asked to.
PACKAGES = ("ale_py", "minigrid", "icu_sepsis", "highway_env", "gym_anytrading", "minatar.gym")
BEGINNINGS = {"ALE/": "ale_py", "MiniGrid": "minigrid", "BabyAI": "minigrid", "MinAtar/": "minatar.gym", "Sepsis/": "icu_sepsis"}


class Refusal(Exception):
    """What cannot be done, in words for the user."""


# Spaces to numbers. A codec has `size` numbers with bounds `low` and `high`, says with `whole` whether they are bytes and
# with `kind` what they are, and writes an observation into a numpy array of that size.

class BoxCodec:
    kind = "numbers"

    def __init__(self, space, name):
        self.name, self.given = name, tuple(space.shape)
        low, high = numpy.asarray(space.low, float), numpy.asarray(space.high, float)
        is_whole = numpy.issubdtype(space.dtype, numpy.integer) or space.dtype == bool
        self.whole = bool(is_whole and low.min(initial=0) >= 0 and high.max(initial=0) <= 255)
        self.bounds = low.min(initial=0), high.max(initial=0)
        self.exact = space.dtype == numpy.uint8 and self.bounds == (0, 255)
        # Pictures come with their channels last; here channels come first.
        self.order = None
        if len(self.given) == 3 and self.given[2] <= 16 and self.given[2] < min(self.given[:2]):
            self.order = (2, 0, 1)
            low, high = low.transpose(self.order), high.transpose(self.order)
        self.shape, self.size = low.shape or (1,), low.size
        self.low, self.high = low.ravel(), high.ravel()

    def write(self, value, out):
        value = numpy.asarray(value)
        if value.shape != self.given:
            raise Refusal(f"{self.name} has the shape {value.shape}, not {self.given} as its space says")
        if self.order:
            value = value.transpose(self.order)
        if self.whole and not (self.exact and value.dtype == numpy.uint8):
            value = numpy.clip(value, *self.bounds)
        numpy.copyto(out.reshape(value.shape), value, casting="unsafe")


class OneHotCodec:
    """Choices, each as a 1 among zeros: Discrete, and MultiDiscrete one after another."""
    kind, whole, low, high = "symbol", True, 0, 1

    def __init__(self, counts, starts, name):
        self.name = name
        self.counts = [int(count) for count in counts]
        self.starts = [int(start) for start in starts]
        self.offsets = [sum(self.counts[:i]) for i in range(len(self.counts))]
        self.size = sum(self.counts)
        self.shape = (self.size,)

    def write(self, value, out):
        out[:] = 0
        values = numpy.asarray(value).ravel()
        for one, count, start, offset in zip(values, self.counts, self.starts, self.offsets):
            place = int(one) - start
            if not 0 <= place < count:
                raise Refusal(f"{self.name} is {one}, which is none of {start} to {start + count - 1}")
            out[offset + place] = 1


class BitsCodec:
    kind, whole, low, high = "numbers", True, 0, 1

    def __init__(self, space):
        self.size = int(numpy.prod(space.shape))
        self.shape = (self.size,)

    def write(self, value, out):
        out[:] = numpy.asarray(value).ravel() != 0


class TextCodec:
    """Which words a text has: each lights one of a fixed number of places."""
    kind, whole, low, high, size, shape = "words", True, 0, 1, WORDS, (WORDS,)

    def write(self, value, out):
        out[:] = 0
        for word in str(value).lower().split():
            out[zlib.crc32(word.encode()) % WORDS] = 1


class PartsCodec:
    """Dict and Tuple: their parts one after another."""

    def __init__(self, parts):
        self.parts = parts  # (key, codec)
        self.size = sum(codec.size for _, codec in parts)
        self.shape = (self.size,)
        self.whole = all(codec.whole for _, codec in parts)
        self.low = numpy.concatenate([numpy.broadcast_to(codec.low, codec.size) for _, codec in parts])
        self.high = numpy.concatenate([numpy.broadcast_to(codec.high, codec.size) for _, codec in parts])

    def describe(self, before="", offset=0):
        """Every part that is none of parts: where it lies in the array, and what it is."""
        all_parts = []
        for key, codec in self.parts:
            if isinstance(codec, PartsCodec):
                all_parts += codec.describe(f"{before}{key}.", offset)
            else:
                all_parts.append({"name": f"{before}{key}", "kind": codec.kind, "offset": offset, "whole": bool(codec.whole),
                                  "shape": [int(extent) for extent in codec.shape]})
            offset += codec.size
        return all_parts

    def write(self, value, out):
        place = 0
        for key, codec in self.parts:
            codec.write(value[key], out[place:place + codec.size])
            place += codec.size


def make_codec(space, name, left_out):
    """The codec of a space; None, and its name in `left_out`, where there is none."""
    spaces = gymnasium.spaces
    if isinstance(space, spaces.Box):
        return BoxCodec(space, name)
    if isinstance(space, spaces.Discrete):
        return OneHotCodec([space.n], [space.start], name)
    if isinstance(space, spaces.MultiDiscrete):
        starts = getattr(space, "start", numpy.zeros_like(space.nvec))
        return OneHotCodec(space.nvec.ravel(), numpy.asarray(starts).ravel(), name)
    if isinstance(space, spaces.MultiBinary):
        return BitsCodec(space)
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        items = space.spaces.items() if isinstance(space, spaces.Dict) else enumerate(space.spaces)
        parts = [(key, make_codec(part, f"{name}[{key!r}]", left_out)) for key, part in items]
        parts = [(key, codec) for key, codec in parts if codec is not None]
        return PartsCodec(parts) if parts else None
    if isinstance(space, spaces.Text) or isinstance(space.sample(), str):
        return TextCodec()
    left_out.append(f"{name} ({type(space).__name__})")
    return None


def enumerate_actions(environment, bins):
    """Every action that can be chosen, and its name."""
    space, spaces = environment.action_space, gymnasium.spaces
    if isinstance(space, spaces.Discrete):
        actions = [int(space.start) + i for i in range(int(space.n))]
        return actions, names_of_actions(environment.unwrapped, len(actions))
    if isinstance(space, spaces.Box):
        if not space.is_bounded():
            raise Refusal("its actions are numbers without bounds, which cannot be divided into bins")
        axes = [numpy.linspace(low, high, bins) for low, high in zip(space.low.ravel(), space.high.ravel())]
        count, remedy = bins ** len(axes), "; fewer bins (environment.action_bins) make fewer"
        make = lambda chosen: numpy.array(chosen, space.dtype).reshape(space.shape)
    elif isinstance(space, (spaces.MultiDiscrete, spaces.MultiBinary)):
        is_bits = isinstance(space, spaces.MultiBinary)
        sizes = [2] * int(numpy.prod(space.shape)) if is_bits else [int(n) for n in space.nvec.ravel()]
        starts = [0] * len(sizes) if is_bits else numpy.asarray(getattr(space, "start", [0] * len(sizes))).ravel()
        axes = [range(int(start), int(start) + n) for n, start in zip(sizes, starts)]
        count, remedy = math.prod(sizes), ""
        make = lambda chosen: numpy.array(chosen, space.dtype).reshape(space.shape)
    else:
        raise Refusal(f"its actions are a {type(space).__name__}; only Discrete, Box, MultiDiscrete and MultiBinary can be chosen from")
    if count > MOST_ACTIONS:
        raise Refusal(f"its actions ({space}) make {count} combinations; at most {MOST_ACTIONS} can be chosen from{remedy}")
    chosen = list(itertools.product(*axes))
    return [make(one) for one in chosen], [" ".join(f"{part:+.3g}" for part in one) for one in chosen]


def names_of_actions(environment, count):
    names = None
    try:
        if hasattr(environment, "get_action_meanings"):
            names = list(environment.get_action_meanings())
        elif hasattr(environment, "actions") and hasattr(environment.actions, "__members__"):
            names = list(environment.actions.__members__)
        elif hasattr(environment, "action_type"):
            names = [environment.action_type.actions[i] for i in range(count)]
    except Exception:
        names = None
    if not names or len(names) != count:
        return [str(i) for i in range(count)]
    return [str(name).lower().replace("_", " ") for name in names]


def chain(environment):
    """The environment and those that it wraps."""
    while True:
        yield environment
        if getattr(environment, "env", None) is None:
            return
        environment = environment.env


class Arcade:
    """A game of the Arcade Learning Environment as agents are shown it (Machado 2018, section 5): an action for `frame_skip`
    frames, of which the greater of the last two, in grey, 84 by 84 by area. Bit for bit Gymnasium's AtariPreprocessing, but
    that a life lost does not end the game."""
    SIDE = 84

    def __init__(self, environment, options):
        self.env, self.options = environment, options
        self.unwrapped, self.ale = environment.unwrapped, environment.unwrapped.ale
        self.action_space, self.spec = environment.action_space, environment.spec
        self.observation_space = gymnasium.spaces.Box(0, 255, (1, self.SIDE, self.SIDE), numpy.uint8)
        self.metadata = {"render_fps": 60 / options["frame_skip"]}
        extent = self.ale.getScreenGrayscale().shape
        self.last, self.before = numpy.zeros(extent, numpy.uint8), numpy.zeros(extent, numpy.uint8)
        self.lives, self.life_lost = 0, False
        self.resize = area_resize(extent, self.SIDE)
        self.shown = numpy.zeros((1, self.SIDE, self.SIDE), numpy.uint8)

    def reset(self, seed=None):
        self.env.reset(seed=seed)
        most = self.options["noop_max"]
        for _ in range(self.unwrapped.np_random.integers(1, most + 1) if most > 0 else 0):
            self.advance(0, seed)
        meanings = self.unwrapped.get_action_meanings()
        if self.options["fire_reset"] and len(meanings) >= 3 and meanings[1] == "FIRE":
            self.advance(1, seed)
            self.advance(2, seed)
        self.lives, self.life_lost = self.ale.lives(), False
        self.ale.getScreenGrayscale(self.last)
        self.before.fill(0)
        return self.look(), {}

    def advance(self, action, seed):
        """One frame of a beginning."""
        _, _, terminated, truncated, _ = self.env.step(action)
        if terminated or truncated:
            self.env.reset(seed=seed)

    def step(self, action):
        total, skip = 0.0, self.options["frame_skip"]
        for frame in range(skip):
            _, reward, terminated, truncated, info = self.env.step(action)
            total += reward
            if terminated or truncated:
                break
            if frame == skip - 2:
                self.ale.getScreenGrayscale(self.before)
            elif frame == skip - 1:
                self.ale.getScreenGrayscale(self.last)
        lives = self.ale.lives()
        self.life_lost = self.options["terminal_on_life_loss"] and lives < self.lives and not (terminated or truncated)
        self.lives = lives
        return self.look(), total, terminated, truncated, info

    def look(self):
        if self.options["frame_skip"] > 1:
            numpy.maximum(self.last, self.before, out=self.last)
        self.shown = self.resize(self.last)[None]
        return self.shown

    def render(self):
        return self.ale.getScreenRGB()


def area_resize(extent, side):
    """From rows x columns to a square of this side: OpenCV's averages over areas; without it the same but for roundings."""
    try:
        cv2 = importlib.import_module("cv2")
        cv2.setNumThreads(1)
        return lambda picture: cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    except ImportError:
        def shares(cells):
            edges = numpy.arange(side + 1) * (cells / side)
            ends = numpy.minimum(edges[1:, None], numpy.arange(cells) + 1) - numpy.maximum(edges[:-1, None], numpy.arange(cells))
            return (numpy.clip(ends, 0, None) * (side / cells)).astype(numpy.float32)

        down, across = shares(extent[0]), shares(extent[1]).T.copy()
        return lambda picture: numpy.rint(down @ (picture.astype(numpy.float32) @ across)).astype(numpy.uint8)


class ArcadeClone:
    """States of the Arcade Learning Environment, as bytes that any worker can go on from: a line of JSON, what an Arcade
    shows, the emulator's own, all compressed."""

    @staticmethod
    def fits(environment):
        changes = (gymnasium.ObservationWrapper, gymnasium.wrappers.AtariPreprocessing)
        return (hasattr(environment.unwrapped, "ale") and hasattr(environment.unwrapped, "clone_state") and
                not any(isinstance(one, changes) for one in chain(environment)))

    @staticmethod
    def save(environment):
        state = environment.unwrapped.clone_state(include_rng=True).__getstate__()
        about = {"elapsed": [getattr(one, "_elapsed_steps", None) for one in chain(environment)]}
        shown = b""
        if isinstance(environment, Arcade):
            about.update(lives=environment.lives, life_lost=environment.life_lost)
            shown = b"".join(part.tobytes() for part in (environment.last, environment.before, environment.shown))
        return zlib.compress(json.dumps(about).encode() + b"\n" + shown + state, 1)

    @staticmethod
    def restore(environment, saved):
        about, state = zlib.decompress(saved).split(b"\n", 1)
        about = json.loads(about)
        if isinstance(environment, Arcade):
            environment.lives, environment.life_lost = about["lives"], about["life_lost"]
            for part in (environment.last, environment.before, environment.shown):
                part[...] = numpy.frombuffer(state[:part.size], numpy.uint8).reshape(part.shape)
                state = state[part.size:]
        arcade = importlib.import_module("ale_py").ALEState
        made = arcade.__new__(arcade)
        made.__setstate__(state)
        environment.unwrapped.restore_state(made)
        for one, steps in zip(chain(environment), about["elapsed"]):
            if steps is not None:
                one._elapsed_steps = steps
            if hasattr(one, "_has_reset"):
                one._has_reset = True
        return environment.shown if isinstance(environment, Arcade) else environment.unwrapped._get_obs()


class Places:
    """Where the rows of an observation stand on the frame that was just rendered, in its pixels: (x, y), or None for a row
    that is absent or not found. Any environment may tell by a method `token_places`; highway_env is asked here."""

    @staticmethod
    def of(environment, observed):
        world = environment.unwrapped
        if hasattr(world, "token_places"):
            return [Places.sound(place) for place in world.token_places()]
        observations = sys.modules.get("highway_env.envs.common.observation")
        if observations and isinstance(getattr(world, "observation_type", None), observations.KinematicObservation):
            return Places.of_vehicles(world, observations, observed)
        return []

    @staticmethod
    def sound(place):
        if place is None:
            return None
        x, y = (float(number) for number in place)
        return (x, y) if math.isfinite(x) and math.isfinite(y) else None

    @staticmethod
    def of_vehicles(world, observations, observed):
        """Each row is found again by its numbers, so that it holds in any order; `observe` is not called for it, since it
        may draw from the chance to come."""
        kind, surface = world.observation_type, world.viewer.sim_surface
        own = kind.observer_vehicle
        vehicles = [own] + list(world.road.close_objects_to(own, world.PERCEPTION_DISTANCE, see_behind=kind.see_behind,
                                                            vehicles_only=not kind.include_obstacles))
        origin = None if kind.absolute else own
        facts = [own.to_dict()]
        facts += [one.to_dict(origin, observe_intentions=kind.observe_intentions) for one in vehicles[1:]]
        rows = observations.pd.DataFrame.from_records(facts)[kind.features]
        rows = (kind.normalize_obs(rows.copy()) if kind.normalize else rows)[kind.features].to_numpy(numpy.float32)
        places = []
        for seen in observed:
            apart = numpy.abs(rows - seen).max(axis=1) if seen.any() and len(rows) else numpy.array([math.inf])
            nearest = int(apart.argmin())
            if apart[nearest] > 1e-4:
                places.append(None)
                continue
            places.append(tuple(pixel + 0.5 for pixel in surface.vec2pix(vehicles[nearest].position)))
            vehicles.pop(nearest)
            rows = numpy.delete(rows, nearest, axis=0)
        return places


def packages_until_known(name):
    """Imports packages one after another, the likeliest first, until one has made this id known."""
    likely = {package for beginning, package in BEGINNINGS.items() if name.startswith(beginning)}
    for package in sorted(PACKAGES, key=lambda package: package not in likely):
        if name in gymnasium.registry:
            return
        try:
            module = importlib.import_module(package)
            if package == "minatar.gym":
                module.register_envs()
            elif package == "ale_py":
                gymnasium.register_envs(module)
        except Exception:
            continue


class World:
    """An environment by its id: how it is made, what it observes, what can be done in it."""

    def __init__(self, name, bins, arcade):
        self.name, self.arcade = name, arcade
        if ":" not in name:
            packages_until_known(name)
        first = self.make()
        self.left_out = []
        self.codec = make_codec(first.observation_space, "the observation", self.left_out)
        if self.codec is None:
            raise Refusal(f"nothing of its observation can be read ({', '.join(self.left_out)})")
        self.type = numpy.uint8 if self.codec.whole else numpy.float32
        self.bytes = self.codec.size * self.type().itemsize
        self.actions, self.names = enumerate_actions(first, bins)
        self.spare = [first]
        self.rewind = self.try_rewind(first)

    def make(self):
        if getattr(self, "spare", None):
            return self.spare.pop()
        if self.arcade:
            return Arcade(gymnasium.make(self.name, frameskip=1, repeat_action_probability=self.arcade["sticky"],
                                         obs_type="ram", disable_env_checker=True), self.arcade)
        try:
            environment = gymnasium.make(self.name, render_mode="rgb_array", disable_env_checker=True)
        except Exception:
            environment = gymnasium.make(self.name, disable_env_checker=True)
        if getattr(environment.spec, "max_episode_steps", None):
            return environment
        return gymnasium.wrappers.TimeLimit(environment, MOST_STEPS)

    def observed(self, observation):
        out = numpy.empty(self.codec.size, self.type)
        self.codec.write(observation, out)
        return out.tobytes()

    def roll(self, environment, actions, seconds=0.5):
        """What these actions lead to, up to an end; at least four steps, then as many as there is time for."""
        seen, until = [], time.monotonic() + seconds
        for number, action in enumerate(actions):
            if number >= 4 and time.monotonic() > until:
                break
            observation, reward, terminated, truncated, _ = environment.step(self.actions[action])
            seen.append((self.observed(observation), float(reward), bool(terminated), bool(truncated)))
            if terminated or truncated:
                break
        return seen

    def try_rewind(self, environment):
        """Which way back holds here: clone, copy, replay or none."""
        draw = numpy.random.RandomState(1)
        actions = [int(action) for action in draw.randint(len(self.actions), size=24)]
        begin = lambda: self.observed(environment.reset(seed=1)[0])
        first = begin()
        seen = self.roll(environment, actions)
        actions = actions[:len(seen)]
        holds = begin() == first and self.roll(environment, actions, math.inf) == seen
        if not holds:
            return "none"
        half = len(actions) // 2
        try:
            begin()
            self.roll(environment, actions[:half], math.inf)
            if ArcadeClone.fits(environment):
                saved = ArcadeClone.save(environment)
                self.roll(environment, actions[half:], math.inf)
                ArcadeClone.restore(environment, saved)
                return "clone" if self.roll(environment, actions[half:], math.inf) == seen[half:] else "replay"
            other = copy.deepcopy(environment)
            both = [self.roll(one, actions[half:], math.inf) for one in (other, environment)]
            return "copy" if both[0] == both[1] == seen[half:] else "replay"
        except Exception:
            return "replay"

    def description(self):
        bounds = lambda values: [float(v) if math.isfinite(v) else None for v in numpy.ravel(values)]
        squeeze = lambda values: values[:1] if all(value == values[0] for value in values) else values
        spec = getattr(self.spare[0], "spec", None) if self.spare else None
        fps = (getattr(self.spare[0], "metadata", None) or {}).get("render_fps") if self.spare else None
        return {"shape": list(self.codec.shape), "bytes": bool(self.codec.whole), "low": squeeze(bounds(self.codec.low)),
                "high": squeeze(bounds(self.codec.high)), "actions": self.names, "left_out": self.left_out,
                "rewind": self.rewind, "fps": float(fps or 15),
                "parts": self.codec.describe() if isinstance(self.codec, PartsCodec) else [],
                "limit": int(getattr(spec, "max_episode_steps", None) or 0)}


class Slot:
    """One environment and its place in the memory."""
    MOST_COPIES, BETWEEN_COPIES = 12, 32

    def __init__(self, world, memory, place):
        self.world, self.memory, self.place = world, memory, place
        self.environment = world.make()
        self.out = numpy.frombuffer(memory, world.type, world.codec.size, place + HEADER)
        self.copies = []  # (seed, history, environment), the latest last

    def show(self, observation):
        self.world.codec.write(observation, self.out)
        if not self.world.codec.whole and not numpy.isfinite(self.out).all():
            raise Refusal("the observation holds what is not a number")

    def reset(self, seed):
        self.show(self.environment.reset(seed=seed)[0])

    def take(self, action):
        result = self.environment.step(self.world.actions[action])
        if len(result) != 5:
            raise Refusal(f"step gave {len(result)} values, not the five that Gymnasium wants")
        return result

    def step(self):
        observation, reward, terminated, truncated, _ = self.take(struct.unpack_from("=i", self.memory, self.place)[0])
        reward = float(reward)
        if not math.isfinite(reward):
            raise Refusal(f"the reward is {reward}, which is not a number")
        lost = self.environment.life_lost if self.world.arcade else False
        struct.pack_into("=dBBB", self.memory, self.place + 8, reward, bool(terminated), bool(truncated), lost)
        self.show(observation)

    def replay(self, seed, history):
        """Goes where these actions have led from the seed; below 0 an action is -1 - a new seed of the chance to come."""
        best = max((kept for kept in self.copies if kept[0] == seed and history[:len(kept[1])] == kept[1]),
                   key=lambda kept: len(kept[1]), default=None)
        if best is not None:
            self.environment, done = copy.deepcopy(best[2]), len(best[1])
            observation = best[3]
        else:
            observation, done = self.environment.reset(seed=seed)[0], 0
        for number in range(done, len(history)):
            if history[number] < 0:
                self.reseed(-1 - history[number])
            else:
                observation = self.take(history[number])[0]
            if self.world.rewind == "copy" and (number + 1) % self.BETWEEN_COPIES == 0:
                self.keep(seed, history[:number + 1], observation)
        self.show(observation)

    def keep(self, seed, history, observation):
        self.copies.append((seed, history, copy.deepcopy(self.environment), copy.deepcopy(observation)))
        del self.copies[:-self.MOST_COPIES]

    def reseed(self, seed):
        self.environment.unwrapped.np_random = numpy.random.default_rng(seed)

    def restore(self, saved):
        self.show(ArcadeClone.restore(self.environment, saved))

    def frame(self):
        """A picture uint8 [rows, columns, 3] of at most 256 on a side and the places on it, or why there is none."""
        picture = self.environment.render()
        viewer = getattr(self.environment.unwrapped, "viewer", None)
        if getattr(viewer, "offscreen", False) and not getattr(viewer, "enabled", True):
            # highway_env's, which draws nothing under SDL's dummy driver, though it needs no other to draw off screen.
            viewer.enabled = True
            picture = self.environment.render()
        if isinstance(picture, list) and picture:
            picture = picture[-1]
        if not isinstance(picture, numpy.ndarray) or picture.ndim != 3 or picture.shape[2] != 3:
            raise Refusal("it renders no picture")
        if picture.dtype != numpy.uint8:  # MinAtar's are from 0 to 1
            picture = (numpy.clip(picture, 0, 1) * 255).astype(numpy.uint8)
        coarse = -(-max(picture.shape[:2]) // 256)
        return numpy.ascontiguousarray(picture[::coarse, ::coarse]), self.places(coarse)

    def places(self, coarse):
        """Of the rows of a matrix that is observed; none where the environment cannot tell."""
        codec = self.world.codec
        if not isinstance(codec, BoxCodec) or len(codec.shape) != 2:
            return []
        try:
            places = Places.of(self.environment, self.out.reshape(codec.shape))
        except Exception:  # it need not tell
            return []
        return [place and (place[0] / coarse, place[1] / coarse) for place in places]


def list_environments():
    """Writes the ids that are known, of each the newest version, one a line, to what was handed down."""
    packages_until_known("")
    newest = {}
    for spec in gymnasium.registry.values():
        if spec.name.endswith("-ram") or "NoFrameskip" in spec.name or "Deterministic" in spec.name:
            continue  # the same game with other options
        kind = (spec.namespace or "", spec.name)
        if kind not in newest or (newest[kind].version or 0) < (spec.version or 0):
            newest[kind] = spec
    with os.fdopen(SOCKET, "w") as out:
        out.writelines(f"{newest[kind].id}\n" for kind in sorted(newest))


class Program:
    """The other end of the socket."""

    def __init__(self):
        self.data = b""
        self.done = b""  # answers to steps that wait to be sent together

    def request(self):
        """A slot's number, a request, or None where the program has gone."""
        while True:
            if self.data[:1] == b"s" and len(self.data) >= 2:
                slot, self.data = self.data[1], self.data[2:]
                return slot
            if self.data[:1] not in (b"", b"s") and b"\n" in self.data:
                line, self.data = self.data.split(b"\n", 1)
                return json.loads(line)
            self.send(b"")
            more = os.read(SOCKET, 1 << 16)
            if not more:
                return None
            self.data += more

    def send(self, data):
        data, self.done = self.done + data, b""
        while data:
            data = data[os.write(SOCKET, data):]

    def answer(self, **fields):
        self.send(json.dumps(fields).encode() + b"\n")

    def fail(self, during, slot, error):
        words = str(error) if isinstance(error, Refusal) else "".join(traceback.format_exception_only(error)).strip()
        frames = traceback.extract_tb(error.__traceback__)
        inner = [frame for frame in frames if frame.filename != "<string>"]
        where = f"{inner[-1].filename}, line {inner[-1].lineno}" if inner else ""
        self.answer(failed=during, slot=slot, words=words, where=where)


class Worker:
    def __init__(self):
        self.program, self.world, self.slots, self.frames_at = Program(), None, [], 0

    def make(self, request):
        self.world = World(request["id"], request["bins"], request.get("arcade"))
        self.program.answer(**self.world.description())

    def open(self, request):
        stride = request["stride"]
        memory = mmap.mmap(MEMORY, request["slots"] * stride)
        self.frames_at = request["slots"] * stride
        self.slots = [Slot(self.world, memory, number * stride) for number in range(request["slots"])]
        self.program.answer(opened=len(self.slots))

    def reset(self, request):
        self.slots[request["slot"]].reset(request["seed"])
        self.program.answer(done="reset")

    def replay(self, request):
        self.slots[request["slot"]].replay(request["seed"], request["history"])
        self.program.answer(done="replay")

    def reseed(self, request):
        self.slots[request["slot"]].reseed(request["seed"])
        self.program.answer(done="reseed")

    def clone(self, request):
        self.program.answer(state=ArcadeClone.save(self.slots[request["slot"]].environment).hex())

    def restore(self, request):
        self.slots[request["slot"]].restore(bytes.fromhex(request["state"]))
        self.program.answer(done="restore")

    def render(self, request):
        try:
            picture, places = self.slots[request["slot"]].frame()
        except Exception as error:  # many cannot; then the observation is drawn
            self.program.answer(rows=0, columns=0, why=str(error))
            return
        os.pwrite(MEMORY, picture.tobytes(), self.frames_at)
        self.program.answer(rows=picture.shape[0], columns=picture.shape[1], at=self.frames_at, places=places)

    def serve(self):
        self.program.answer(protocol=PROTOCOL, gymnasium=gymnasium.__version__, python=sys.version.split()[0])
        while (request := self.program.request()) is not None:
            is_step = isinstance(request, int)
            during = "step" if is_step else request["do"]
            try:
                if is_step:
                    self.slots[request].step()
                    self.program.done += b"d" + bytes((request,))
                else:
                    getattr(self, during)(request)
            except Exception as error:
                self.program.fail(during, request if is_step else request.get("slot", 0), error)


try:
    import gymnasium
    import numpy
except ImportError as missing:
    if sys.argv[1:] == ["list"]:
        sys.exit(f"{missing}")
    Program().answer(failed="start", slot=0, words=f"{missing}", where="")
    sys.exit(1)
if sys.argv[1:] == ["list"]:
    list_environments()
else:
    Worker().serve()
os._exit(0)  # whatever threads an environment has left
