"""Is a clause denied in one language and affirmed in the other?

The halves of each bead are compared by the networks of ``contradiction``. Where they may contradict each
other, the words to point at are found by asking again: the negation without which the halves agree
best or, where taking one out changes little, the clauses that are the most contrary. What is said of the
halves, of the clauses alone and of the halves without that negation is weighed together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Bead, Defect
from ..align import EN_PER_ZH
from ..bitext import Span
from . import lexicon
from .contradiction import network
from .dictionary import FUNCTION, stem
from .facts import Comparison
from .omission import unsaid
from .pair import NAMES, RENDERS, Pair, other, quote

# How much what the networks say, as log odds, counts in those of a contradiction: of the halves, of the
# clauses pointed at, and of the halves without the negation pointed at (0 where there is none).
FLIP_WEIGHTS = np.array([0.975, 0.150, -0.040])
FLIP_BIAS = -2.942
SUSPECT = 0.3  # chance from which halves are looked at more closely
LIKELY, SURE = 0.5, 0.8  # chances from which a contradiction is reported, and is an error
_MOST = 0.999  # chance: beyond it the networks are no surer, they only say so
_SETTLES = 0.5  # share of the chance that goes with the negation that is pointed at
_BALANCE, _FEW = 2.2, 6  # how much more one half may say; letters that make no difference
_NEAR = 2  # words behind a negation among which the one is that it denies
_RENDERS = 0.45  # cosine from which one word renders another
_SAYS = {"en": 8, "zh": 3}  # letters of content under which a half says nothing


@dataclass(frozen=True)
class Half:
    """One language's half of a bead: the parts that no defect accounts for, formulas left out."""

    lang: Lang
    text: str
    parts: tuple[Span, ...]

    def says(self, drop: Span | None = None) -> str:
        """Its parts as one text, one of the negations within taken out."""
        said = []
        for start, end in self.parts:
            part = self.text[start:end]
            if drop and start <= drop[0] < end:
                part = lexicon.affirmed(part, (drop[0] - start, drop[1] - start), self.lang)
            said.append(part)
        # The networks do not know the abbreviation.
        return (" " if self.lang == "en" else "").join(said).replace("w/o", "without")


Halves = dict[Lang, Half]


def polarity_mismatch(pair: Pair, facts: Comparison) -> list[Defect]:
    """What one language denies and the other affirms, at most once a bead; what it denies and the other
    rather leaves out, as an omission."""
    found = []
    for suspicion in suspicions(pair):
        chance = float(1 / (1 + np.exp(-(suspicion.odds @ FLIP_WEIGHTS + FLIP_BIAS))))
        if chance >= LIKELY and all(pair.free(lang, s) for lang, s in suspicion.spans.items()):
            found.append(_defect(pair, facts, suspicion, chance))
    return found


@dataclass(frozen=True)
class Suspicion:
    """A bead whose halves may contradict each other: the ``spans`` to point at and the ``clauses`` they
    stand in, by language; the negation that makes the difference (``cue``), where one does; and
    ``odds``, what ``FLIP_WEIGHTS`` weigh."""

    spans: dict[Lang, Span]
    clauses: dict[Lang, Span]
    cue: tuple[Lang, Span] | None
    odds: np.ndarray


def suspicions(pair: Pair) -> Iterator[Suspicion]:
    """What is left of a pair that may be a contradiction; nothing without an encoder."""
    if pair.encode is None:
        return
    beads = halves(pair)
    chances = pair.ask(
        network().chances, [(bead["en"].says(), bead["zh"].says()) for bead in beads]
    )
    for bead, chance in zip(beads, chances.tolist(), strict=True):
        if chance < SUSPECT or _counts_the_others(pair, bead):
            continue
        cue, left = _cue(pair, bead, chance)
        spans, clauses = _denial(pair, bead, *cue) if cue else (_most_contrary(pair, bead),) * 2
        if not any(_elsewhere(pair, clauses[lang], lang, bead[other(lang)]) for lang in LANGS):
            alone = pair.text(clauses["en"], "en"), pair.text(clauses["zh"], "zh")
            odds = _log_odds([chance, pair.ask(network().chances, [alone])[0], left])
            yield Suspicion(spans, clauses, cue, odds)


