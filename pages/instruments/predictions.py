"""Predict before you look: what a page asks of the state on its screen, and what is true there."""

from collections.abc import Callable
from dataclasses import dataclass

import core
from core import what_if
from pages.instruments.base import State
from pages.instruments.jacobian import Jacobian
from pages.instruments.losses import Losses
from pages.instruments.network import WholeNetwork
from pages.instruments.race_curves import History
from pages.instruments.upstream import UpstreamProduct
from pages.notation.losses import written
from pages.notation.number_format import fixed
from pages.notation.palette import subscript

Settled = tuple[str, str]
"""The option that is true, and why, with the numbers of the state."""

SIZES = ("grows", "shrinks", "stays")
PUSHES = ("up", "down", "none")
RAISED = 3.0
"""By how much a logit is raised in thought."""


@dataclass(frozen=True)
class Prediction:
    """A question that stands as it is while sliders move, and its answer, which may not."""

    key: str
    question: str
    options: tuple[str, ...]
    settle: Callable[[State], Settled]


def of_jacobian(jacobian: Jacobian) -> tuple[Prediction, ...]:
    """Does the row sum change if τ doubles? And the entry?"""
    i, j = jacobian.i, jacobian.j
    entry = f"∂{subscript('y', i)}/∂{subscript('z', j)}"

    def changes(state: State) -> tuple[what_if.Change, what_if.Change]:
        at = jacobian.inputs(state)
        return what_if.temperature_doubled(at["z"], i, j, float(at["tau"]))

    def of_the_sum(state: State) -> Settled:
        change, _ = changes(state)
        return change.outcome, (
            f"Row {i + 1} sums to {fixed(change.before, 4)} now and to {fixed(change.after, 4)} at 2τ: the "
            "outputs add up to 1 at every temperature."
        )

    def of_the_entry(state: State) -> Settled:
        _, change = changes(state)
        return change.outcome, (
            f"{entry} is {fixed(change.before, 4)} now and {fixed(change.after, 4)} at 2τ. The factor 1/τ "
            "halves it, but y spreads out as well, and where y was saturated that wins."
        )

    return (
        Prediction(
            "guess_sum",
            f"Double τ. What becomes of the sum of row {i + 1}?",
            SIZES,
            of_the_sum,
        ),
        Prediction("guess_entry", f"And of the size of {entry}?", SIZES, of_the_entry),
    )


def of_upstream(product: UpstreamProduct) -> tuple[Prediction, ...]:
    """What does a constant added to g change?"""

    def settle(state: State) -> Settled:
        now = product.numbers(**product.inputs(state))
        change = what_if.upstream_raised(now["z"], now["g"], state["tau"])
        return change.outcome, (
            f"‖∂L/∂z‖ is {fixed(change.before, 4)} now and {fixed(change.after, 4)} then. "
            "(g + 1) J = g J + 1 J, and 1 J, the column sums of J, is zero."
        )

    return (
        Prediction(
            "guess_g",
            "Add 1 to every entry of g. What becomes of the length of ∂L/∂z?",
            SIZES,
            settle,
        ),
    )


def of_losses(losses: Losses) -> tuple[Prediction, ...]:
    """Which way does each loss push a logit that is higher than it is now?"""
    zj = subscript("z", losses.j)

    def changes(state: State) -> tuple[what_if.Change, what_if.Change]:
        at = losses.inputs(state)
        t = core.smooth(core.one_hot(losses.target, losses.n), at["eps"])
        return what_if.logit_raised(
            at["z"], t, losses.j, RAISED, float(at["tau"]), losses.reduction
        )

    def told(name: str, change: what_if.Change) -> str:
        return (
            f"For {name} ∂L/∂{zj} is {fixed(change.before, 4, sign=True)} now and would be "
            f"{fixed(change.after, 4, sign=True)}. A step of gradient descent goes against it."
        )

    def cross_entropy(state: State) -> Settled:
        change, _ = changes(state)
        return what_if.push(change.after), told(written("CE").name, change)

    def squared_error(state: State) -> Settled:
        _, change = changes(state)
        return what_if.push(change.after), told(written("MSE").name, change)

    return (
        Prediction(
            "guess_ce",
            f"Raise {zj} by {RAISED:g}. Which way would cross-entropy then push {zj}?",
            PUSHES,
            cross_entropy,
        ),
        Prediction("guess_mse", "And squared error?", PUSHES, squared_error),
    )


def of_network(network: WholeNetwork) -> tuple[Prediction, ...]:
    """Is a step twice as long twice as good?"""

    def settle(state: State) -> Settled:
        change = network.longer_step(network.inputs(state))
        return change.outcome, (
            f"One more step with η = {state['eta']:g} leads to L = {fixed(change.before, 4)}, one with "
            f"twice that η to L = {fixed(change.after, 4)}. The gradient promises a fall only for a step "
            "that is short enough; a long one can pass over the valley."
        )

    return (
        Prediction(
            "guess_step",
            "Take one more gradient step, but with twice this η. What becomes of the L that it leads to?",
            SIZES,
            settle,
        ),
    )


WINNERS = ("CE", "MSE", "neither")


def of_race(history: History) -> Settled:
    """Which of the networks of a race that is over knows more of what it has not seen."""
    ends = {loss: records[-1].accuracy_held_out for loss, records in history.items()}
    ahead = [loss for loss, end in ends.items() if end == max(ends.values())]
    return (
        ahead[0] if len(ahead) == 1 else "neither",
        f"At the end accuracy on the held-out part is {fixed(ends['CE'], 3)} with cross-entropy and "
        f"{fixed(ends['MSE'], 3)} with squared error.",
    )
