"""The page with the network written a second time: NumPy, one flower, no line of `core`."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

IRIS = Path(__file__).parents[2] / "core/data/iris.csv"

PHI = {
    "tanh": np.tanh,
    "ReLU": lambda a: (np.abs(a) + a) / 2,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
}
DERIVATIVE = {
    "tanh": lambda a: 1 / np.cosh(a) ** 2,
    "ReLU": lambda a: (a > 0).astype(float),
    "sigmoid": lambda a: np.exp(-a) / (1 + np.exp(-a)) ** 2,
}
FACTOR = {"mean": 1 / 3, "sum": 1.0, "half": 0.5}
"""Before Σ(y − t)² of three classes."""


@cache
def flowers():
    """Lengths in cm (150, 4), standardised (150, 4), species from 0 (150,)."""
    with IRIS.open(encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    raw = np.array([row[:4] for row in rows], dtype=float)
    species = [("setosa", "versicolor", "virginica").index(row[4]) for row in rows]
    training = raw[[k for k in range(150) if k % 5 < 4]]
    return raw, (raw - training.mean(axis=0)) / training.std(axis=0), np.array(species)


def initial(width, act, seed):
    rng, gain = np.random.default_rng(seed), 2**0.5 if act == "ReLU" else 1.0
    W1 = rng.normal(0, gain / 4**0.5, (4, width))
    W2 = rng.normal(0, gain / width**0.5, (width, 3))
    return {"W1": W1, "b1": np.zeros(width), "W2": W2, "b2": np.zeros(3)}


def loss_of(z, t, loss, reduction):
    if loss == "CE":
        return np.log(np.exp(z - z.max()).sum()) + z.max() - t @ z
    y = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    return FACTOR[reduction] * ((y - t) ** 2).sum()


def passes(theta, x, t, act, loss, reduction):
    """Forward and backward of one row."""
    a = x @ theta["W1"] + theta["b1"]
    h = PHI[act](a)
    z = h @ theta["W2"] + theta["b2"]
    y = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    J = np.array([[y[i] * ((i == j) - y[j]) for j in range(3)] for i in range(3)])
    if loss == "CE":
        with np.errstate(divide="ignore"):
            g, dL_dz = np.where(t > 0, -t / y, 0.0), y - t
    else:
        g = 2 * FACTOR[reduction] * (y - t)
        dL_dz = g @ J
    dL_dh = theta["W2"] @ dL_dz
    dL_da = dL_dh * DERIVATIVE[act](a)
    return {
        **{"a": a, "h": h, "z": z, "y": y, "J": J, "g": g, "dL_dz": dL_dz},
        **{"loss": loss_of(z, t, loss, reduction), "dh_da": DERIVATIVE[act](a)},
        **{"dL_dW2": np.outer(h, dL_dz), "dL_db2": dL_dz, "dL_dh": dL_dh, "dL_da": dL_da},
        **{"dL_dW1": np.outer(x, dL_da), "dL_db1": dL_da},
    }


def picked(weight):
    """Parameter and index from 0 of W1(2,3) or b2(1)."""
    name, _, index = weight.removesuffix(")").partition("(")
    return name, tuple(int(k) - 1 for k in index.split(","))


def quantities(state):
    """All that the boards show, by the name that they have there."""
    raw, x, species = (array[state["sample"] - 1] for array in flowers())
    t = np.array([k == species for k in range(3)], dtype=float)
    act, how = state["act"], (state["loss"], state["mse"])

    def step(theta):
        back = passes(theta, x, t, act, *how)
        return {name: value - state["eta"] * back[f"dL_d{name}"] for name, value in theta.items()}

    start = theta = initial(state["width"], act, state["seed"])
    for _ in range(state["taken"]):
        theta = step(theta)
    q = passes(theta, x, t, act, *how)
    norms = {}
    for loss in ("CE", "MSE"):
        back = passes(theta, x, t, act, loss, state["mse"])
        names = ("dL_dz", "dL_dW2", "dL_db2", "dL_da", "dL_dW1", "dL_db1")
        norms[f"norms_{loss}"] = np.array([np.sqrt((back[name] ** 2).sum()) for name in names])

    name, index = picked(state["weight"])
    into = {"W1": x, "W2": q["h"]}[name][index[0]] if name[0] == "W" else 1.0
    unit, ways = index[-1], 3 if name[1] == "1" else 1
    path = {
        "path_inputs": np.full(ways, into),
        "path_dh_da": np.full(ways, q["dh_da"][unit] if ways == 3 else 1.0),
        "path_weights": theta["W2"][unit] if ways == 3 else np.ones(1),
        "path_above": q["dL_dz"] if ways == 3 else q["dL_dz"][[unit]],
    }
    gradient = q[f"dL_d{name}"][index]
    return {
        **q,
        **theta,
        **norms,
        **path,
        **{"stage": state["stage"], "raw": raw, "species": species, "x": x, "t": t},
        **{"W2_T": theta["W2"].T, "path_products": np.prod(list(path.values()), axis=0)},
        **{"path_gradient": gradient, "path_numeric": gradient},
        "loss_start": passes(start, x, t, act, *how)["loss"],
        "loss_next": passes(step(theta), x, t, act, *how)["loss"],
    }
