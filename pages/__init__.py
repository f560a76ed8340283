"""The table of pages: one script in this folder each. Data; it loads nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page; its URL is its file's stem, because a cold deep link finds it by that name."""

    stem: str
    title: str
    icon: str
    help: str
    linked: bool = True
    """Whether its controls stand in its link, and go along to the next page and back."""

    @property
    def symbol(self) -> str:
        """The icon's name in the font of icons."""
        return self.icon.removeprefix(":material/").removesuffix(":")


PAGES = (
    Page(
        "puzzle",
        "The puzzle",
        ":material/help:",
        "Why do the rows of the softmax Jacobian sum to zero, and what to do instead?",
    ),
    Page(
        "jacobian",
        "Jacobian",
        ":material/grid_on:",
        "Every entry of ∂y/∂z with its formula, and what a nudge of one logit really does.",
    ),
    Page(
        "upstream",
        "Upstream product",
        ":material/arrow_back:",
        "The upstream gradient times the Jacobian, term by term: g J = ∂L/∂z.",
    ),
    Page(
        "losses",
        "MSE vs cross-entropy",
        ":material/compare_arrows:",
        "The same state under both losses: where squared error's gradient dies.",
    ),
    Page(
        "network",
        "Whole network",
        ":material/account_tree:",
        "A flower through a small network, and its gradient back to every weight, step by step.",
    ),
    Page(
        "training",
        "Training race",
        ":material/sports_score:",
        "The same network trained with either loss on real data, from a fair or a bad start.",
    ),
    Page(
        "lessons",
        "Lessons",
        ":material/school:",
        "One idea a step, each beside its board, with questions; or a lesson of your own.",
        linked=False,
    ),
    Page(
        "check",
        "Check my gradient",
        ":material/fact_check:",
        "Paste what you got to learn whether it is right and, if not, which mistake explains it.",
    ),
    Page(
        "practice",
        "Practice",
        ":material/edit_note:",
        "Exercises: answer, lock, and learn which mistake it was.",
    ),
)
