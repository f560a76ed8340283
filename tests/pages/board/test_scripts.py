"""The text that the browser is sent."""

import re

import pytest

from pages.board import scripts

ENTRIES = ("mount.js", "streamlit.js", "strip.js", "memory.js", "going.js", "handout.js")
HANDOUT = ("handout.js", "stand.js", "thumbs.js", "choices.js", "lesson.js", "ways.js")
MODULES = sorted((scripts.HERE / "js").glob("*.js"))


def code(path):
    """A file's words outside of comments; none of these files has a comment mark in a string."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r"(^|\s)//.*", " ", text) if path.suffix == ".js" else text


def test_the_engine_is_sent_every_word_of_every_module_that_it_needs_and_no_comment():
    sent = scripts.script("streamlit.js")
    want = [
        word
        for path in MODULES
        if path.name not in ("mount.js", "strip.js", "memory.js", "going.js", "fit.js", *HANDOUT)
        for word in re.sub(r"(?m)^import [^;]*;|^export (default )?", "", code(path)).split()
    ]
    assert sorted(sent.replace("export default ", "").split()) == sorted(want)
    assert not re.search(r"(?m)^\s|^//|\s//|/\*|\*/|^import", sent)
    assert re.findall(r"(?m)^export .*", sent) == [
        "export default function start({ parentElement }) {"
    ]


def test_a_module_stands_after_those_that_it_needs_and_once():
    sent = scripts.script("streamlit.js")
    order = [sent.index(f"class {name} ") for name in ("Sheet", "Board", "Engine")]
    assert order == sorted(order)
    assert sent.count("class Frames") == 1


def test_what_is_mounted_for_each_board_and_with_every_change_is_small():
    assert len(scripts.script("mount.js")) < 500


def test_a_module_is_sent_alone_as_what_it_exports():
    assert "export function fixed(" in scripts.script("number_format.js")


def test_the_style_is_sent_without_comments():
    for name in ("board.css", "strip.css", "projector.css"):
        path = scripts.HERE / name
        assert scripts.style(name).split() == code(path).split()
        assert "/*" in path.read_text(encoding="utf-8")
    assert scripts.style() == scripts.style("board.css")


def test_names_at_the_top_are_unique_among_all_modules():
    named = [
        name
        for path in MODULES
        for name in re.findall(
            r"(?m)^(?:export )?(?:default )?(?:async )?(?:function|class|const|let) (\w+)",
            code(path),
        )
    ]
    assert len(named) > 30
    assert sorted(named) == sorted(set(named))


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Modules of this test."""
    (tmp_path / "js").mkdir()
    monkeypatch.setattr(scripts, "HERE", tmp_path)
    scripts.script.cache_clear()

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"js/{name}.js").write_text(text, encoding="utf-8")

    yield write
    scripts.script.cache_clear()


def test_what_two_modules_import_is_there_once_and_first(modules):
    modules(
        a='import { b } from "./b.js";\nimport {\n  c,\n} from "./c.js";\n\nexport const a = b + c;\n',
        b='import { d } from "./d.js";\n// why\nexport const b = d; // how\n',
        c='/** @import { D } from "./d.js" */\nimport { d } from "./d.js";\nexport const c = d;\n',
        d="export const d = 1;\n",
    )
    assert scripts.script("a.js").splitlines() == [
        "const d = 1;",
        "const b = d;",
        "const c = d;",
        "export const a = b + c;",
    ]


def test_a_circle_of_modules_is_refused_by_name(modules):
    modules(a='import { b } from "./b.js";\n', b='import { a } from "./a.js";\n')
    with pytest.raises(ValueError, match=r"a\.js → b\.js → a\.js"):
        scripts.script("a.js")


@pytest.mark.parametrize(
    "line",
    [
        'import * as b from "./b.js";',
        'import b from "./b.js";',
        'import { b } from "b";',
        'export * from "./b.js";',
        "export { b };",
    ],
)
def test_a_module_that_imports_otherwise_is_refused_by_name(modules, line):
    modules(a=f"{line}\n", b="")
    with pytest.raises(ValueError, match=r"expected import .* in a\.js, got"):
        scripts.script("a.js")


def test_a_name_that_is_changed_on_import_is_refused(modules):
    modules(a='import { b as c } from "./b.js";\n', b="export const b = 1;\n")
    with pytest.raises(ValueError, match=r"expected import .* in a\.js, got"):
        scripts.script("a.js")
