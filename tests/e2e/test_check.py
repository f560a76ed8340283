"""Check my gradient, as a person meets it."""

import io
from collections.abc import Iterator
from urllib.parse import parse_qsl

import numpy as np
import pytest
from playwright.sync_api import Dialog, Page, Route, expect

import core
from tests.e2e.conftest import Tab, Windows, open_page, read, rest, settle
from tests.e2e.test_journeys import assert_readable
from tests.patience import until

PRINTED = "[[ 0.3410 -0.2424 -0.0986]\n [-0.0420  0.8858 -0.8438]]"
LAYER = (
    "got=dL_dz&got=dL_dW&input=3+-1+0.5&target=0&h=0.5+-1&got_dL_dz=0+0+0&got_dL_dW=1+2+3%0A4+5+6"
)


def arrived(page: Page) -> None:
    """The page with its texts is there, and no run is under way; there may be no board."""
    page.locator(".st-key-input textarea").wait_for()
    rest(page)


def visit(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/check?{query}")
    arrived(page)


def paste(page: Page, **areas: str) -> None:
    for key, text in areas.items():
        area = page.locator(f".st-key-{key} textarea")
        area.fill(text)
        area.press("Control+Enter")
        rest(page)


def typed(page: Page) -> list[str]:
    return [area.input_value() for area in page.locator("textarea").all()]


def said(page: Page) -> list[str]:
    return [text.split("\n")[-1] for text in page.get_by_test_id("stAlert").all_inner_texts()]


def outlined(page: Page, quantity: str) -> str | None:
    return page.locator(f"td.picked[data-quantity='{quantity}']").get_attribute("data-index")


@pytest.fixture(scope="module")
def kept(windows: Windows, address: str) -> Iterator[tuple[Page, list[str]]]:
    """One tab for all, and everything that a page in it must never do: errors, dialogs, requests to other hosts."""
    page = windows(viewport={"width": 1280, "height": 720}).open()
    events: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        events.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda e: events.append(f"error {e}"))
    page.on("request", lambda r: events.append(r.url) if _foreign(r.url, address) else None)
    yield page, events
    page.close()


@pytest.fixture
def page(kept: tuple[Page, list[str]]) -> Page:
    return kept[0]


@pytest.fixture
def watched(kept: tuple[Page, list[str]]) -> Iterator[list[str]]:
    _, events = kept
    events.clear()
    yield events
    assert events == []


def _foreign(url: str, address: str) -> bool:
    return not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))


def test_a_pasted_printout_is_judged_and_its_link_shows_the_same(
    page: Page, address: str, watched: list[str]
) -> None:
    visit(page, address, "over=mean")
    paste(page, input="[[2.0, 1.0, 0.1],\n [0.0, 1.0, 3.0]]", target="0 1", got_dL_dz=PRINTED)
    settle(page)
    assert said(page)[0].startswith("∂L/∂z is not right.")
    found = core.diagnose(
        [[2.0, 1.0, 0.1], [0.0, 1.0, 3.0]], "0 1", dL_dz=PRINTED, batch_mean=True
    ).verdicts["dL_dz"]
    shown = read(page)
    for title, table in (("yours", found.got), ("right", found.expected)):
        values = [shown[f"dL_dz: {title}"][f"{i},{j}"] for i in range(2) for j in range(3)]
        np.testing.assert_allclose(values, table.ravel(), rtol=1e-12)
        assert outlined(page, f"dL_dz: {title}") == "1,1"
    assert found.worst == (1, 1)
    frame = page.locator(".st-key-dL_dz_0")
    words = frame.inner_text()
    for mistake in found.explanations[0].mistakes:
        assert mistake.explanation in words, "as it is written, whatever Markdown makes of it"
        assert mistake.fix in words
    assert [m.name for m in found.explanations[0].mistakes] == [
        "sign-flipped",
        "batch-mean-forgotten",
    ]

    texts, verdict = typed(page), said(page)
    open_page(page, page.url)
    assert typed(page) == texts
    assert said(page) == verdict
    assert read(page) == shown


