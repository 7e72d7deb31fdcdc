"""What measures do: one file a family; importing this package registers what every shipped kind does.

Kinds of one's own are Python files that register themselves with `@intervention`. `load(file)` reads one,
here and in every process started later; so does the environment variable BATIKSIM_INTERVENTIONS, which names
files, separated like those of PATH. docs/interventions.md has an example.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from batiksim.interventions import families as _families
from batiksim.interventions.registry import act as act
from batiksim.interventions.registry import intervention as intervention
from batiksim.scenario.interventions import Intervention as Intervention
from batiksim.scenario.interventions import Option as Option
from batiksim.scenario.interventions import kinds as kinds
from batiksim.scenario.plugins import VARIABLE as VARIABLE
from batiksim.scenario.plugins import load as load
from batiksim.scenario.plugins import load_named

for _family in sorted(module.name for module in iter_modules(_families.__path__)):
    import_module(f"{_families.__name__}.{_family}")
load_named()
