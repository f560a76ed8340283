"""The pages to print: a worksheet, and its key. Each is one HTML file without script and network."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from pages.board import scripts
from pages.exercise.screen import Box, Screen, screen
from pages.notation.html import NOTHING, Html, joined, link, tag
from pages.sheet.choice import Choice, screens
from pages.sheet.parts import displayed, heading, right, rows, source, steps, words

TITLE = "Backpropagation through softmax"


def worksheet(choice: Choice) -> str:
    """The exercises, with room for the answers."""
    examples: set[str] = set()
    parts = []
    for number, one in enumerate(screens(choice), 1):
        parts.append(_exercise(choice, one, number, one.title not in examples))
        if one.example:
            examples.add(one.title)
    head = tag(
        "header",
        tag("h1", TITLE),
        tag(
            "p",
            tag("span", "Name", class_="line"),
            tag("span", "Date", class_="line short"),
            class_="who",
        ),
        tag("p", "Fractions are fine, and better than decimals. No calculator is needed."),
    )
    return _document(TITLE, choice, head, *parts)


def key(choice: Choice) -> str:
    """The answers, worked out; what wrong ones come from, one by one; and each mistake explained once."""
    every = screens(choice)
    found = dict.fromkeys(m for one in every for row in rows(one) for m in row.mistakes)
    numbers = {m.name: k for k, m in enumerate(found, 1)}
    parts = [_solution(choice, one, number, numbers) for number, one in enumerate(every, 1)]
    head = tag(
        "header",
        tag("h1", f"{TITLE}: key"),
        tag(
            "p",
            "Below each answer stand wrong ones that a known mistake gives here, to three decimals. "
            "Those that cannot be told apart are left out. Each mistake is explained at the end, "
            "under its number.",
        ),
    )
    explained = [
        tag("div", tag("dt", f"{numbers[m.name]}. {m.title}"), tag("dd", m.explanation))
        for m in found
    ]
    mistakes = tag(
        "section",
        tag("h2", "The mistakes"),
        tag("dl", *explained, class_="mistakes"),
        class_="solution",
    )
    return _document(f"{TITLE}: key", choice, head, *parts, mistakes if explained else NOTHING)


def _exercise(choice: Choice, one: Screen, number: int, with_example: bool) -> Html:
    example = one.example if with_example else None
    return joined(
        _example(example) if example else NOTHING,
        tag(
            "section",
            tag("h2", heading(one, number)),
            tag("p", words(one.task)),
            displayed(*one.given),
            steps(one),
            tag("p", "The rest is yours.") if one.left else None,
            *(tag("div", *(_box(box) for box in line), class_="boxes") for line in one.rows),
            tag("p", link(choice.link(one.exercise), source(one.exercise)), class_="source"),
            class_="exercise",
        ),
    )


def _example(one: Screen) -> Html:
    return tag(
        "section",
        tag("h2", "A worked example"),
        tag("p", words(one.task)),
        displayed(*one.given),
        steps(one),
        class_="exercise example",
    )


def _box(box: Box) -> Html:
    """Room for an entry, or what is to be ticked."""
    if box.form in ("taps", "list"):
        options = [
            tag("span", tag("span", class_="tick"), option, class_="option")
            for option in box.options
        ]
        return tag("div", tag("span", box.label), *options, class_=f"box {box.form}")
    return tag(
        "div", tag("span", f"{box.label} ="), tag("span", class_="blank"), class_=f"box {box.form}"
    )


def _solution(choice: Choice, one: Screen, number: int, numbers: Mapping[str, int]) -> Html:
    """
    Parameters
    ----------
    numbers : of the mistakes, by their names
    """
    e = one.exercise
    worked = screen(e.kind, e.level, e.seed, worked=True)
    wrong = [
        tag(
            "li",
            tag("span", row.numbers, class_="numbers"),
            "; or ".join(f"{m.title} ({numbers[m.name]})" for m in row.mistakes),
        )
        for row in rows(one)
    ]
    return tag(
        "section",
        tag("h2", heading(one, number)),
        tag("p", words(one.task)),
        displayed(*one.given),
        steps(worked),
        tag("p", tag("strong", "Answer: "), tag("span", right(one), class_="numbers")),
        tag("ul", *wrong, class_="wrong long" if e.kind == "layer" else "wrong") if wrong else None,
        tag("p", "Whatever gives the same numbers is right too.") if e.question else None,
        tag("p", link(choice.link(e), source(e)), class_="source"),
        class_="solution",
    )


def _document(title: str, choice: Choice, head: Html, *parts: Html) -> str:
    style = scripts.style("sheet.css")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    page = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("title", title),
            tag("style", Html(style)),
        ),
        tag(
            "body",
            head,
            tag("main", *parts),
            tag("footer", "The same again: ", tag("code", choice.command)),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
