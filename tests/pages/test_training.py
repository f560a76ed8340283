"""The page with the race: the whole race in one run of the page, against `core.racer`."""

import dataclasses
import io
import re
import sys
from contextlib import nullcontext
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import streamlit as st

import core
from core import racing
from core.training import RaceSettings
from pages.instruments import race as instrument
from pages.instruments.race import columns
from pages.notation import figures
from pages.notation.losses import written
from pages.state.controls import CONTROLS
from pages.state.presets import RACE_PRESETS
from pages.ui import race
from tests.pages.board.test_frames import decode
from tests.pages.page_driver import (
    boards,
    frames_sent,
    named,
    numbers,
    of_type,
    open_page,
    parts,
    random_state,
    shown,
    texts,
)
from tests.pages.race_by_hand import expected_on_replay, run_by_core

LEANS, CONFIDENT, FAIR = (preset.label for preset in RACE_PRESETS)
KEYS = tuple(random_state(0, "training"))
DEFAULTS = {key: CONTROLS[key].default for key in KEYS}
QUICK = {"epochs": 10, "hidden": 4}
DIGITS = {**QUICK, "data": "digits", "batch": 128}
DIVERGES = {"act": "ReLU", "lr": 1e4, "momentum": 0.9, "mse": "sum", "seed": 1, **QUICK}
NAMES = {"CE": "cross-entropy", "MSE": "squared error"}


@pytest.fixture(autouse=True)
def in_this_process(request, monkeypatch):
    """A race needs none of its own, which says the same (tests/core/test_racing.py), where none is counted."""
    if "children" not in request.fixturenames:
        monkeypatch.setattr(racing, "process", lambda: nullcontext(racing.advanced))


def settings_of(state):
    """What a link asks for."""
    state = DEFAULTS | {key: value for key, value in state.items() if key in KEYS}
    return RaceSettings(
        data=state["data"],
        hidden=state["hidden"],
        activation=state["act"],
        confidence=state["confidence"],
        learning_rate=state["lr"],
        epochs=state["epochs"],
        batch_size=state["batch"],
        momentum=state["momentum"],
        reduction=state["mse"],
        seed=state["seed"],
    )


def click(at):
    return at.button(key="run").click().run()


def raced(**link):
    """The page after its button was pressed: AppTest waits for the end of the race."""
    at = click(open_page("training", **link))
    assert not at.exception, [e.message for e in at.exception]
    return at


@cache
def raced_once(*link):
    """The same, shared between tests which only read it."""
    return raced(**dict(link))


def pressed(preset):
    at = open_page("training")
    at.button_group(key="preset").set_value(preset).run()
    return click(at)


preset_race = cache(pressed)


def race_of(at):
    return at.session_state["race"]


def same(a, b):
    """Whether two records are the same to the last bit."""
    if dataclasses.is_dataclass(a):
        fields = dataclasses.fields(a)
        return type(a) is type(b) and all(
            same(getattr(a, f.name), getattr(b, f.name)) for f in fields
        )
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    return np.array_equal(a, b)


def assert_ran_as_core(at, settings):
    known = run_by_core(settings)
    found = race_of(at).history
    assert race_of(at).settings == settings
    assert list(found) == list(known) == ["CE", "MSE"]
    for loss, records in known.items():
        assert [r.epoch for r in found[loss]] == [r.epoch for r in records]
        if settings.data == "digits":  # whose replay draws no networks: none are kept
            records = [r.bare() for r in records]
        assert same(found[loss], records), loss


def headings(at):
    return [s.value for s in at.header]


# --- before ----------------------------------------------------------------------------------


def told(at):
    """What the page says is to be seen in its race."""
    (sentence,) = [m.value for m in at.markdown if "only the loss differs" in m.value]
    return sentence


def test_the_page_opens_with_the_finished_race_of_the_defaults_and_says_what_is_to_be_seen_in_it():
    at = open_page("training")
    assert not at.exception
    assert at.button(key="run").label == "Run the race"
    assert_ran_as_core(at, settings_of({}))
    assert len(of_type(at, "plotly_chart")) == 2
    assert not at.info
    known = run_by_core(settings_of({}))
    reached = {loss: core.epochs_to(records) for loss, records in known.items()}
    assert reached["CE"] + 5 < reached["MSE"], "a difference that can be seen"
    for loss in core.LOSSES:
        assert f"90 % of the held-out part after epoch {reached[loss]}" in told(at)
        assert f"{known[loss][0].dL_dz_norm:.4f}" in told(at)


def test_a_link_with_other_settings_says_that_the_race_shown_is_not_theirs():
    at = open_page("training", **QUICK)
    assert race_of(at).settings == settings_of({})
    (info,) = at.info
    assert "other settings" in info.value


