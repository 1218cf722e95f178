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
_FAR_CUES = re.compile(
    r"none|no|nobody|neither|nothing|nor|without|lack\w*|fail\w*|missing|没有|无"
)
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
    "zh": re.compile(r"(?:已经?|有|能够?|可以?|会|曾|均|都|全部|设有|正在|仍在|得到|被|完成)$"),
}
_MATCH = 0.25  # from which two negations count as one
_CHEAP = 0.05  # probability by words alone from which the meanings are looked at

# Logistic regressions over ``Doubt.words`` and over all features, fitted by
# eval.benchmark.fit_consistency.
WORD_WEIGHTS = np.array(
    [
        *(-1.012, 0.58, 0.222, 0.134, 2.091, -0.581, 2.71, 1.036, -1.794),
        *(0.447, 2.037, -1.082, -0.652, 0.821, -0.825, 1.689, 0.749, 1.944),
        *(-1.272, 1.024, -0.732, -0.178, -0.572, -0.087, 0.34, -0.007),
    ]
)
WORD_BIAS = -8.782
WEIGHTS = np.array(
    [
        *(-1.639, 0.003, 0.249, 0.229, 2.128, -0.857, 2.661, 1.222, -1.172),
        *(0.42, 1.922, -0.904, -0.728, 0.767, -1.196, 1.408, 0.78, 1.341),
        *(-2.016, 0.802, -0.498, -0.086, -0.479, 0.229, 0.066, 0.031, 3.886),
        *(3.951, 3.693, -0.334, 0.292, 30.079, 1.905, 0.16, -0.016),
    ]
)
BIAS = -7.069
LIKELY = 0.8  # probability from which a lost negation is reported
SURE = 0.96  # and from which it is an error


def reach(side: Half, cue: Span) -> np.ndarray:
    """How strongly a negation reaches each word of its half, 0 to 1."""
    out = np.zeros(len(side.words))
    first = bisect_left(side.starts, cue[0])
    phrase, low = side.phrase(cue[0]), side.low[cue[0] : cue[1]]
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
        if _AFFIRMS[side.lang].search(side.low, cue[1], start):
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
        return _chance(self.features, WEIGHTS, BIAS)


def polarity_mismatch(pair: Pair) -> list[Defect]:
    """What one language denies and the other affirms; the surest doubt of each bead."""
    found = []
    for bead_doubts in doubts(pair):
        worst = max(bead_doubts, key=lambda d: d.probability, default=None)
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


def doubts(pair: Pair, likely: float = _CHEAP) -> list[list[Doubt]]:
    """The negations of each bead that may lack a counterpart, by their words at least so likely."""
    scenes = [s for bead in with_neighbours(pair.beads) if (s := _scene(pair, bead))]
    found = [
        [d for d in scene.doubts() if _chance(d.words, WORD_WEIGHTS, WORD_BIAS) >= likely]
        for scene in scenes
    ]
    both = list(zip(scenes, found, strict=True))
    if texts := [text for scene, some in both for d in some for text in scene.changed(d)]:
        pair.embed(texts)  # at once; an encoder that remembers has them when they are weighed
    for scene, some in both:
        for doubt in some:
            doubt.features = np.append(doubt.words, scene.meaning(doubt))
    return found


def _scene(pair: Pair, bead: Bead) -> _Scene | None:
    """A bead that negates, with its words linked."""
    if not (bead.en and bead.zh and pair.encode):
        return None
    cues: dict[Lang, list[Span]] = {lang: cues_of(pair, bead, lang) for lang in LANGS}
    if not cues["en"] and not cues["zh"]:
        return None
    links = Links(pair, bead, cues)
    return _Scene(pair, bead, links, cues) if links else None


def _chance(row: np.ndarray, weights: np.ndarray, bias: float) -> float:
    return 1 / (1 + math.exp(-float(row @ weights + bias)))


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
        left: dict[Lang, set[Span]] = {lang: set(self.cues[lang]) for lang in LANGS}
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

    def doubts(self) -> list[Doubt]:
        """The negations that reach a word."""
        return [d for lang in LANGS for cue in self.cues[lang] if (d := self.doubt(lang, cue))]

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

    def changed(self, doubt: Doubt) -> list[str]:
        """The clause, and without its negation; its counterpart, and denied; the same clause's half of the
        bead, and without the negation; the other half."""
        pair, lang, there = self.pair, doubt.lang, other(doubt.lang)
        text, goal = pair.text(doubt.clause, lang), pair.text(doubt.counterpart, there)
        at = doubt.cue[0] - doubt.clause[0]
        without = lexicon.affirmed(text, (at, at + doubt.cue[1] - doubt.cue[0]), lang)
        word = doubt.rendering[0] - doubt.counterpart[0] if doubt.rendering else -1
        half = " ".join(pair.text(span, lang) for span in pair.spans(self.bead, lang))
        whole = " ".join(pair.text(span, there) for span in pair.spans(self.bead, there))
        denied = _denied(goal, word, there)
        return [text, without, goal, denied, half, half.replace(text, without), whole]

    def meaning(self, doubt: Doubt) -> np.ndarray:
        """What the meanings tell, 9 numbers.

        How much more alike clause and counterpart become with the negation taken out, and with one put
        before the word that renders what it denies; both as a share of what the change does to the meaning,
        and the less of the two; the first also for the halves of the bead; how alike the clauses are; how
        much each denies as changed.
        """
        texts = self.changed(doubt)
        v = self.pair.embed(texts)
        gains = float(v[1] @ v[2] - v[0] @ v[2]), float(v[0] @ v[3] - v[0] @ v[2])
        changes = float(np.linalg.norm(v[1] - v[0])), float(np.linalg.norm(v[3] - v[2]))
        shares = [gain / max(change, 0.05) for gain, change in zip(gains, changes, strict=True)]
        return np.array(
            [
                *gains,
                *shares,
                min(shares),
                float(v[5] @ v[6] - v[4] @ v[6]),
                float(v[0] @ v[2]),
                self.pair.denial(texts[1], doubt.lang),
                self.pair.denial(texts[3], other(doubt.lang)),
            ]
        )


_MARKS = {
    "en": (
        (re.compile(r"\b(was|were|is|are|has|have|had|can|could|will|been|be)\s+(\w+ly\s+)?$"), r"\1 not \2"),
        (re.compile(r"\bwith\s+((?:an?|the|\w+)\s+)?$"), "without "),
        (re.compile(r"\b(?:an?|the|all|every|both)\s+$"), "no "),
        (re.compile(r"$"), "not "),
    ),
    "zh": (
        (re.compile(r"已经?$"), "未"),
        (re.compile(r"设?有$"), "没有"),
        (re.compile(r"能够?$|可以?$"), "不能"),
        (re.compile(r"$"), "未"),
    ),
}  # fmt: skip


def _denied(text: str, at: int, lang: Lang) -> str:
    """A clause with the word at a place denied, roughly: to compare meanings, not to read."""
    if not 0 <= at < len(text):
        return lexicon.negated(text, lang)
    head, low = text[:at], lexicon.lower(text[:at])
    for mark, new in _MARKS[lang]:
        if match := mark.search(low):
            return head[: match.start()] + match.expand(new).replace("  ", " ") + text[at:]
    return text


def _affirmed(side: Half) -> np.ndarray:
    """Which words of a half stand right behind a word that affirms them."""
    affirms = _AFFIRMED[side.lang]
    return np.array(
        [bool(affirms.search(side.low, max(at - 14, 0), at)) for at in side.starts], float
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
