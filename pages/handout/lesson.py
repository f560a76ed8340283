"""The handout of a lesson: its steps with their boards, and its questions, judged where each step begins."""

from collections.abc import Mapping
from typing import Any

from pages.handout import views
from pages.handout.document import Made, Step, document, paragraph
from pages.handout.page import view
from pages.handout.views import Offered, View
from pages.instruments.base import LinkedInstrument
from pages.lesson.lesson import Lesson, Shown
from pages.lesson.lesson import Step as LessonStep
from pages.lesson.quantities import Filled, Numbers, Prose
from pages.lesson.questions import AT_HOME, NumberQuestion, Question
from pages.notation.html import NOTHING, Html, joined, tag
from pages.notation.markdown import markdown
from pages.state import controls, link
from pages.state.controls import CONTROLS
from pages.state.kinds import Choice, Slider

MOST_PACKED = 112_000
"""Bytes of a step, which are 150 000 letters in the file."""
_SKIP = "Go on without an answer"


def handout(lesson: Lesson, made: Made) -> str:
    """A lesson as one HTML file.

    Raises ValueError if it has no step.
    """
    if not lesson.steps:
        raise ValueError("expected a lesson with a step, got none")
    steps = [_step(step, k) for k, step in enumerate(lesson.steps)]
    head = paragraph(f"By {lesson.author}") if lesson.author else NOTHING
    return document(lesson.title, steps, made, language=lesson.language, head=head, lesson=True)


def _step(step: LessonStep, k: int) -> Step:
    shown = step.shown
    if shown is None:
        return Step(step.title, _words(step.prose, {}), asked=_after(step.after, {}, False))
    numbers = shown.numbers(shown.state)
    home, choices = _view(shown, shown.state), _choices(shown)
    packed = views.packed(home, choices)
    if len(packed) > MOST_PACKED:
        packed = views.packed(home, _choices(shown, swept=False))
    question = step.question
    asked = NOTHING if question is None else _question(question, shown, numbers, k)
    return Step(
        step.title,
        _words(step.prose, numbers),
        packed,
        moved=len(home.sliders) + len(choices) > 1,
        asked=joined(asked, _after(step.after, numbers, question is not None)),
    )


def _view(shown: Shown, state: Mapping[str, Any], *, swept: bool = True) -> View:
    instrument = shown.at(state)
    boards = list(shown.blocks(instrument).values())
    return view(instrument, boards, state, shown.controls, swept=swept)


def _choices(shown: Shown, *, swept: bool = True) -> list[Offered]:
    """Every control that is no live slider: each of its values is a view of its own.

    Unless they are swept, a slider that is moved brings the choice back to where it stood.
    """
    kind, found = type(shown.at(shown.state)), []
    for key in shown.controls:
        options = _options(key, kind, shown.state)
        if not options:
            continue
        home = shown.state[key]
        away = {
            text: _view(shown, _narrowed(kind, {**shown.state, key: value}), swept=swept)
            for text, value in options.items()
            if value != home
        }
        label = CONTROLS[key].label
        spelled = None if home is None else link.spelled(home)
        found.append(Offered(key, label, list(options), spelled, away))
    return found


def _options(key: str, kind: type[LinkedInstrument], state: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a control, as a link spells them; none of a slider that is live."""
    control = controls.narrowed(key, state, **kind.narrowed(key, state))
    if isinstance(control, Choice):
        return {option: option for option in control.options}
    if isinstance(control, Slider) and not control.live:
        of = type(control.default)
        return {link.spelled(of(value)): of(value) for value in control.grid.values}
    return {}


def _narrowed(kind: type[LinkedInstrument], state: dict[str, Any]) -> dict[str, Any]:
    """A state whose choices are there: class 3 is none of two."""
    for key in kind.choices:
        control = controls.narrowed(key, state, **kind.narrowed(key, state))
        if isinstance(control, Choice) and state[key] not in (None, *control.options):
            state = {**state, key: control.default}
    return state


def _words(prose: Prose, numbers: Numbers) -> Html:
    """Markdown; a number of the board says which it is, and follows it."""
    return markdown([_number(p, numbers) if isinstance(p, Filled) else p for p in prose])


def _number(filled: Filled, numbers: Numbers) -> Html:
    return tag(
        "span",
        filled.written(numbers),
        data_quantity=filled.of.quantity,
        data_index=",".join(map(str, filled.of.index)),
        data_decimals=str(filled.decimals),
        data_sign=filled.sign,
    )


def _after(prose: Prose, numbers: Numbers, asked: bool) -> Html:
    """What is said once the question has been answered, or passed over."""
    if not prose:
        return NOTHING
    return tag("div", _words(prose, numbers), class_="words after" if asked else "words")


def _question(question: Question, shown: Shown, numbers: Numbers, k: int) -> Html:
    """A question, and for each of its answers whether it is right and what is said to it."""
    then = shown.numbers({**shown.state, **question.then})
    if isinstance(question, NumberQuestion):
        answers = [_box(*question.accepted(then))]
    else:
        answers = _answers(question, numbers, then, k)
    return tag(
        "form",
        tag("div", _words(question.text, numbers), class_="words", id=f"asked-{k + 1}"),
        *answers,
        tag("p", AT_HOME, class_="rule") if shown.controls else None,
        tag("button", _SKIP, type="button", class_="skip"),
        tag("p", class_="verdict", role="status"),
        class_="question",
        data_yes="Right.",
        data_no="No.",
        data_unread="Expected a number such as −0.34.",
        aria_labelledby=f"asked-{k + 1}",
    )


def _answers(question: Question, now: Numbers, then: Numbers, k: int) -> list[Html]:
    found = []
    for answer in question.answers():
        verdict = question.judge(answer, now, then)
        choice = tag(
            "label",
            tag("input", type="radio", name=f"answer-{k + 1}", data_right=verdict.right),
            tag("span", markdown([answer], inline=True)),
        )
        says = tag("div", _words(verdict.says, now), class_="words says") if verdict.says else None
        found.append(tag("div", choice, says, class_="answer"))
    return found


def _box(low: float, high: float) -> Html:
    """Where a number is typed; from where to where it is right."""
    return tag(
        "div",
        tag(
            "input",
            type="text",
            inputmode="decimal",
            maxlength="40",
            aria_label="Your number",
            placeholder="−0.34",
            data_low=repr(low),
            data_high=repr(high),
        ),
        tag("button", "Answer", type="submit"),
        class_="answer",
    )
