"""gym-anytrading's shares cut in two at a day: "qarium_fields:Trading-v0" has the days before it, to learn from, or, with
QARIUM_TRADING=future in the environment, those after it, which were not seen. The prices, and what a trade costs, are the
package's."""

import os

import gymnasium
from gym_anytrading.datasets import STOCKS_GOOGL
from gym_anytrading.envs import StocksEnv

DAY, WINDOW = 1800, 30
PAST, FUTURE = (WINDOW, DAY), (DAY, len(STOCKS_GOOGL))


class Shares(StocksEnv):
    def __init__(self, frame_bound):
        super().__init__(df=STOCKS_GOOGL, window_size=WINDOW, frame_bound=frame_bound)


def buy_and_hold(environment, *_):
    """Buys at once and sells on the last day, so that the reward, which is paid when shares are sold, counts it."""
    environment = environment.unwrapped
    return int(environment._current_tick + 1 < environment._end_tick)


gymnasium.register(id="Trading-v0", entry_point=Shares,
                   kwargs={"frame_bound": FUTURE if os.environ.get("QARIUM_TRADING") == "future" else PAST})
