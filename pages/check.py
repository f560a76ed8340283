"""Check my gradient: paste what you got, learn whether it is right or which mistake it is."""

from pages.ui import shell

page = shell.enter(__file__)

from functools import partial

import streamlit as st

from core.files import ENDINGS
from core.reading import Reading
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


def following() -> None:
    """The verdicts: what was pasted or uploaded is read anew, as what it means may have changed."""
    of_output = not {"y", "J", "dL_dy"}.isdisjoint(names)
    said = {} if form is ATTENTION else understood.ahead(of_output)
    state, numbers = {**session.state(), **said}, Quantities()
    handout = None
    texts = own = form.pasted(state)
    line = partial(understood.show, state=said, of_output=of_output)
    try:
        given: dict[str, str | Reading] = {
            **own,
            **form.uploads((file.name, file.getvalue()) for file in files),
        }
        if not given:
            texts = form.greeting(state)
            given |= texts
        found = form.diagnose(given, state)
        if found is None:
            line(None)
            st.info(
                "Paste what you got, in whatever form you have it: NumPy, PyTorch, LaTeX, JSON, a "
                "table. On the left goes what it was computed from; the grey numbers there are examples."
            )
        else:
            if not own and given == texts:
                st.info(
                    f"The grey numbers are {form.told}. Below is what "
                    "this page says of them. Paste yours in their place, in whatever form you have "
                    "them: NumPy, PyTorch, LaTeX, JSON, a table."
                )
            verdicts.headlines(found)
            line(found)
            numbers = verdicts.show(page, found)
            handout = partial(check_of_handout.handout, found)
            verdicts.take_along(found, form.code(texts, state) if given == texts else None)
    except ValueError as error:
        verdicts.refusal(error, {**texts, **form.options(state)})
        line(None)
    if form is not ATTENTION:
        noticing.show(state)
    if session.left_out():
        st.caption(
            "This text is too long for the link. It will be gone when the page is loaded anew."
        )
    boards.at_rest(page, numbers)
    export.take_along(page, handout=handout)


session.follow(following)
