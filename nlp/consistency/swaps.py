"""Values that have changed places: each text states the same ones, but beside other dates or numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, permutations

from ...corpus.labels import LANGS, DefectType, Lang
from ...corpus.schema import Defect
from .pair import Pair
from .values import DateValue, Value

_TYPES: dict[str, DefectType] = {"percent": "percent_mismatch"}
Key = tuple[str, object]


def swapped(pair: Pair) -> Iterator[Defect]:
    """At most one a bead. Only where a bead states two or more values of one kind and as many of another
    by turns, in both texts: 45 hours in May and 62 in June, against 5月62小时，6月45小时."""
    by_bead = {lang: _by_bead(pair, lang) for lang in LANGS}
    for bead in sorted(by_bead["en"].keys() & by_bead["zh"].keys()):
        facts = {lang: by_bead[lang][bead] for lang in LANGS}
        both = facts["en"].keys() & facts["zh"].keys()
        kinds = [kind for kind, n in Counter(kind for kind, _ in both).items() if n > 1]
        for kind, beside in permutations(kinds, 2):
            if kind == "date":
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
                        f"Values have changed places: English has {pair.text(en.span, 'en')} beside "
                        f"{pair.text(with_en.span, 'en')}, Chinese {pair.text(zh.span, 'zh')} beside "
                        f"{pair.text(with_zh.span, 'zh')}."
                    )
                    type_ = _TYPES.get(kind, "number_mismatch")
                    yield pair.defect(type_, "error", 0.85, said, en.span, zh.span)
                break


def _by_bead(pair: Pair, lang: Lang) -> dict[int, dict[Key, Value | DateValue]]:
    """What the text states once, in the order in which it stands, by bead, kind and value."""
    stated = pair.stated[lang]
    hard = [v for v in stated.values if not v.soft and v.number not in (0, 1)]
    facts = sorted((*hard, *stated.dates), key=lambda fact: fact.start)
    times = Counter(map(_key, facts))
    found: dict[int, dict[Key, Value | DateValue]] = {}
    for fact in facts:
        if times[_key(fact)] == 1:
            found.setdefault(fact.bead, {})[_key(fact)] = fact
    return found


def _key(fact: Value | DateValue) -> Key:
    if isinstance(fact, DateValue):
        return "date", (fact.first, fact.last)
    return fact.kind, (fact.number, fact.upper)


def _turns(keys: list[Key], kind: str, beside: str) -> dict[Key, Key]:
    """Each value of a kind with the one of the other kind that it stands beside, where they take turns."""
    row = [key for key in keys if key[0] in (kind, beside)]
    runs = [len(list(run)) for _, run in groupby(row, key=lambda key: key[0])]
    if len(row) < 4 or len(row) % 2 or any(n > 1 for n in runs):
        return {}
    return {
        (a if a[0] == kind else b): (b if a[0] == kind else a)
        for a, b in zip(row[::2], row[1::2], strict=True)
    }
