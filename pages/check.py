"""Check my gradient: paste what you got, learn whether it is right or which mistake it is."""

from pages import ensure_frame

ensure_frame()

from typing import Any

import streamlit as st

import core
from core.diagnosis.verdict import NAMES
from core.inputs import Array
from pages.parts import board, controls, export, live, snippets, verdicts

st.title("Where am I going wrong?", anchor=False)

with controls.panel():
    loss = controls.loss()
    reduction = controls.reduction()
    batch_mean = controls.over_rows()
    tau = controls.temperature()

controls.presets(controls.EXAMPLES, "Show me")

start, got = st.columns(2, gap="medium")
with got:
    claims = controls.claims()
with start:
    known = controls.known()
    if "dL_dW" in claims:
        known |= controls.layer_input()
with got:
    files = st.file_uploader(
        "Or files: .csv, .npy, .npz",
        type=["csv", "npy", "npz"],
        accept_multiple_files=True,
        max_upload_size=32,
        help="Each named for what it holds: z.csv, dL_dz.npy; in an .npz its arrays. At most a "
        "million numbers each. A file stands in for the text of its name, and is not in the link.",
    )
    if st.context.is_embedded:
        st.caption(
            "In a frame of another site browsers may keep files back: then paste the numbers, or open "
            "this view in its own window, below."
        )

numbers: dict[str, Array] = {}
texts = {name: text for name, text in {**known, **claims, **known}.items() if text.strip()}
try:
    given: dict[str, Any] = {
        **texts,
        **verdicts.uploads([(file.name, file.getvalue()) for file in files]),
    }
    if any(name in NAMES and (name != "y" or "z" in given) for name in given):
        found = core.diagnose(
            **given,
            loss=loss,
            reduction=reduction,
            batch_mean=batch_mean,
            temperature=tau,
        )
        for verdict in found.verdicts.values():
            numbers |= verdicts.show(verdict, given, reduction, tau)
        with st.expander("The report as text, and from code"):
            st.code(str(found), language=None, wrap_lines=True)
            if given == texts:
                st.code(snippets.diagnosis(texts, loss, reduction, batch_mean, tau))
    else:
        st.info(
            "Paste your numbers, in whatever form you have them: NumPy, PyTorch, LaTeX, JSON, a table."
        )
except ValueError as error:
    verdicts.refusal(error, texts)
if controls.too_long():
    st.caption("The text is too long for the link, which leaves it out.")
board.live("check", live.still(numbers))
export.take_along("check")
