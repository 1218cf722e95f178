"""What only one of the two texts says: omissions.

An omission is looked for clause by clause: has the clause a counterpart among the clauses of the
other text, are its words and facts rendered there, does the bead become more alike without it?
Only passages that are too long for their counterpart, that hold facts or rare words the other lacks,
or that alignment left alone, are looked into.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Bead, Defect
from ..align import EN_PER_ZH
from ..anchors import terms
from ..bitext import Span
from . import lexicon
from .amounts import REST
from .dictionary import words
from .facts import Comparison, equal
from .meaning import formulas, sided, support
from .pair import NAMES, REACH, Pair, inside, other, quote
from .values import Value

UNKNOWN = 0.6  # share of its rare words that nothing renders from which a clause is looked into
LONGER = 0.12  # log of the length ratio from which a passage may hold what the other lacks
EXCEPTED = 0.3  # the same for an exception that only one text makes
LOST = 0.65  # probability from which a clause counts as lost
LIKELIER = 0.5  # the same for one that the other text seems to contradict
# Logistic regression over ``clause_features``, fitted by eval.benchmark.fit_consistency.
LOST_WEIGHTS = np.array(
    [
        *(-6.863, 9.609, -1.467, 2.855, -0.98, 0.356, -0.412, 0.927, 2.014, 2.842, 9.627),
        *(0.082, 1.809, 0.12, 2.859, -0.051, -0.033),
    ]
)
LOST_BIAS = -5.529
LONGEST = 300  # letters of a list of evidence
LISTED = {"en": 60, "zh": 16}  # letters between two items of a list of evidence
SHORT = {"en": 20, "zh": 6}  # letters under which a clause is too short to judge
_EXCEPTED_END = {
    "en": re.compile(
        r"[,.;:()]|\s(?:is|are|was|were|has|have|had|do|does|did|will|can|could|may|must)\s|$"
    ),
    "zh": re.compile(r"[，。；：,;]|$"),
}
EXACT = {"money", "percent", "time"}  # kinds of values that say what they count
_START = attrgetter("start")
MANY = 5  # clauses of a sentence from which it may be wordy
RENDERED = 0.34  # share of them that seem rendered up to which it is
MOST = 0.5  # share of a sentence left alone that is lost from which all of it is


def omissions(pair: Pair, facts: Comparison) -> list[Defect]:
    """Sentences and clauses of one text that the other lacks, neighbours taken together."""
    found: list[Defect] = []
    for k in range(len(pair.beads)):
        for lang in LANGS:
            for spans in _together(_lost(pair, facts, pair.beads, k, lang)):
                found.append(_omission(pair, spans, lang))
    found += [d for k in range(len(pair.beads)) if (d := _exception(pair, facts, k))]
    return found + [d for lang in LANGS if (d := _source(pair, lang))]


def _source(pair: Pair, lang: Lang) -> Defect | None:
    """A kind of evidence that only one of two lists of evidence names."""
    (mine, start), (theirs, _) = (_sources(pair, side) for side in (lang, other(lang)))
    lacking = [
        (a + start, b + start)
        for kind, (a, b) in mine.items()
        if kind not in theirs
        and any(0 < abs(a - c) < LISTED[lang] for k, (c, _) in mine.items() if k in theirs)
    ]
    if len(mine) < 2 or len(theirs) < 2 or not lacking or not pair.free(lang, lacking[0]):
        return None
    return _omission(pair, [(lacking[0], 0.75)], lang)


def _sources(pair: Pair, lang: Lang) -> tuple[dict[str, Span], int]:
    """The kinds of evidence that the current state rests on, and where that begins."""
    start, end = pair.side(lang).current
    return lexicon.sources(pair.side(lang).text[start:end], lang), start


def _exception(pair: Pair, facts: Comparison, k: int) -> Defect | None:
    """An exception ("apart from building 3") that only one half of a bead makes.

    It turns what is said of all into a falsehood: less doubt is needed than for another clause.
    """
    bead = pair.beads[k]
    if not (bead.en and bead.zh and pair.encode):
        return None
    made = {lang: pair.marks(lexicon.exceptions, pair.spans(bead, lang), lang) for lang in LANGS}
    if bool(made["en"]) == bool(made["zh"]):
        return None
    lang: Lang = "en" if made["en"] else "zh"
    cue = made[lang][0]
    theirs = [pair.text(span, other(lang)) for span in pair.spans(bead, other(lang))]
    if lexicon.speaks_of_all(" ".join(theirs), other(lang)):
        end = _EXCEPTED_END[lang].search(pair.low[lang], cue[1])
        taken = (cue[0], end.start() if end else cue[1])
        return _omission(pair, [(taken, 0.75)], lang) if pair.free(lang, taken) else None
    for part, chance in _chances(pair, facts, pair.beads, k, lang):
        if part[0] <= cue[0] < part[1] and chance >= EXCEPTED and pair.free(lang, part):
            return _omission(pair, [(part, max(chance, 0.7))], lang)
    return None


def _lost(
    pair: Pair, facts: Comparison, beads: Sequence[Bead], k: int, lang: Lang
) -> list[tuple[Span, float]]:
    """Clauses of a bead's half that have no counterpart, with the probability that they are lost."""
    spans = [s for s in pair.spans(beads[k], lang) if pair.free(lang, s)]
    if not spans or sum(b - a for a, b in spans) < SHORT[lang] or formulas(pair, spans, lang):
        return []
    alone = not pair.spans(beads[k], other(lang))
    parts = pair.clauses(spans, lang)
    if not pair.encode:
        return [(span, 0.6) for span in spans] if alone else []
    if not alone and widest(pair, beads, k, lang) < LONGER:
        there = set(words(pair.side(other(lang)), _near(pair, beads, k, lang)))
        lacking = any(_inside(facts.lost[lang], part) for part in parts)
        if not lacking and all(
            pair.dictionary.features(words(pair.side(lang), [part]), lang, there)[3] < UNKNOWN
            for part in parts
        ):
            return []
    chances = _chances(pair, facts, beads, k, lang)
    found = [(part, chance) for part, chance in chances if chance >= LOST]
    rendered = sum(chance < LIKELIER for _, chance in chances)
    wordy = len(spans) == 1 and len(chances) >= MANY and rendered <= RENDERED * len(chances)
    if wordy and not alone:  # not one clause is missing: all of it is told in other words
        found = [one for one in found if _inside(facts.lost[lang], one[0])]
    lost = [one for one in found if not _elsewhere(pair, facts, one[0], lang)]
    return _whole(spans, lost) if alone and len(lost) == len(found) else lost