def test_see_it_in_the_explorer_is_at_the_learners_logits_and_back_has_the_texts(
    page: Page, address: str, watched: list[str]
) -> None:
    visit(page, address)
    paste(page, input="3 -1 0.5", target="1", got_dL_dz="0 0 0")
    texts, verdict = typed(page), said(page)
    page.get_by_role("link", name="See it in the explorer").first.click()
    page.locator(".st-key-answer").wait_for()
    settle(page)
    np.testing.assert_allclose(
        [read(page)["y"][str(k)] for k in range(3)], core.softmax([3, -1, 0.5]), rtol=1e-6
    )
    assert "got_dL_dz" not in page.url
    page.go_back()
    arrived(page)
    until(lambda: typed(page) == texts, "the texts are not there again")
    assert said(page) == verdict


def test_areas_that_the_browser_draws_after_another_run_have_the_texts_of_the_link(
    page: Page, address: str, watched: list[str]
) -> None:
    held: list[Route] = []
    page.route(
        "**/TextArea.*.js", lambda route: held.append(route)
    )  # what draws them, as on a slow line
    with page.expect_request("**/TextArea.*.js"):
        page.goto(f"{address}/check?{LAYER}")
    rest(page, moved=False)
    page.locator(".st-key-given").get_by_text("y", exact=True).click()
    rest(page)
    for route in held:
        route.continue_()
    page.unroute_all()
    arrived(page)
    until(lambda: typed(page) == list(dict(parse_qsl(LAYER)).values())[1:])


def test_the_texts_are_there_again_after_another_page_and_not_in_its_link(
    page: Page, address: str, watched: list[str]
) -> None:
    visit(page, address, LAYER)
    texts, verdict = typed(page), said(page)
    assert len(texts) == 5
    page.get_by_role("link", name="Jacobian").first.click()
    page.locator(".st-key-nudge").wait_for()
    settle(page)
    assert "got" not in page.url
    assert "input" not in page.url
    page.get_by_role("link", name="Check my gradient").click()
    arrived(page)
    assert typed(page) == texts
    assert said(page) == verdict
    page.goto(page.url)
    arrived(page)
    assert typed(page) == texts


def test_an_example_replaces_the_texts_on_the_page_and_in_the_link(
    page: Page, address: str, watched: list[str]
) -> None:
    visit(page, address)
    for label, state in (
        ("A whole layer", {"got", "h", "input", "target", "got_dL_dz", "got_dL_dW"}),
        ("The row sums", {"input", "target", "got_dL_dz"}),
    ):
        page.locator(".st-key-preset").get_by_text(label, exact=True).click()
        settle(page)
        assert {part.split("=")[0] for part in page.url.split("?")[1].split("&")} == state


def test_what_cannot_be_read_keeps_its_text_and_has_a_caret_below(
    page: Page, address: str, watched: list[str]
) -> None:
    visit(page, address)
    paste(page, input="2 1 0.1", target="0", got_dL_dz="-0.341\t0.242\tO.1")
    assert said(page) == ["This cannot be judged yet."]
    message, place = page.get_by_test_id("stCode").all_inner_texts()
    assert message.startswith("dL_dz: line 1, column 14: expected a number, got 'O.1'")
    assert typed(page)[-1] == "-0.341\t0.242\tO.1"
    blamed, caret = (
        page.get_by_test_id("stCode")
        .nth(1)
        .evaluate(
            """e => ["O", "^"].map(c => {
              const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
              for (let node; (node = walk.nextNode());) {
                const at = node.data.indexOf(c), range = document.createRange();
                if (at < 0) continue;
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                return range.getBoundingClientRect().left;
              }
            })"""
        )
    )
    assert blamed == pytest.approx(caret, abs=1), place
    paste(page, got_dL_dz="-0.341 0.242 0.099")
    assert said(page) == ["∂L/∂z is right, to the digits given."]


