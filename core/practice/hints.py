"""A first hint: where to look, without the name of the mistake."""

from core.diagnosis.verdict import Diagnosis

_OF_KIND = {
    "entry": "Is the entry on the diagonal of J, or beside it? The two have different formulas.",
    "row": "A row of J sums to 0: when all logits rise together, no output moves.",
    "dLdy": "Differentiate the loss by each output alone; softmax has no part in it yet.",
    "signs": "The target’s logit should rise: which sign has its gradient, when descent subtracts it?",
    "find": "Add the numbers up, and look at the target’s: what would the right ones do there?",
    "formula": "Look at one cell that is wrong: what would you do there, by hand, for that entry alone?",
    "layer": "∂L/∂W has the shape of W: each entry is an input times a ∂L/∂z.",
}
_OF_STEP = {
    "sign": "Look at which way the numbers point: descent subtracts the gradient.",
    "t": "Look at which class is the target.",
    "factor": "Look at what stands in front of the sum in the loss.",
    "unscaled_dL_dy": "Look at ∂L/∂y first: what is the loss’s own derivative?",
    "dL_dz": "Look at how ∂L/∂y becomes ∂L/∂z: each logit moves all outputs.",
    "J": "Look at J: its diagonal and what is beside it have different formulas.",
    "y": "Look at y: does it sum to 1?",
}
_SUM = "∂L/∂z sums to 0, as softmax sees differences of logits only. Do your numbers?"


def hint(kind: str, found: Diagnosis) -> str:
    """By the step that went wrong where it is known, or else by the kind."""
    for verdict in found.verdicts.values():
        if verdict.right is not True and verdict.explanations and kind not in ("find", "signs"):
            step = verdict.explanations[0].mistakes[0].step
            if step in _OF_STEP:
                return _OF_STEP[step]
    return _OF_KIND.get(kind, _SUM)
