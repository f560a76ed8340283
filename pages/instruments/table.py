"""Which page has which instrument, for whoever shows one without its page."""

from pages.instruments.base import LinkedInstrument
from pages.instruments.jacobian import Jacobian
from pages.instruments.losses import Losses
from pages.instruments.network import WholeNetwork
from pages.instruments.puzzle import Puzzle
from pages.instruments.upstream import UpstreamProduct

INSTRUMENTS: dict[str, type[LinkedInstrument]] = {
    "puzzle": Puzzle,
    "jacobian": Jacobian,
    "upstream": UpstreamProduct,
    "losses": Losses,
    "network": WholeNetwork,
}
"""By the page's stem. The race and the check are no instruments: they have none until something is done."""
