"""The documentation says what the program does: commands, options, links, figures, both languages."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bifinding.app.cli import app
from typer.main import get_command

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = sorted([*READMES, *DOCS.rglob("*.md")])
BOTH = [(READMES[0], READMES[1])]
BOTH += [(page.with_name(page.name.replace(".zh.", ".")), page) for page in DOCS.rglob("*.zh.md")]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.M | re.S)


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _commands(page: Path) -> list[str]:
    """Every call of bifinding in the page's blocks of commands."""
    lines: list[str] = []
    for kind, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if kind == "console":
            lines += re.findall(r"^ *\$ (.*)$", block, re.M)
        elif kind in ("sh", "bash"):
            lines += block.splitlines()
    calls = []
    for line in lines:
        command = line.split(" #")[0].replace("\\", " ").strip()
        calls += re.findall(r"(?:^|[|;&] *)(bifinding [^|;&>]*)", command)
    return calls


def _parse(call: str) -> None:
    """Raises what the command line would say of a wrong call; runs nothing."""
    command: Any = get_command(app)
    _, *words = shlex.split(call)
    if words[:1] == ["--home"]:
        words = words[2:]
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        command = command.commands[words.pop(0)]
    if words != ["--help"]:
        command.make_context("bifinding", list(words))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_in_a_page_are_commands_of_the_program(page: Path):
    for call in _commands(page):
        try:
            _parse(call)
        except Exception as error:
            pytest.fail(f"{_name(page)}: {call}: {error!r}")


def test_the_tutorials_have_commands():
    for name in ("analyst", "reviewer", "scientist"):
        assert len(_commands(DOCS / f"tutorials/{name}.md")) >= 5


@pytest.mark.parametrize("call", ["bifinding analyze x", "bifinding check x --fail-on never"])
def test_a_wrong_command_is_noticed(call: str):
    with pytest.raises(Exception, match=r"analyze|never"):
        _parse(call)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_lead_somewhere(page: Path):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?:|#", target):
            path = page.parent / target.partition("#")[0]
            assert path.exists(), f"{_name(page)}: {target}"


@pytest.mark.parametrize(("english", "chinese"), BOTH, ids=lambda page: page.name)
def test_both_languages_have_the_same_sections_and_commands(english: Path, chinese: Path):
    texts = [page.read_text(encoding="utf-8") for page in (english, chinese)]
    bare = [FENCE.sub("", text) for text in texts]
    levels = [re.findall(r"^(#+) ", text, re.M) for text in bare]
    assert levels[0] == levels[1] or english.stem == "api"
    assert _commands(english) == _commands(chinese)


def _refresh() -> Any:
    spec = importlib.util.spec_from_file_location("refresh", DOCS / "refresh.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_both_readmes_have_the_same_figures():
    english, chinese = (page.read_text(encoding="utf-8") for page in READMES)
    assert _refresh().with_figures(english, chinese) == chinese, "run docs/refresh.py README.zh.md"
    # In the text too. Numbers of the code blocks, dates and versions are not figures.
    sections = (
        re.split(r"^## ", FENCE.sub("", text), flags=re.M)[3] for text in (english, chinese)
    )
    found = [sorted(re.findall(r"\d[\d.,]*\d|\d", section)) for section in sections]
    assert found[0] == found[1]


def test_figures_are_copied_and_words_are_not():
    english = "| task | F1 (facts) |\n| --- | --- |\n| area 1 | 0.912 (1,203) |\n"
    chinese = "| 任务 | F1（事实数） |\n| --- | --- |\n| 领域 1 | 0.5 (7) |\n"
    copied = "| 任务 | F1（事实数） |\n| --- | --- |\n| 领域 1 | 0.912 (1,203) |\n"
    assert _refresh().with_figures(english, chinese) == copied


def test_the_site_builds_without_a_warning(tmp_path: Path):
    for package in ("material", "mkdocs_static_i18n", "mkdocstrings_handlers.python"):
        pytest.importorskip(package)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert (tmp_path / "zh/tutorials/analyst.html") in pages
    for page in pages:  # nothing is loaded from elsewhere
        loaded = re.findall(
            r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)', page.read_text()
        )
        assert not loaded, f"{page.name}: {loaded}"
