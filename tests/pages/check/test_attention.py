"""Attention on the check page: Q, K, V and dO in, and what came of them judged."""

import contextlib
import io
from datetime import date

import numpy as np
import pytest

import core
from core.diagnosis.attention_steps import QUANTITIES, backward, case_of, right
from pages.handout.__main__ import handout
from pages.instruments.check import FORMS
from pages.state.controls import CONTROLS
from pages.state.presets import EXAMPLES
from pages.ui.plain import plain
from tests.pages.check.bench import (
    alerts,
    areas,
    check,
    links,
    mistakes,
    paste,
    press,
    refusal,
    report,
    title_of,
    titles,
)
from tests.pages.check.test_files import npy, npz, upload
from tests.pages.handout.test_handouts import numbers_of
from tests.pages.page_driver import boards, numbers, of_type, open_page, parts, shown

STARTS = ("Q", "K", "V", "dO")
EXAMPLE = next(e for e in EXAMPLES if e.label == "Inside attention").state
GREY = {name: CONTROLS[name].placeholder for name in STARTS}


def case(q=3, k=3, d=4, v=2, lead=(), scale=None, causal=False):
    random = np.random.default_rng(3)
    shapes = ((q, d), (k, d), (k, v), (q, v))
    return case_of([random.normal(size=(*lead, *shape)) for shape in shapes], scale, causal)


def brought(case, **got):
    """A case as a link has it, and what was got of it, with all digits."""
    at = case.at
    values = {"Q": at.Q, "K": at.K, "V": at.V, "dO": case.dO}
    values |= {f"got_{name}": value for name, value in got.items()}
    texts = {key: str(np.asarray(value).tolist()) for key, value in values.items()}
    return {"given": "QKV", "attn": list(got), **texts}


def mistaken(name):
    """The smallest case that a mistake can be told in, with its settings, and what it makes there."""
    mistake = next(m for m in core.ATTENTION_MISTAKES if m.name == name)
    for causal, q, k in ((False, 3, 3), (False, 3, 4), (True, 3, 3), (True, 3, 4)):
        at = case(q, k, causal=causal)
        if not mistake.applies(at):
            continue
        for quantity in mistake.quantities:
            wrong = backward(at, {mistake.step: mistake.wrong}, quantity)
            if wrong.shape == right(at, quantity).shape and not np.allclose(
                wrong, right(at, quantity)
            ):
                state = {"mask": "causal"} if causal else {}
                return brought(at, **{quantity: wrong}) | state
    raise AssertionError(name)


def test_a_right_pass_is_right_in_every_quantity_with_heads_too():
    for lead in ((), (2,)):
        at = case(k=5, lead=lead)
        page = check(**brought(at, **{name: right(at, name) for name in QUANTITIES}))
        assert alerts(page) == [f"{name} is right, to the digits given." for name in QUANTITIES]
        assert not boards(page)


@pytest.mark.parametrize("name", [m.name for m in core.ATTENTION_MISTAKES])
def test_a_mistake_is_named_with_its_fix_and_where_it_is_seen_without_their_numbers(name):
    at = check(**mistaken(name))
    assert "is not right" in alerts(at)[0]
    assert title_of(name) in titles(at)
    mistake = next(m for m in core.ATTENTION_MISTAKES if m.name == name)
    assert any(
        [explanation, fix] == [plain(mistake.explanation), f"`{mistake.fix}`"]
        for _, explanation, fix in mistakes(at)
    )
    _, query, label = links(at)[title_of(name)]
    assert label == "See it in the explorer"
    assert not {key for key in query if key[0] == "z"}


def test_the_numbers_stand_side_by_side_without_the_colours_of_classes():
    at = case(lead=(2,))
    wrong = backward(at, {"D": lambda p: 0.0}, "dS")
    page = check(**brought(at, dS=wrong))
    (board,) = boards(page).values()
    index = core.diagnose_attention(at.at.Q, at.at.K, at.at.V, at.dO, dS=wrong).verdicts["dS"].worst
    np.testing.assert_allclose(numbers(board)["dS: yours"], wrong[index[0]])
    np.testing.assert_allclose(numbers(board)["dS: right"], right(at, "dS")[index[0]], atol=1e-15)
    for block in parts(board):
        assert not block.get("classColumns")
        assert not block.get("classRows")


@pytest.mark.parametrize(
    ("state", "options"),
    [({"mask": "causal"}, {"causal": True}), ({"sm_scale": 0.3}, {"scale": 0.3})],
)
def test_a_setting_has_its_effect(state, options):
    at = case(**options)
    texts = brought(at, dS=right(at, "dS"))
    assert alerts(check(**texts, **state)) == ["dS is right, to the digits given."]
    assert alerts(check(**texts))[0].startswith("dS is not right.")


