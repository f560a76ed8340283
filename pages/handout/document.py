"""The file: one HTML document with its style, its script and its numbers, and nothing from elsewhere.

Its policy lets run what stands in it when it is made, by hash, and lets it ask for nothing.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from pages.board import scripts
from pages.notation.html import LANGUAGE, NOTHING, Html, Part, joined, link, tag

PROJECT = "Softmax backpropagation explorer"
RULE = (
    "Move one slider: the others are held, which is what ∂ means. "
    "Move another, and the first goes back to where it stood."
)
"""Said where there are sliders."""


_WAYS = tag(
    "nav",
    tag("button", "Back", type="button"),
    tag("span", data_pattern="Step {at} of {count}", aria_live="polite"),
    tag("button", "Next", type="button"),
    class_="ways",
    aria_label="Steps",
)


@dataclass(frozen=True)
class Step:
    """Words, and an instrument's numbers if there is one."""

    title: str
    words: Html
    packed: bytes = b""
    """What `views.packed` made."""
    moved: bool = False
    """Whether it has more than one slider or choice."""
    asked: Html = NOTHING
    """A question, and what is said once it has been answered."""
    below: Html = NOTHING
    """What follows the board."""


@dataclass(frozen=True)
class Made:
    """From what a handout was made, and when."""

    address: str
    """The link to the same view; the part after the host where that is not known."""
    on: date


def document(
    title: str,
    steps: Sequence[Step],
    made: Made,
    *,
    language: str = "en",
    head: Html = NOTHING,
    lesson: bool = False,
) -> str:
    """A handout as HTML; the same from the same.

    Parameters
    ----------
    title : of the whole
    steps : one after the other
    made : stands at the foot
    language : a tag such as "en" or "pt-BR"; anything else is English
    head : what stands above all steps
    lesson : whether one step is in view, and the reader goes from one to the next
    """
    script = f"{scripts.script('handout.js')}\nhandOut();\n"
    style = scripts.style("handout.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    body = joined(
        tag("header", tag("h1", title), head, _off(lesson), _WAYS if lesson else None),
        tag("main", *(_step(step, k, lesson) for k, step in enumerate(steps))),
        _foot(made),
        tag("script", Html(scripts.style()), type="text/css", class_="board-style"),
        tag("script", Html(script), type="module"),
    )
    page = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("title", f"{title} · {PROJECT}"),
            tag("style", Html(style)),
        ),
        tag("body", body, class_="lesson" if lesson else "alone"),
        lang=language if LANGUAGE.fullmatch(language) else "en",
    )
    return f"<!doctype html>\n{page}\n"


def _off(lesson: bool) -> Html:
    """Said where there is no JavaScript."""
    said = (
        "Boards and questions need JavaScript, which is off here. "
        "These are the words alone: all steps, all answers, and ✓ at those that are right."
        if lesson
        else "The board and its sliders need JavaScript, which is off here."
    )
    return tag("noscript", tag("p", said, class_="off"))


def _step(step: Step, k: int, lesson: bool) -> Html:
    view = tag(
        "div",
        tag("div", class_="choices"),
        tag("div", tag("div", class_="sliders"), class_="panel"),
        tag("p", RULE, class_="rule") if step.moved else None,
        tag("div", class_="boards"),
        step.below,
        class_="view",
    )
    return tag(
        "section",
        tag("h2", step.title, tabindex="-1") if lesson else None,
        tag("div", tag("div", step.words, class_="words"), step.asked, class_="said")
        if step.words or step.asked
        else None,
        joined(
            view,
            tag("script", Html(b64encode(step.packed).decode()), type="text/plain"),
        )
        if step.packed
        else step.below,
        class_="step",
        id=f"step-{k + 1}",
    )


def _foot(made: Made) -> Html:
    on = made.on
    return tag(
        "footer",
        tag("span", PROJECT),
        tag("span", "Link: ", link(made.address, made.address)) if made.address else None,
        tag("time", f"{on.day} {on:%B %Y}", datetime=on.isoformat()),
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def paragraph(*inner: Part) -> Html:
    """A paragraph of words."""
    return tag("p", *inner)
