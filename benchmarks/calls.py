"""How often a month calls compiled or numpy code, by step: what a small region's month is made of.

    python -m benchmarks.calls [--scale .1] [--months 24]

Counted are calls of numpy's functions and methods written in C, of its universal functions, and of compiled
passes. What operators and look-ups stand between cannot be seen from Python; told beside is how many
of them ran at all; those of arrays are a part of these.
"""

from __future__ import annotations

import argparse
import dis
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Any

import numpy as np
from numba.core.dispatcher import Dispatcher

from batiksim.calendar import month_name
from batiksim.model.batik_model import BatikModel
from batiksim.model.schedule import STEPS

WARM = 24
_OPERATORS = ("BINARY_OP", "COMPARE_OP", "UNARY_NEGATIVE", "UNARY_INVERT", "BINARY_SUBSCR", "STORE_SUBSCR")


class _Counted:
    """A function in C that counts its calls; all else of it is as it was."""

    def __init__(self, function: Any, count: Callable[[], None]) -> None:
        self._function, self._count = function, count

    def __call__(self, *given: Any, **named: Any) -> Any:
        self._count()
        return self._function(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


def _of_numpy(function: Any) -> bool:
    """Whether a function or method in C is one of numpy's."""
    holder = getattr(function, "__self__", None)
    return isinstance(holder, np.ndarray | np.generic | np.ufunc) or (
        str(getattr(function, "__module__", "")).startswith("numpy")
    )


@cache
def _operators(code: CodeType) -> frozenset[int]:
    """Where in a function operators and look-ups stand that may have to do with arrays: not those by name."""
    found, before = set(), ""
    for one in dis.get_instructions(code):
        by_name = "SUBSCR" in one.opname and before == "LOAD_CONST"
        if one.opname in _OPERATORS and not by_name:
            found.add(one.offset)
        before = one.opname if one.opname != "CACHE" else before
    return frozenset(found)


@contextmanager
def _counted(count: Callable[[], None]) -> Iterator[None]:
    """Let numpy's universal functions and compiled passes count themselves."""
    places = [np, *(module for name, module in list(sys.modules.items()) if name.startswith("batiksim."))]
    before = [
        (module, name, value)
        for module in places
        for name, value in list(vars(module).items())
        if isinstance(value, Dispatcher | np.ufunc)
    ]
    for module, name, value in before:
        setattr(module, name, _Counted(value, count))
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def calls(scale: float, months: int) -> tuple[Counter[str], Counter[str]]:
    """Calls of a month, and operators and look-ups, each by step."""
    model = BatikModel(seed=1, scale=scale, until=month_name(WARM + months - 1))
    model.run(month_name(WARM - 1))
    called: Counter[str] = Counter()
    operators: Counter[str] = Counter()
    now = [""]

    def count() -> None:
        called[now[0]] += 1

    def in_c(_: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and _of_numpy(function):
            count()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if "batiksim" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode" and frame.f_lasti in _operators(frame.f_code):
            operators[now[0]] += 1
        return trace

    def run(name: str, function: Callable[..., None], *given: Any) -> None:
        now[0] = name
        sys.setprofile(in_c)
        sys.settrace(trace)
        try:
            function(*given)
        finally:
            sys.settrace(None)
            sys.setprofile(None)

    with _counted(count):
        for _ in range(months):
            model.month += 1
            model.now.month = model.month
            for step in STEPS:
                run(step.name, step.function, model)
            run("recording", model.recorder.record)
    return called, operators


def main(arguments: Sequence[str] | None = None) -> float:
    """Count, print, and return the calls of a month."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calls")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--months", type=int, default=24)
    given = parser.parse_args(arguments)
    called, operators = calls(given.scale, given.months)
    print(f"{'a month':12} {'calls':>7} {'operators and look-ups':>23}")
    for name in [*(step.name for step in STEPS), "recording"]:
        print(f"{name:12} {called[name] / given.months:7.0f} {operators[name] / given.months:23.0f}")
    whole = called.total() / given.months
    print(f"{'all':12} {whole:7.0f} {operators.total() / given.months:23.0f}")
    return whole


if __name__ == "__main__":
    main()