def test_a_setting_is_changed_where_it_stands():
    at = case(causal=True, scale=0.3)
    page = check(**brought(at, dK=right(at, "dK")))
    page.button_group(key="mask").set_value("causal")
    page.number_input(key="sm_scale").set_value(0.3).run()
    assert alerts(page) == ["dK is right, to the digits given."]


def test_only_what_attention_asks_for_is_drawn():
    at = check(given="QKV", attn=["P", "dK"], got_J="1", h="1")
    assert set(areas(at)) == {*STARTS, "got_P", "got_dK"}
    assert set(shown(at)) - {"preset"} >= {"given", "attn", "mask", "sm_scale"}
    assert not {"tau", "got", "loss"} & shown(at).keys()
    assert not of_type(at, "popover")
    assert "Would my test notice?" not in [e.label for e in at.expander]


def test_an_empty_form_greets_with_the_grey_numbers_judged():
    at = check(given="QKV")
    assert "Paste yours" in at.info[0].value
    assert [e.value.split(".")[0] for e in at.error] == ["dS is not right"]
    assert titles(at) == [title_of("row-sum-forgotten")]
    assert set(areas(at).values()) == {""}
    for change in ({"mask": "causal"}, {"sm_scale": 2}, {"attn": "P"}, {"Q": "1 2"}):
        at = check(given="QKV", **change)
        assert at.info[0].value.startswith("Paste what you got"), change
        assert not boards(at)


def test_the_grey_numbers_are_those_of_the_example_and_what_forgetting_D_makes_of_them():
    assert {name: EXAMPLE[name] for name in STARTS} == GREY
    made = case_of([core.read_numbers(text).values for text in GREY.values()], None, False)
    for name in QUANTITIES:
        grey = core.read_numbers(CONTROLS[f"got_{name}"].placeholder).values
        np.testing.assert_array_equal(grey, backward(made, {"D": lambda p: 0.0}, name).round(4))
    assert EXAMPLE["got_dS"] == CONTROLS["got_dS"].placeholder


SMALL = {"given": "QKV", **GREY, "got_dS": "1 2 3\n4 5 6"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dO": ""}, "dO: expected ∂L/∂O, as dS is to be checked, got None"),
        ({"K": ""}, "K: expected numbers, as all is computed from Q, K and V, got none"),
        ({"K": "1 0 0\n0 1 0\n1 1 1"}, "K: expected rows of 2 as in Q, got shape (3, 3)"),
        ({"V": "1 2\n3 4"}, "V: expected a row for each of 3 keys, got shape (2, 2)"),
        ({"dO": "1 2"}, "dO: expected finite numbers of shape (…, rows, columns)"),
        ({"Q": "1 nan\n1 2"}, "Q: expected finite numbers"),
        ({"got_dS": "1 2 3"}, "dS: expected shape (2, 3), got shape (3,)"),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_told_and_nothing_is_lost(change, message):
    at = check(**(SMALL | change))
    assert refusal(at)[0].startswith(message)
    typed = {key: (SMALL | change)[key] for key in (*STARTS, "got_dS")}
    assert areas(at) == typed
    assert not boards(at)
    at = paste(at, **{key: SMALL[key] for key in change})
    assert alerts(at)[0].startswith("dS is not right.")


@pytest.mark.parametrize("key", [*STARTS, "got_dS"])
def test_a_text_that_cannot_be_read_is_shown_with_its_line_and_a_caret(key):
    at = check(**(SMALL | {key: "1 2\n3 x4"}))
    message, line, caret = refusal(at)
    assert message.startswith(f"{key.removeprefix('got_')}: line 2, column 3: expected a number")
    assert (line, caret) == ("3 x4", "  ^")
    assert areas(at)[key] == "1 2\n3 x4"


def test_what_was_typed_in_either_mode_is_there_again():
    """The picks, the settings and the slider too."""
    at = paste(check(got=["J", "dL_dz"], over="mean", tau="2"), input="2 1", got_J="0 0\n0 0")
    softmax, judged = shown(at), alerts(at)
    at.button_group(key="given").set_value("QKV").run()
    at = paste(at, Q="1 2", V="3 4")
    at.button_group(key="attn").set_value(["P", "dV"]).run()
    at.button_group(key="mask").set_value("causal")
    at.number_input(key="sm_scale").set_value(0.5).run()
    at = paste(at, got_P="1 x")
    attention = shown(at)
    for given, state in (("z", softmax), ("QKV", attention), ("y", softmax), ("QKV", attention)):
        at.button_group(key="given").set_value(given).run()
        assert not at.exception
        assert shown(at) == state | {"given": given}
    at.button_group(key="given").set_value("z").run()
    assert alerts(at) == judged


def test_a_text_too_long_for_the_link_outlives_the_other_mode_too():
    long = "1 2\n" * 1000
    at = paste(check(given="QKV"), Q=long)
    assert "Q" not in at.query_params
    assert any("too long for the link" in c.value for c in at.caption)
    for given in ("z", "QKV"):
        at.button_group(key="given").set_value(given).run()
    assert areas(at)["Q"] == long


def test_the_link_of_a_whole_state_opens_the_same_report():
    at = case(causal=True, scale=0.7)
    got = {name: backward(at, {"D": lambda p: 0.0}, name).round(5) for name in QUANTITIES}
    texts = brought(at, **got)
    sent = check(**texts, mask="causal", sm_scale=0.7)
    opened = check(**sent.query_params)
    assert dict(opened.query_params) == dict(sent.query_params)
    assert shown(opened) == shown(sent)
    assert report(opened) == report(sent)
    assert report(sent) == str(
        core.diagnose_attention(
            **{
                key.removeprefix("got_"): text
                for key, text in texts.items()
                if key not in ("given", "attn")
            },
            causal=True,
            scale=0.7,
        )
    )


def test_the_report_is_there_as_text_as_markdown_and_from_code_that_prints_the_same():
    at = press(check(), "Inside attention")
    found = core.diagnose_attention(**GREY, dS=EXAMPLE["got_dS"])
    assert {str(found), found.markdown().rstrip()} <= {c.value.rstrip() for c in at.code}
    for page, options in (
        (at, []),
        (check(**SMALL, mask="causal", sm_scale=0.25), ["scale=0.25", "causal=True"]),
    ):
        (code,) = [
            c.value for c in page.code if c.value.startswith("from core import diagnose_att")
        ]
        assert [
            line.strip(" ,") for line in code.split("\n") if "scale=" in line or "causal=" in line
        ] == options
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "notebook", "exec"), {})
        assert printed.getvalue() == report(page) + "\n"


