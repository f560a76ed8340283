"""Would my test notice? on the check page."""

import contextlib
import io

import core
from pages.instruments.noticing import CHOICES, NUMBERS
from pages.state.controls import CONTROLS
from tests.pages.check.bench import ROW_SUMS, check


def said(at):
    return " ".join(m.value for m in at.markdown).replace("\\", "")


def test_it_is_folded_and_costs_nothing_until_it_is_opened():
    at = check(**ROW_SUMS)
    assert "Would my test notice?" in [e.label for e in at.expander]
    assert not any(control.key in (*CHOICES, *NUMBERS) for control in at.number_input)
    assert "known mistakes" not in said(at)


def test_a_link_that_speaks_of_a_test_shows_what_it_lets_pass():
    at = check(test_up="ones", test_m="1", test_n="3", test_tol="0.01", test_fp="bf16", tau="2")
    found = core.would_notice(
        upstream="ones",
        shape=(1, 3),
        tolerance=0.01,
        dtype="bfloat16",
        temperature=2,
        batch_mean=False,
    )
    assert found.missed
    for sentence in (found.headline, *found.notes, *found.changes):
        assert sentence in said(at)
    for mistake in found.missed:
        assert mistake.title in said(at)


def test_a_control_that_is_moved_is_taken_up_and_the_code_below_says_the_same():
    at = check(test_up="ones")
    at.button_group(key="test_up").set_value("MSE").run()
    assert not at.exception
    found = core.would_notice(upstream="MSE", tolerance=1e-7, batch_mean=False)
    assert found.headline in said(at)
    (code,) = [c.value for c in at.code if c.value.startswith("from core import would_notice")]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "notebook", "exec"), {})
    assert printed.getvalue() == str(found) + "\n"


def test_any_number_that_its_controls_can_have_is_a_test():
    for key in NUMBERS:
        control = CONTROLS[key]
        for value in (control.low, control.high):
            at = check(test_z="mixed", **{key: str(value)})
            assert "known mistakes" in said(at)
