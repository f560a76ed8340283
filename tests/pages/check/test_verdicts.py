"""What a verdict rests on: the choices of the sidebar, and what was got."""

import contextlib
import io

import numpy as np
import pytest

import core
from core.diagnosis.verdict import NAMES
from tests.pages.check.bench import (
    DEFAULTS,
    FROM_CODE,
    ROW_SUMS,
    alerts,
    areas,
    check,
    links,
    notes,
    numpy_text,
    paste,
    report,
    title_of,
    titles,
)
from tests.pages.page_driver import boards, elements


@pytest.mark.parametrize("loss", core.LOSSES)
@pytest.mark.parametrize("reduction", core.REDUCTIONS)
@pytest.mark.parametrize("over", ["sum", "mean"])
def test_loss_reduction_mean_and_temperature_are_those_of_the_sidebar(loss, reduction, over):
    z, t = [[2.0, 1.0, 0.1], [0.0, 1.0, 3.0]], [0, 1]
    options = {"loss": loss, "reduction": reduction, "batch_mean": over == "mean"}
    wrong = "[[0.3 0.2 0.1]\n [0.1 0.2 0.4]]"
    at = check(
        input=numpy_text(z),
        target="0 1",
        got_dL_dz=wrong,
        loss=loss,
        mse=reduction,
        over=over,
        tau=0.7,
    )
    assert report(at) == str(
        core.diagnose(numpy_text(z), "0 1", dL_dz=wrong, temperature=0.7, **options)
    )
    at = check(
        input=numpy_text(z),
        target="0 1",
        got_dL_dz=numpy_text(
            core.diagnose(z, t, dL_dz=wrong, temperature=0.7, **options).verdicts["dL_dz"].expected
        ),
        loss=loss,
        mse=reduction,
        over=over,
        tau=0.7,
    )
    assert alerts(at) == ["∂L/∂z at τ = 0.7 is right, to the digits given."]


@pytest.mark.parametrize("label", list(FROM_CODE)[:-1])
def test_the_code_below_runs_and_prints_the_report_above_it(label):
    at = check(**FROM_CODE[label])
    (code,) = [c.value for c in at.code if c.value.startswith("from core import diagnose")]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "notebook", "exec"), {})
    assert printed.getvalue() == report(at) + "\n"
    state = DEFAULTS | FROM_CODE[label]
    names = [state["got"]] if isinstance(state["got"], str) else list(state["got"])
    assert report(at) == str(
        core.diagnose(
            **{state["given"]: state["input"]},
            t=state["target"] or None,
            h=state["h"] or None,
            **{name: state[f"got_{name}"] for name in names},
            loss=state["loss"],
            reduction=state["mse"],
            batch_mean=state["over"] == "mean",
            temperature=float(state["tau"]),
        )
    )


def test_y_may_stand_for_z():
    y = "0.6590 0.2424 0.0986"
    at = check(given="y", input=y, target="0", got_dL_dz="-0.3410 0.2424 0.0986")
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]
    assert at.text_area(key="input").label.startswith("y ")
    at = paste(at, got_dL_dz="0 0 0")
    assert title_of("row-sums") in titles(at)
    assert all("z1" not in query for _, query, _ in links(at).values())


def test_the_text_stays_when_it_is_said_to_be_y_and_not_z():
    at = paste(check(), input="0.6590 0.2424 0.0986", target="0")
    at.button_group(key="given").set_value("y").run()
    assert at.text_area(key="input").value == "0.6590 0.2424 0.0986"


def test_y_as_the_base_is_no_claim_of_its_own():
    """The area of y is there, as it was picked; what is known is known from the first one."""
    state = {"given": "y", "input": "0.6590 0.2424 0.0986", "target": "0", "got": ["y", "dL_dz"]}
    at = check(**state, got_dL_dz="-0.3410 0.2424 0.0986")
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]


@pytest.mark.parametrize("names", [[], ["J"], ["y", "dL_dW"], list(NAMES)], ids=str)
def test_only_the_areas_of_the_quantities_that_were_got_are_drawn(names):
    at = check()
    at.button_group(key="got").set_value(names).run()
    assert not at.exception
    layer = {"h"} if "dL_dW" in names else set()
    assert set(areas(at)) == {"input", "target", *layer, *(f"got_{name}" for name in names)}
    assert [kind.value for kind in at.info], "nothing is judged yet"
    at = check(**ROW_SUMS, got=names or "")
    assert (title_of("row-sums") in titles(at)) == ("dL_dz" in names)


