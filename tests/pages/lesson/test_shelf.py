"""The files of lessons: which of a folder are there, under which names, and how their text is read."""

import codecs
import os

import pytest

from pages.lesson.shelf import MOST_BYTES, decoded, opened, shelf

TEXT = "---\ntitle: Prüfung – ∂L/∂z\n---\n\n## Grüße\n\nWörter.\n"


def test_files_of_a_folder_are_there_under_the_names_that_they_have(tmp_path):
    for name in ("2-große zahlen.md", "My Lesson.md", "plain.md", "10_b.md", "notes.txt", "…….md"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    ours = shelf({})
    found = [name for name in shelf({"LESSONS": str(tmp_path)}) if name not in ours]
    assert found == ["b", "große-zahlen", "my-lesson", "plain"]


def test_what_is_no_file_is_not_there_and_a_link_to_one_is(tmp_path):
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "endless.md").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "text").write_text(TEXT, encoding="utf-8")
    (tmp_path / "mounted.md").symlink_to(tmp_path / "text")  # as an orchestrator mounts them
    assert [n for n in shelf({"LESSONS": str(tmp_path)}) if n not in shelf({})] == ["mounted"]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
)
def test_a_text_is_read_however_an_editor_has_saved_it(data):
    assert decoded(data) == TEXT


def test_what_is_no_utf_8_is_the_western_code_page():
    western = TEXT.replace("∂L/∂z", "„zu“")
    assert decoded(western.encode("windows-1252")) == western


def test_a_text_that_is_cut_off_inside_a_character_stays_what_it_is(tmp_path):
    text = "x" + "ä" * MOST_BYTES
    assert decoded(text.encode()) == text[: MOST_BYTES // 2]
    path = tmp_path / "long.md"
    path.write_text(text, encoding="utf-8")
    assert "at most 100000 letters" in str(opened(path)[1].errors[0])
