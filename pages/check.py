"""Check my gradient: paste what you got, learn whether it is right or which mistake it is."""

from pages.ui import shell

page = shell.enter(__file__)

from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from core.diagnosis.verdict import Report
from core.files import ENDINGS
from pages.handout import check as check_of_handout
from pages.instruments.base import Quantities
from pages.instruments.check import FORMS
from pages.instruments.check_attention import ATTENTION
from pages.state.presets import EXAMPLES
from pages.ui import boards, export, noticing, session, understood, verdicts, widgets

st.title("Where am I going wrong?", anchor=False)

panel = widgets.panel()
widgets.draw_presets(EXAMPLES, "Show me")
start, got = st.columns(2, gap="medium")
with start:
    widgets.draw("given")
form = FORMS[session.state()["given"]]
with got:
    widgets.draw(form.got)
    names = session.state()[form.got]
    widgets.draw(*(f"got_{name}" for name in form.asked if name in names))
with start:
    if form is ATTENTION:
        widgets.draw("Q", "K", "V", "dO")
        widgets.draw_in_columns(("mask", "sm_scale"))
    else:
        widgets.draw("input", label=f"{session.state()['given']} of each example")
        widgets.draw("target")
        if "dL_dW" in names:
            widgets.draw("h")
        with panel:
            widgets.draw("tau")
with got:
    files = st.file_uploader(
        f"Or files: {', '.join(ENDINGS)}",
        type=[ending.removeprefix(".") for ending in ENDINGS],
        accept_multiple_files=True,
        max_upload_size=32,
        help="Each named for what it holds: z.csv, dL_dz.npy, Q.npy; in an .npz or .safetensors its "
        "arrays. At most a million numbers each. A file stands in for the text of its name, and is "
        "not in the link.",
    )
    if st.context.is_embedded:
        st.caption(
            "If a file does not arrive, the browser does not allow uploads inside another site’s page: "
            "paste the numbers, or open this view in its own window, below."
        )


of_output = not {"y", "J", "dL_dy"}.isdisjoint(names)
line = None if form is ATTENTION else understood.Line(of_output)


class Judged(NamedTuple):
    """What was given, and what is to be said of it."""

    state: dict[str, Any]
    texts: dict[str, str]
    own: bool
    """Whether anything was given, or else the example was taken."""
    whole: bool = True
    """Whether the texts are all of it, and nothing was uploaded."""
    found: Report | None = None
    error: ValueError | None = None


def judge() -> Judged:
    """All anew, as what it means may have changed."""
    state = {**(line.state if line else {}), **session.state()}
    texts = form.pasted(state)
    try:
        uploaded = form.uploads((file.name, file.getvalue()) for file in files)
        own = bool(texts or uploaded)
        texts = texts if own else form.greeting(state)
        found = form.diagnose({**texts, **uploaded}, state)
    except ValueError as error:
        return Judged(state, texts, own=True, error=error)
    return Judged(state, texts, own, not uploaded, found)


verdict_place = st.container()
fresh = [judge()]
found = fresh[0].found
if line:
    line.draw(found)
details_place = st.container()
report = verdicts.report() if found else None
test = noticing.folded() if line else None
if session.left_out():
    st.caption("This text is too long for the link. It will be gone when the page is loaded anew.")
foot = export.foot(numbers=False)


def following() -> None:
    """The verdicts."""
    state, texts, own, whole, found, error = fresh.pop() if fresh else judge()
    if (found is None) != (report is None) or (line and line.reads_otherwise(found)):
        st.rerun()
    with verdict_place:
        if error:
            verdicts.refusal(error, {**texts, **form.options(state)})
        elif not found:
            st.info(
                "Paste what you got, in whatever form you have it: NumPy, PyTorch, LaTeX, JSON, a "
                "table. On the left goes what it was computed from; the grey numbers there are examples."
            )
        elif not own:
            st.info(
                f"The grey numbers are {form.told}. Below is what "
                "this page says of them. Paste yours in their place, in whatever form you have "
                "them: NumPy, PyTorch, LaTeX, JSON, a table."
            )
        if found:
            verdicts.headlines(found)
    numbers = verdicts.show(page, found) if found else Quantities()
    if found and report:
        verdicts.take_along(report, found, partial(form.code, texts, state) if whole else None)
    if test:
        noticing.show(test, state)
    boards.at_rest(page, numbers)
    handout = partial(check_of_handout.handout, found) if found else None
    export.take_along(foot, page, handout=handout)


with details_place:
    session.follow(following)
