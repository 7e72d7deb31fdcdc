"""Kinds of arrays, named by what they hold; each is kept in the fewest bytes that hold it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]  # amounts, shares, chances
Ints = NDArray[np.int64]  # whole numbers: ids, counts
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]  # what `batiksim.codes` names, and places by their number
Months = NDArray[np.int32]  # months since January 2011, or how many of them
Rows = NDArray[np.int64]  # rows of a table, to go through one after the other
Links = NDArray[np.int32]  # for each row of a table one of another (or several), -1 for none
