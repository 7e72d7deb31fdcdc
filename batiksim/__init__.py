"""Simulate batik work in Pekalongan: who learns it, who stays, and what policies change that.

    import batiksim as bs

    base = bs.Scenario.load("baseline")
    print(base.explain())
    bs.run(base, seed=7, scale=0.1)     # a pandas DataFrame: a row a month and place, a column an indicator
    study = bs.compare([base, bs.Scenario.load("training")], seeds=20)
    study.table("batik.workers_under_30", at="2040-12")
    bs.write_report(study, "report.html")

Names are imported when first used, so that `import batiksim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batiksim.agents.people import Owner as Owner
    from batiksim.agents.people import Person as Person
    from batiksim.config.parameters import load_parameters as load_parameters
    from batiksim.errors import BatiksimError as BatiksimError
    from batiksim.errors import InputError as InputError
    from batiksim.model.batik_model import BatikModel as BatikModel
    from batiksim.recording.described import to_xarray as to_xarray
    from batiksim.recording.indicators import load_indicators as load_indicators
    from batiksim.report.page import write_report as write_report
    from batiksim.report.validation import write_validation as write_validation
    from batiksim.runs.cluster import Dask as Dask
    from batiksim.runs.runner import run as run
    from batiksim.runs.runner import run_many as run_many
    from batiksim.scenario import Scenario as Scenario
    from batiksim.scenario.interventions import Intervention as Intervention
    from batiksim.studies.breakeven import breakeven as breakeven
    from batiksim.studies.calibration import calibrate as calibrate
    from batiksim.studies.compare import compare as compare
    from batiksim.studies.discover import discover as discover
    from batiksim.studies.evaluate import evaluate as evaluate
    from batiksim.studies.evaluate import priors as priors
    from batiksim.studies.sensitivity import sensitivity as sensitivity
    from batiksim.studies.study import Study as Study
    from batiksim.studies.sweep import sweep as sweep
    from batiksim.studies.validation import validate as validate
    from batiksim.studies.why import why as why
    from batiksim.studies.worth import worth as worth

__version__ = "0.1.0"

_HOMES = {
    "BatikModel": "batiksim.model.batik_model",
    "Dask": "batiksim.runs.cluster",
    "evaluate": "batiksim.studies.evaluate",
    "to_xarray": "batiksim.recording.described",
    "load_indicators": "batiksim.recording.indicators",
    "priors": "batiksim.studies.evaluate",
    "BatiksimError": "batiksim.errors",
    "InputError": "batiksim.errors",
    "Owner": "batiksim.agents.people",
    "Person": "batiksim.agents.people",
    "Intervention": "batiksim.scenario.interventions",
    "Scenario": "batiksim.scenario",
    "Study": "batiksim.studies.study",
    "calibrate": "batiksim.studies.calibration",
    "compare": "batiksim.studies.compare",
    "load_parameters": "batiksim.config.parameters",
    "run": "batiksim.runs.runner",
    "breakeven": "batiksim.studies.breakeven",
    "run_many": "batiksim.runs.runner",
    "discover": "batiksim.studies.discover",
    "sensitivity": "batiksim.studies.sensitivity",
    "sweep": "batiksim.studies.sweep",
    "validate": "batiksim.studies.validation",
    "why": "batiksim.studies.why",
    "worth": "batiksim.studies.worth",
    "write_report": "batiksim.report.page",
    "write_validation": "batiksim.report.validation",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
