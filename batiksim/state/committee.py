"""The committees of organised places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Committee:
    """Committee of an organised place: its members as (identity, birth month).

    The first members are nobody else's and have identities below 0. An heir who takes over a firm has its
    identity and a birth month of her own.
    """

    place: int
    members: list[tuple[int, int]]

    @property
    def births(self) -> list[int]:
        """Birth months of the members."""
        return [birth for _, birth in self.members]