@pytest.mark.parametrize("text", ["1 2 3", "1 2 3 " * 1000], ids=["short", "long"])
def test_a_text_is_still_there_when_its_quantity_is_picked_again(front_door, text):
    at = paste(front_door(), got_dL_dz=text, **{k: ROW_SUMS[k] for k in ("input", "target")})
    at.button_group(key="got").set_value(["J"]).run()
    assert "got_dL_dz" not in areas(at)
    at.button_group(key="got").set_value(["J", "dL_dz"]).run()
    assert at.text_area(key="got_dL_dz").value == text


@pytest.mark.parametrize("name", NAMES)
def test_every_quantity_is_judged_right_and_wrong(name):
    z, h = np.array([[2.0, 1.0, 0.1], [0.0, 1.0, 3.0]]), np.array([[0.5, -1.0], [2.0, 0.3]])
    got = core.diagnose(
        z,
        [0, 1],
        h=h,
        **{name: np.zeros((2, 3, 3) if name == "J" else 3 if name == "dL_db" else (2, 3))},
    )
    expected = got.verdicts[name].expected
    base = {"input": numpy_text(z), "target": "0 1", "got": name}
    base |= {"h": numpy_text(h)} if name == "dL_dW" else {}
    at = check(**base, **{f"got_{name}": numpy_text(expected)})
    assert alerts(at) == [f"{NAMES[name]} is right, to the digits given."]
    assert not boards(at)
    at = check(**base, **{f"got_{name}": numpy_text(-1.3 * expected)})
    assert at.error[0].value.startswith(f"{NAMES[name]} is not right.")
    assert list(boards(at)) == [f"{name}_board"]


def test_a_part_that_is_wrong_is_said_and_its_own_mistake_named():
    z, t = np.arange(30.0).reshape(10, 3) % 7 / 2, np.arange(10) % 3
    got = core.softmax(z) - core.one_hot(t, 3)
    got[8:] *= -1
    at = check(input=numpy_text(z), target=numpy_text(t), got_dL_dz=numpy_text(got))
    said = notes(at)[0]
    assert said.startswith("Of 10 rows, 2 are wrong\\: 9, 10\\. They begin at index 8")
    assert titles(at) == [title_of("sign-flipped")]


def test_the_verdicts_come_first_then_how_it_was_read_and_one_explanation_is_open():
    got = "got_dL_dz"
    at = check(
        input="2,0 1,0 0,1", target="0", got=["y", "dL_dz"], **{got: "0 0 0", "got_y": "1 0 0"}
    )
    kinds = [e.type for e in elements(at)]
    assert kinds.index("popover") > max(k for k, kind in enumerate(kinds) if kind == "error")
    assert kinds.index("popover") < kinds.index("subheader")
    assert [s.value for s in at.subheader] == ["y", "∂L/∂z"]
    found = core.diagnose("2,0 1,0 0,1", "0", y="1 0 0", dL_dz="0 0 0")
    others = [e for v in found.verdicts.values() for e in v.explanations[1:]]
    folded = [e.label.lower() for e in at.expander if e.label.startswith("Or: ")]
    assert len(folded) == len(others) > 0
    assert all(e.mistakes[0].title.lower()[:9] in f for e, f in zip(others, folded, strict=True))


def test_the_report_is_there_as_text_and_as_markdown():
    at = check(**ROW_SUMS)
    found = core.diagnose(ROW_SUMS["input"], ROW_SUMS["target"], dL_dz=ROW_SUMS["got_dL_dz"])
    assert {str(found), found.markdown().rstrip()} <= {c.value.rstrip() for c in at.code}


def test_digits_that_cannot_tell_are_a_warning_with_the_numbers():
    at = check(given="z", input="2.3 1.4 0.1", target="0", got_dL_dz="-0.353 0.279 0.073")
    assert not at.error
    assert [w.value for w in at.warning] == ["∂L/∂z cannot be told from these digits."]
    assert list(boards(at)) == ["dL_dz_board"]
    assert any("with more digits" in m.value for m in at.markdown)
