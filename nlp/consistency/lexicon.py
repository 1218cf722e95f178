"""What the check reads off a text by its words: clauses, negations, statuses, exceptions.

The tables stand in words.yaml; this module only turns them into spans.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import yaml

from ...corpus.labels import Lang, Status
from ..bitext import Span

# Several checks read the same passage; nobody changes what they are given.
_remembered = lru_cache(2048)


class StatusWord(NamedTuple):
    """A passage that says what became of an earlier finding."""

    start: int
    end: int
    status: Status


@cache
def _tables() -> dict[str, Any]:
    text = files(__name__.rpartition(".")[0]).joinpath("words.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def _pattern(*path: str) -> re.Pattern[str]:
    """The expressions at a place of the table as one, longest-first order being theirs to keep."""
    entry: Any = _tables()
    for key in path:
        entry = entry[key]
    return re.compile("|".join([entry] if isinstance(entry, str) else entry), re.MULTILINE)


def lower(text: str) -> str:
    """The text in lower case, character for character, curly quotes straight."""
    return text.translate(_LOWER)


_LOWER = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)} | {ord("’"): "'"}


@cache
def _full() -> dict[str, dict[Lang, list[str]]]:
    """The words of each abbreviation, by language."""
    rows = _tables()["abbreviation"].items()
    return {short: {"en": en.split(), "zh": zh.split()} for short, (en, zh) in rows}


@cache
def _short() -> re.Pattern[str]:
    # AED 500 is money, and a code is none (SDS-3).
    return re.compile(rf"(?<![\w-])(?:{'|'.join(_full())})(?=s?(?![A-Za-z\d-]| ?\d))")


def in_full(short: str, lang: Lang) -> list[str]:
    """The words that an abbreviation stands for; none for another word."""
    return _full().get(short.removesuffix("s"), {}).get(lang, [])


def spelt_out(text: str, lang: Lang) -> str:
    """A passage with its abbreviations in full."""
    between = " " if lang == "en" else ""
    return _short().sub(lambda m: between.join(_full()[m[0]][lang]), text)


_CUTS = {
    "en": re.compile(
        r"[;:()?!](?=\s|$|\W)|,(?=\s)|\.(?=\s|$)|\s-\s|\s(?=(?:but|and|because|although|though|while|whereas|"
        r"which|who|since|without|except|apart|unless)\s)"
    ),
    "zh": re.compile(r"[，；：。！？;（）()]|,(?!\d)"),
}
_SHORTEST = {"en": 20, "zh": 6}
_EDGE = " \n.,;:。，；：-–—•*·"  # that may stand before a status
# A finite verb, roughly. Without one on either side an "and" joins two nouns, not two clauses; before
# it, what ends in an s may be a verb.
_VERB = (
    r"(?:\w{2,}ed|\w*n't|is|are|was|were|has|had|have|does|did|do|can|could|may|might|will|would|shall|should|must"
    r"|ate|became|began|bought|brought|broke|built|came|caught|cut|drank|drove|fell|felt|fought|found|gave|got|grew|hit|held"
    r"|hung|hurt|kept|knew|lay|led|left|lent|let|lost|made|meant|met|paid|put|ran|rang|read|said|sat|saw|sent|set|shook|shut"
    r"|slept|sold|spoke|spent|stole|stood|struck|swept|taught|told|took|thought|threw|understood|went|woke|won|wore|wrote)"
)
_BEFORE_AND = re.compile(rf"\b(?:{_VERB}|\w+[^\Ws]s)\b", re.IGNORECASE)
_AFTER_AND = re.compile(rf"\b{_VERB}\b|^\s*and\s+(?:no|not|none|nobody|never)\b", re.IGNORECASE)
_AND = re.compile(r"\sand\s")
_LOOK = 300  # letters around an "and" within which a verb is looked for


def clauses(text: str, span: Span, lang: Lang, whole: Sequence[Span] = ()) -> list[Span]:
    """Cuts a passage at its clause marks; pieces too short to mean something join a neighbour.

    No cut falls inside one of ``whole``, in order, nor at an "and" that joins two nouns.
    """
    start, end = span
    cuts = _cuts(text, span, lang, whole)
    out: list[Span] = []
    for cut in [*cuts, end]:
        if cut - start >= _SHORTEST[lang]:
            out.append((start, cut))
            start = cut
    if start < end:
        out[-1:] = [(out[-1][0], end)] if out else [(start, end)]
    return [_trim(text, a, b) for a, b in out if text[a:b].strip()]


def _cuts(text: str, span: Span, lang: Lang, whole: Sequence[Span]) -> list[int]:
    """Where a passage is cut."""
    found = [m.end() for m in _CUTS[lang].finditer(text, *span)]
    # "It was found that" is a clause of its own: it says nothing of what was found.
    frames = [b for _, b in evidence(text, lang) if span[0] < b < span[1]]
    found = sorted({*found, *(b for b in frames if lower(text[b - 5 : b]) == " that")})
    kept = [cut for cut in found if not _within(cut, whole)]
    if lang == "zh":
        return kept
    out, start = [], span[0]
    for cut, stop in pairwise([*kept, span[1]]):
        if not _AND.match(text, cut - 1) or (
            _BEFORE_AND.search(text[max(start, cut - _LOOK) : cut])
            and _AFTER_AND.search(text[cut : min(stop, cut + _LOOK)])
        ):
            out.append(cut)
            start = cut
    return out


def _within(cut: int, whole: Sequence[Span]) -> bool:
    """Whether a place is inside one of some passages in order, not at its end."""
    at = bisect_left(whole, (cut,)) - 1
    return at >= 0 and cut < whole[at][1]


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


@_remembered
def negations(text: str, lang: Lang) -> list[Span]:
    """Words that negate, those that only look like it (未成年, "no later than") left out."""
    text = lower(text)
    out = [m.span() for m in _pattern("negation", "idle", lang).finditer(text)]
    idle = {i for start, end in out for i in range(start, end)}
    return [m.span() for m in _pattern("negation", lang).finditer(text) if m.start() not in idle]


def may_negate(text: str, lang: Lang) -> bool:
    """Whether a text in lower case has a word that negates or only looks like it."""
    return _pattern("negation", lang).search(text) is not None


@_remembered
def exceptions(text: str, lang: Lang) -> list[Span]:
    """Words that take something out of what is said ("apart from", 除外)."""
    return [m.span() for m in _pattern("exception", lang).finditer(lower(text))]


@_remembered
def speaks_of_all(text: str, lang: Lang) -> bool:
    """Whether a text speaks of all, and has no word that might take something out of it."""
    low = lower(text)
    universal = _pattern("universal", lang).search(low)
    return bool(
        universal and not negations(text, lang) and not _pattern("except_else", lang).search(low)
    )


@_remembered
def evidence(text: str, lang: Lang) -> list[Span]:
    """Lists of evidence ("management interview, document review"), which differ between languages."""
    return [m.span() for m in _pattern("evidence", lang).finditer(lower(text))]


def sources(text: str, lang: Lang) -> dict[str, Span]:
    """The kinds of evidence that a text names (management, workers, documents ...), each where it first
    does."""
    low = lower(text)
    found = {kind: _pattern("sources", kind, lang).search(low) for kind in _tables()["sources"]}
    return {kind: match.span() for kind, match in found.items() if match}


@_remembered
def formula(text: str, lang: Lang) -> bool:
    """Whether a passage is a formula of the report (a rating, a status, a heading) without content."""
    return _pattern("formula", lang).fullmatch(lower(text).strip()) is not None


@_remembered
def frame(text: str, lang: Lang) -> bool:
    """Whether a clause is a formula, or names the evidence alone."""
    named = sum(end - start for start, end in evidence(text, lang))
    return formula(text, lang) or named >= 0.9 * len(text.strip(" ,，.。;；"))


@_remembered
def statuses(text: str, lang: Lang) -> list[StatusWord]:
    """What a text says became of an earlier finding, in the order of the text."""
    low = lower(text)
    taken: set[int] = set()
    found: list[StatusWord] = []
    for row in range(len(_tables()["status"])):
        for m in _status_pattern(row, lang).finditer(low):
            if taken.isdisjoint(range(*m.span())):
                taken.update(range(*m.span()))
                start = m.end() - len(m[0].lstrip(_EDGE))
                found.append(StatusWord(start, m.end(), _tables()["status"][row]["status"]))
    planned = _pattern("not_yet", lang)
    return sorted(
        (
            s
            for s in found
            if s.status != "corrected" or not planned.search(low[max(0, s.start - 24) : s.start])
        ),
        key=lambda s: s.start,
    )


@cache
def _status_pattern(row: int, lang: Lang) -> re.Pattern[str]:
    return re.compile("|".join(_tables()["status"][row][lang]), re.MULTILINE)


def affirmed(text: str, cue: Span, lang: Lang) -> str:
    """The text with one negation taken out, roughly: good enough to ask a model about, not to read."""
    start, end = cue
    word = lower(text[start:end])
    for pattern, new in _tables()["affirmed"][lang]:
        if (match := re.fullmatch(pattern, word)) is not None:
            return text[:start] + match.expand(new) + text[end:]
    return text[:start] + text[end:].lstrip()


@_remembered
def weight(text: str, lang: Lang) -> int:
    """How much a passage says: its letters without function words."""
    return sum(c.isalnum() for c in _pattern("function", lang).sub("", lower(text)))
