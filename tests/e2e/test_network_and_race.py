"""The whole network and the training race, as a person meets them."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import core
from tests.e2e.conftest import Server, Tab, open_page, read, settle
from tests.e2e.test_journeys import assert_readable
from tests.e2e.test_live import Line, thumb
from tests.e2e.wire import racing
from tests.patience import until

LONG = "data=digits&epochs=200&hidden=64&batch=2"
"""A race that takes longer than any test waits."""


def shown_forward(page: Page) -> dict[str, np.ndarray]:
    """Each quantity on the boards in the order of its indices."""
    return {q: np.array([d[k] for k in sorted(d)]) for q, d in read(page).items()}


def flower(number: int, seed: int = 0) -> core.BackwardRecord:
    """What core says of a flower at the page's default settings."""
    rows = core.dataset("Iris").rows(number)
    return core.backward(core.initial_network([4, 3, 3], seed=seed), rows.x, rows.t)


def active(page: Page) -> str:
    """What the active card says."""
    cards = page.locator(".card.active")
    assert cards.count() == 1
    return cards.inner_text()


def test_dragging_the_flower_moves_every_number_and_sends_nothing(page: Page, address: str) -> None:
    line = Line(page)
    open_page(page, f"{address}/network")
    assert_fits_a_projector(page)
    sent = line.sent
    seen = set()
    with thumb(page, "sample") as drag:
        for share in (0.1, 0.45, 0.8, 0.97):
            drag(share)
            number = int(page.locator(".st-key-sample input[type=range]").input_value())
            seen.add(number)
            record, shown = flower(number), shown_forward(page)
            np.testing.assert_allclose(shown["dL_dW1"], record.layers[0].dL_dW.ravel(), rtol=1e-5)
            np.testing.assert_allclose(shown["y"], record.trace.y.ravel(), rtol=1e-5)
            np.testing.assert_allclose(shown["loss"], record.loss, rtol=1e-5)
        assert line.sent == sent
    assert len(seen) == 4
    settle(page)
    np.testing.assert_allclose(shown_forward(page)["loss"], flower(number).loss, rtol=1e-12)
    assert f"sample={number}" in page.url


def assert_fits_a_projector(page: Page) -> None:
    for quantity in ("x", "W1", "b1", "a", "h", "W2", "b2", "z", "y", "t", "loss", "g", "dL_dz"):
        box = page.locator(f"[data-quantity={quantity}]").last.bounding_box()
        assert box is not None
    for quantity in ("dL_dW1", "dL_db1", "dL_da", "dL_dW2", "dL_db2"):
        box = page.locator(f"td[data-quantity={quantity}]:visible").last.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720, quantity
        assert box["x"] + box["width"] <= 1280, quantity


