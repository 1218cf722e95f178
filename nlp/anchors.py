"""What a passage states that both languages share: audit terms of the glossary, and facts by value.

Alignment draws its lexical evidence from here, and the consistency check its idea of which content
of one text the other one lacks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from ..corpus import catalogue
from ..corpus.labels import Lang
from .bitext import Side

# Words that close a finding or open it, beside those that the glossary has.
_MORE = (
    (("major",), ("严重不符合", "主要不符合", "严重", "主要")),
    (("minor",), ("轻微不符合", "次要不符合", "轻微", "次要", "一般不符合")),
    (("critical",), ("关键不符合", "致命", "关键")),
    (("closed", "corrected"), ("关闭", "已改善", "已整改")),
    (("recommended", "suggested", "advised", "recommendation"), ("建议",)),
    (("systematic", "systemic"), ("系统性",)),
    (("previous", "last audit", "earlier"), ("上次", "此前", "之前", "去年")),
)
# Too frequent, or of too little content, to tell one sentence of a finding from another.
_COMMON = frozenset(
    "worker|employee|factory|auditee|all|every|some|no|none|without|did not|failed to|although|though|"
    "but|however|less than|more than|not equipped with|wa not provided|not enough|in accordance with|"
    "due to|because|for example|such as|员工|工人|工厂|所有|全部|均|部分|一些|没有|无|未|均未|未有|虽然|"
    "但|但是|然而|根据|按照|依据|发现|如|例如|比如|月|其中|中的|因为|由于|原因是".split("|")
)
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_LONGEST = {"en": 6, "zh": 14}  # words, characters


@dataclass(frozen=True, slots=True)
class Term:
    """An audit term in a text; ``concept`` is the same number for all its renderings."""

    start: int
    end: int
    concept: int


@lru_cache(2048)  # the check asks for the same sentences again and again
def terms(text: str, lang: Lang) -> tuple[Term, ...]:
    """The glossary terms of a text, the longest at each place, in order."""
    return tuple(_english(text) if lang == "en" else _chinese(text))


def _english(text: str) -> list[Term]:
    table, lengths = _tables()["en"], _lengths("en")
    words = [(m.start(), m.end(), _stem(m[0])) for m in _WORD.finditer(text)]
    found, i = [], 0
    while i < len(words):
        for n in lengths.get(words[i][2], ()):
            concept = table.get(" ".join(w for _, _, w in words[i : i + n]))
            if concept is not None and i + n <= len(words):
                found.append(Term(words[i][0], words[i + n - 1][1], concept))
                i += n - 1
                break
        i += 1
    return found


def _chinese(text: str) -> list[Term]:
    table, lengths = _tables()["zh"], _lengths("zh")
    found, i = [], 0
    while i < len(text):
        for n in lengths.get(text[i], ()):
            concept = table.get(text[i : i + n])
            if concept is not None and i + n <= len(text):
                found.append(Term(i, i + n, concept))
                i += n - 1
                break
        i += 1
    return found


@cache
def _lengths(lang: Lang) -> dict[str, list[int]]:
    """First word (of Chinese: character) of a term to the lengths in these of the terms that begin
    with it, the longest first."""
    lengths: dict[str, set[int]] = {}
    for form in _tables()[lang]:
        parts = form.split(" ") if lang == "en" else form
        if len(parts) <= _LONGEST[lang]:
            lengths.setdefault(parts[0], set()).add(len(parts))
    return {first: sorted(some, reverse=True) for first, some in lengths.items()}


@lru_cache(1 << 14)
def _stem(word: str) -> str:
    """A word without its plural, in lower case and American spelling."""
    word = word.lower().replace("’", "'").removesuffix("'s").removesuffix("s'")
    word = word.replace("labour", "labor").replace("licence", "license")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@cache
def _tables() -> dict[Lang, dict[str, int]]:
    """Surface form to concept. Terms that share a rendering are one concept."""
    owner: dict[tuple[str, str], int] = {}
    merged: list[int] = []

    def root(k: int) -> int:
        while merged[k] != k:
            k = merged[k]
        return k

    entries = [(term.en, term.zh) for term in catalogue.glossary()]
    for en, zh in [*entries, *_MORE]:
        merged.append(len(merged))
        keys = [("en", " ".join(_stem(w) for w in _WORD.findall(form))) for form in en]
        keys += [("zh", form) for form in zh]
        for key in keys:
            if key[1] and key[1] not in _COMMON:
                merged[root(owner.setdefault(key, len(merged) - 1))] = root(len(merged) - 1)
    tables: dict[Lang, dict[str, int]] = {"en": {}, "zh": {}}
    for (lang, form), concept in owner.items():
        tables["en" if lang == "en" else "zh"][form] = root(concept)
    return tables


def anchors(side: Side) -> list[Counter]:
    """For each sentence, the terms it holds, as a counter of hashable keys."""
    counters = [Counter() for _ in side.sentences]
    marks = [(term.start, ("term", term.concept)) for term in terms(side.text, side.lang)]
    for position, key in marks:
        for counter, (start, end) in zip(counters, side.sentences, strict=True):
            if start <= position < end:
                counter[key] += 1
    return counters
