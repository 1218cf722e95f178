"""Do the two texts agree in yes and no? The status of an earlier finding, and negation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Bead, Defect
from ..align import EN_PER_ZH
from ..bitext import Span
from . import lexicon
from .lexicon import StatusWord
from .pair import NAMES, Pair, other, quote

# --- status --------------------------------------------------------------------------------------


def status_mismatch(pair: Pair) -> list[Defect]:
    """One text says that an earlier finding is closed, the other that it is still open or half open.

    A status that only one text names is a note."""
    said: dict[Lang, list[StatusWord]] = {lang: _statuses(pair, lang) for lang in LANGS}
    if not said["en"] and not said["zh"]:
        return []
    if not said["en"] or not said["zh"]:
        lang: Lang = "en" if said["en"] else "zh"
        word = said[lang][0]
        message = f"Only the {NAMES[lang]} text names the status: {quote(pair.text((word.start, word.end), lang))}."
        span = {lang: (word.start, word.end)}
        claimed = bytes(pair.claimed[lang])
        defect = pair.defect("status_mismatch", "note", 0.4, message, **span)
        pair.claimed[lang][:] = claimed  # a note must not hide a defect of the same passage
        return [defect]
    pairs = [(a, b) for a in said["en"] for b in said["zh"]]
    if all(_contradict(pair, a, b) for a, b in pairs):
        return [_status_defect(pair, *pairs[0], 0.95)]
    return _in_bead(pair, said)


def _contradict(pair: Pair, en: StatusWord, zh: StatusWord) -> bool:
    """Whether two statuses cannot both be true; what is half done may also be called still open."""
    if "corrected" in (en.status, zh.status):
        return en.status != zh.status
    if en.status == zh.status:
        return False
    lang: Lang = "en" if en.status == "not_corrected" else "zh"
    word = en if lang == "en" else zh
    return bool(lexicon.negations(pair.text((word.start, word.end), lang), lang))


def _statuses(pair: Pair, lang: Lang) -> list[StatusWord]:
    marks = pair.marks(lexicon.statuses, pair.scope(lang), lang)
    return [s for s in marks if pair.free(lang, (s.start, s.end))]


def _in_bead(pair: Pair, said: dict[Lang, list[StatusWord]]) -> list[Defect]:
    """Both texts name several points' statuses: compare them where sentences translate each other."""
    for bead in pair.beads:
        here: dict[Lang, list[StatusWord]] = {
            lang: [
                s
                for s in pair.marks(lexicon.statuses, pair.spans(bead, lang), lang)
                if s in said[lang]
            ]
            for lang in LANGS
        }
        if len(here["en"]) == 1 == len(here["zh"]) and _contradict(
            pair, here["en"][0], here["zh"][0]
        ):
            return [_status_defect(pair, here["en"][0], here["zh"][0], 0.85)]
    return []


def _status_defect(pair: Pair, en: StatusWord, zh: StatusWord, confidence: float) -> Defect:
    spans = (en.start, en.end), (zh.start, zh.end)
    message = f"English says {quote(pair.text(spans[0], 'en'))}, Chinese says {quote(pair.text(spans[1], 'zh'))}."
    return pair.defect("status_mismatch", "error", confidence, message, *spans)


# --- negation ------------------------------------------------------------------------------------


# Logistic regression over ``Doubt.features``, fitted by eval.benchmark.fit_consistency.
WEIGHTS = np.array(
    [
        *(18.458, 0.94, 0.107, 0.093, 0.751, -0.795, -1.35, -1.04, 5.397),
        *(0.865, 33.855, 7.594, -0.513, -0.186, 0.19, -0.263, 0.053),
    ]
)
BIAS = -0.842
LIKELY = 0.92  # probability from which a lost negation is reported


@dataclass(slots=True)
class Doubt:
    """A clause that holds more negations than its counterpart.

    ``features``: how much more alike the two become with the negation taken out; their likeness;
    negations of the counterpart; whether theirs is the only clause of the bead that is uneven;
    whether the negation is an explicit one (not, no, 未, 没有); words in the counterpart that may
    carry it silently; whether the negation is in Chinese; further negations of the clause; how much
    more alike the two become with a negation put into the counterpart; how many more negations the
    bead holds in this language than in the other; both gains again for the whole bead; negations beside
    the counterpart; words in the other half of the bead that may carry it silently; how unequal the two
    are in length; how many negations the counterpart has more; and the clause's length.
    """

    lang: Lang
    cue: Span
    clause: Span
    counterpart: Span
    features: np.ndarray

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp(-float(self.features @ WEIGHTS + BIAS)))


def polarity_mismatch(pair: Pair) -> list[Defect]:
    """A clause that is negated in one language only.

    Where the halves of a bead hold different numbers of negations, each clause with one too many is
    compared with its counterpart as it stands and with the negation taken out: where the second is
    the more alike, the languages part.
    """
    found = []
    for bead in with_neighbours(pair.beads):
        worst = max(doubts(pair, bead), key=lambda d: d.probability, default=None)
        if worst and worst.probability >= LIKELY:
            found.append(_polarity_defect(pair, worst))
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