def _log_odds(chances: Sequence[float]) -> np.ndarray:
    """Shape kept."""
    p = np.clip(chances, 1 - _MOST, _MOST)
    return np.log(p / (1 - p))


def _counts_the_others(pair: Pair, halves: Halves) -> bool:
    """Whether one text counts those who did and the other those who did not: 3 of 10, 7名未."""
    values: dict[Lang, set[float]] = {
        lang: {
            v.number
            for v in pair.stated[lang].values
            if v.kind in ("count", "part") and not v.soft
            if any(a <= v.start < b for a, b in half.parts)
        }
        for lang, half in halves.items()
    }
    wholes = pair.numbers["en"] & pair.numbers["zh"]
    return any(
        a + b in wholes for a in values["en"] - values["zh"] for b in values["zh"] - values["en"]
    )


def halves(pair: Pair) -> list[Halves]:
    """Both halves of each bead in which both say something, and about as much: where one half says far
    more, what it says beyond the other has its counterpart elsewhere.

    A bead is taken together with the sentences beside it that alignment left alone: a clause of one
    language is often half a sentence of its neighbour in the other.
    """
    found = []
    for k, bead in enumerate(pair.beads):
        if bead.en and bead.zh:
            near = [b for b in pair.beads[max(k - 1, 0) : k + 2] if not (b.en and b.zh)]
            en = sorted(bead.en + [i for b in near for i in b.en])
            zh = sorted(bead.zh + [j for b in near for j in b.zh])
            joined = Bead(en=en, zh=zh, similarity=bead.similarity)
            both = {lang: _half(pair, joined, lang) for lang in LANGS}
            en, zh = (lexicon.weight(both[lang].says(), lang) for lang in LANGS)
            balance = (en / EN_PER_ZH + _FEW) / (zh + _FEW)
            if en >= _SAYS["en"] and zh >= _SAYS["zh"] and 1 / _BALANCE < balance < _BALANCE:
                found.append(both)
    return found


def _half(pair: Pair, bead: Bead, lang: Lang) -> Half:
    text, claimed = pair.side(lang).text, pair.claimed[lang]
    parts = []
    for start, end in pair.spans(bead, lang):
        if lexicon.formula(text[start:end], lang):
            continue
        while start < end:
            stop = claimed.find(1, start, end)
            stop = end if stop < 0 else stop
            if text[start:stop].strip():
                parts.append((start, stop))
            start = claimed.find(0, stop, end)
            start = end if start < 0 else start
    return Half(lang, text, tuple(parts))


def _denial(
    pair: Pair, halves: Halves, lang: Lang, cue: Span
) -> tuple[dict[Lang, Span], dict[Lang, Span]]:
    """The spans and clauses of a ``Suspicion`` that rests on a negation."""
    clauses = pair.clauses(halves[lang].parts, lang)
    clause = clauses[max(bisect_left(clauses, (cue[0] + 1,)) - 1, 0)]
    there = _counterpart(pair, clause, halves[other(lang)])
    word = _denied(pair, cue, clause, lang)
    rendering = _rendering(pair, word, lang, there) if word else None
    spans: dict[Lang, Span] = {
        lang: (cue[0], word[1]) if word else cue,
        other(lang): rendering or there,
    }
    return spans, {lang: clause, other(lang): there}


def _defect(pair: Pair, facts: Comparison, suspicion: Suspicion, chance: float) -> Defect:
    lang, said = "en", "English says the opposite of the Chinese"
    clauses = suspicion.clauses
    if suspicion.cue:
        lang, cue = suspicion.cue
        if lost := unsaid(pair, facts, clauses[lang], lang):
            return lost
        said = f"{NAMES[lang]} negates ({pair.text(cue, lang)}) what {NAMES[other(lang)]} affirms"
    quotes = [quote(pair.text(clauses[side], side)) for side in (lang, other(lang))]
    level, spans = "error" if chance >= SURE else "warning", suspicion.spans
    said = f"{said}: {quotes[0]} against {quotes[1]}."
    return pair.defect("polarity_mismatch", level, chance, said, **spans)


