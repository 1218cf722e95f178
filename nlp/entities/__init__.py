"""Facts of a text: laws, percentages, headcounts, ratios, durations, sums of money and dates.

``extract`` gives the entities of one text, ``numbers`` every number of it, ``link`` pairs the facts
of two languages, ``article_notes`` says what is odd about a cited article.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...corpus.labels import Lang
from ...corpus.schema import Entity
from .dates import find_dates
from .normal import lower, mask, normal
from .quantities import duration, joined, money, percent
from .people import headcount, ratio
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
        one = joined(scan.low, facts[-1], fact) if facts else None
        if one:
            facts[-1] = one
        else:
            facts.append(fact)
        scan.done = fact.end
        while i < len(scan.numerals) and scan.numerals[i].start < fact.end:
            i += 1
    return facts


def extract(text: str, lang: Lang) -> list[Entity]:
    """The entities of a text, in order and not overlapping; any text, never raises."""
    cased = normal(text)
    low = lower(cased)
    facts = find_dates(low, cased)
    masked = mask(low, [(f.start, f.end) for f in facts])
    facts += _quantities(Scan.of(masked))
    facts.sort(key=lambda f: f.start)
    return [
        Entity(start=f.start, end=f.end, label=f.label, text=text[f.start : f.end], value=f.value, partial=f.partial)
        for f in facts
    ]
