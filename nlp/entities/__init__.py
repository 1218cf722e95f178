"""Facts of a text: laws, percentages, headcounts, ratios, durations, sums of money and dates.

``extract`` gives the entities of one text, ``numbers`` every number of it, ``link`` pairs the facts
of two languages, ``article_notes`` says what is odd about a cited article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ...corpus.labels import Lang
from ...corpus.schema import Entity
from .dates import find_dates
from .identifiers import Kind, Named, find_identifiers
from .laws import find_laws
from .link import Link, agree, link
from .money import money
from .normal import AGE, DATED, OPAQUE, lower, mask, normal, tables, words
from .notes import ArticleNote, article_notes
from .numerals import Numeral, find
from .people import headcount
from .quantities import duration, joined, percent
from .ratios import find_halves, ratio
from .scan import Amount, Fact, Scan, range_with

_RULES = (money, percent, ratio, duration, headcount)


def _quantities(scan: Scan) -> list[Fact]:
    facts: list[Fact] = []
    i = 0
    while i < len(scan.numerals):
        amounts = [Amount.of(scan.numerals[i])]
        both = range_with(scan, i)
        if both:
            amounts.insert(0, both)
        fact = None
        for amount in amounts:
            fact = next((f for rule in _RULES if (f := rule(scan, amount))), None)
            if fact:
                break
        if not fact:
            i += 1
            continue
        one = joined(scan, facts[-1], fact) if facts else None
        if one:
            facts[-1] = one
        else:
            facts.append(fact)
        scan.done = fact.end
        while i < len(scan.numerals) and scan.numerals[i].start < fact.end:
            i += 1
    return facts


def _outermost(facts: list[Fact]) -> list[Fact]:
    """Facts in order without those inside another: the date of 3名2024年入职的员工."""
    kept: list[Fact] = []
    for f in facts:
        if not kept or f.start >= kept[-1].end:
            kept.append(f)
    return kept


def _spans(facts: list[Fact]) -> list[tuple[int, int]]:
    return [(f.start, f.end) for f in facts]


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: its span, its value, and what it is.

    ``entity`` is the index of the entity it belongs to; else ``kind`` says whether it counts things
    ("count"), multiplies ("multiple": 双倍, 1.5 times), or names a floor, building, storey, other
    place, age or clock time (in hours).
    """

    start: int
    end: int
    value: float
    kind: Kind | None
    entity: int | None = None


@lru_cache(256)  # a finding's facts and its numbers are asked for one after the other
def _read(text: str) -> tuple[list[Fact], list[Named], Scan]:
    cased = normal(text)
    low = lower(cased)
    facts = find_laws(cased, low)
    low = mask(low, _spans(facts))
    dates = find_dates(low, cased)
    low = mask(low, _spans(dates), DATED)
    halves = find_halves(low)
    low = mask(low, _spans(halves))
    named = find_identifiers(low)
    for sign, ages in ((AGE, True), (OPAQUE, False)):
        low = mask(low, [(n.start, n.end) for n in named if (n.kind == "age") is ages], sign)
    scan = Scan.of(low)
    facts = sorted([*facts, *dates, *halves, *_quantities(scan)], key=lambda f: f.start)
    return _outermost(facts), named, scan


def _entities(text: str, facts: list[Fact]) -> list[Entity]:
    return [
        Entity(
            start=f.start,
            end=f.end,
            label=f.label,
            text=text[f.start : f.end],
            value=f.value,
            partial=f.partial,
        )
        for f in facts
    ]


def extract(text: str, lang: Lang) -> list[Entity]:
    """The entities of a text, in order and not overlapping; any text, never raises.

    Both languages' rules read every text, so that a Chinese finding may cite "RMB 2,000" and an
    English one 《劳动法》第41条; ``lang`` is the language that the text is meant to be in.
    """
    return _entities(text, _read(text)[0])


def numbers(text: str, lang: Lang) -> list[Number]:
    """Every number of a text that says how much or which place, in order.

    Ids, phone, question and list numbers are left out. The numbers of an entity carry its index
    in ``extract(text, lang)``.
    """
    facts, named, scan = _read(text)
    out = [Number(n.start, n.end, n.value, n.kind) for n in named if n.kind]
    inside = find(mask(lower(normal(text)), [(n.start, n.end) for n in named]))
    at = 0
    for n in inside:
        while at < len(facts) and facts[at].end <= n.start:
            at += 1
        if at < len(facts) and facts[at].start < n.end:
            out.append(Number(n.start, n.end, n.value, None, at))
        elif _counts(scan, n):
            out.append(Number(n.start, n.end, n.value, "count"))
    return sorted(out, key=lambda n: n.start)


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(rf" *+{words(tables()['measure'])}|-?[ ][a-z]|$|[ ]?[a-z%]")


def _counts(scan: Scan, n: Numeral) -> bool:
    """Whether a number in words counts something: 三台 does, and "the other two, both new"; the 一 of
    一 and "one" alone do not."""
    if not n.words or n.value >= 10 or _counted().match(scan.low, n.end):
        return True
    return n.value > 1 and scan.low[n.start].isascii() and scan.low[n.end] in ",;.)"


__all__ = ["ArticleNote", "Link", "Number", "agree", "article_notes", "extract", "link", "numbers"]
