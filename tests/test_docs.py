"""The pages of docs/ say all that there is, and nothing that is gone."""

import re

import pytest

import core
from docs import build

TEXTS = {name: (build.HERE / name).read_text(encoding="utf-8") for name in build.FILES}


@pytest.mark.parametrize("name", build.FILES)
def test_a_page_is_what_core_says_of_itself_now(name):
    assert TEXTS[name] == build.FILES[name](), "run python docs/build.py"


def test_every_public_name_of_core_has_one_place_in_the_reference():
    placed = [name for names in build.SUBJECTS.values() for name in names.split()]
    assert sorted(placed) == sorted(core.__all__)
    for name in core.__all__:
        assert len(re.findall(rf"^- \*\*`{name}`\*\*", TEXTS["reference.md"], re.M)) == 1, name


def test_every_name_in_the_reference_is_explained():
    for line in TEXTS["reference.md"].splitlines():
        if line.startswith("- **`"):
            assert re.fullmatch(r"- \*\*`\w+`\*\*(`\([^`]+\)`)?: .{10,}", line), line


def test_every_loss_of_the_registry_stands_in_the_reference():
    told = re.findall(r'^- `loss_function\("(\w+)"\)`: .*L = ', TEXTS["reference.md"], re.M)
    assert told == list(core.LOSS_FUNCTIONS)


def test_every_mistake_has_its_title_its_explanation_its_fix_and_where_it_is_seen():
    sections = re.split(r"^### ", TEXTS["mistakes.md"], flags=re.M)[1:]
    told = {section.split("\n")[0]: section for section in sections}
    known = (*core.MISTAKES, *core.ATTENTION_MISTAKES)
    assert told.keys() == {m.name for m in known}
    for m in known:
        for part in (f"**{m.title}.** {m.explanation}", m.fix, m.see.partition("?")[2]):
            assert part in told[m.name], (m.name, part)


def test_a_name_without_a_place_would_be_noticed(monkeypatch):
    monkeypatch.setitem(build.SUBJECTS, "Softmax", "softmax")
    assert TEXTS["reference.md"] != build.reference()
