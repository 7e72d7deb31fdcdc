"""Compiled passes over people, and what they stand on: keyed random streams, packing, prefetch."""

from batiksim.kernels.interrupts import make_signals_wait

make_signals_wait()
