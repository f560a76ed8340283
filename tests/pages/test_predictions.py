"""Predict before you look: a guess is judged by core at the state on screen, and can be passed over."""

import pytest

from pages.instruments import predictions
from tests.pages.page_driver import assert_shows_core, open_page
from tests.pages.test_training import QUICK, click, run_by_core, settings_of

SATURATED = {"z1": 10.0, "z2": 0.0, "z3": 0.0}


def verdicts(at):
    return [m.value for m in at.markdown if "Right:" in m.value or "**Not " in m.value]


def guess(at, **guesses):
    for key, option in guesses.items():
        at = at.button_group(key=key).set_value(option).run()
        assert not at.exception
    return at


@pytest.mark.parametrize(
    ("page", "link", "key", "right", "wrong", "told"),
    [
        ("jacobian", {}, "guess_sum", "stays", "grows", "Row 1 sums to 0 now and to 0 at 2τ"),
        ("jacobian", {}, "guess_entry", "shrinks", "stays", "∂y₁/∂z₂ is −0.1598 now and −0.0763"),
        ("jacobian", SATURATED, "guess_entry", "grows", "shrinks", "−4.5e−5 now and −0.0033"),
        ("upstream", {}, "guess_g", "stays", "grows", "‖∂L/∂z‖ is 0.4298 now and 0.4298 then"),
        ("losses", {"j": 3}, "guess_ce", "down", "up", "∂L/∂z₃ is +0.0986 now"),
        ("losses", {"j": 1}, "guess_mse", "up", "down", "For squared error ∂L/∂z₁ is −0.0812 now"),
        (
            "network",
            {},
            "guess_step",
            "shrinks",
            "grows",
            "One more step with η = 0.5 leads to L = 0.3305",
        ),
    ],
)
def test_a_guess_is_judged_at_the_state_on_screen(page, link, key, right, wrong, told):
    at = open_page(page, **link)
    assert not verdicts(at)
    (verdict,) = verdicts(guess(at, **{key: right}))
    assert f"Right: {right}" in verdict
    assert told in verdict
    (verdict,) = verdicts(guess(at, **{key: wrong}))
    assert f"Not {wrong}: {right}" in verdict
    assert told in verdict


def test_a_guess_follows_the_sliders_and_stays_out_of_the_link():
    at = guess(open_page("jacobian"), guess_entry="shrinks")
    at.slider(key="z1").set_value(10.0).run()
    (verdict,) = verdicts(at)
    assert "Not shrinks: grows" in verdict
    assert not [key for key in at.query_params if key.startswith("guess")]
    assert_shows_core(
        at,
        "jacobian",
        {"n": 3, "z1": 10.0, "z2": 1.0, "z3": 0.1, "tau": 1.0}
        | {"i": "1", "j": "2", "nudge": 0.1}
        | {"nudge": at.slider(key="nudge").value},
    )


def test_a_guess_taken_back_takes_its_verdict_along():
    at = guess(open_page("upstream"), guess_g="grows")
    assert verdicts(at)
    assert not verdicts(guess(at, guess_g=None))


def test_a_race_is_guessed_before_it_is_run_and_judged_when_it_is_over():
    link = {**QUICK, "seed": 3}
    at = open_page("training", **link)
    assert not verdicts(at)
    guess(at, guess_race="MSE")
    assert not verdicts(at)
    answer, told = predictions.of_race(run_by_core(settings_of(link)))
    (verdict,) = verdicts(click(at))
    assert told in verdict
    assert ("Right: MSE" if answer == "MSE" else f"Not MSE: {answer}") in verdict


def test_a_race_that_is_over_before_it_was_asked_for_asks_nothing():
    assert "guess_race" not in [b.key for b in open_page("training").button_group]