def _whole(spans: Sequence[Span], lost: Sequence[tuple[Span, float]]) -> list[tuple[Span, float]]:
    """Lost clauses, those of a sentence most of which is lost as one."""
    out: list[tuple[Span, float]] = []
    for start, end in spans:
        within = [one for one in lost if start <= one[0][0] < end]
        if sum(b - a for (a, b), _ in within) >= MOST * (end - start):
            within = [((start, end), max(chance for _, chance in within))]
        out += within
    return out


def _elsewhere(pair: Pair, facts: Comparison, part: Span, lang: Lang) -> bool:
    """Whether the other text says somewhere else what a clause says: the law or the fact that is all
    its content stands there, or a clause there is like it and like no other."""
    if _bare(pair, part, lang) < SHORT[lang] and not _inside(facts.left[lang], part):
        mine, theirs = (facts.without(side, []) for side in (lang, other(lang)))
        named = [v for v in mine if not isinstance(v, Value) or v.kind in EXACT]
        if any(equal(v, o) for v in named if inside(v.span, part) for o in theirs):
            return True
    kept = {id(v) for v in facts.left_values[lang]}
    reckoned = [v for v in facts.spare_values[lang] if id(v) not in kept and v.number > 2]
    if reckoned and REST[lang].search(pair.text(part, lang)):
        return True  # 7 of 10 in order, the rest not, where the other text says that 3 are not
    if any(inside(v.span, part) for v in reckoned):
        return True
    codes = pair.codes[lang]
    mine = {c.letters for c in codes[slice(*(bisect_left(codes, (at,)) for at in part))]}
    theirs = {c.letters for c in pair.codes[other(lang)]}
    if mine and mine <= theirs:  # with another number it is a mismatch, no omission
        text = "".join(c for c in pair.text(part, lang) if not c.isdigit())
        return lexicon.weight(text, lang) < 2 * SHORT[lang]
    return pair.partner(part, lang) is not None


