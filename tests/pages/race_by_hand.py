"""What a race shows, from `core.racer` alone."""

from functools import cache

import numpy as np

import core


@cache
def run_by_core(settings):
    return {loss: list(core.racer(settings, loss)) for loss in core.LOSSES}


def expected_on_replay(settings, epoch):
    """Every quantity of the replay at an epoch."""
    data, known = core.dataset(settings.data), {}
    for loss, records in run_by_core(settings).items():
        record = records[min(epoch, len(records) - 1)]
        y = core.forward(record.network, data.x).y
        held_out = ~data.train
        guess, truth = y[held_out].argmax(axis=1), data.label[held_out]
        n = len(data.classes)
        every = [core.forward(r.network, data.x[held_out]).y.argmax(axis=1) for r in records]
        heights = {
            "accuracy": [(k == truth).mean() for k in every],
            "dL_dz_power": [max(np.log10(max(r.dL_dz_norm, 1e-300)), -6.2) for r in records],
            "cross_entropy": [r.cross_entropy for r in records],
            "squared_error": [r.squared_error for r in records],
            "saturated": [r.saturated for r in records],
            "saturated_wrong": [r.saturated_wrong for r in records],
        }
        known |= {f"{name}_{loss}_drawn": h for name, h in heights.items()}
        known |= {f"{name}_{loss}": h[min(epoch, len(h) - 1)] for name, h in heights.items()}
        known |= {
            f"points_{loss}": np.stack([y[:, 1] + y[:, 2] / 2, y[:, 2] * np.sqrt(3) / 2], axis=1),
            f"confusion_{loss}": [
                [((truth == i) & (guess == j)).sum() for j in range(n)] for i in range(n)
            ],
        }
    return known | {"epoch": min(epoch, max(map(len, run_by_core(settings).values())) - 1)}
