"""Scores of the entity rules against hand-annotated sentences.

    python -m bifinding.eval.facts tests/nlp/gold --split test [--show]

A fact counts as found where span, label and value are the gold ones. Of a value, what the gold states
is compared: laws by what they resolve to (the catalogue's id, or the name of a code or standard), so
that two spellings of one law are one; bounds of dates ("before 2024") are not stated by the gold.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..corpus.catalogue import laws
from ..corpus.labels import ENTITY_LABELS, LANGS, Lang
from ..nlp.entities import extract

Fact = tuple[int, int, str, str]


def gold(path: Path, split: str) -> Iterator[tuple[str, list[Fact]]]:
    """The texts of a split with their facts: start, end, label, value as text."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] != split:
            continue
        facts, at = [], 0
        for text, label, value in row["facts"]:
            start = row["text"].index(text, at)
            at = start + len(text)
            facts.append((start, at, label, _key(value, label)))
        yield row["text"], facts


def found(text: str, lang: Lang) -> list[Fact]:
    return [(e.start, e.end, e.label, _key(e.value, e.label)) for e in extract(text, lang)]


_COMPARED = {
    "LAW_ARTICLE": ("law", "articles"),
    "RATIO": ("part", "whole"),
    "DURATION": ("value", "upper", "unit", "bound"),
    "MONEY": ("value", "upper", "currency", "bound"),
    "DATE": ("value", "upper"),
}


def _key(value: dict[str, Any], label: str) -> str:
    fields = _COMPARED.get(label, ("value", "upper", "bound"))
    kept = {name: value[name] for name in fields if name in value}
    if label == "LAW_ARTICLE":
        kept["law"] = value.get("id") or _law(value["law"] or "")
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


@cache
def _law(name: str) -> str:
    """What a law's name resolves to: its id in the catalogue, else its name in one spelling."""
    for law in laws().values():
        if name in law.names_en or name in law.names_zh:
            return law.id
    read = [e.value for e in extract(name, "en") if e.label == "LAW_ARTICLE"]
    known = read[0] if len(read) == 1 else {}
    return str(known.get("id") or known.get("law") or name).strip("《》").lower()


def scores(pairs: Iterable[tuple[Sequence[Any], Sequence[Any]]]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 by label and over all ("all"), from (gold, found) of each text.

    A fact is any tuple that ends in its label and its value.
    """
    right, wanted, given = Counter[str](), Counter[str](), Counter[str]()
    for expected, actual in pairs:
        wanted.update(label for *_, label, _ in expected)
        given.update(label for *_, label, _ in actual)
        right.update(label for *_, label, _ in set(expected) & set(actual))
    for counter in (right, wanted, given):
        counter["all"] = counter.total()
    report = {}
    for label in (*ENTITY_LABELS, "all"):
        precision = right[label] / given[label] if given[label] else 1.0
        recall = right[label] / wanted[label] if wanted[label] else 1.0
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        report[label] = {"precision": precision, "recall": recall, "f1": f1, "n": wanted[label]}
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="holds facts_en.jsonl and facts_zh.jsonl")
    parser.add_argument("--split", default="test", choices=["dev", "test"])
    parser.add_argument("--show", action="store_true", help="print each difference")
    options = parser.parse_args()
    for lang in LANGS:
        pairs = []
        for text, expected in gold(options.folder / f"facts_{lang}.jsonl", options.split):
            actual = found(text, lang)
            pairs.append((expected, actual))
            if options.show and set(expected) != set(actual):
                print(text)
                for sign, facts in (
                    ("-", set(expected) - set(actual)),
                    ("+", set(actual) - set(expected)),
                ):
                    for start, end, label, value in sorted(facts):
                        print(f"   {sign} {text[start:end]!r} {label} {value}")
        print(f"{lang}  {options.split}  {len(pairs)} texts")
        for label, row in scores(pairs).items():
            print(
                f"  {label:12} P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}  n {row['n']:.0f}"
            )


if __name__ == "__main__":
    main()
