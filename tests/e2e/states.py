"""Random states: as a link, and as the numbers that core says its page must show."""

import random
from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np

import core

PAGES = ("puzzle", "jacobian", "upstream", "losses")


@dataclass
class State:
    """Plain values of the controls."""

    n: int = 3
    z: list[float] = field(default_factory=lambda: [2.0, 1.0, 0.1])
    tau: float = 1.0
    t: int = 1
    eps: float = 0.0
    mse: str = "mean"
    up: str = "CE"
    g: list[float] = field(default_factory=list)
    i: int = 1
    j: int = 2
    nudge: float = 0.5
    ask: str = "ones"

    def link(self, page: str) -> str:
        query = {"n": self.n, "tau": self.tau, **{f"z{k + 1}": v for k, v in enumerate(self.z)}}
        if page == "puzzle":
            query |= {"answer": "No", "ask": self.ask, "t": self.t}
        if page in ("upstream", "losses"):
            query |= {"t": self.t, "eps": self.eps, "mse": self.mse, "j": self.j}
        if page == "upstream":
            query |= {"up": self.up}
            query |= {"i": self.i} if self.up == "row" else {}
            if self.up == "custom":
                query |= {f"g{k + 1}": v for k, v in enumerate(self.g)}
        if page == "jacobian":
            query |= {"i": self.i, "j": self.j, "nudge": self.nudge}
        return ("" if page == "puzzle" else page) + "?" + urlencode(query)

    def expected(self, page: str) -> dict[str, np.ndarray]:
        """What the page's boards show, from core."""
        y = core.softmax(self.z, self.tau)
        J = core.softmax_jacobian(self.z, self.tau)
        t = core.smooth(core.one_hot(self.t - 1, self.n), self.eps)
        j = self.j - 1
        if page == "puzzle":
            A, B = core.jacobian_parts(self.z, self.tau)
            g = core.upstream_gradient(self.ask, y, t=core.one_hot(self.t - 1, self.n))
            dL_dz = core.softmax_vjp(self.z, g, self.tau)
            return {"z": np.array(self.z), "y": y, "A": A, "B": B, "J": J, "g": g, "dL_dz": dL_dz}
        if page == "jacobian":
            nudge = core.nudge_record(self.z, j, self.nudge, self.tau)
            facts = core.jacobian_facts(self.z, self.tau)
            return {
                "y": y,
                "J": J,
                "predicted": nudge.predicted,
                "actual": nudge.actual,
                "difference": nudge.difference,
                "eigenvalues": facts.eigenvalues,
                "saturation": facts.saturation,
            }
        if page == "upstream":
            g = core.upstream_gradient(
                self.up, y, t=t, reduction=self.mse, row=self.i - 1, custom=self.g or None
            )
            return {
                "g": g,
                "J": J,
                "dL_dz": core.softmax_vjp(self.z, g, self.tau),
                "by_matrix": g @ J,
                "terms": core.vjp_terms(self.z, g, self.tau)[:, j],
            }
        both = core.compare_losses(self.z, t, self.tau, self.mse)
        return {
            "y": y,
            "t": t,
            "g_ce": both.ce.g,
            "g_mse": both.mse.g,
            "dL_dz_ce": both.ce.dL_dz,
            "dL_dz_mse": both.mse.dL_dz,
            "loss_ce": both.ce.loss,
            "loss_mse": both.mse.loss,
            "norm_ce": both.ce.norm,
            "norm_mse": both.mse.norm,
            "opposite": both.opposite.astype(float),
        }


def random_state(rng: random.Random) -> State:
    n = rng.randint(2, 10)
    tenth = lambda low, high: round(rng.uniform(low, high), 1)  # noqa: E731
    return State(
        n=n,
        z=[tenth(-10, 10) for _ in range(n)],
        tau=tenth(0.1, 5),
        t=rng.randint(1, n),
        eps=round(rng.uniform(0, 0.5), 2),
        mse=rng.choice(core.REDUCTIONS),
        up=rng.choice(core.UPSTREAM),
        g=[tenth(-5, 5) for _ in range(n)],
        i=rng.randint(1, n),
        j=rng.randint(1, n),
        nudge=tenth(-3, 3),
        ask=rng.choice(["ones", "CE", "MSE"]),
    )


def mismatches(
    shown: dict[str, dict[str, float]], expected: dict[str, np.ndarray], rtol: float = 1e-6
) -> list[str]:
    """Where the board and core differ; every expected number must be shown."""
    wrong = []
    for quantity, values in expected.items():
        values = np.asarray(values)
        for index in np.ndindex(values.shape):
            key = ",".join(map(str, index))
            got, want = shown.get(quantity, {}).get(key), float(values[index])
            if got is None or not np.isclose(got, want, rtol=rtol, atol=1e-15):
                wrong.append(f"{quantity}[{key}]: board {got}, core {want}")
    return wrong
