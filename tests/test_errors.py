from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from batiksim.errors import (
    AccountingError,
    BatiksimError,
    InputError,
    ParameterError,
    RunError,
    ScenarioError,
    StoppedError,
    UsageError,
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({}, "no such place"),
        ({"file": "a.yaml"}, "a.yaml: no such place"),
        ({"file": Path("a.yaml"), "line": 3}, "a.yaml:3: no such place"),
        ({"file": "a.yaml", "line": 3, "column": 7}, "a.yaml:3:7: no such place"),
        ({"line": 3, "column": 7}, "line 3:7: no such place"),
    ],
)
def test_message_tells_the_place_that_is_known(place, text):
    assert str(InputError("no such place", **place)) == text


def test_tree():
    assert all(issubclass(kind, InputError) for kind in (ScenarioError, ParameterError, UsageError))
    assert issubclass(AccountingError, RunError)
    assert all(issubclass(kind, BatiksimError) for kind in (InputError, RunError, StoppedError))
    assert not issubclass(RunError, InputError)


def test_an_error_keeps_its_place_on_the_way_back_from_another_process():
    error = pickle.loads(pickle.dumps(ScenarioError("unknown key", "a.yaml", 3, 7)))
    assert type(error) is ScenarioError
    assert (str(error), error.file, error.line, error.column) == ("a.yaml:3:7: unknown key", "a.yaml", 3, 7)
