"""Compiled passes over people, and what they stand on: keyed random streams, packing, prefetch.

`compiling` has the one decorator that compiles them, `intrinsics` what is written below the level of Python.
"""

from batiksim.kernels.interrupts import make_signals_wait

make_signals_wait()