def test_the_steps_go_forward_and_back_and_gradient_steps_lower_the_loss(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/network")
    assert "∂L/∂z = g J" in active(page)
    assert page.locator(".block.ahead").count() == 2, "∂L/∂W₂ and ∂L/∂W₁ are not computed yet"
    page.get_by_role("button", name="Next").click()
    settle(page)
    assert "∂L/∂W₂ = hᵀ ∂L/∂z" in active(page)
    assert page.locator(".block.active .title").inner_text().startswith("∂L/∂W₂")
    page.get_by_role("button", name="Back").click()
    settle(page)
    assert "∂L/∂z = g J" in active(page)
    with thumb(page, "stage") as drag:
        drag(0.999)
        assert "∂L/∂b₁" in active(page), "the card follows the thumb"
        drag(0.001)
        assert "what comes in" in active(page)
    settle(page)
    assert "stage=1" in page.url
    lowers_the_loss(page)


def test_a_picked_weight_shows_its_paths(page: Page, address: str) -> None:
    open_page(page, f"{address}/network?stage=14")
    page.locator("[data-pick='dL_dW1,2,1']").click()
    settle(page)
    assert "weight=W1" in page.url
    gradient = flower(51).layers[0].dL_dW[2, 1]
    shown = read(page)
    assert shown["path_gradient"][""] == pytest.approx(gradient, rel=1e-12)
    assert sum(shown["path_products"].values()) == pytest.approx(gradient, rel=1e-12)
    assert shown["path_numeric"][""] == pytest.approx(gradient, rel=1e-6)
    open_page(page, page.url)
    assert read(page) == shown, "the link carries the weight"


def lowers_the_loss(page: Page) -> None:
    """Gradient steps, which are in the link."""
    losses = [read(page)["loss"][""]]
    for _ in range(3):
        page.get_by_role("button", name="Take a gradient step").click()
        until(lambda: read(page)["loss"][""] < losses[-1], "the loss does not fall")
        settle(page)
        losses.append(read(page)["loss"][""])
    assert losses == sorted(losses, reverse=True)
    assert len(set(losses)) == 4
    assert "taken=3" in page.url


@pytest.mark.parametrize("path", ["network?stage=13&width=6", "training?epochs=10&hidden=4"])
def test_the_pages_are_clean_readable_and_fit_a_telephone(
    tab: Tab, address: str, path: str
) -> None:
    page = tab(viewport={"width": 390, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(f"{address}/{path}")
    if path.startswith("training"):
        page.get_by_role("button", name="Run the race").click()
        expect(page.get_by_text("Epoch 10 of 10")).to_be_visible()
    settle(page)
    assert errors == []
    assert_readable(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth") <= 390


def test_a_race_runs_and_its_replay_follows_the_thumb(page: Page, address: str) -> None:
    line = Line(page)
    page.goto(f"{address}/training?confidence=10&mse=sum&epochs=50")
    page.get_by_role("button", name="Run the race").click()
    expect(page.get_by_text("Epoch 50 of 50")).to_be_visible()
    settle(page)
    settings = core.RaceSettings(confidence=10.0, reduction="sum", epochs=50)
    history = {loss: list(core.racer(settings, loss)) for loss in core.LOSSES}
    sent = line.sent
    with thumb(page, "epoch") as drag:
        for share in (0.05, 0.4):
            drag(share)
            epoch = int(page.locator(".st-key-epoch input[type=range]").input_value())
            shown = read(page)
            for loss, records in history.items():
                assert shown[f"accuracy_{loss}"][""] == pytest.approx(
                    records[epoch].accuracy_held_out, rel=1e-5
                )
                y = core.forward(records[epoch].network, core.dataset("Iris").x).y
                points = page.locator(f"[data-point=points_{loss}]").evaluate_all(
                    "all => all.map(e => [+e.getAttribute('cx'), +e.getAttribute('cy')])"
                )
                np.testing.assert_allclose(points, core.to_plane(y), atol=1e-5)
        assert line.sent == sent
    page.locator(".st-key-epoch input[type=range]").press("ArrowLeft")
    words = page.locator(".text.key").first
    expect(words).to_contain_text(f"After epoch {epoch - 1} ")
    until(
        lambda: page.locator(".status").first.text_content() == words.text_content(),
        "screen readers are told of another epoch",
    )
    assert page.locator(".js-plotly-plot").count() == 0, (
        "the library is loaded for whoever explores"
    )
    page.get_by_text("The curves, to be explored").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)


def test_a_race_can_be_stopped_and_what_was_computed_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/training?{LONG}")
    page.get_by_role("button", name="Run the race").click()
    expect(page.get_by_text(re.compile(r"Epoch [1-9]\d* of 200"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("epochs to 90 %")).to_be_visible()
    expect(page.get_by_role("button", name="Run the race")).to_be_visible()
    settle(page)
    assert "confusion_CE" in read(page)


def test_a_race_goes_on_when_a_setting_is_touched(page: Page, address: str) -> None:
    page.goto(f"{address}/training?data=digits&hidden=8&epochs=20&batch=64")
    page.get_by_role("button", name="Run the race").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    slider = page.locator(".st-key-confidence input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("Epoch 20 of 20")).to_be_visible()
    expect(page.get_by_text("This race had other settings")).to_be_visible()


def test_a_race_does_not_survive_its_tab(served: Server, page: Page) -> None:
    address, process = served
    until(lambda: not racing(process), "another test's goes on")
    tab = page.context.new_page()
    tab.goto(f"{address}/training?{LONG}")
    tab.get_by_role("button", name="Run the race").click()
    expect(tab.get_by_text(re.compile(r"Epoch [1-9]\d* of 200"))).to_be_visible()
    assert len(racing(process)) == 1
    tab.close()
    until(lambda: not racing(process), "it goes on for nobody")


def test_a_diverging_race_says_so_and_keeps_its_curves(page: Page, address: str) -> None:
    page.goto(f"{address}/training?act=ReLU&lr=1000000&momentum=0.9&epochs=20&mse=sum")
    page.get_by_role("button", name="Run the race").click()
    expect(page.get_by_text("no longer finite")).to_be_visible()
    expect(page.get_by_text("epochs to 90 %")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
