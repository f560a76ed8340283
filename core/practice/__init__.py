"""Exercises in backpropagation through softmax, each made from its kind, its level and its seed.

>>> from core.practice import exercise
>>> e = exercise("CE", 2, 0)
>>> e.judge({key: "1/3" for key in e.keys}).right
False
"""

from core.practice.exercise import KINDS, LEVELS, Exercise, Judgement, exercise

__all__ = ["KINDS", "LEVELS", "Exercise", "Judgement", "exercise"]