def test_the_default_race_is_run_once_a_process(monkeypatch):
    open_page("training")
    monkeypatch.setattr(racing, "advanced", None)
    assert not open_page("training").exception


def test_a_race_that_was_run_before_is_there_at_once(monkeypatch):
    first = race_of(raced(**QUICK))
    monkeypatch.setattr(racing, "process", None)
    again = click(open_page("training", **QUICK))
    assert not again.exception
    assert race_of(again) is first


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.95, 0.95), "Both networks know 90 % of the held-out part after epoch 1."),
        ((0.95, 0.3), "squared error never comes to 90 % of the held-out part and ends at 30 %."),
        ((0.2, 0.95), "The network with cross-entropy never comes to 90 %"),
    ],
)
def test_the_sentence_of_a_race_tells_its_end(ends, words):
    start = run_by_core(settings_of(QUICK))["CE"][0]
    history = {
        loss: [
            replace(start, accuracy_held_out=0.1),
            replace(start, epoch=1, accuracy_held_out=end),
        ]
        for loss, end in zip(core.LOSSES, ends, strict=True)
    }
    assert words in instrument.seen(history)


def test_the_literature_is_linked_with_and_without_a_race():
    for at in (open_page("training"), raced_once(*QUICK.items())):
        text = " ".join(m.value for m in at.markdown)
        for link in (
            "https://proceedings.mlr.press/v9/glorot10a.html",
            "https://www.isca-archive.org/interspeech_2013/golik13_interspeech.html",
            "https://arxiv.org/abs/2006.07322",
        ):
            assert f"({link})" in text
        assert headings(at)[-1] == "What others found"


# --- the race --------------------------------------------------------------------------------

OTHER = {
    **{"data": "Iris", "confidence": 1.5, "lr": 0.03, "epochs": 20, "hidden": 7, "batch": 9},
    **{"momentum": 0.35, "act": "sigmoid", "mse": "half", "seed": 1234},
}


@pytest.mark.parametrize("link", [{}, OTHER, DIGITS], ids=["default", "other", "digits"])
def test_one_press_runs_the_race_of_the_link_to_its_end_as_core_does(link, children):
    at = raced(**link)
    assert len(children) == bool(link), "that of the defaults was there already"
    assert_ran_as_core(at, settings_of(link))
    assert not race_of(at).running
    assert race_of(at).done == settings_of(link).epochs
    assert at.button(key="run").label == "Run the race"
    assert headings(at)[0] == f"After {settings_of(link).epochs} epochs"
    assert not at.warning
    assert not at.info


@pytest.mark.parametrize("key", KEYS)
def test_every_control_decides_the_race(key):
    link = {"batch": 128, **QUICK, key: (OTHER | {"data": "digits"})[key]}
    assert link[key] != DEFAULTS[key]
    settings = settings_of(link)
    assert settings != settings_of(link | {key: DEFAULTS[key]})
    assert race_of(raced(**link)).settings == settings


def test_the_order_of_the_race_is_cross_entropy_first_with_both_from_the_same_start():
    first = race_of(raced_once(*QUICK.items())).history
    assert list(first) == ["CE", "MSE"]
    assert same(first["CE"][0].network, first["MSE"][0].network)
    assert not same(first["CE"][1].network, first["MSE"][1].network)


def test_both_advance_together_one_epoch_at_a_time(monkeypatch):
    settings = settings_of(QUICK)
    monkeypatch.setattr(race, "_STRIDE", 0.0)
    running = race.Race(settings)
    for k in range(11):
        if k:
            running.advance(racing.advanced)
        assert running.running
        assert {len(records) for records in running.history.values()} == {k + 1}
        assert running.done == k
        assert running.share == k / 10
    running.advance(racing.advanced)
    assert not running.running
    assert running.done == 10
    assert running.diverged == []


def test_the_same_link_gives_the_same_csv_to_the_digit_in_two_fresh_sessions():
    link = {**QUICK, "seed": 5, "momentum": 0.9, "act": "ReLU", "mse": "sum"}
    texts = {race_of(raced(**link)).csv() for _ in range(2)}
    assert len(texts) == 1
    assert race_of(raced(**link | {"seed": 6})).csv() not in texts


MEASURES = {
    **{"accuracy": "accuracy", "accuracy_held_out": "accuracy_held_out"},
    **{
        "cross_entropy": "cross_entropy",
        "squared_error": "squared_error",
        "dL_dz_norm": "dL_dz_norm",
    },
    **{"saturated": "saturated", "saturated_wrong": "saturated_wrong"},
}


