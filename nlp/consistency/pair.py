"""What the checks of one pair share: the aligned passages, their clauses, and defects in the making."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple, TypeVar

import numpy as np

from ...corpus.labels import LANGS, DefectType, Lang, Level
from ...corpus.schema import Bead, Defect, TextSpan
from ..bitext import Bitext, Side, Span
from ..together import Ask, directly
from . import lexicon
from .dictionary import Dictionary, dictionary
from .values import LawValue, Stated, stated

Encode = Callable[[Sequence[str]], np.ndarray]
REACH = 20  # beads within which a passage may be rendered out of its turn
RENDERS = 0.5  # cosine from which a clause that is like no other renders one, wherever it stands
Mark = TypeVar("Mark", bound=tuple)  # begins with its start and end


def other(lang: Lang) -> Lang:
    return "zh" if lang == "en" else "en"


# What names a form, a machine, a standard, a decree: FM-210, B4, NR-12, Law No. 1156/2019, 第1156/2019号,
# 145/2020/ND-CP.
_CODE = re.compile(
    r"(?<![A-Za-z\d.-])(?:([A-Z]{2,6}[ -]?|[A-Z]-?)(\d{1,6}(?:[.-]\d{1,6}){0,6})"
    r"|[Nn]o\. ?(\d{2,6}(?:[/-]\d{1,6}){0,3}))(?![A-Za-z\d])|第 ?(\d{2,6}(?:[/-]\d{1,6}){0,3}) ?号"
    r"|(?<![\d/])(\d{1,4}/\d{4})/[A-Z]{2,4}(?:-[A-Z]{2,4})?(?![A-Za-z])"
)
NAMES: dict[Lang, str] = {"en": "English", "zh": "Chinese"}


class Code(NamedTuple):
    """A code at [start, end): its letters ("NO" for a bare number) and its number."""

    start: int
    end: int
    letters: str
    number: str


@dataclass
class Pair:
    """A bitext under the check. ``encode`` gives vectors of clauses; without it the checks that look
    into a sentence go by words and lengths alone. ``ask`` puts questions to networks. ``claimed`` marks, for each language, the
    characters that a defect already accounts for."""

    bitext: Bitext
    encode: Encode | None = None
    ask: Ask = directly
    dictionary: Dictionary = field(default_factory=dictionary)
    claimed: dict[Lang, bytearray] = field(init=False)
    stated_beyond: dict[Lang, list] = field(default_factory=lambda: {"en": [], "zh": []})
    _vectors: dict[tuple[Lang, Span], np.ndarray] = field(default_factory=dict)
    _marks: dict[tuple[Callable, Lang], list] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.claimed = {lang: bytearray(len(self.side(lang).text)) for lang in LANGS}

    @cached_property
    def beads(self) -> list[Bead]:
        """The beads of what both languages have: without a previous state that Chinese leaves out."""
        both = self.bitext.en.previous and self.bitext.zh.previous
        return [b for b in self.bitext.beads if both or not self._previous(b)]

    def _previous(self, bead: Bead) -> bool:
        if bead.en and bead.zh and not self.bitext.en.previous:
            return False  # forms leave the earlier finding out of the Chinese, not of the English
        return any(
            side.previous and all(inside(side.sentences[k], side.previous) for k in rows)
            for side, rows in ((self.bitext.en, bead.en), (self.bitext.zh, bead.zh))
            if rows
        )

    def side(self, lang: Lang) -> Side:
        return self.bitext.side(lang)

    def spans(self, bead: Bead, lang: Lang) -> list[Span]:
        return [self.side(lang).sentences[k] for k in (bead.en if lang == "en" else bead.zh)]

    def text(self, span: Span, lang: Lang) -> str:
        return self.side(lang).text[span[0] : span[1]]

    def scope(self, lang: Lang) -> list[Span]:
        """The sentences that the comparison covers, in order."""
        return sorted(span for bead in self.beads for span in self.spans(bead, lang))

    @cached_property
    def low(self) -> dict[Lang, str]:
        """Both texts in lower case, character for character."""
        return {lang: lexicon.lower(self.side(lang).text) for lang in LANGS}

    @cached_property
    def beyond(self) -> dict[Lang, list[Span]]:
        """The sentences that the comparison leaves out: a previous state that one text alone has. What it
        says may stand in the other text all the same."""
        return {
            lang: sorted({*self.side(lang).sentences}.difference(self.scope(lang)))
            for lang in LANGS
        }

    def marks(
        self, read: Callable[[str, Lang], list[Mark]], spans: Sequence[Span], lang: Lang
    ) -> list[Mark]:
        """What ``read`` (negations, statuses, ...) finds within passages; it reads the text once."""
        key = (read, lang)
        if key not in self._marks:
            self._marks[key] = read(self.side(lang).text, lang)
        found = self._marks[key]
        return [
            mark
            for a, b in spans
            for mark in found[
                bisect_left(found, a, key=itemgetter(0)) : bisect_left(found, b, key=itemgetter(0))
            ]
        ]

    def clauses(self, spans: Sequence[Span], lang: Lang) -> list[Span]:
        """The clauses of passages. No fact is cut in two: the name of a law may hold an "and"."""
        text, facts = self.side(lang).text, self._facts[lang]
        return [part for span in spans for part in lexicon.clauses(text, span, lang, facts)]

    @cached_property
    def _facts(self) -> dict[Lang, list[Span]]:
        """Where the entities of each side stand, in order; those that overlap as one."""
        out: dict[Lang, list[Span]] = {"en": [], "zh": []}
        for lang, spans in out.items():
            for start, end in sorted((e.start, e.end) for e in self.side(lang).entities):
                if spans and start < spans[-1][1]:
                    start, end = spans[-1][0], max(spans.pop()[1], end)
                spans.append((start, end))
        return out

    def bead_at(self, clause: Span, lang: Lang) -> int:
        """The bead that a clause is in."""
        starts, rows = self._rows[lang]
        return rows[max(bisect_right(starts, clause[0]) - 1, 0)]

    @cached_property
    def _rows(self) -> dict[Lang, tuple[list[int], list[int]]]:
        """Where the sentences of each side begin, in order, and the beads they are in."""
        out = {}
        for lang in LANGS:
            both = sorted((s[0], k) for k, b in enumerate(self.beads) for s in self.spans(b, lang))
            out[lang] = [start for start, _ in both], [k for _, k in both]
        return out

    def partner(self, clause: Span, lang: Lang) -> Span | None:
        """The clause of the other text that renders a clause and is like no other one of this text,
        wherever in a finding it stands."""
        k = self.bead_at(clause, lang)
        near = self.beads[max(k - REACH, 0) : k + REACH + 1]
        mine, theirs = (
            self.clauses([s for b in near for s in self.spans(b, side)], side)
            for side in (lang, other(lang))
        )
        if not theirs:
            return None
        there = self.vectors(theirs, other(lang))
        alike = there @ self.vectors([clause], lang)[0]
        best = int(alike.argmax())
        rivals = [c for c in mine if c[1] <= clause[0] or c[0] >= clause[1]]
        if rivals and (self.vectors(rivals, lang) @ there[best]).max() > alike[best]:
            return None
        return theirs[best] if alike[best] >= RENDERS else None

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows of texts, (len(texts), d). Raises ValueError without an encoder."""
        if self.encode is None:
            raise ValueError("this pair has no encoder")
        return self.ask(self.encode, texts)

    def vectors(self, spans: Sequence[Span], lang: Lang) -> np.ndarray:
        """Unit rows of passages, (len(spans), d), each asked for once."""
        new = [span for span in spans if (lang, span) not in self._vectors]
        if new:
            rows = self.embed([lexicon.spelt_out(self.text(span, lang), lang) for span in new])
            self._vectors.update(((lang, span), row) for span, row in zip(new, rows, strict=True))
        return np.array([self._vectors[lang, span] for span in spans])

    @cached_property
    def stated(self) -> dict[Lang, Stated]:
        """The values of each side that the comparison covers, with their beads and places in them."""
        return {lang: self._stated(lang) for lang in LANGS}

    def _stated(self, lang: Lang) -> Stated:
        side = self.side(lang)
        evidence = self.marks(lexicon.evidence, [(0, len(side.text))], lang)
        out = stated(side.text, lang, side.entities, evidence)
        places: list[tuple[int, int, int, float, float]] = []
        for k, bead in enumerate(self.beads):
            spans = self.spans(bead, lang)
            size, done = max(sum(b - a for a, b in spans), 1), 0
            for a, b in spans:
                places.append((a, b, k, done / size, 1 / size))
                done += b - a
        places.sort()
        for items in (out.values, out.dates, out.laws):
            kept = []
            for item in items:
                at = bisect_right(places, item.start, key=itemgetter(0)) - 1
                if at >= 0 and item.start < places[at][1]:
                    a, _, k, offset, share = places[at]
                    item.bead, item.rank = k, offset + share * (item.start - a)
                    kept.append(item)
                else:
                    self.stated_beyond[lang].append(item)
            items[:] = kept
        return out

    @cached_property
    def numbers(self) -> dict[Lang, frozenset[float]]:
        """The numbers that each text states, as they are written."""
        return {
            lang: frozenset(v.number / v.size for v in self.stated[lang].values if not v.soft)
            for lang in LANGS
        }

    @cached_property
    def wholes(self) -> frozenset[float]:
        """The counts, and wholes of ratios, that both texts state."""
        en, zh = (
            {
                v.number
                for v in self.stated[lang].values
                if v.kind in ("count", "whole") and not v.soft
            }
            for lang in LANGS
        )
        return frozenset(en & zh)

    @cached_property
    def codes(self) -> dict[Lang, list[Code]]:
        """The codes of each text that are compared and state no value."""
        out: dict[Lang, list[Code]] = {"en": [], "zh": []}
        for lang, found in out.items():
            text = self.side(lang).text
            stated = bytearray(len(text))
            for item in self.stated[lang].all():
                # A law that the catalogue does not have is known by its number alone.
                unknown = isinstance(item, LawValue) and not (item.id or item.articles)
                if not unknown and not getattr(item, "soft", False):
                    stated[item.start : item.end] = b"\1" * (item.end - item.start)
            for start, end in self.scope(lang):
                for m in _CODE.finditer(text, start, end):
                    if 1 not in stated[m.start() : m.end()]:
                        letters = m[1].strip(" -") if m[1] else "NO"
                        number = next(filter(None, m.groups()[1:]))
                        found.append(Code(m.start(), m.end(), letters, number))
        return out

    def claim(self, lang: Lang, span: Span) -> None:
        self.claimed[lang][span[0] : span[1]] = b"\1" * (span[1] - span[0])

    def free(self, lang: Lang, span: Span) -> bool:
        """Whether no defect accounts for this passage yet."""
        return 1 not in self.claimed[lang][span[0] : span[1]]

    def defect(
        self,
        type_: DefectType,
        level: Level,
        confidence: float,
        message: str,
        en: Span | None = None,
        zh: Span | None = None,
    ) -> Defect:
        """A defect at these spans, which it claims."""
        places: dict[Lang, TextSpan | None] = {"en": None, "zh": None}
        spans: dict[Lang, Span | None] = {"en": en, "zh": zh}
        for lang, span in spans.items():
            if span:
                self.claim(lang, span)
                places[lang] = TextSpan(start=span[0], end=span[1], text=self.text(span, lang))
        return Defect(
            type=type_, level=level, confidence=round(confidence, 2), message=message, **places
        )


def inside(span: Span, outer: Span) -> bool:
    return outer[0] <= span[0] and span[1] <= outer[1]


def quote(text: str, longest: int = 80) -> str:
    """A passage in quotation marks, shortened in the middle of a long one."""
    text = " ".join(text.split()).rstrip("。.；;，,").lstrip("，,；; ")
    return f'"{text}"' if len(text) <= longest else f'"{text[: longest - 1].rstrip()}…"'
