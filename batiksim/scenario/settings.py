"""Changes written on a command line: "contracts.surplus_cut=0.15", "garment.umk_growth@2027-01=8 %"."""

from __future__ import annotations

from typing import Any

from batiksim.config.parameters import load_parameters, unknown_parameter
from batiksim.config.yaml_file import Source, as_node
from batiksim.errors import UsageError
from batiksim.i18n.texts import shown, text

LONGEST = 1000


def parse_set(*settings: str) -> dict[str, Any]:
    """Return the changes that `Scenario.but` takes from texts "name=value" or "name@date=value".

    A date is a month or a period, "2027-01" or "2027-01..2030-12"; several dates of one name are gathered.
    Raises UsageError for another form, an unknown name, and the same name or date twice.
    """
    changes: dict[str, Any] = {}
    for setting in settings:
        path, equals, value = (part.strip() for part in setting.partition("="))
        name, at, date = path.partition("@")
        if not (name and equals and value) or bool(at) != bool(date) or len(setting) > LONGEST:
            raise UsageError(text("set.form", None, given=shown(setting)))
        if name not in load_parameters():
            raise unknown_parameter(as_node(name, Source(error=UsageError)), load_parameters())
        if not at:
            twice = name in changes
            changes[name] = value
        else:
            dates = changes.setdefault(name, {})
            twice = not isinstance(dates, dict) or date in dates
            if not twice:
                dates[date] = value
        if twice:
            raise UsageError(text("set.twice", None, name=shown(path)))
    return {
        name: dict(sorted(value.items())) if isinstance(value, dict) else value
        for name, value in changes.items()
    }