def _elsewhere(pair: Pair, clause: Span, lang: Lang, half: Half) -> bool:
    """Whether a clause is rendered outside of the half that it is held against: elsewhere in the finding,
    or in a previous state that the comparison leaves out."""
    partner = pair.partner(clause, lang)
    if partner and not any(a < partner[1] and partner[0] < b for a, b in half.parts):
        return True
    mine, theirs = pair.vectors([clause], lang)[0], half.lang
    here, beyond = (
        max(pair.vectors(clauses, theirs) @ mine) if clauses else 0.0
        for clauses in (
            pair.clauses(half.parts, theirs),
            pair.clauses(pair.beyond[theirs], theirs),
        )
    )
    return beyond >= max(RENDERS, here)


def _cue(pair: Pair, halves: Halves, chance: float) -> tuple[tuple[Lang, Span] | None, float]:
    """The negation without which the halves agree best, where it accounts for the contradiction, and the
    chance that is left without it: even, where there is none."""
    cues: list[tuple[Lang, Span]] = [
        (lang, cue)
        for lang in LANGS
        for cue in pair.marks(lexicon.negations, halves[lang].parts, lang)
    ]
    if not cues:
        return None, 0.5
    says = {lang: half.says() for lang, half in halves.items()}
    changed = [says | {lang: halves[lang].says(drop=cue)} for lang, cue in cues]
    left = pair.ask(network().chances, [(texts["en"], texts["zh"]) for texts in changed])
    best = int(left.argmin())
    return (cues[best], left[best]) if left[best] <= (1 - _SETTLES) * chance else (None, 0.5)


def _denied(pair: Pair, cue: Span, clause: Span, lang: Lang) -> Span | None:
    """The word behind a negation that it denies, a function word further on at most."""
    tokens = pair.side(lang).tokens
    at = bisect_left(tokens, cue[1], key=itemgetter(0))
    for start, end in tokens[at : at + _NEAR]:
        word = pair.low[lang][start:end]
        if end > clause[1] or not word[0].isalnum():
            return None
        if word not in FUNCTION[lang]:
            return start, end
    return None


def _rendering(pair: Pair, word: Span, lang: Lang, there: Span) -> Span | None:
    """The word of a clause of the other language that renders a word, where one clearly does."""
    known = pair.dictionary.renders[lang].get(_form(pair.text(word, lang), lang), set())
    theirs = other(lang)
    tokens = pair.side(theirs).tokens
    inside = tokens[bisect_left(tokens, there[0], key=itemgetter(0)) :]
    words = [t for t in inside if t[1] <= there[1] and pair.text(t, theirs)[0].isalpha()]
    for span in words:
        if _form(pair.text(span, theirs), theirs) in known:
            return span
    words = [span for span in words if pair.low[theirs][slice(*span)] not in FUNCTION[theirs]]
    if not words:
        return None
    alike = pair.vectors(words, theirs) @ pair.vectors([word], lang)[0]
    best = int(alike.argmax())
    return words[best] if alike[best] >= _RENDERS else None


def _form(word: str, lang: Lang) -> str:
    """A word as the dictionary has it."""
    return stem(word) if lang == "en" else word


def _counterpart(pair: Pair, clause: Span, half: Half) -> Span:
    """The clauses of the other half, some in a row, that are most like one."""
    theirs = pair.clauses(half.parts, half.lang)
    runs = [(first[0], last[1]) for i, first in enumerate(theirs) for last in theirs[i : i + 3]]
    alike = pair.vectors(runs, half.lang) @ pair.vectors([clause], other(half.lang))[0]
    return runs[int(alike.argmax())]


def _most_contrary(pair: Pair, halves: Halves) -> dict[Lang, Span]:
    """A clause of each half: the two that render each other and contradict each other most."""
    clauses = {lang: pair.clauses(half.parts, lang) for lang, half in halves.items()}
    rows = [(en, _counterpart(pair, en, halves["zh"])) for en in clauses["en"]]
    rows += [(_counterpart(pair, zh, halves["en"]), zh) for zh in clauses["zh"]]
    chances = pair.ask(
        network().chances, [(pair.text(en, "en"), pair.text(zh, "zh")) for en, zh in rows]
    )
    en, zh = rows[int(chances.argmax())]
    return {"en": en, "zh": zh}