def _cues(pair: Pair, bead: Bead, lang: Lang) -> list[Span]:
    spans = [s for s in pair.spans(bead, lang) if not lexicon.formula(pair.text(s, lang), lang)]
    statuses = pair.marks(lexicon.statuses, spans, lang)
    return [
        cue
        for cue in pair.marks(lexicon.negations, spans, lang)
        if pair.free(lang, cue) and not any(s.start <= cue[0] < s.end for s in statuses)
    ]


def doubts(pair: Pair, bead: Bead) -> list[Doubt]:
    """The clauses of a bead with more negations than their counterparts."""
    if not (bead.en and bead.zh and pair.encode):
        return []
    cues: dict[Lang, list[Span]] = {lang: _cues(pair, bead, lang) for lang in LANGS}
    if not cues["en"] and not cues["zh"]:
        return []
    found = [doubt for lang in LANGS for doubt in _doubts_of(pair, bead, lang, cues)]
    for doubt in found:
        doubt.features[3] = float(len(found) == 1)
    return found


def _doubts_of(pair: Pair, bead: Bead, lang: Lang, cues: dict[Lang, list[Span]]) -> list[Doubt]:
    there = other(lang)
    excess = len(cues[lang]) - len(cues[there])
    if not cues[lang] or excess < 0:
        return []
    mine, theirs = (pair.clauses(pair.spans(bead, side), side) for side in (lang, there))
    rows, columns = pair.vectors(mine, lang), pair.vectors(theirs, there)
    runs = [(i, i + w) for w in (1, 2, 3) for i in range(len(theirs) - w + 1)]
    sums = np.array([columns[i:j].sum(0) for i, j in runs])
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    found: list[Doubt] = []
    for clause, vector in zip(mine, rows, strict=True):
        inside = [c for c in cues[lang] if clause[0] <= c[0] < clause[1]]
        if not inside:
            continue
        likeness = sums @ vector
        best = int(likeness.argmax())
        i, j = runs[best]
        counterpart = (theirs[i][0], theirs[j - 1][1])
        answers = [c for c in cues[there] if counterpart[0] <= c[0] < counterpart[1]]
        if (len(answers) >= len(inside) and excess == 0) or likeness[best] < 0.25:
            continue
        if len(inside) == 2 and excess == 2 and not answers:
            continue  # "may not leave without a pass" affirms, as 凭证才能离开 does
        beside = [*theirs[max(i - 1, 0) : i], *theirs[j : j + 1]]
        near = sum(a <= c[0] < b for a, b in beside for c in cues[there])
        text, goal = pair.text(clause, lang), pair.text(counterpart, there)
        without = [lexicon.affirmed(text, (a - clause[0], b - clause[0]), lang) for a, b in inside]
        denied = lexicon.negated(goal, there)
        vectors = pair.embed([goal, denied, *without])
        alike = float(vector @ vectors[0])
        gains = vectors[2:] @ vectors[0] - alike
        pick = int(gains.argmax())
        cue = inside[pick]
        half = " ".join(pair.text(span, lang) for span in pair.spans(bead, lang))
        whole = " ".join(pair.text(span, there) for span in pair.spans(bead, there))
        around = pair.embed(
            [half, half.replace(text, without[pick]), whole, whole.replace(goal, denied)]
        )
        base = float(around[0] @ around[2])
        features = np.array(
            [
                float(gains.max()),
                float(likeness[best]),
                float(len(answers)),
                0.0,
                float(lexicon.explicit(pair.text(cue, lang), lang)),
                float(min(len(lexicon.silent(goal, there)), 3)),
                float(lang == "zh"),
                float(len(inside) - 1),
                float(vector @ vectors[1]) - alike,
                float(min(excess, 2)),
                float(around[1] @ around[2]) - base,
                float(around[0] @ around[3]) - base,
                float(min(near, 2)),
                float(min(len(lexicon.silent(whole, there)), 4)),
                float(abs(math.log(_size(text, lang) / _size(goal, there)))),
                float(min(len(answers) - len(inside), 0)),
                math.log(_size(text, lang)),
            ]
        )
        found.append(Doubt(lang, cue, clause, counterpart, features))
    return found


def _size(text: str, lang: Lang) -> float:
    """The length of a passage in Chinese characters or what is worth as many English letters."""
    return max(lexicon.weight(text, lang), 1) / (EN_PER_ZH if lang == "en" else 1)


def _polarity_defect(pair: Pair, doubt: Doubt) -> Defect:
    lang, there, sure = doubt.lang, other(doubt.lang), doubt.probability
    spans = {lang: doubt.clause, there: doubt.counterpart}
    message = (
        f"{NAMES[lang]} negates ({pair.text(doubt.cue, lang)}) what {NAMES[there]} affirms: "
        f"{quote(pair.text(doubt.clause, lang))} against {quote(pair.text(doubt.counterpart, there))}."
    )
    level = "error" if sure >= 0.96 else "warning"
    return pair.defect("polarity_mismatch", level, sure, message, **spans)