def _chances(
    pair: Pair, facts: Comparison, beads: Sequence[Bead], k: int, lang: Lang
) -> list[tuple[Span, float]]:
    """The clauses of a bead's half, each with the probability that the other text lacks it."""
    return [
        (part, float(1 / (1 + math.exp(-(row @ LOST_WEIGHTS + LOST_BIAS)))))
        for part, row in clause_features(pair, facts, beads, k, lang)
    ]


def unsaid(pair: Pair, facts: Comparison, clause: Span, lang: Lang) -> Defect | None:
    """The omission of a clause that seems to be contradicted, where it is more likely lost than not."""
    chances = _chances(pair, facts, pair.beads, pair.bead_at(clause, lang), lang)
    chance = next((chance for part, chance in chances if part == clause), 0.0)
    return _omission(pair, [(clause, chance)], lang) if chance >= LIKELIER else None


def _near(pair: Pair, beads: Sequence[Bead], k: int, lang: Lang) -> list[Span]:
    """Where the other text may render this half of a bead: its counterpart, those beside it,
    sentences not far away that alignment left alone, and what it alone says of the previous state."""
    first = max(k - REACH, 0)
    near = [
        span
        for i, bead in enumerate(beads[first : k + REACH + 1], first)
        if abs(i - k) <= 1 or not pair.spans(bead, lang)
        for span in pair.spans(bead, other(lang))
    ]
    return near + pair.beyond[other(lang)]


def clause_features(
    pair: Pair, facts: Comparison, beads: Sequence[Bead], k: int, lang: Lang
) -> list[tuple[Span, np.ndarray]]:
    """What tells a lost clause from a rendered one, for the clauses of a bead's half.

    Support among the clauses of the other half, of the neighbouring beads and of sentences left alone;
    surplus of the bead in length, alone and with a neighbour; facts the other text lacks, and has; terms that side lacks, and has;
    log of what the clause says, function words left out; its share of the half; whether alignment left
    the half alone; how much more alike the halves become without the clause; and what the dictionary
    says of its words.
    """
    spans, there = pair.spans(beads[k], lang), pair.spans(beads[k], other(lang))
    near = _near(pair, beads, k, lang)
    rendered = set(words(pair.side(other(lang)), near))
    parts, counterparts = pair.clauses(spans, lang), pair.clauses(near, other(lang))
    mine, theirs = pair.vectors(parts, lang), pair.vectors(counterparts, other(lang))
    likeness = support(mine, theirs) if counterparts else np.zeros(len(parts))
    extra = [
        min(max(surplus(pair, [beads[k]], lang), -0.3), 0.6),
        min(max(widest(pair, beads, k, lang), -0.3), 0.6),
    ]
    known = {t.concept for s in near for t in terms(pair.text(s, other(lang)), other(lang))}
    told = facts.told[lang]
    size = sum(b - a for a, b in spans)
    gains = _gains(pair, beads, k, lang)
    out = []
    for part, value, gain in zip(parts, likeness, gains, strict=True):
        text = _said(pair, part, lang)
        if len(text) < SHORT[lang] or lexicon.formula(text, lang):
            continue
        differing = _inside(facts.left[lang], part) > _inside(facts.lost[lang], part)
        if differing and _bare(pair, part, lang) < SHORT[lang] / 2:
            continue  # a number that differs is no omission
        concepts = {t.concept for t in terms(text, lang)}
        length = lexicon.weight(text, lang) / (EN_PER_ZH if lang == "en" else 1)
        row = [
            value,
            *extra,
            min(_inside(facts.lost[lang], part), 2),
            min(_inside(told, part), 3),
            min(len(concepts - known), 2),
            min(len(concepts & known), 3),
            math.log(max(length, 1)),
            len(text) / size,
            float(not there),
            gain,
            *pair.dictionary.features(words(pair.side(lang), [part]), lang, rendered),
        ]
        out.append((part, np.array(row)))
    return out


