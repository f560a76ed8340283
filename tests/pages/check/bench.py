"""The check page without a browser: it is opened, filled in and read."""

import re
from urllib.parse import parse_qsl

import numpy as np

import core
from core.diagnosis.attention_steps import QUANTITIES as OF_ATTENTION
from core.diagnosis.verdict import NAMES
from pages.state.controls import CONTROLS
from pages.state.presets import EXAMPLES
from tests.pages.page_driver import elements, open_page, texts

DEFAULTS = {key: control.default for key, control in CONTROLS.items()}
ROW_SUMS = {"input": "2.0 1.0 0.1", "target": "0", "got_dL_dz": "0 0 0"}
CANARY = "qWx7Kz"


def check(**link):
    at = open_page("check", foot=False, **link)
    assert not at.exception, [e.message for e in at.exception]
    return at


def paste(at, **areas):
    for key, text in areas.items():
        at.text_area(key=key).set_value(text)
    at.run()
    assert not at.exception, [e.message for e in at.exception]
    return at


def press(at, label):
    at.button_group(key="preset").set_value(label).run()
    assert not at.exception
    return at


WEIGHTS = ("weights", "rows")


def areas(at):
    """What is pasted; the weights of the loss are a setting of it."""
    return {area.key: area.value for area in at.text_area if area.key not in WEIGHTS}


def alerts(at):
    return [e.value for kind in (at.error, at.warning, at.success, at.info) for e in kind]


def titles(at):
    """What the explanations are called, in their order."""
    return [re.sub(r"\\(.)", r"\1", title[2:-2]).lower() for title, *_ in mistakes(at)]


def mistakes(at):
    """Title, explanation and fix of each, as Markdown."""
    return [m.value.split("\n\n") for m in at.markdown if re.match(r"\*\*.*\*\*\n\n", m.value)]


def notes(at):
    """What is said below the line that says how all was understood."""
    said = [m.value for m in at.markdown]
    return said[said.index("Understood as") + 1 :]


def report(at):
    names = "|".join((*NAMES.values(), *OF_ATTENTION))
    (text,) = [c.value for c in at.code if re.search(rf"^({names}): ", c.value, re.M)]
    return text


def links(at):
    return {
        # The link stands below the title, the explanation and the fix of its mistake.
        title: (
            link.proto.page or "puzzle",
            dict(parse_qsl(link.proto.query_string)),
            link.proto.label,
        )
        for title, link in reversed(list(zip(titles(at), at.get("page_link"), strict=True)))
    }


def title_of(name):
    known = (*core.MISTAKES, *core.ATTENTION_MISTAKES)
    return next(m.title.lower() for m in known if m.name == name)


def refusal(at):
    """The message and, where a place in a text is to blame, its line and the caret below."""
    assert [e.value for e in at.error] == ["This cannot be judged yet."]
    message, *place = [c.value for c in at.code]
    return (message, *(line for two in place for line in two.split("\n")))


def numpy_text(x):
    return np.array2string(np.asarray(x), precision=4, threshold=10**6)


FROM_CODE = {
    **{
        e.label: {k: v for k, v in e.state.items() if v not in ("", [])}
        for e in EXAMPLES
        if e.state["given"] != "QKV"
    },
    "y as the base": {"given": "y", "input": "0.7 0.2 0.1", "target": "0", "got_dL_dz": "0 0 0"},
    "a quote, an escape and a line": {
        "input": "2 1 0.1",
        "target": "0",
        "got_dL_dz": '0 0 0\n\n"""\\x41 \' {name}',
    },
}


def strings_by_type(at):
    for element in elements(at):
        if getattr(element, "proto", None) is not None and not hasattr(element, "children"):
            stub = type("Tree", (), {"_tree": type("B", (), {"children": {0: element}})()})
            yield from ((element.type, text) for text in texts(stub))
