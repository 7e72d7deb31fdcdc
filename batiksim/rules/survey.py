"""The survey "does the cluster help?" put to the owners who are members of organised clusters (E1).

Who has heard nothing does not know; who has heard says yes the more, the more she learnt that programmes
would not have taught her without the craft and its associations.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from batiksim.rules.either import either

# A number or an array of numbers, also in compiled functions.
Values = Any


@register_jitable
def answers(learning: Values, alone: Values, luck: Values, effect: float) -> tuple[Values, Values, Values]:
    """Expected answers (yes, no, does not know) of each respondent, in 0..1, which sum to 1.

    `learning` and `alone` (components, ...), information first: what she knows, and what she would know
    without the craft and its associations; `luck` (...) in 0..1 is hers for life: she is reached if it is
    below her information. Yes, when reached: 1 - prod over the other components of (1 - min(1, effect x
    gain)) (E1).
    """
    reached = either(luck < learning[0], 1.0, 0.0)
    unmoved = 1.0 - np.minimum(effect * np.maximum(learning[1] - alone[1], 0.0), 1.0)
    for d in range(2, len(learning)):
        unmoved = unmoved * (1.0 - np.minimum(effect * np.maximum(learning[d] - alone[d], 0.0), 1.0))
    helped = 1.0 - unmoved
    return reached * helped, reached * (1.0 - helped), 1.0 - reached
