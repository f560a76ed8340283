"""The library of mistakes."""

from core.diagnosis import (
    mistakes_forward,
    mistakes_loss,
    mistakes_product,
    mistakes_settings,
    mistakes_upstream,
    mistakes_vjp,
)

MISTAKES = (
    *mistakes_product.MISTAKES,
    *mistakes_upstream.MISTAKES,
    *mistakes_forward.MISTAKES,
    *mistakes_vjp.MISTAKES,
    *mistakes_settings.MISTAKES,
    *mistakes_loss.MISTAKES,
)
"""Everyday ones first. Each is one step of a backward pass done wrongly; two can be combined."""
