"""Check my gradient of attention: from queries, keys, values and ∂L/∂O."""

from collections.abc import Mapping
from typing import Any

import core
from core.diagnosis.attention_steps import QUANTITIES
from core.reading import Reading
from pages.instruments.base import State
from pages.instruments.check_form import Form, said

_STARTS = ("Q", "K", "V")


class AttentionForm(Form):
    """Q, K, V and dO; and all that comes of them, forward and backward."""

    known = (*_STARTS, "dO")
    asked = QUANTITIES
    usual = "dS"
    got = "attn"
    alike = ("given", "attn", "mask", "sm_scale")
    example = "Inside attention"
    told = "a small example, whose dS was made without D = rowsum(dP ∘ P)"
    judge = staticmethod(core.diagnose_attention)

    def pasted(self, state: State) -> dict[str, str]:
        return said({**{name: state[name] for name in self.known}, **self.claims(state)})

    def options(self, state: State) -> dict[str, Any]:
        return {"scale": state["sm_scale"] or None, "causal": state["mask"] == "causal"}

    def diagnose(
        self, given: Mapping[str, str | Reading], state: State
    ) -> core.AttentionDiagnosis | None:
        if not any(name in QUANTITIES for name in given):
            return None
        for name in _STARTS:
            if name not in given:
                raise ValueError(
                    f"{name}: expected numbers, as all is computed from Q, K and V, got none"
                )
        return core.diagnose_attention(**self.read(given), **self.options(state))  # type: ignore[arg-type]


ATTENTION = AttentionForm()
