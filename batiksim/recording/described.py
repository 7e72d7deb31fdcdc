"""What the columns of a table are: unit and label, kept with data frames (`attrs`), parquet and xarray.

`frame.attrs` holds `units` (column -> unit) and `labels` (language -> column -> label): plain texts, so that
pandas can write them. Columns that say which row it is (month, place, scenario ...) have neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from batiksim.errors import UsageError
from batiksim.i18n.texts import LANGUAGES, language, text
from batiksim.recording.indicators import find_indicator, load_indicators

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import xarray

KEYS = ("scenario", "regime", "draw", "seed", "month", "place", "sex", "age", "group", "payer")
_RUN = ("draw", "seed")
_UNIT, _LABEL = b"unit", "label_{}"
# Columns of answers that are in the unit of the indicator asked about.
_VALUES = re.compile(r"(?:difference_)?(?:low|high)_\d+|median|difference|largest")


def of_series(record: str) -> dict[str, Any]:
    """Units and labels of all indicators; what flows is per month, in a yearly table per year."""
    known = load_indicators()
    units = {name: one.unit_of(record) for name, one in known.items()}
    labels = {lang: {name: one.label[lang] for name, one in known.items()} for lang in LANGUAGES}
    return {"units": units, "labels": labels}


def of_number(column: str, unit: str, record: str, key: str) -> dict[str, Any]:
    """Unit and label of the one number of a long table; `key` is the label in the catalogue."""
    unit = _by_year(unit) if record == "yearly" else unit
    return {"units": {column: unit}, "labels": {lang: {column: text(key, lang)} for lang in LANGUAGES}}


def of_answer(frame: pd.DataFrame, indicator: str, record: str) -> dict[str, Any]:
    """Which indicator an answer is about, and the unit and label of the columns that are in its unit."""
    one, series = find_indicator(indicator), of_series(record)
    columns = [str(name) for name in frame if _VALUES.fullmatch(str(name))]
    labels = {lang: dict.fromkeys(columns, one.label[lang]) for lang in LANGUAGES}
    return {
        "indicator": indicator,
        "units": dict.fromkeys(columns, series["units"][indicator]),
        "labels": labels,
    }


def _by_year(unit: str) -> str:
    return unit.replace("/month", "/year")


def for_parquet(attrs: Mapping[str, Any], column: str) -> dict[bytes, bytes] | None:
    """What the field of a column carries in parquet: `unit` and one `label_` a language, as UTF-8."""
    if column not in attrs.get("units", {}):
        return None
    labels = {_LABEL.format(lang): names[column] for lang, names in attrs["labels"].items()}
    return {key.encode(): value.encode() for key, value in labels.items()} | {
        _UNIT: attrs["units"][column].encode()
    }


def from_parquet(table: pa.Table) -> pd.DataFrame:
    """A table as a data frame that knows its units and labels; of an older file it knows none."""
    frame = table.to_pandas()
    units: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    for field in table.schema:
        about = field.metadata or {}
        if _UNIT in about:
            units[field.name] = about[_UNIT].decode()
            for lang in LANGUAGES:
                labels[lang][field.name] = about[_LABEL.format(lang).encode()].decode()
    if units:
        frame.attrs = {"units": units, "labels": labels}
    return frame


def to_xarray(frame: pd.DataFrame, lang: str | None = None) -> xarray.Dataset:
    """A table of results as an xarray Dataset: a dimension each of scenario, regime, draw, seed, month, place
    and so on that the table has, a variable each other column, with `units` and `long_name`.

    `month` becomes the first day of the month. Where not every draw has the same seeds, draws and seeds are
    coordinates of one dimension `run`. Raises UsageError where xarray is not installed, or two rows are of
    the same month, place and so on.
    """
    try:
        import xarray  # noqa: F401 (pandas looks for it)
    except ImportError:
        raise UsageError(text("xarray.missing")) from None
    import pandas as pd

    keys = [name for name in KEYS if name in frame]
    if not keys or frame.duplicated(keys).any():
        raise UsageError(text("xarray.rows", keys=", ".join(keys) or "-"))
    attrs, frame = frame.attrs, frame.copy(deep=False)
    frame.attrs = {}
    runs = frame[[name for name in _RUN if name in frame]].drop_duplicates(ignore_index=True)
    nested = len(runs.columns) == 2 and len(runs) < runs["draw"].nunique() * runs["seed"].nunique()
    if nested:
        number = pd.Series(runs.index, pd.MultiIndex.from_frame(runs))
        frame["run"] = number.loc[pd.MultiIndex.from_frame(frame[[*_RUN]])].to_numpy()
        frame = frame.drop(columns=[*_RUN])
        keys = ["run", *(name for name in keys if name not in _RUN)]
    if "month" in frame:
        frame["month"] = pd.to_datetime(frame["month"], format="%Y-%m")
    order = {name: frame[name].unique() for name in keys}
    found = frame.set_index(keys).to_xarray().reindex(order)
    if nested:
        found = found.assign_coords({name: ("run", runs[name].to_numpy()) for name in _RUN})
    for name, unit in attrs.get("units", {}).items():
        if name in found:
            found[name].attrs = {"units": unit, "long_name": attrs["labels"][language(lang)][name]}
    return found
