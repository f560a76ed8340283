"""Cases and names that the tests of the diagnosis share."""

import numpy as np

from core import MISTAKES

Z, Y, T = np.log([1.0, 2.0, 3.0, 4.0]), np.array([0.1, 0.2, 0.3, 0.4]), 1
BATCH = np.array([[2.0, 1.0, 0.1], [0.0, 1.0, -1.0], [0.5, 0.5, 3.0]])
LABELS = [0, 1, 2]
BY_NAME = {m.name: m for m in MISTAKES}


def names(result, quantity="dL_dz"):
    return [e.name for e in result.verdicts[quantity].explanations]
