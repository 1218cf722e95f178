"""Is a clause denied in one language and affirmed in the other?

Each negation reaches some words. Where the words that render them in the other text are not reached
by a negation too, the languages may part: a regression weighs that against what the clauses mean with and
without the negation, and against words that deny without a negation (漏标, "kept away").
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Bead, Defect
from ..align import EN_PER_ZH
from ..bitext import Span
from . import lexicon
from .links import Half, Links
from .pair import NAMES, Pair, other, quote

# How strongly a negation reaches the words behind it and before it, one after another.
_BEHIND = (1.0, 0.85, 0.65, 0.5, 0.35, 0.25)
_BEFORE = (0.6, 0.5, 0.35, 0.25)
_FAR, _FAR_FADES = 9, 0.97  # "none of the ... who ..." reaches further
_FADES = {"en": 0.45, "zh": 0.3}  # over the end of a phrase
_FAR_CUES = re.compile(r"none|no|nobody|neither|nothing|nor|without|lack\w*|fail\w*|missing|没有|无")
# What ends a negation's reach: something affirmed behind it.
_AFFIRMS = {
    "en": re.compile(
        r"\b(?:but|while|whereas)\b|[,;] (?:the|an?|with|all|every) \w+ (?:was|were|is|are|had|has)\b"
    ),
    "zh": re.compile(r"(?:[、，；。]|既|但|却|而)[均都仍也现]?(?:有|已)(?![关限效时毒害责权])"),
}
# What affirms the word right behind it.
_AFFIRMED = {
    "en": re.compile(
        r"\b(?:was|were|is|are|has|have|had|did|does|do|can|could|been|with|all|able to|both|every|the|now)"
        r"\s+(?:\w+ly\s+)?$"
    ),
    "zh": re.compile(
        r"(?:已经?|有|能够?|可以?|会|曾|均|都|全部|设有|正在|仍在|得到|被|完成)$"
    ),
}
_MATCH = 0.25  # from which two negations count as one
_CHEAP = 0.02  # probability by words alone from which the meanings are looked at

# Logistic regressions over ``Doubt.words`` and over all features, fitted by
# eval.benchmark.fit_consistency.
WORD_WEIGHTS = np.array(
    [
        *(-0.847, 0.586, 0.203, 0.161, 2.062, -0.57, 2.786, 0.822, -1.793),
        *(0.495, 2.075, -1.093, -0.717, 0.782, -0.821, 1.629, 0.744, 1.903),
        *(-1.227, 1.02, -0.721, -0.184, -0.569, -0.089, 0.335, -0.038),
    ]
)
WORD_BIAS = -8.721
WEIGHTS = np.array(
    [
        *(-1.414, 0.036, 0.147, 0.237, 2.127, -0.815, 2.756, 1.031, -1.207),
        *(0.512, 1.933, -0.898, -0.82, 0.811, -1.167, 1.356, 0.751, 1.442),
        *(-1.959, 0.794, -0.507, -0.093, -0.466, 0.195, 0.037, -0.023, 5.422),
        *(29.719, 1.674, 0.157, 3.524),
    ]
)
BIAS = -7.014
LIKELY = 0.9  # probability from which a lost negation is reported
SURE = 0.96  # and from which it is an error


def reach(side: Half, cue: Span) -> np.ndarray:
    """How strongly a negation reaches each word of its half, 0 to 1."""
    out = np.zeros(len(side.words))
    first = bisect_left(side.starts, cue[0])
    phrase, low = side.phrase(cue[0]), lexicon.lower(side.text[cue[0] : cue[1]])
    far = _FAR_CUES.fullmatch(low) is not None
    n = 0
    for i in range(first, len(side.words)):
        start = side.starts[i]
        if start < cue[1]:
            out[i] = 1
            continue
        beyond = side.phrases[i] - phrase
        if n >= (_FAR if far else len(_BEHIND)) or beyond > 2:
            break
        if _AFFIRMS[side.lang].search(side.text, cue[1], start):
            break
        out[i] = (_FAR_FADES**n if far else _BEHIND[n]) * _FADES[side.lang] ** beyond
        n += 1
    if low != "without":
        for i, strength in zip(range(first - 1, -1, -1), _BEFORE, strict=False):
            if side.phrases[i] != phrase:
                break
            out[i] = strength
    return out


@dataclass(slots=True)
class Doubt:
    """A negation whose counterpart may be missing.

    ``words``: what the words tell; ``features``: with what the meanings tell. See ``_word_features``
    and ``_meaning_features``.
    """

    lang: Lang
    cue: Span
    clause: Span
    counterpart: Span
    denied: Span | None
    rendering: Span | None
    words: np.ndarray
    features: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp(-float(self.features @ WEIGHTS + BIAS)))


def polarity_mismatch(pair: Pair) -> list[Defect]:
    """What one language denies and the other affirms; the surest doubt of each bead."""
    found = []
    for bead in with_neighbours(pair.beads):
        worst = max(doubts(pair, bead), key=lambda d: d.probability, default=None)
        if worst and worst.probability >= LIKELY:
            found.append(_defect(pair, worst))
    return found


def with_neighbours(beads: list[Bead]) -> list[Bead]:
    """The beads, each together with the sentences beside it that alignment left alone: a clause of
    one language is often half a sentence of its neighbour in the other."""
    joined = []
    for k, bead in enumerate(beads):
        if bead.en and bead.zh:
            near = [b for b in beads[max(k - 1, 0) : k + 2] if not (b.en and b.zh)]
            en = sorted(bead.en + [i for b in near for i in b.en])
            zh = sorted(bead.zh + [j for b in near for j in b.zh])
            joined.append(Bead(en=en, zh=zh, similarity=bead.similarity))
    return joined


def cues_of(pair: Pair, bead: Bead, lang: Lang) -> list[Span]:
    """The negations of a half, those within a status or a formula left out."""
    spans = [s for s in pair.spans(bead, lang) if not lexicon.formula(pair.text(s, lang), lang)]
    statuses = pair.marks(lexicon.statuses, spans, lang)
    return [
        cue
        for cue in pair.marks(lexicon.negations, spans, lang)
        if pair.free(lang, cue) and not any(s.start <= cue[0] < s.end for s in statuses)
    ]


def doubts(pair: Pair, bead: Bead, likely: float = _CHEAP) -> list[Doubt]:
    """The negations of a bead that may lack a counterpart, by their words at least so likely."""
    if not (bead.en and bead.zh and pair.encode):
        return []
    cues: dict[Lang, list[Span]] = {lang: cues_of(pair, bead, lang) for lang in LANGS}
    if not cues["en"] and not cues["zh"]:
        return []
    links = Links(pair, bead, cues)
    if not links:
        return []
    scene = _Scene(pair, bead, links, cues)
    found = [d for lang in LANGS for cue in cues[lang] if (d := scene.doubt(lang, cue))]
    found = [d for d in found if _chance(d.words @ WORD_WEIGHTS + WORD_BIAS) >= likely]
    for doubt in found:
        doubt.features = np.append(doubt.words, scene.meaning(doubt))
    return found


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-float(score)))


class _Scene:
    """A bead with its negations, what they reach, and which of them answer each other."""

    def __init__(self, pair: Pair, bead: Bead, links: Links, cues: dict[Lang, list[Span]]):
        self.pair, self.bead, self.links, self.cues = pair, bead, links, cues
        self.reach: dict[Lang, np.ndarray] = {
            lang: np.array([reach(links.half(lang), cue) for cue in cues[lang]])
            if cues[lang]
            else np.zeros((1, len(links.half(lang).words)))
            for lang in LANGS
        }
        self.denied = {lang: self.reach[lang].max(0) for lang in LANGS}
        self.affirmed = {lang: _affirmed(links.half(lang)) for lang in LANGS}
        self.clauses = {lang: pair.clauses(pair.spans(bead, lang), lang) for lang in LANGS}
        self.unanswered = self._unanswered()

    def _unanswered(self) -> dict[Lang, set[Span]]:
        """The negations that are left when those whose reaches render each other are paired off."""
        left = {lang: set(self.cues[lang]) for lang in LANGS}
        if not (self.cues["en"] and self.cues["zh"]):
            return left
        linked = np.clip(self.links.fit - 0.15, 0, None)
        there = (self.reach["en"][:, :, None] * linked[None]).max(1)
        both = (there[:, None, :] * self.reach["zh"][None]).max(2)
        for k in np.argsort(-both, axis=None):
            i, j = divmod(int(k), both.shape[1])
            if both[i, j] < _MATCH:
                break
            en, zh = self.cues["en"][i], self.cues["zh"][j]
            if en in left["en"] and zh in left["zh"]:
                left["en"].discard(en)
                left["zh"].discard(zh)
        return left

    def _clause(self, lang: Lang, position: int) -> Span:
        clauses = self.clauses[lang]
        return clauses[max(bisect_left(clauses, (position + 1,)) - 1, 0)]

    def doubt(self, lang: Lang, cue: Span) -> Doubt | None:
        """What the words tell of a negation; None where it reaches none."""
        there, mine = other(lang), self.links.half(lang)
        weights = self.reach[lang][self.cues[lang].index(cue)]
        rows = np.flatnonzero(weights)
        if not len(rows):
            return None
        weight = weights[rows]
        best, sure = self.links.best(lang)
        best, sure = best[rows], sure[rows]
        denied = self.links.spread(self.denied[there], lang)[rows]
        bare, agreed = weight * sure * (1 - denied), weight * sure * denied
        behind = np.array([mine.starts[i] >= cue[1] for i in rows])
        affirmed = bare * self.affirmed[there][best]
        clause = self._clause(lang, cue[0])
        near = np.unique(best[(weight >= 0.5) & (sure > 0.3)])
        words = self.links.half(there).words
        beside = sorted({self._clause(there, words[k][0]) for k in near})
        counterpart = (beside[0][0], beside[-1][1]) if beside else self._whole(there)
        answers = sum(any(a <= c[0] < b for a, b in beside) for c in self.cues[there])
        inside = sum(clause[0] <= c[0] < clause[1] for c in self.cues[lang])
        said = self._denial(clause, lang)
        heard = max((self._denial(span, there) for span in beside), default=-3.0)
        anywhere = max(self._denial(span, there) for span in self.clauses[there])
        lone = float(cue in self.unanswered[lang])
        text = self.pair.text(cue, lang)
        row = [
            float(bare.sum() / weight.sum()),
            float(agreed.sum() / weight.sum()),
            float(bare.max()),
            float(agreed.max()),
            float((bare * behind).max()),
            float((agreed * behind).max()),
            float(affirmed.max()),
            float(affirmed.sum() / weight.sum()),
            float((denied * weight).sum() / weight.sum()),
            float(self.denied[there].max(initial=0)),
            lone,
            lone * float(bare.max()),
            lone * float(affirmed.max()),
            float(lexicon.explicit(text, lang)),
            float(lang == "zh"),
            float(np.clip(len(self.cues[lang]) - len(self.cues[there]), -2, 2)),
            float(min(answers, 3)),
            float(bool(beside)),
            float(inside - 1),
            said,
            heard,
            anywhere,
            min(said - heard, said),
            abs(math.log(self._size(clause, lang) / self._size(counterpart, there))),
            math.log(self._size(clause, lang)),
            float(min(len(beside), 3)),
        ]
        top = rows[int(np.argmax(bare * (behind + 0.5)))]
        return Doubt(
            lang,
            cue,
            clause,
            counterpart,
            mine.words[top],
            self.links.rendering(lang, int(top)),
            np.array(row),
        )

    def _denial(self, span: Span, lang: Lang) -> float:
        return self.pair.denial(self.pair.text(span, lang), lang)

    def _whole(self, lang: Lang) -> Span:
        clauses = self.clauses[lang]
        return clauses[0][0], clauses[-1][1]

    def _size(self, span: Span, lang: Lang) -> float:
        """The length of a passage in Chinese characters or what is worth as many English letters."""
        said = lexicon.weight(self.pair.text(span, lang), lang)
        return max(said, 1) / (EN_PER_ZH if lang == "en" else 1)

    def meaning(self, doubt: Doubt) -> np.ndarray:
        """What the meanings tell, 5 numbers.

        How much more alike clause and counterpart become with the negation taken out, and the halves of the
        bead; how alike they are; how much the clause denies without it; how much the gain is of what the
        negation changes at all.
        """
        pair, lang, there = self.pair, doubt.lang, other(doubt.lang)
        text, goal = pair.text(doubt.clause, lang), pair.text(doubt.counterpart, there)
        at = doubt.cue[0] - doubt.clause[0]
        without = lexicon.affirmed(text, (at, at + doubt.cue[1] - doubt.cue[0]), lang)
        half = " ".join(pair.text(span, lang) for span in pair.spans(self.bead, lang))
        whole = " ".join(pair.text(span, there) for span in pair.spans(self.bead, there))
        v = pair.embed([text, without, goal, half, half.replace(text, without), whole])
        gain = float(v[1] @ v[2] - v[0] @ v[2])
        change = float(np.linalg.norm(v[1] - v[0]))
        return np.array(
            [
                gain,
                float(v[4] @ v[5] - v[3] @ v[5]),
                float(v[0] @ v[2]),
                pair.denial(without, lang),
                gain / max(change, 0.05),
            ]
        )


def _affirmed(side: Half) -> np.ndarray:
    """Which words of a half stand right behind a word that affirms them."""
    low = lexicon.lower(side.text)
    return np.array(
        [bool(_AFFIRMED[side.lang].search(low, max(at - 14, 0), at)) for at in side.starts], float
    )


def _defect(pair: Pair, doubt: Doubt) -> Defect:
    lang, there, sure = doubt.lang, other(doubt.lang), doubt.probability
    said = _joined(doubt.cue, doubt.denied)
    spans = {lang: said, there: doubt.rendering or doubt.counterpart}
    message = (
        f"{NAMES[lang]} negates ({pair.text(doubt.cue, lang)}) what {NAMES[there]} affirms: "
        f"{quote(pair.text(doubt.clause, lang))} against {quote(pair.text(doubt.counterpart, there))}."
    )
    level = "error" if sure >= SURE else "warning"
    return pair.defect("polarity_mismatch", level, sure, message, **spans)


def _joined(cue: Span, word: Span | None) -> Span:
    """A negation together with the word it denies, where that is near."""
    both = (min(cue[0], word[0]), max(cue[1], word[1])) if word else cue
    return both if both[1] - both[0] <= 40 else cue
