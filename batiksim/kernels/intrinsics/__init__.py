"""What compiled passes ask of the processor itself: prefetching, and adding packed words.

`llvm` writes it in the compiler's own language; `plain` says the same in a few lines of Python. The switch
BATIKSIM_PLAIN=1 takes the plain twins, and so does numba when it compiles nothing. Results are equal to the
last bit, which the tests hold them to.

    fetch(array, row)                     ask for array[row] before it is needed, `AHEAD` people ahead
    fetch_rows(array, links, i, count)    ask for the rows array[links[i, j]] of the first `count` links
    sum_of_known(heard, links, i, count)  what the people of links[i] know, added up: see `observed_learning`

`count` is a constant. Rows need not exist to be asked for; links of `sum_of_known` are not checked.
"""

from __future__ import annotations

from typing import Any

from batiksim.kernels.compiling import PLAIN
from batiksim.kernels.intrinsics import llvm, plain

# Far enough for slow memory, near enough to be there still.
AHEAD = 8
_twin: Any = plain if PLAIN else llvm
fetch = _twin.fetch
fetch_rows = _twin.fetch_rows
sum_of_known = _twin.sum_of_known
