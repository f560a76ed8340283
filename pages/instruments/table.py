"""Which page has which instrument, for whoever shows one without its page."""

from pages.instruments.base import LinkedInstrument, State
from pages.instruments.jacobian import Jacobian
from pages.instruments.losses import Losses
from pages.instruments.network import WholeNetwork
from pages.instruments.puzzle import Puzzle
from pages.instruments.upstream import UpstreamProduct
from pages.state import controls, link
from pages.state.kinds import Choice

INSTRUMENTS: dict[str, type[LinkedInstrument]] = {
    "puzzle": Puzzle,
    "jacobian": Jacobian,
    "upstream": UpstreamProduct,
    "losses": Losses,
    "network": WholeNetwork,
}
"""By the page's stem. The race and the check are no instruments: they have none until something is done."""


def at(stem: str, state: State) -> LinkedInstrument:
    """A page's instrument at a state that was not drawn: from a link in a text.

    Raises ValueError if a choice is not one that there is beside the others: class 5 of 3.
    """
    kind = INSTRUMENTS[stem]
    for key in kind.choices:
        control = controls.narrowed(key, state, **kind.narrowed(key, state))
        if isinstance(control, Choice) and state[key] is not None:
            link.accepted(key, control, state[key])
    return kind.at(state)
