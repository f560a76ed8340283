"""Check my gradient of softmax and its loss: from logits, or from the outputs."""

from collections.abc import Mapping
from typing import Any

import core
from core.diagnosis.verdict import NAMES
from core.reading import Reading
from pages.instruments.base import State
from pages.instruments.check_form import Form, said


class SoftmaxForm(Form):
    """z or y, a target, the input of the layer; and their gradients."""

    known = ("z", "y", "t", "h")
    asked = tuple(NAMES)
    usual = "dL_dz"
    got = "got"
    alike = ("given", "got")
    example = "The row sums"
    told = "a learner’s, who summed the rows of A + B"
    judge = staticmethod(core.diagnose)

    def pasted(self, state: State) -> dict[str, str]:
        known = {state["given"]: state["input"], "t": state["target"], "h": state.get("h", "")}
        texts = {**known, **self.claims(state), **known}  # y as the base is no claim
        return said(texts)

    def options(self, state: State) -> dict[str, Any]:
        return {
            "loss": state["loss"],
            "reduction": state["mse"],
            "batch_mean": state["over"] == "mean",
            "temperature": state["tau"],
            "axis": {"rows": -1, "columns": -2}.get(state["examples"]),
            "outputs": {"y": "softmax", "logy": "log_softmax"}.get(state.get("outputs", "auto")),
            "dtype": None if state["dtype"] == "auto" else state["dtype"],
            "ignore_index": state["ignore"],
            "label_smoothing": state["smooth"],
            "loss_weight": state["scale"],
            "gamma": state["focal"],
            "z_loss": state["zloss"],
            "softcap": state["cap"] or None,
            **_weights(state),
        }

    def diagnose(self, given: Mapping[str, str | Reading], state: State) -> core.Diagnosis | None:
        if not any(name in NAMES and (name != "y" or "z" in given) for name in given):
            return None
        return core.diagnose(**self.read(given), **self.options(state))  # type: ignore[arg-type]


def _weights(state: State) -> dict[str, str]:
    """The texts of weights that say something, by the option that each is."""
    return said({"weight": state["weights"], "row_weight": state["rows"]})


SOFTMAX = SoftmaxForm()