@pytest.mark.parametrize("link", [QUICK, DIGITS, DIVERGES], ids=["Iris", "digits", "diverges"])
def test_the_csv_holds_every_epoch_of_both_to_the_last_bit(link):
    at = raced_once(*link.items())
    table = pd.read_csv(io.StringIO(race_of(at).csv()))
    assert list(table.columns) == ["loss", "epoch", *MEASURES, "dL_dW1_norm", "dL_dW2_norm"]
    for loss, records in run_by_core(settings_of(link)).items():
        rows = table[table.loss == loss]
        assert rows.epoch.tolist() == list(range(len(records)))
        for column, field in MEASURES.items():
            assert rows[column].tolist() == [getattr(r, field) for r in records], column
        for k in (0, 1):
            assert rows[f"dL_dW{k + 1}_norm"].tolist() == [r.dL_dW_norms[k] for r in records]
    assert len(table) == sum(map(len, run_by_core(settings_of(link)).values()))
    labels = [button.proto.label for button in of_type(at, "download_button")]
    assert "Histories as CSV" in labels


# --- the curves ------------------------------------------------------------------------------

HISTORY = {
    "CE": {"epoch": [0, 1, 2], "one": [1.0, 0.5, 0.1], "two": [1e-1, 1e-3, 1e-5]},
    "MSE": {"epoch": [0, 1], "one": [0.9, 0.8], "two": [1e-2, 1e-2]},
}
PANELS = [
    ("First", "one", "linear", (0, 1.03)),
    ("Second", "two", "log", (-6, 0.5)),
    ("Third", "one", "linear", None),
]


def test_each_panel_has_a_curve_a_loss_over_the_epochs_that_it_has():
    figure = go.Figure(figures.curves(HISTORY, PANELS, 60))
    assert len(figure.data) == 2 * len(PANELS)
    pairs = list(zip(figure.data[::2], figure.data[1::2], strict=True))
    for k, ((_, measure, _, _), pair) in enumerate(zip(PANELS, pairs, strict=True)):
        for loss, line in zip(HISTORY, pair, strict=True):
            assert list(line.x) == HISTORY[loss]["epoch"]
            assert list(line.y) == HISTORY[loss][measure]
            assert line.name == NAMES[loss]
            assert line.line.color == written(loss).color
            assert line.yaxis == ("y" if k == 0 else f"y{k + 1}")
        assert {line.line.dash for line in pair} == {"solid", "dash"}
    assert [line.showlegend for line in figure.data] == [True, True, False, False, False, False]


def test_the_axes_of_the_curves_are_fixed_and_the_panels_do_not_overlap():
    layout = go.Figure(figures.curves(HISTORY, PANELS, 60)).layout
    axes = [layout.yaxis, layout.yaxis2, layout.yaxis3]
    assert [axis.type for axis in axes] == ["linear", "log", "linear"]
    assert [axis.range for axis in axes] == [(0, 1.03), (-6, 0.5), None]
    assert axes[2].rangemode == "tozero"
    assert layout.xaxis.range == (0, 60)
    assert all(axis.fixedrange for axis in (layout.xaxis, *axes))
    edges = [edge for axis in reversed(axes) for edge in axis.domain]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= 1
    for (title, *_), axis, words in zip(PANELS, axes, layout.annotations, strict=True):
        assert words.text == title
        assert words.y == axis.domain[1]


def test_the_axes_of_the_curves_do_not_move_while_the_race_goes_on():
    shorter = {k: {m: v[:1] for m, v in columns.items()} for k, columns in HISTORY.items()}
    layouts = [figures.curves(h, PANELS, 60)["layout"] for h in (shorter, HISTORY)]
    assert layouts[0] == layouts[1]


def drawings(monkeypatch):
    """Everything that is drawn from now on: (history, panels, epochs, figure)."""
    drawn, real = [], figures.curves

    def curves(history, panels, epochs, *, epoch=None):
        figure = real(history, panels, epochs, epoch=epoch)
        drawn.append((history, list(panels), epochs, figure))
        return figure

    monkeypatch.setattr(figures, "curves", curves)
    return drawn


