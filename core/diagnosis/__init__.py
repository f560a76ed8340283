"""Is this gradient right, and if not, which mistake made it?

`given` reads what people have, `case` says what is right, `steps` is a backward pass any step of which
can be done wrongly, `mistakes*` the library of such steps, `search` finds those that reproduce a
claim, `where` finds the part that is wrong and `shares` what it has in common, `hints` speaks where
nothing explains, `check` puts it together, `verdict` is what comes out, also as `markdown`. Around it,
`layout` finds the axes of what was given, `judged` sets a claim beside what is right in it, `matrices`
knows matrices for a gradient; `attention*` is the same for softmax inside attention.
"""

from core.diagnosis.attention import diagnose_attention
from core.diagnosis.check import diagnose
from core.diagnosis.for_tests import assert_gradient
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.mistakes_attention import ATTENTION_MISTAKES
from core.diagnosis.noticing import GradientTest, Noticed, would_notice
from core.diagnosis.steps import Mistake
from core.diagnosis.verdict import AttentionDiagnosis, Diagnosis, Explanation, Understood, Verdict

__all__ = [
    "ATTENTION_MISTAKES",
    "MISTAKES",
    "AttentionDiagnosis",
    "Diagnosis",
    "Explanation",
    "GradientTest",
    "Mistake",
    "Noticed",
    "Understood",
    "Verdict",
    "assert_gradient",
    "diagnose",
    "diagnose_attention",
    "would_notice",
]
