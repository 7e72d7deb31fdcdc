"""The luck of everybody: the keyed random numbers of batiksim, one at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from batiksim.kernels.streams import gumbel_one, stream_key, uniform_one


class Lots(dict[int, float]):
    """The numbers of one stream in one month by id; each is drawn when it is first asked for."""

    def __init__(self, key: np.uint64, draw: Callable[[np.uint64, int], float]) -> None:
        super().__init__()
        self.key = key
        self.draw = draw

    def __missing__(self, id: int) -> float:
        number = self[id] = float(self.draw(self.key, id))
        return number


class Draws:
    """All streams of a seed. Numbers are kept, so a second run with the same `Draws` finds them all drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._lots: dict[tuple[str, int], Lots] = {}

    def uniform(self, stream: str, month: int = 0) -> Lots:
        """Numbers in 0..1 of a month; month 0 also keeps what stays with an identity for life."""
        return self._stream(stream, month, uniform_one)

    def noise(self, stream: str, month: int) -> Lots:
        """Gumbel noise of a month: the taste shocks of a choice."""
        return self._stream(stream, month, gumbel_one)

    def _stream(self, stream: str, month: int, draw: Callable[[np.uint64, int], float]) -> Lots:
        lots = self._lots.get((stream, month))
        if lots is None:
            lots = self._lots[stream, month] = Lots(stream_key(self.seed, stream, month), draw)
        return lots
