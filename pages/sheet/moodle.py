"""The exercises as questions for Moodle, in its XML, which also other course systems import.

A number that a known mistake gives is an answer of its own, with what was done as its feedback.
Format: docs.moodle.org, "Moodle XML format".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from core.practice.wrong import WrongAnswer, answer, wrong_answers
from pages.exercise.screen import Box, Screen, screen
from pages.sheet.choice import Choice, screens
from pages.sheet.cloze import Alternative, choice, numerical
from pages.sheet.document import TITLE
from pages.sheet.parts import DECIMALS, source

EXACT, COARSE = "0.00051", "0.0051"
"""Half a unit of the last decimal, and of the last but one; and what a binary number leaves over."""
_DIGITS = 6
_MOST = 3
"""Mistakes that are named for one number."""
_SIGNS = {"−": -1, "0": 0, "+": 1}
_ROUNDED = f"Nearly. {DECIMALS} decimals are wanted, rounded."
_ASKED = f"Answer in decimals, rounded to {DECIMALS}."


def moodle_xml(chosen: Choice) -> str:
    """A category of questions, one for each exercise."""
    quiz = Element("quiz")
    category = SubElement(quiz, "question", type="category")
    _text(SubElement(category, "category"), f"$course$/top/{TITLE}")
    _html(category, "info", f"<p><code>{escape(chosen.command)}</code></p>")
    for number, one in enumerate(screens(chosen), 1):
        _question(quiz, chosen, one, number)
    indent(quiz, "  ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(quiz, encoding="unicode")}\n'


@dataclass(frozen=True)
class _Form:
    """How a question is asked in Moodle."""

    type: str
    fields: Callable[[Screen], str]
    """HTML below the question."""
    answers: Callable[[Element, Screen], None]


def _question(quiz: Element, chosen: Choice, one: Screen, number: int) -> None:
    e = one.exercise
    form = _FORMS.get(e.kind, _CLOZE)
    question = SubElement(quiz, "question", type=form.type)
    _text(SubElement(question, "name"), f"{number:02}. {one.title} ({source(e)})")
    _html(question, "questiontext", f"{_asked(one)}{form.fields(one)}")
    _html(question, "generalfeedback", _worked(chosen, one))
    if form.type != "cloze":
        _text(question, "1.0000000", "defaultgrade")
    _text(
        question,
        "0.3333333" if form.type in ("numerical", "cloze", "multichoice") else "0",
        "penalty",
    )
    _text(question, "0", "hidden")
    form.answers(question, one)


def _asked(one: Screen) -> str:
    """The exercise, its formulas as LaTeX, which Moodle's own filter draws."""
    example = one.example
    before = (
        f"<blockquote><p><strong>A worked example.</strong></p>{_asked(example)}</blockquote>"
        if example
        else ""
    )
    given = "".join(_displayed(formula) for formula in one.given)
    return f"{before}<p>{_prose(one.task)}</p>{given}{_steps(one)}"


def _steps(one: Screen) -> str:
    """Those that are shown."""
    items = [f"<li>{_prose(step.words)}{_displayed(step.formula)}</li>" for step in one.steps]
    return f"<ol>{''.join(items)}</ol>" if items else ""


def _worked(chosen: Choice, one: Screen) -> str:
    e = one.exercise
    worked = screen(e.kind, e.level, e.seed, worked=True)
    told = f"<p>{escape(e.made.explanation)}</p>" if e.kind == "find" else _steps(worked)
    address = escape(chosen.link(e))
    return told + (f'<p><a href="{address}">{address}</a></p>' if address else "")


def _prose(text: str) -> str:
    """A sentence with formulas between dollar signs."""
    parts = (escape(part) for part in text.split("$"))
    return "".join(rf"\({part}\)" if k % 2 else part for k, part in enumerate(parts))


def _displayed(latex: str) -> str:
    return rf"<p>\[{escape(latex)}\]</p>"