def _gains(pair: Pair, beads: Sequence[Bead], k: int, lang: Lang) -> list[float]:
    """For each clause of a half, how much more alike the halves become when it is left out: with or
    without a neighbouring bead, whichever says least, for a sentence may be cut elsewhere in the
    other language."""
    if not pair.spans(beads[k], other(lang)):
        return [0.0] * len(pair.clauses(pair.spans(beads[k], lang), lang))
    mine, parts = _sum(pair, beads[k], lang)
    theirs, _ = _sum(pair, beads[k], other(lang))
    least = np.full(len(parts), np.inf)
    for near in (None, *(beads[i] for i in (k - 1, k + 1) if 0 <= i < len(beads))):
        a = mine + (_sum(pair, near, lang)[0] if near else 0)
        b = theirs + (_sum(pair, near, other(lang))[0] if near else 0)
        least = np.minimum(least, _cosines(a - parts, b) - _cosines(a[None], b))
    return least.tolist()


def _sum(pair: Pair, bead: Bead, lang: Lang) -> tuple[np.ndarray, np.ndarray]:
    """The sum of the clauses of a half, each as heavy as it is long, and the clauses, (n, d)."""
    parts = pair.clauses(pair.spans(bead, lang), lang)
    if not parts:
        return np.zeros(1), np.zeros((0, 1))
    heavy = pair.vectors(parts, lang) * np.array([[end - start] for start, end in parts])
    return heavy.sum(0), heavy


def _cosines(rows: np.ndarray, goal: np.ndarray) -> np.ndarray:
    size = np.linalg.norm(rows, axis=1) * np.linalg.norm(goal)
    return rows @ goal / np.maximum(size, 1e-9)


def widest(pair: Pair, beads: Sequence[Bead], k: int, lang: Lang) -> float:
    """The surplus of a bead, or of it and a neighbour together where that is less."""
    windows = [[k], [k - 1, k], [k, k + 1]]
    return min(
        surplus(pair, [beads[i] for i in window], lang)
        for window in windows
        if window[0] >= 0 and window[-1] < len(beads)
    )


def surplus(pair: Pair, beads: Sequence[Bead], lang: Lang) -> float:
    """Log of how much longer this half of some beads is than its counterpart lets expect, less for
    short ones."""
    sizes = {
        side: sum(b - a for bead in beads for a, b in pair.spans(bead, side)) for side in LANGS
    }
    if not sizes["en"] or not sizes["zh"]:
        return 0.0
    ratio = math.log(sizes["en"] / EN_PER_ZH / sizes["zh"])
    sure = sizes["zh"] / (sizes["zh"] + 12)  # the ratio of short passages says little
    return sure * (ratio if lang == "en" else -ratio)


def _said(pair: Pair, span: Span, lang: Lang) -> str:
    """A clause without the evidence listed in it."""
    text = pair.text(span, lang)
    for a, b in pair.marks(lexicon.evidence, [(span[0] - LONGEST, span[1])], lang):
        a, b = max(a - span[0], 0), min(b, span[1]) - span[0]
        if a < b:
            text = text[:a] + " " * (b - a) + text[b:]
    return text.strip(" ,，、")


def _bare(pair: Pair, span: Span, lang: Lang) -> int:
    """How much a clause says beside its numbers, dates and laws."""
    text = pair.text(span, lang)
    stated = pair.stated[lang]
    for items in (stated.values, stated.dates, stated.laws):
        for value in items[slice(*(bisect_left(items, at, key=_START) for at in span))]:
            a, b = value.start - span[0], value.end - span[0]
            text = text[:a] + " " * (b - a) + text[b:]
    return lexicon.weight(text, lang)


def _inside(facts: Sequence, span: Span) -> int:
    """How many of some facts, in order, begin in a span."""
    return bisect_left(facts, span[1], key=_START) - bisect_left(facts, span[0], key=_START)


def _together(lost: Sequence[tuple[Span, float]]) -> list[list[tuple[Span, float]]]:
    """Lost clauses that stand side by side, as one."""
    groups: list[list[tuple[Span, float]]] = []
    for item in lost:
        if groups and item[0][0] - groups[-1][-1][0][1] <= 3:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _omission(pair: Pair, parts: Sequence[tuple[Span, float]], lang: Lang) -> Defect:
    span = (parts[0][0][0], parts[-1][0][1])
    confidence = max(p for _, p in parts)
    level = "error" if confidence >= 0.92 else "warning"
    message = f"The {NAMES[other(lang)]} text lacks {quote(pair.text(span, lang))}."
    type_ = "omission_zh" if lang == "en" else "omission_en"
    return sided(pair, type_, level, confidence, message, lang, span)