def test_the_curves_on_the_page_are_those_of_the_race_and_of_what_their_titles_say(monkeypatch):
    drawn = drawings(monkeypatch)
    at = raced(**QUICK)
    assert len(of_type(at, "plotly_chart")) == 2
    measured = {title: measure for _, panels, *_ in drawn for title, measure, *_ in panels}
    assert measured == {
        "Accuracy, held-out part": "accuracy_held_out",
        "Cross-entropy, training part": "cross_entropy",
        "Squared error, training part": "squared_error",
        "Mean length of ∂L/∂z, under its own loss": "dL_dz_norm",
        "Share of saturated rows": "saturated",
        "Share saturated at a wrong class": "saturated_wrong",
    }
    kinds = {panel[1]: panel[2:] for _, panels, *_ in drawn for panel in panels}
    assert {m for m, (kind, _) in kinds.items() if kind == "log"} == {"dL_dz_norm"}
    for history, panels, epochs, figure in drawn[-2:]:
        assert epochs == 10
        assert history == columns(race_of(at).history)
        lines = [history[loss][measure] for _, measure, *_ in panels for loss in NAMES]
        assert [line["y"] for line in figure["data"]] == lines
    for loss, records in run_by_core(settings_of(QUICK)).items():
        told = drawn[-1][0][loss]
        assert told["dL_dW1_norm"] == [r.dL_dW_norms[0] for r in records]
        assert told["saturated_wrong"] == [r.saturated_wrong for r in records]
        assert told["dL_dz_norm"] == [r.dL_dz_norm for r in records]


@pytest.mark.parametrize("preset", [LEANS, CONFIDENT, FAIR])
def test_no_curve_of_a_preset_leaves_its_fixed_axis(preset):
    measured = columns(race_of(preset_race(preset)).history).values()
    for measure, low, high in (
        ("dL_dz_norm", 1e-6, 10**0.5),
        *((m, 0, 1.03) for m in ("accuracy_held_out", "saturated", "saturated_wrong")),
    ):
        for column in measured:
            assert low <= min(column[measure]) <= max(column[measure]) <= high, measure


# --- the presets -----------------------------------------------------------------------------


@pytest.mark.parametrize("preset", RACE_PRESETS, ids=lambda p: p.label)
def test_a_preset_sets_the_race_and_leaves_the_data_and_the_seed_alone(preset):
    away = {key: value for key, value in OTHER.items() if key not in ("data", "seed")}
    at = open_page("training", data="digits", seed=77, **away)
    at.button_group(key="preset").set_value(preset.label).run()
    assert not at.exception
    expected = {
        **{"data": "digits", "seed": 77, "act": "tanh", "lr": 0.1, "epochs": 60, "hidden": 16},
        **{"batch": 16, "momentum": 0.0, "mse": "sum"},
        "confidence": {LEANS: 4.0, CONFIDENT: 10.0, FAIR: 0.0}[preset.label],
    }
    assert {key: shown(at)[key] for key in KEYS} == expected
    link = {key: type(v)(at.query_params.get(key, DEFAULTS[key])) for key, v in expected.items()}
    assert link == expected
    assert race_of(at).settings == settings_of({}), "a preset only sets the start"


def table_of(at):
    """The results, by row and column."""
    (text,) = [m.value for m in at.markdown if m.value.startswith("| at the end |")]
    cells = [
        [re.sub(r"\\(.)", r"\1", cell) for cell in line[2:-2].split(" | ")]
        for line in text.split("\n")
    ]
    (_, *columns), _, *rows = cells
    return pd.DataFrame([row[1:] for row in rows], [row[0] for row in rows], columns)


def test_from_a_fair_start_both_reach_ninety_per_cent():
    at = preset_race(FAIR)
    assert_ran_as_core(at, settings_of({"mse": "sum", "confidence": 0.0}))
    for records in race_of(at).history.values():
        assert records[-1].accuracy_held_out >= 0.9
        assert records[0].saturated_wrong == 0
    text = table_of(at).loc["epochs to 90 % accuracy, held-out part"]
    assert all(text[name].isdecimal() for name in NAMES.values())


def test_from_a_confidently_wrong_start_cross_entropy_learns_and_squared_error_does_not():
    at = preset_race(CONFIDENT)
    assert_ran_as_core(at, settings_of({"mse": "sum", "confidence": 10.0}))
    ce, mse = race_of(at).history.values()
    for records in (ce, mse):  # two of three species are taken for the first one, for certain
        assert records[0].saturated_wrong == pytest.approx(2 / 3)
    assert ce[-1].accuracy_held_out >= 0.9
    assert ce[-1].saturated_wrong == 0
    assert {r.accuracy_held_out for r in mse} == {1 / 3}
    assert mse[-1].saturated_wrong == mse[0].saturated_wrong
    assert mse[-1].squared_error > 0.99 * mse[0].squared_error
    assert max(r.dL_dz_norm for r in mse) < 1e-3 < ce[0].dL_dz_norm
    row = table_of(at).loc["epochs to 90 % accuracy, held-out part"]
    assert row["squared error"] == "never"
    assert row["cross-entropy"].isdecimal()


# --- the results -----------------------------------------------------------------------------


