"""The survey "does the cluster help?" put to the owners who are members of organised clusters (E1).

Who has heard nothing does not know; who has heard says yes the more, the more she learnt that programmes
would not have taught her without the craft and its associations.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Floats


def answers(learning: Floats, alone: Floats, luck: Floats, effect: float) -> tuple[Floats, Floats, Floats]:
    """Expected answers (yes, no, does not know) of each respondent, f8 (n,) in 0..1, which sum to 1.

    `learning` and `alone` (n, components), information first: what she knows, and what she would know without
    the craft and its associations; `luck` (n,) in 0..1 is hers for life: she is reached if it is below her
    information. Yes, when reached: 1 - prod over the other components of (1 - min(1, effect x gain)) (E1).
    """
    reached = (luck < learning[:, 0]).astype(np.float64)
    gain = np.maximum(learning[:, 1:] - alone[:, 1:], 0.0)
    helped = 1.0 - np.prod(1.0 - np.minimum(effect * gain, 1.0), axis=1)
    return reached * helped, reached * (1.0 - helped), 1.0 - reached