def test_the_handout_has_the_report_and_its_numbers():
    query = "given=QKV&Q=1+0%0A1+2&K=2+0%0A0+1%0A1+-1&V=1+0%0A0+2%0A-1+1&dO=1+-1%0A0+1"
    got = EXAMPLE["got_dS"].replace(" ", "+").replace("\n", "%0A")
    text = handout(f"check?{query}&got_dS={got}", date(2026, 1, 1))
    assert "D is forgotten: dS is P ∘ dP alone" in text
    assert len(numbers_of(text)) == 1
    with pytest.raises(ValueError, match="expected what you got as well, for example got_dS=0 0 0"):
        handout(f"check?{query}", date(2026, 1, 1))
    at = open_page("check", given="QKV", **GREY, got_dS=EXAMPLE["got_dS"])
    assert [e.proto.label for e in of_type(at, "download_button")] == ["Handout"]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_asks_for_what_its_controls_offer(form):
    assert CONTROLS[form.got].options == form.asked
    assert CONTROLS[form.got].default == (form.usual,)


def test_every_kind_of_what_is_known_has_its_form():
    assert tuple(FORMS) == CONTROLS["given"].options


def test_files_are_judged_by_their_names():
    at = case()
    dS, dQ = right(at, "dS"), backward(at, {"back": lambda p: 1.0}, "dQ")
    page = upload(
        check(given="QKV"),
        ("Q.npy", npy(at.at.Q)),
        ("rest.npz", npz(K=at.at.K, V=at.at.V, dQ=dQ)),
        ("dO.csv", "\n".join(",".join(map(str, row)) for row in at.dO.tolist()).encode()),
        ("dS.npy", npy(dS)),
    )
    assert [e.value for e in page.success] == ["dS is right, to the digits given."]
    assert [e.value.split(".")[0] for e in page.error] == ["dQ is not right"]
    assert title_of("scale-forgotten-backward") in titles(page)
    assert any("read the files with `core.read_file`" in c.value for c in page.caption)


def test_a_file_of_the_other_mode_is_refused_and_is_judged_there():
    at = upload(check(given="QKV"), ("all.npz", npz(z=[2.0, 1.0], t=[0], dL_dz=[0.0, 0.0])))
    assert refusal(at)[0].startswith("all.npz: expected arrays named Q, K, V, dO, P, O, dV")
    assert "for example dS.csv" in refusal(at)[0]
    at.button_group(key="given").set_value("z").run()
    assert alerts(at)[0].startswith("∂L/∂z is not right.")


def test_one_mode_says_nothing_of_the_texts_of_the_other():
    at = check(**SMALL, input="x", target="x", got_dL_dz="x")
    assert alerts(at)[0].startswith("dS is not right.")
    at = check(**(SMALL | {"given": "z"}), input="2 1", target="0", got_dL_dz="0 0")
    assert alerts(at)[0].startswith("∂L/∂z is not right.")