def number_of(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("link", [{}, OTHER, DIGITS], ids=["default", "other", "digits"])
def test_the_table_holds_the_last_record_of_each_under_its_name(link):
    table = table_of(raced_once(*link.items()))
    known, settings = run_by_core(settings_of(link)), settings_of(link)
    rows = {
        "accuracy, held-out part": ("accuracy_held_out", 3),
        "accuracy, training part": ("accuracy", 3),
        "cross-entropy": ("cross_entropy", 4),
        f"squared error ({settings.reduction})": ("squared_error", 4),
        "mean ‖∂L/∂z‖, under its own loss": ("dL_dz_norm", 4),
        "share of rows saturated": ("saturated", 3),
        "… at a wrong class": ("saturated_wrong", 3),
    }
    last = "epochs to 90 % accuracy, held-out part"
    assert list(table.index) == [*rows, last]
    assert list(table.columns) == list(NAMES.values())
    for loss, records in known.items():
        column = table[NAMES[loss]]
        for title, (field, decimals) in rows.items():
            value = getattr(records[-1], field)
            assert abs(number_of(column[title]) - value) <= 0.51 * 10**-decimals, title
        reached = [r.epoch for r in records if r.accuracy_held_out >= 0.9]
        assert column[last] == (str(reached[0]) if reached else "never")


def test_the_progress_says_how_far_the_race_is():
    (bar,) = of_type(raced_once(*QUICK.items()), "progress")
    assert (bar.proto.value, bar.proto.text) == (100, "Epoch 10 of 10")


# --- divergence ------------------------------------------------------------------------------


def test_a_network_that_diverges_is_named_and_keeps_its_curves_up_to_there(monkeypatch):
    drawn = drawings(monkeypatch)
    at = raced(**DIVERGES)
    known = run_by_core(settings_of(DIVERGES))
    end = len(known["CE"]) - 1
    assert 0 < end < 10 == len(known["MSE"]) - 1
    assert_ran_as_core(at, settings_of(DIVERGES))
    assert race_of(at).diverged == ["CE"]
    (warning,) = at.warning
    assert warning.value.startswith("Cross-entropy’s ")
    assert f"after epoch {end}" in warning.value
    assert "nan" in warning.value
    assert "10000" in warning.value
    assert [len(drawn[-1][0][loss]["epoch"]) for loss in core.LOSSES] == [end + 1, 11]
    assert headings(at)[:2] == ["After 10 epochs", "What others found"]
    assert len(of_type(at, "plotly_chart")) == 2
    # The replay leaves the one that ended where it ended.
    at.slider(key="epoch").set_value(end).run()
    before = numbers(boards(at)["replay_board"])
    at.slider(key="epoch").set_value(10).run()
    after = numbers(boards(at)["replay_board"])
    np.testing.assert_allclose(after["points_CE"], before["points_CE"], rtol=1e-6)
    assert after["accuracy_CE"] == pytest.approx(before["accuracy_CE"], rel=1e-6)
    assert after["accuracy_CE"] == pytest.approx(known["CE"][end].accuracy_held_out, rel=1e-6)
    assert np.isfinite(after["points_CE"]).all()


def ending_early(monkeypatch, **last):
    """In place of the process: each ends after an epoch, as one does that is no longer finite."""

    def ask(settings, racers, seconds, networks):
        ended = {k: ([], None) for k, point in racers.items() if point.record.epoch == last[k]}
        return racing.advanced(settings, racers, 0, networks) | ended

    monkeypatch.setattr(racing, "process", lambda: nullcontext(ask))


def test_where_both_diverge_both_are_named_and_the_page_shows_what_there_was(monkeypatch):
    ending_early(monkeypatch, CE=3, MSE=5)
    at = raced(**QUICK)
    assert race_of(at).diverged == ["CE", "MSE"]
    assert [w.value.split("’")[0] for w in at.warning] == ["Cross-entropy", "Squared error"]
    assert ["after epoch 3" in at.warning[0].value, "after epoch 5" in at.warning[1].value] == [
        True,
        True,
    ]
    assert headings(at)[0] == "After 5 epochs"
    assert at.slider(key="epoch").max == 5
    known = run_by_core(settings_of(QUICK))
    shown_ = numbers(boards(at)["replay_board"])
    assert shown_["accuracy_CE"] == known["CE"][3].accuracy_held_out
    assert shown_["accuracy_MSE"] == known["MSE"][5].accuracy_held_out


def test_where_both_diverge_in_their_first_epoch_the_page_says_so(monkeypatch):
    ending_early(monkeypatch, CE=0, MSE=0)
    at = raced(**QUICK)
    assert len(at.warning) == 2
    assert headings(at)[-1] == "What others found"


# --- stopped and interrupted -----------------------------------------------------------------


def interrupt(monkeypatch, epoch, how):
    """Draw after every epoch, and let this happen as the script draws this one; once."""
    real, asked, stride = figures.curves, race._REDRAW, race._STRIDE

    def curves(history, panels, epochs, **marked):
        if len(history["CE"]["epoch"]) - 1 == epoch:
            monkeypatch.setattr(figures, "curves", real)
            monkeypatch.setattr(race, "_REDRAW", asked)
            monkeypatch.setattr(race, "_STRIDE", stride)
            how()
        return real(history, panels, epochs, **marked)

    monkeypatch.setattr(race, "_REDRAW", -1.0)
    monkeypatch.setattr(race, "_STRIDE", 0.0)
    monkeypatch.setattr(figures, "curves", curves)


def stopped(monkeypatch, epoch, **link):
    """A race on which the reader has pressed Stop as this epoch was drawn."""
    interrupt(monkeypatch, epoch, st.stop)
    at = click(open_page("training", **link))
    assert race_of(at).running
    assert race_of(at).done == epoch
    assert at.button(key="run").label == "Stop"
    return click(at)


def test_what_was_computed_stays_when_the_race_is_stopped(monkeypatch):
    at = stopped(monkeypatch, 4, **QUICK)
    drawn = drawings(monkeypatch)
    at.run()
    assert not at.exception
    assert not race_of(at).running
    assert race_of(at).done == 4
    known = run_by_core(settings_of(QUICK))
    for loss, records in race_of(at).history.items():
        assert same(records, known[loss][:5])
        assert drawn[-1][0][loss]["accuracy"] == [r.accuracy for r in known[loss][:5]]
    assert drawn[-1][2] == 10
    assert headings(at) == ["After 4 epochs", "What others found"]
    assert len(of_type(at, "plotly_chart")) == 2
    assert not table_of(at).empty
    assert at.slider(key="epoch").max == at.slider(key="epoch").value == 4
    accuracy = numbers(boards(at)["replay_board"])["accuracy_CE"]
    assert accuracy == known["CE"][4].accuracy_held_out
    assert not at.warning, "who was stopped has not diverged"
    assert [e.value for e in at.info] == ["This race was stopped after epoch 4 of 10."]
    said = [*texts(at), *table_of(at).to_numpy().ravel()]
    assert not any("never" in str(text) for text in said), "it may still have come"
    assert not any("gets these numbers" in text for text in texts(at))
    assert at.button(key="run").label == "Run the race"


def test_after_a_stop_a_new_race_starts_afresh(monkeypatch):
    at = stopped(monkeypatch, 4, **QUICK)
    old = race_of(at)
    click(at)
    assert not at.exception
    assert race_of(at) is not old
    assert_ran_as_core(at, settings_of(QUICK))


def test_a_race_that_is_stopped_before_its_first_epoch_shows_its_start(monkeypatch):
    at = stopped(monkeypatch, 0, **QUICK)
    assert not at.exception, [e.message for e in at.exception]
    assert headings(at)[0] == "After 0 epochs"
    assert headings(at)[-1] == "What others found"


@pytest.mark.parametrize("how", [st.stop, st.rerun], ids=["end", "rerun"])
@pytest.mark.parametrize("epoch", [0, 1, 6, 10])
def test_an_interrupted_race_goes_on_to_the_numbers_of_one_that_was_not(monkeypatch, how, epoch):
    interrupt(monkeypatch, epoch, how)
    at = click(open_page("training", **QUICK))
    if how is st.stop:
        assert race_of(at).running
        assert race_of(at).done == epoch
        at.run()
    assert not at.exception
    assert not race_of(at).running
    assert_ran_as_core(at, settings_of(QUICK))
    assert headings(at)[0] == "After 10 epochs"


def test_a_control_moved_during_the_race_does_not_change_it(monkeypatch):
    interrupt(monkeypatch, 3, st.stop)
    at = click(open_page("training", **QUICK))
    at.slider(key="momentum").set_value(0.9).run()
    assert not at.exception
    assert_ran_as_core(at, settings_of(QUICK))
    assert len(at.info) == 1


def test_a_race_that_draws_after_its_every_epoch_ends_without_an_exception(monkeypatch):
    """As it may on a machine that is so busy that an epoch takes longer than a drawing's turn."""
    monkeypatch.setattr(race, "_REDRAW", -1.0)
    monkeypatch.setattr(race, "_STRIDE", 0.0)
    at = raced(**QUICK)
    assert_ran_as_core(at, settings_of(QUICK))


def test_a_race_whose_process_is_killed_says_so_keeps_what_it_has_and_can_be_run_again(
    monkeypatch, children
):
    interrupt(monkeypatch, 4, lambda: children[-1].kill())
    at = click(open_page("training", **QUICK))
    assert not at.exception
    assert race_of(at).lost
    (warning,) = at.warning
    assert "lost its process after epoch 4" in warning.value
    assert "Run the race again" in warning.value
    assert headings(at) == ["After 4 epochs", "What others found"]
    for loss, records in race_of(at).history.items():
        assert same(records, run_by_core(settings_of(QUICK))[loss][:5])
    click(at)
    assert not at.exception
    assert not at.warning
    assert_ran_as_core(at, settings_of(QUICK))
    assert len(children) == 2


def test_a_race_whose_process_cannot_be_started_says_so_and_shows_its_start(monkeypatch, children):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    at = raced(**QUICK)
    (warning,) = at.warning
    assert "lost its process after epoch 0" in warning.value
    assert headings(at)[0] == "After 0 epochs"
    assert at.button(key="run").label == "Run the race"


def test_a_page_without_a_race_that_runs_starts_no_process(children):
    at = open_page("training", **QUICK)
    assert not children
    click(at)
    assert len(children) == 1
    at.slider(key="epoch").set_value(3).run()
    assert len(children) == 1


def test_without_a_race_to_stop_nothing_happens(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    race.stop()
    assert race.current() is None


# --- afterwards ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"), [("epochs", 20), ("momentum", 0.5), ("confidence", 3.0), ("hidden", 5)]
)
def test_settings_changed_after_a_race_leave_it_and_are_remarked_upon(key, value):
    at = raced(**QUICK)
    table = table_of(at)
    at.slider(key=key).set_value(value).run()
    assert not at.exception
    (note,) = at.info
    assert "other settings" in note.value
    assert_ran_as_core(at, settings_of(QUICK))
    assert table_of(at).equals(table)
    assert headings(at)[0] == "After 10 epochs"
    at.slider(key=key).set_value(QUICK.get(key, DEFAULTS[key])).run()
    assert not at.info, "they are again those of the race"


def test_other_data_chosen_after_a_race_leave_its_pictures():
    at = raced(**QUICK)
    at.button_group(key="data").set_value("digits").run()
    assert not at.exception
    assert len(at.info) == 1
    kinds = {p.get("kind") for p in parts(boards(at)["replay_board"])}
    assert "triangle" in kinds


def test_a_second_race_has_the_new_settings():
    at = raced(**QUICK)
    at.number_input(key="lr").set_value(0.5).run()
    click(at)
    assert not at.info
    assert_ran_as_core(at, settings_of(QUICK | {"lr": 0.5}))


# --- the replay ------------------------------------------------------------------------------


@pytest.mark.parametrize("epochs", [10, 30])
def test_the_slider_of_epochs_ends_with_the_race_and_stands_there(epochs):
    at = raced(**QUICK | {"epochs": epochs})
    slider = at.slider(key="epoch")
    assert (slider.min, slider.max, slider.value) == (0, epochs, epochs)
    assert "epoch" not in at.query_params


def test_the_last_epoch_of_a_race_is_brought_to_no_other_page():
    at = raced(**QUICK)
    assert at.slider(key="epoch").value == 10
    assert at.session_state["carried"]["epoch"] == CONTROLS["epoch"].default
    at.slider(key="epoch").set_value(3).run()
    assert at.session_state["carried"]["epoch"] == 3


def test_the_slider_of_epochs_follows_a_shorter_race():
    at = raced(**QUICK | {"epochs": 20})
    at.slider(key="epochs").set_value(10).run()
    click(at)
    assert not at.exception
    assert (at.slider(key="epoch").max, at.slider(key="epoch").value) == (10, 10)


@pytest.mark.parametrize(("asked", "stands"), [(3, 3), (0, 0), (10, 10), (11, 10), (200, 10)])
def test_the_epoch_of_a_link_is_shown_or_the_last_one_where_the_race_is_shorter(asked, stands):
    at = raced(**QUICK, epoch=asked)
    assert at.slider(key="epoch").value == stands
    assert numbers(boards(at)["replay_board"])["epoch"] == stands


CURVES = [
    "accuracy",
    "dL_dz_power",
    "cross_entropy",
    "squared_error",
    "saturated",
    "saturated_wrong",
]


@pytest.mark.parametrize("link", [QUICK, DIGITS], ids=["Iris", "digits"])
@pytest.mark.parametrize("epoch", [0, 1, 7, 10])
def test_the_replay_shows_where_the_samples_stood_after_that_epoch(link, epoch):
    at = raced_once(*(link | {"epoch": epoch}).items())
    known = expected_on_replay(settings_of(link), epoch)
    found = numbers(boards(at)["replay_board"])
    picture = "points" if link is QUICK else "confusion"
    assert found.keys() == {
        "epoch",
        *(f"{q}_{k}" for q in (*CURVES, picture) for k in core.LOSSES),
        *(f"{q}_{k}_drawn" for q in CURVES for k in core.LOSSES),
    }
    for name, value in found.items():
        np.testing.assert_allclose(value, known[name], rtol=1e-6, atol=1e-12, err_msg=name)


def test_a_point_on_the_triangle_wears_the_colour_of_its_true_class():
    board = boards(raced_once(*QUICK.items()))["replay_board"]
    triangles = [b for b in parts(board) if b.get("kind") == "triangle"]
    assert len(triangles) == 2
    for block in triangles:
        loss = block["quantity"].removeprefix("points_")
        assert block["title"].endswith(NAMES[loss])
        assert block["classes"] == [k // 50 for k in range(150)]
        assert block["corners"] == ["setosa", "versicolor", "virginica"]


def test_the_rows_of_the_confusion_matrix_are_the_held_out_images_of_each_digit():
    board = boards(raced_once(*DIGITS.items()))["replay_board"]
    digits = core.dataset("digits")
    there = np.bincount(digits.label[4::5], minlength=10)
    matrices = [b for b in parts(board) if b.get("kind") == "matrix"]
    assert len(matrices) == 2
    for block in matrices:
        loss = block["quantity"].removeprefix("confusion_")
        assert block["title"].endswith(NAMES[loss])
        assert block["rows"] == block["columns"] == list("0123456789")
        assert not block["sign"]
        confusion = numbers(board)[block["quantity"]]
        np.testing.assert_array_equal(confusion.sum(axis=1), there)
        right = np.trace(confusion) / there.sum()
        assert right == pytest.approx(float(numbers(board)[f"accuracy_{loss}"]))


def test_the_words_before_a_number_of_the_replay_name_it():
    (sentence,) = [
        b
        for b in parts(boards(raced_once(*QUICK.items()))["replay_board"])
        if b.get("kind") == "text"
    ]
    told = [p if isinstance(p, str) else "{" + p["quantity"] + "}" for p in sentence["parts"]]
    assert "".join(told) == (
        "After epoch {epoch} accuracy on the held-out part is {accuracy_CE} with cross-entropy "
        "and {accuracy_MSE} with squared error. Confidently wrong: {saturated_wrong_CE} and "
        "{saturated_wrong_MSE} of the training rows."
    )


@pytest.mark.parametrize("link", [QUICK, DIGITS, DIVERGES], ids=["Iris", "digits", "diverges"])
def test_the_frames_of_the_replay_are_every_epoch_of_the_race(link):
    at = raced_once(*link.items())
    swept, head = decode(frames_sent(at).proto.bytes)
    assert swept.keys() == {"epoch"}
    assert head["page"] == "training"
    assert head["state"] == {key: shown(at)[key] for key in (*KEYS, "epoch")}
    found = numbers(boards(at)["replay_board"])
    assert len(swept["epoch"]) == 11
    for k in (0, 1, 2, 5, 9, 10):
        known = expected_on_replay(settings_of(link), k)
        for name in found:
            first, value = head["quantities"][name][0], np.ravel(known[name])
            got = swept["epoch"][k, first : first + value.size]
            np.testing.assert_allclose(got, value, rtol=1e-6, atol=1e-9, err_msg=name)


def test_every_number_that_the_replay_names_is_sent_and_charts_and_board_have_a_name():
    at = raced_once(*QUICK.items())
    (board,) = boards(at).values()
    assert named(board) == set(board["numbers"])
    alts = [board["alt"], *(c.proto.alt for c in of_type(at, "plotly_chart"))]
    assert len(set(alts)) == 3
    assert all(len(alt.split()) >= 6 for alt in alts)


# --- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_one_damaged_part_shows_its_default_and_leaves_the_others_alone(key):
    state = random_state(4, "training")
    for value in ("", "nan", "-99", "Iris2", "9" * 40, "1e6x", ["-99", "99999999"]):
        at = open_page("training", **state | {key: value})
        assert not at.exception, value
        assert {k: shown(at)[k] for k in KEYS} == state | {key: DEFAULTS[key]}, value


@pytest.mark.parametrize("value", ["inf", "-inf", "1e400"])
def test_an_infinite_seed_shows_its_default(value):
    at = open_page("training", seed=value)
    assert not at.exception
    assert shown(at)["seed"] == DEFAULTS["seed"]


@pytest.mark.parametrize("value", ["", "nan", "-1", "abc", "99999", "inf", ["2", "x"]])
def test_a_damaged_epoch_is_the_last_one(value):
    at = raced(**QUICK, epoch=value)
    assert at.slider(key="epoch").value == 10


def test_a_link_cannot_bring_a_race_along():
    at = open_page("training", race="1", running="True", preset=CONFIDENT, run="true")
    assert not at.exception
    assert race_of(at).settings == settings_of({})
    assert {key: shown(at)[key] for key in KEYS} == DEFAULTS
