"""Values that have changed places: each text states the same ones, but beside other dates or numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, permutations
from typing import Any

from ...corpus.labels import LANGS, DefectType, Lang
from ...corpus.schema import Defect
from .contrary import SEX, Word, words_of
from .pair import Pair
from .values import DateValue, Value

_TYPES: dict[str, DefectType] = {"percent": "percent_mismatch"}
Key = tuple[str, Any]
Fact = Value | DateValue | Word


def swapped(pair: Pair) -> Iterator[Defect]:
    """At most one a bead. Only where a bead states two or more values of one kind and as many of another
    by turns, in both texts: 45 hours in May and 62 in June, against 5月62小时，6月45小时. Men and women count as
    a kind."""
    by_bead = {lang: _by_bead(pair, lang) for lang in LANGS}
    for bead in sorted(by_bead["en"].keys() & by_bead["zh"].keys()):
        facts = {lang: by_bead[lang][bead] for lang in LANGS}
        both = facts["en"].keys() & facts["zh"].keys()
        kinds = [kind for kind, n in Counter(kind for kind, _ in both).items() if n > 1]
        for kind, beside in permutations(kinds, 2):
            if kind in ("date", "sex"):
                continue
            told = {
                lang: _turns([key for key in facts[lang] if key in both], kind, beside)
                for lang in LANGS
            }
            moved = [key for key in told["en"] if told["en"][key] != told["zh"].get(key)]
            if len(moved) > 1 and told["zh"]:
                en, zh = facts["en"][moved[0]], facts["zh"][moved[0]]
                with_en = facts["en"][told["en"][moved[0]]]
                with_zh = facts["zh"][told["zh"][moved[0]]]
                if pair.free("en", en.span) and pair.free("zh", zh.span):
                    said = (
                        f"Values have changed places: English has {_both(pair, en, with_en, 'en')}, "
                        f"Chinese {_both(pair, zh, with_zh, 'zh')}."
                    )
                    type_ = _TYPES.get(kind, "number_mismatch")
                    yield pair.defect(type_, "error", 0.85, said, en.span, zh.span)
                break


def _both(pair: Pair, one: Fact, two: Fact, lang: Lang) -> str:
    """Two facts as the text has them, in one where they stand together (12 men, 女147人)."""
    start, end = min(one.start, two.start), max(one.end, two.end)
    if end - start <= one.end - one.start + two.end - two.start:
        return pair.text((start, end), lang)
    return f"{pair.text(one.span, lang)} beside {pair.text(two.span, lang)}"


def _by_bead(pair: Pair, lang: Lang) -> dict[int, dict[Key, Fact]]:
    """What the text states once, in the order in which it stands, by bead, kind and value."""
    stated = pair.stated[lang]
    hard = [v for v in stated.values if not v.soft and v.number not in (0, 1)]
    facts: list[tuple[int, Fact]] = [(fact.bead, fact) for fact in (*hard, *stated.dates)]
    for k, bead in enumerate(pair.beads):
        facts += [(k, word) for word in words_of(pair, bead, lang, SEX[lang])]
    times = Counter(_key(fact) for _, fact in facts)
    found: dict[int, dict[Key, Fact]] = {}
    for bead, fact in sorted(facts, key=lambda item: item[1].start):
        if times[_key(fact)] == 1:
            found.setdefault(bead, {})[_key(fact)] = fact
    return found


def _key(fact: Fact) -> Key:
    if isinstance(fact, Word):
        return "sex", fact.says
    if isinstance(fact, DateValue):
        return "date", (fact.first, fact.last)
    return fact.kind, (fact.number, fact.upper)


def _turns(keys: list[Key], kind: str, beside: str) -> dict[Key, Key]:
    """Each value of a kind with the one of the other kind that it stands beside, where they take turns; a
    whole beside its two parts (20 workers, 5 of them men, 15 women) is left out."""
    row = [key for key in keys if key[0] in (kind, beside)]
    parts = [key[1][0] for key in row if key[0] == "count"]
    if len(parts) == 3 and 2 * max(parts) == sum(parts):
        row.remove(next(key for key in row if key[0] == "count" and key[1][0] == max(parts)))
    runs = [len(list(run)) for _, run in groupby(row, key=lambda key: key[0])]
    if len(row) < 4 or len(row) % 2 or any(n > 1 for n in runs):
        return {}
    return {
        (a if a[0] == kind else b): (b if a[0] == kind else a)
        for a, b in zip(row[::2], row[1::2], strict=True)
    }
