"""A lesson of the reader's own: out of a link, typed, or from a file."""

from pages.lesson.carried import packed
from pages.ui.own_lesson import EXAMPLE
from tests.pages.page_driver import of_type, open_page, texts


def foot(at):
    """The page with its foot unfolded."""
    at.session_state["lesson_own"] = True
    return at.run()


def test_a_lesson_in_a_link_is_shown_with_cores_numbers_in_it():
    at = open_page("lessons", foot=False, lesson="own", text=packed(EXAMPLE))
    assert not at.exception
    assert [e.value for e in at.title] == ["The first step"]
    assert any("Which sign" in e.value for e in at.markdown)
    assert at.selectbox[0].options[-1] == "My lesson"
    assert at.warning == []


def test_a_damaged_link_is_told_and_the_first_lesson_is_there():
    for damaged in ("", "AAAA", packed(EXAMPLE)[:-9], "<b>x</b>"):
        at = open_page("lessons", foot=False, lesson="own", text=damaged)
        assert not at.exception
        assert "cannot be read" in at.warning[0].value
        assert at.title[0].value == "The question"


def test_a_link_to_ones_own_lesson_without_its_text_says_what_to_do():
    at = open_page("lessons", foot=False, lesson="own")
    assert "not in this link" in at.warning[0].value
    assert at.title[0].value == "The question"


def test_what_is_typed_is_shown_errors_name_their_lines_and_what_is_right_is_there():
    at = foot(open_page("lessons", foot=False))
    typed = EXAMPLE.replace("sign: dL_dz_ce[1]", "sign: dL_dq[1]") + "\n## Second\n\nMore.\n"
    at.text_area[0].input(typed).run()
    assert not at.exception
    assert at.query_params["lesson"] == "own"
    line = 1 + typed.splitlines().index("sign: dL_dq[1]")
    assert f"Line {line}:" in at.warning[0].value.replace("\\", "")
    assert at.title[0].value == "The first step"
    next(b for b in at.button if b.label == "Next").click().run()
    assert at.title[0].value == "Second"
    assert at.text_area[0].value == typed, "nothing that was typed is lost"
    assert any("fits in a link" in e.value for e in at.markdown)
    assert any("text=eN" in e.value for e in at.code)


def test_what_is_typed_is_there_again_when_the_page_is_loaded_anew():
    at = foot(open_page("lessons", foot=False, projector="true"))
    at.text_area[0].input(EXAMPLE + "\n## Second\n\nMore.\n").run()
    next(b for b in at.button if b.label == "Next").click().run()
    again = open_page("lessons", foot=False, **at.query_params)
    assert again.title[0].value == "Second"
    at.text_area[0].input(EXAMPLE + "\n## The other\n\nMore.\n").run()
    assert at.title[0].value == "The other", "who writes stays at the step"
    again = open_page("lessons", foot=False, **at.query_params)
    assert again.title[0].value == "The other"


def test_a_lesson_that_ships_can_be_taken_and_is_too_long_for_a_link():
    at = foot(open_page("lessons", foot=False, lesson="precision"))
    next(b for b in at.button if b.label == "Begin with the lesson above").click().run()
    assert not at.exception
    assert at.title[0].value == "A number too small to write down"
    assert "e^{1000}" in at.text_area[0].value
    assert any("too long for a link" in e.value for e in at.markdown)


def test_a_file_is_shown_whatever_it_holds():
    at = foot(open_page("lessons", foot=False))
    for data in (EXAMPLE.encode(), b"\xff\xfe\x00", b"", b"\x89PNG\r\n"):
        at.file_uploader[0].set_value([("lesson.md", data, "text/markdown")]).run()
        assert not at.exception
    at.file_uploader[0].set_value([("lesson.md", EXAMPLE.encode(), "text/markdown")]).run()
    assert at.title[0].value == "The first step"


def test_no_text_becomes_markup_and_no_picture_is_fetched():
    hostile = EXAMPLE.replace(
        "Here y₁", "<img src=x onerror=alert(1)> ![p](https://example.com/p.png) <b>Here</b> y₁"
    ).replace("The first step", "<script>alert(1)</script>")
    at = open_page("lessons", foot=False, lesson="own", text=packed(hostile))
    assert not at.exception
    assert not any(e.proto.allow_html for e in of_type(at, "markdown"))
    assert not any("![" in text for text in texts(at))
