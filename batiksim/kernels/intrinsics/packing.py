"""How the five components of one person lie in four words: what both twins of the intrinsics know."""

from __future__ import annotations

WORDS = 4
# Components are whole multiples of 2^-47: the first four in the low 48 bits of a word each, the fifth in
# parts of 16 bits above the first three, and above the fourth whether she is known.
PARTS, LOW, HIGH, MASK = 2.0**47, 48, 16, (1 << 16) - 1
