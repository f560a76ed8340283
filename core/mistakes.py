"""The library of mistakes, everyday ones first."""

from core.mistakes_backward import BACKWARD
from core.mistakes_forward import FORWARD

MISTAKES = (*BACKWARD, *FORWARD)
"""Each is one step of `core.backward.STEPS` done wrongly; two of different steps can be combined."""
