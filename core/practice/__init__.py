"""Exercises in backpropagation through softmax, each made from its kind, its level and its seed.

>>> from core.practice import exercise, judge
>>> e = exercise("CE", 2, 0)
>>> judge(e, {key: "1/3" for key in e.keys}).right
False
"""

from core.practice.exercise import KINDS, LEVELS, Exercise, exercise
from core.practice.formula import Tried, tried
from core.practice.grammar import MAX_FORMULA, FormulaError
from core.practice.judging import Judgement, coarse, judge
from core.practice.questions import QUESTIONS, Question

__all__ = [
    "KINDS",
    "LEVELS",
    "MAX_FORMULA",
    "QUESTIONS",
    "Exercise",
    "FormulaError",
    "Judgement",
    "Question",
    "Tried",
    "coarse",
    "exercise",
    "judge",
    "tried",
]