def test_hostile_text_makes_no_element_no_dialog_and_no_request(
    page: Page, address: str, watched: list[str]
) -> None:
    hostile = (
        "<img src=http://evil.example/a onerror=alert(1)><script>alert(2)</script>"
        "![x](http://evil.example/b)[x](javascript:alert(3)):red[x]$\\href{javascript:alert(4)}{x}$"
        "</code></pre><iframe src=http://evil.example/c></iframe>"
    )
    visit(page, address)
    known = page.evaluate("document.querySelectorAll('img, iframe, script').length")
    for key in ("input", "target", "got_dL_dz"):
        paste(page, **{"input": "2 1 0.1", "target": "0", "got_dL_dz": "0 0 0", key: hostile})
        assert said(page) == ["This cannot be judged yet."]
        assert "<img" in page.get_by_test_id("stCode").first.inner_text()
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.locator("[src*='evil.example'], .katex").count() == 0
    assert page.evaluate("document.querySelectorAll('img, iframe, script').length") == known
    visit(page, address, f"input=2+1&target=0&got_dL_dz={hostile.replace('#', '')}")
    assert said(page) == ["This cannot be judged yet."]


def test_an_uploaded_array_is_judged_in_place_of_the_text(
    page: Page, address: str, watched: list[str]
) -> None:
    visit(page, address, "input=2+1+0.1&target=0&got_dL_dz=0+0+0")
    assert said(page)[0].startswith("∂L/∂z is not right.")
    file = io.BytesIO()
    np.save(file, core.cross_entropy_dL_dz([2.0, 1.0, 0.1], [1.0, 0.0, 0.0]))
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploader").get_by_test_id("stBaseButton-secondary").click()
    chooser.value.set_files(
        [{"name": "dL_dz.npy", "mimeType": "application/octet-stream", "buffer": file.getvalue()}]
    )
    expect(page.get_by_text("∂L/∂z is right, to the digits given.")).to_be_visible()
    rest(page)
    assert typed(page)[-1] == "0 0 0"
    assert "npy" not in page.url


def test_would_my_test_notice_is_opened_answers_and_stands_in_the_link_also_folded(
    page: Page, address: str, watched: list[str]
) -> None:
    visit(page, address)
    fold = page.get_by_text("Would my test notice?")
    fold.click()
    page.locator(".st-key-test_up").get_by_text("ones", exact=True).click()
    settle(page)  # nor does the verdict's board wait for what the test is asked with
    answer = core.would_notice(upstream="ones", tolerance=1e-7, batch_mean=False).headline
    expect(page.get_by_text(answer)).to_be_visible()
    fold.click()
    expect(page.get_by_text(answer)).to_be_hidden()
    rest(page)
    assert "test_up=ones" in page.url
    fold.click()
    expect(page.get_by_text(answer)).to_be_visible()
    visit(page, address, page.url.partition("?")[2])
    expect(page.get_by_text(answer)).to_be_visible()


def test_the_page_fits_a_telephone_and_can_be_read(tab: Tab, address: str) -> None:
    page = tab(viewport={"width": 390, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    for query in (LAYER, f"input=2+1+0.1&target=0&got_dL_dz={'0' * 90}x{'1' * 90}"):
        visit(page, address, query)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth") <= 390
        right = "e => Math.max(...[...e.children].map(c => c.getBoundingClientRect().right))"
        assert main.evaluate(right) <= 390
        if query is LAYER:
            settle(page)
            assert_readable(page)
    assert errors == []


def test_a_part_of_what_was_understood_stays_open_while_several_of_its_settings_are_changed(
    page: Page, address: str
) -> None:
    visit(page, address, LAYER)
    part, inside = (
        page.locator(".st-key-understood_loss"),
        page.get_by_test_id("stPopoverBody"),
    )
    part.get_by_role("button").click()
    for choice, label in (("MSE", "squared error (mean)"), ("half", "squared error (half)")):
        inside.get_by_text(choice, exact=True).click()
        expect(part.get_by_role("button").first).to_contain_text(label)
        expect(inside).to_be_visible()
        rest(page)
    assert "loss=MSE" in page.url
    assert "mse=half" in page.url
