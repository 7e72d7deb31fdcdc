"""Every number of the model with its source: tables (CSV), parameters and indicators (YAML)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def text(name: str) -> str:
    """Text of the data file `name`, for example "indicators.yaml"."""
    return files("batiksim.data").joinpath(name).read_text(encoding="utf-8")


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Rows of the table `name`, for example "places.csv", as mappings from column to text."""
    return tuple(csv.DictReader(text(name).splitlines()))
