"""Entities on hand-made sentences of both languages, from the tables in cases/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bifinding.eval import facts
from bifinding.nlp.entities import extract

from .fact_cases import gold, rows

ROWS = [
    pytest.param(lang, row, id=f"{lang}: {row['text'][:40]}")
    for lang in ("en", "zh")
    for row in rows(lang)
]


def found(text: str, lang: Any, case: list[tuple[int, int, str, dict[str, Any]]]) -> list[Any]:
    """What extract finds, its values cut to the keys that the gold names (an upper end always counts)."""
    wanted = {(start, end): value for start, end, _, value in case}
    out = []
    for e in extract(text, lang):
        keys = {*wanted.get((e.start, e.end), e.value), "upper"}
        out.append((e.start, e.end, e.label, {k: v for k, v in e.value.items() if k in keys}))
    return out


@pytest.mark.parametrize(("lang", "case"), [p for p in ROWS if "known_failure" not in p.values[1]])
def test_sentence(lang: Any, case: dict[str, Any]) -> None:
    text, expected = gold(case)
    assert found(text, lang, expected) == expected


def test_known_failures_are_few_and_still_fail() -> None:
    """A known failure that passes must lose its mark; all of them are at most 3 % of a table."""
    for lang in ("en", "zh"):
        table = rows(lang)
        failing = [row for row in table if "known_failure" in row]
        assert len(table) >= 150
        assert len(failing) <= 0.03 * len(table)
        for row in failing:
            text, expected = gold(row)
            assert found(text, lang, expected) != expected, f"passes now: {text}"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("split", ["dev", "test"])
def test_sentences_annotated_by_somebody_who_had_not_seen_the_rules(lang: Any, split: str) -> None:
    path = Path(__file__).parent / "gold" / f"facts_{lang}.jsonl"
    pairs = [(expected, facts.found(text, lang)) for text, expected in facts.gold(path, split)]
    scores = facts.scores(pairs)
    assert len(pairs) >= 125
    assert scores["all"]["f1"] >= 0.97
    assert min(score["f1"] for score in scores.values()) >= 0.94