def _boxes(one: Screen) -> str:
    """The fields in the shape of the answer."""
    e, k, lines = one.exercise, 0, []
    signs = e.kind == "signs"
    for line in one.rows:
        cells = []
        for box in line:
            field = choice(_signs(one, box, k)) if signs else numerical(_numbers(one, k))
            cells.append(f"<td>{escape(box.label)} {'' if signs else '= '}{field}</td>")
            k += 1
        lines.append(f"<tr>{''.join(cells)}</tr>")
    asked = "" if signs else f"<p>{_ASKED}</p>"
    return f"{asked}<table>{''.join(lines)}</table>"


def _numbers(one: Screen, k: int) -> Iterable[Alternative]:
    """Of the k-th entry: right; then what known mistakes give there; then what is only coarse."""
    e = one.exercise
    right = _decimal(answer(e)[k])
    yield Alternative(right, 100, tolerance=EXACT)
    by_number: dict[str, list[WrongAnswer]] = {}
    for wrong in wrong_answers(e):
        by_number.setdefault(_decimal(wrong.values[k]), []).append(wrong)
    for number, those in by_number.items():
        if number != right:
            yield Alternative(number, 0, _told(those), EXACT)
    yield Alternative(right, 50, _ROUNDED, COARSE)
    yield Alternative("*", 0, "No known mistake gives this number at this place.")


def _told(those: list[WrongAnswer]) -> str:
    mistakes = [w.mistakes[0] for w in those]
    titles = "; or ".join(m.title for m in mistakes[:_MOST])
    because = f" {mistakes[0].explanation}" if len(mistakes) == 1 else ""
    return f"This comes out when {titles}.{because}"


def _signs(one: Screen, box: Box, k: int) -> Iterable[Alternative]:
    """Of the k-th entry."""
    right = int(answer(one.exercise)[k])
    for option in box.options:
        if _SIGNS[option] == right:
            yield Alternative(option, 100)
            continue
        those = [w for w in wrong_answers(one.exercise) if int(w.values[k]) == _SIGNS[option]]
        yield Alternative(option, 0, _told(those) if those else "")


def _decimal(value: float) -> str:
    """More digits than are asked for: −0.8125 may be rounded either way."""
    return f"{round(float(value), _DIGITS) + 0.0:.{_DIGITS}f}"


def _number_answers(question: Element, one: Screen) -> None:
    for alternative in _numbers(one, 0):
        found = SubElement(
            question, "answer", fraction=str(alternative.percent), format="moodle_auto_format"
        )
        _text(found, alternative.answer)
        _html(found, "feedback", escape(alternative.feedback))
        _text(found, alternative.tolerance or "0", "tolerance")
    for name, value in (
        ("unitgradingtype", "0"),
        ("unitpenalty", "0.1000000"),
        ("showunits", "3"),
        ("unitsleft", "0"),
    ):
        _text(question, value, name)


def _choices(question: Element, one: Screen) -> None:
    """Of "find the mistake"."""
    e = one.exercise
    _text(question, "true", "single")
    _text(question, "true", "shuffleanswers")
    _text(question, "abc", "answernumbering")
    for m in e.choices:
        found = SubElement(
            question, "answer", fraction="100" if m is e.made else "0", format="html"
        )
        _text(found, escape(m.title))
        _html(found, "feedback", escape(m.explanation))


def _essay(question: Element, one: Screen) -> None:
    """A formula, which Moodle leaves to the teacher."""
    assert one.exercise.question is not None
    for name, value in (
        ("responseformat", "plain"),
        ("responserequired", "1"),
        ("responsefieldlines", "3"),
        ("attachments", "0"),
        ("attachmentsrequired", "0"),
    ):
        _text(question, value, name)
    _html(question, "graderinfo", f"<p><code>{escape(one.exercise.question.answer)}</code></p>")
    _html(question, "responsetemplate", "")


def _nothing(question: Element, one: Screen) -> None:
    """Embedded answers stand in the text."""


def _text(parent: Element, value: str, name: str = "text") -> None:
    SubElement(parent, name).text = value


def _html(parent: Element, name: str, markup: str) -> None:
    _text(SubElement(parent, name, format="html"), markup)


_CLOZE = _Form("cloze", _boxes, _nothing)
_FORMS = {
    "entry": _Form("numerical", lambda one: f"<p>{_ASKED}</p>", _number_answers),
    "find": _Form("multichoice", lambda one: "", _choices),
    "formula": _Form("essay", lambda one: "", _essay),
}
