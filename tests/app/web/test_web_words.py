"""The interface says everything in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import bifinding.app.export as export
import bifinding.app.web as web
import pytest
from bifinding.app.lint import checks
from bifinding.app.web.words import chinese, in_words, name, plural, word
from bifinding.corpus.labels import AREAS, DEFECT_TYPES, ENTITY_LABELS, LEVELS, SEVERITIES, STATUSES
from bifinding.corpus.schema import Defect, Issue, TextSpan
from bifinding.nlp.consistency import CHECKS

FOLDER = Path(web.__file__).parent
TEMPLATES = [*FOLDER.glob("templates/*.html"), Path(export.__file__).parent / "parts.html"]
ASKED = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")
SAID = re.compile(r"""\b(?:say\(\s*request, |word\()"([^"]+)\"""")


def used() -> set[str]:
    """Every sentence that a template or a module asks for."""
    found = {a or b for path in TEMPLATES for a, b in ASKED.findall(path.read_text("utf-8"))}
    for path in FOLDER.glob("*.py"):
        found |= set(SAID.findall(path.read_text("utf-8")))
    return found


def test_every_word_of_the_interface_has_its_chinese():
    assert sorted(used() - set(chinese())) == []


def test_every_chinese_is_chinese_and_keeps_the_places_of_values():
    for english, text in chinese().items():
        assert re.search(r"[\u4e00-\u9fff]", text) or english in ("amfori ID",), english
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english)), english
        assert english.isascii(), english


LABELS = [*AREAS, *STATUSES, *SEVERITIES, *LEVELS, *ENTITY_LABELS, *DEFECT_TYPES, *checks(), "7.14"]


@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_a_chinese_name(label):
    assert re.search(r"[\u4e00-\u9fff]", name(label, "zh")), name(label, "zh")
    assert name(label, "en").isascii()


def test_numbers_with_nouns():
    assert plural(1, "finding", "en") == "1 finding"
    assert plural(3, "finding", "zh") == "3 项发现"


@pytest.mark.parametrize("type_", DEFECT_TYPES)
@pytest.mark.parametrize("sides", [("en", "zh"), ("en",), ("zh",)])
def test_every_defect_is_said_in_chinese_with_the_words_it_quotes(type_, sides):
    texts = {"en": "78 hours", "zh": "87小时"}
    spans = {lang: TextSpan(start=0, end=len(texts[lang]), text=texts[lang]) for lang in sides}
    found = Defect(type=type_, level="error", confidence=1, message="English.", **spans)
    said = in_words(found, "zh")
    assert re.search(r"[\u4e00-\u9fff].*。$", said)
    assert all(f"“{texts[lang]}”" in said for lang in sides)
    assert "{" not in said
    assert in_words(found, "en") is None


@pytest.mark.parametrize("check", CHECKS)
def test_every_issue_is_said_in_chinese(check):
    found = Issue(check=check, level="warning", message="English.", places=[])
    assert re.search(r"[\u4e00-\u9fff].*。$", in_words(found, "zh") or "")
    assert in_words(found, "en") is None


def test_an_issue_of_an_unknown_check_keeps_its_message():
    found = Issue(check="of_tomorrow", level="note", message="English.", places=[])
    assert in_words(found, "zh") is None


def test_what_the_catalogue_lacks_stays_as_it_is():
    assert word("Yueqing Lanting Footwear", "zh") == "Yueqing Lanting Footwear"
