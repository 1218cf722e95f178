"""Are the two texts about the same thing at all? Untranslated passages, another finding's text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Defect
from ..anchors import terms
from ..bitext import Span
from . import lexicon
from .dictionary import words
from .facts import Comparison
from .pair import NAMES, Pair, inside, other, quote

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
# Running English: four lower-case words in a row; names and titles have capitals or stand alone.
_RUNNING = re.compile(r"(?:\b[a-z]{1,20}\b[ ,]+){4}[a-z]+")
_EMPTY = re.compile(
    r"[\W_]*(?:n/?a|nil|none|not applicable|same as (?:above|english)|无|不适用|同上|略|见英文)?[\W_]*",
    re.I,
)

# --- untranslated --------------------------------------------------------------------------------


def untranslated(pair: Pair) -> list[Defect]:
    """A side that is empty or in the other language, or sentences of it that are."""
    texts: dict[Lang, str] = {lang: pair.side(lang).text for lang in LANGS}
    empty: list[Lang] = [lang for lang in LANGS if _EMPTY.fullmatch(texts[lang])]
    if len(empty) == 2:
        return []
    if empty:
        lang = empty[0]
        there = _whole(texts[other(lang)])
        message = f"The {NAMES[lang]} text is empty."
        return [sided(pair, "untranslated", "error", 0.99, message, other(lang), there)]
    found = []
    for lang in LANGS:
        previous = pair.side(lang).previous or (0, 0)
        foreign = [
            s
            for s in pair.side(lang).sentences
            if _foreign(pair.text(s, lang), lang) and not inside(s, previous)
        ]
        if not foreign:
            continue
        rest = sum(b - a for a, b in pair.scope(lang)) - sum(b - a for a, b in foreign)
        if rest < 4:
            message = f"The {NAMES[lang]} text is in {NAMES[other(lang)]}."
            whole = _whole(texts[lang])
            return [sided(pair, "untranslated", "error", 0.98, message, lang, whole)]
        span = (foreign[0][0], foreign[-1][1]) if len(foreign) > 1 else foreign[0]
        message = f"Not translated in the {NAMES[lang]} text: {quote(pair.text(foreign[0], lang))}."
        defect = sided(pair, "untranslated", "error", 0.92, message, lang, span)
        found.append(defect)
        _claim_counterparts(pair, foreign, lang)
    return found


def _foreign(text: str, lang: Lang) -> bool:
    """Whether a sentence is in the other language (names, codes and titles apart)."""
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    if lang == "en":
        bare = re.sub(r"[《“\"(（][^》”\")）]*[》”\")）]", "", text)
        return len(_HAN.findall(bare)) >= 6 and han > words * 2
    return (han == 0 and words >= 4 and bool(_RUNNING.search(text))) or (
        words >= 8 and words > han and bool(_RUNNING.search(text))
    )


def _claim_counterparts(pair: Pair, foreign: Sequence[Span], lang: Lang) -> None:
    """The other half of the beads of untranslated sentences is accounted for, too; with the sentence
    itself gone, its neighbours' lengths say nothing more."""
    for bead in pair.beads:
        if any(span in foreign for span in pair.spans(bead, lang)):
            for span in pair.spans(bead, other(lang)):
                pair.claim(other(lang), span)
    lengths = {span: span[1] - span[0] for span in foreign}
    for bead in pair.beads:  # a sentence that alignment left alone goes with the untranslated one
        if not pair.spans(bead, lang) and lengths:
            for span in pair.spans(bead, other(lang)):
                pair.claim(other(lang), span)


def _whole(text: str) -> Span:
    return (len(text) - len(text.lstrip()), len(text.rstrip()))


def sided(pair, type_, level, confidence, message, lang: Lang, span: Span) -> Defect:
    return pair.defect(type_, level, confidence, message, **{lang: span})


# --- another finding -----------------------------------------------------------------------------


# Logistic regression over ``unlike_features``, fitted by eval.benchmark.fit_consistency.
OTHER_WEIGHTS = np.array([-21.77, -0.607, 0.96, -0.304, 0.792, -11.934])
OTHER_BIAS = 12.46
SAMPLE = 100  # sentences of a side that are compared
FRAGMENT = {"en": 25, "zh": 8}  # letters of content under which a text is about nothing yet
OTHER = 0.85  # probability from which the texts count as two findings'
# Likeness and share of words rendered under which they do though they share facts, unless they share terms
# and no fact differs: findings of one audit have its dates in common, and small numbers.
UNLIKE, UNSAID = 0.4, 0.5


def wrong_finding(pair: Pair, facts: Comparison) -> list[Defect]:
    """The two sides are about different things: unlike each other, and no facts in common."""
    row = unlike_features(pair, facts)
    if row is None:
        return []
    confidence = 1 / (1 + math.exp(-float(row @ OTHER_WEIGHTS + OTHER_BIAS)))
    enough = all(_said(pair, lang) >= 2 * FRAGMENT[lang] for lang in LANGS)
    alike, kept, lost, terms_shared, _, rendered = row
    apart = alike < UNLIKE and rendered < UNSAID and (lost > 0 or not terms_shared)
    if apart and kept > 1 and enough:
        confidence = max(confidence, 0.9)
    if confidence < OTHER:
        return []
    en, zh = pair.scope("en"), pair.scope("zh")
    span_en, span_zh = (en[0][0], en[-1][1]), (zh[0][0], zh[-1][1])
    message = (
        f"The two texts describe different findings: {quote(pair.text(span_en, 'en'), 60)} "
        f"against {quote(pair.text(span_zh, 'zh'), 30)}."
    )
    level = "error" if confidence >= 0.9 else "warning"
    return [pair.defect("wrong_finding", level, confidence, message, span_en, span_zh)]


def unlike_features(pair: Pair, facts: Comparison) -> np.ndarray | None:
    """What tells two findings from two renderings of one; None where one side says nothing.

    Likeness; facts that both state; facts of one only; terms that both use; terms of one only; share of
    words that the other renders.
    """
    for lang in LANGS:
        few = _said(pair, lang) < FRAGMENT[lang]
        if not pair.encode or few or formulas(pair, pair.scope(lang), lang):
            return None
    kept = sum(len(facts.without(lang, facts.left[lang])) for lang in LANGS)
    lost = sum(len(facts.left[lang]) for lang in LANGS)
    said = [
        {
            t.concept
            for s in pair.scope(lang) + pair.beyond[lang]
            if not formulas(pair, [s], lang)
            for t in terms(pair.text(s, lang), lang)
        }
        for lang in LANGS
    ]
    shared, single = len(said[0] & said[1]), len(said[0] ^ said[1])
    row = [
        likeness(pair),
        min(kept, 6),
        min(lost, 4),
        min(shared, 4),
        min(single, 6),
        covered(pair),
    ]
    return np.array(row)


def _said(pair: Pair, lang: Lang) -> int:
    """Letters of content of a side."""
    return sum(lexicon.weight(pair.text(s, lang), lang) for s in pair.scope(lang))


def likeness(pair: Pair) -> float:
    """How well the clauses of one side find like ones on the other, formulas left out.

    The mean of their best cosines, weighted by length, for the side that finds them more easily: what
    only one text says makes an omission, not another finding.
    """
    parts, rows = [], []
    for lang in LANGS:
        scope = (pair.scope(lang) + pair.beyond[lang])[:SAMPLE]
        said = [s for s in scope if not formulas(pair, [s], lang)] or scope
        parts.append(_content(pair, said, lang))
        rows.append(pair.vectors(parts[-1], lang))
    sizes = [np.array([b - a for a, b in spans]) for spans in parts]
    return max(
        float(support(rows[0], rows[1]) @ sizes[0] / sizes[0].sum()),
        float(support(rows[1], rows[0]) @ sizes[1] / sizes[1].sum()),
    )


def _content(pair: Pair, spans: Sequence[Span], lang: Lang) -> list[Span]:
    """The clauses that are no frame of the report ("based on interviews, the auditee does not respect
    this principle because"), which all findings share; all of them where nothing else is said."""
    clauses = pair.clauses(spans, lang)
    return [c for c in clauses if not lexicon.frame(pair.text(c, lang), lang)] or clauses


def covered(pair: Pair) -> float:
    """The share of the words of one side that the other renders, for the side that does better."""
    shares = []
    for lang in LANGS:
        said, there = (
            words(pair.side(side), _content(pair, pair.scope(side) + pair.beyond[side], side))
            for side in (lang, other(lang))
        )
        lost, *_, known = pair.dictionary.features(said, lang, set(there))
        shares.append((known - lost + 1) / (known + 2))
    return max(shares)


def support(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """How well each of some clauses is rendered among others, (len(mine),).

    The best cosine with a run of up to three of them; a clause may lean on a neighbour where the two
    together fit better than the neighbour alone.
    """
    runs = [theirs]
    for width in (2, 3):
        if len(theirs) >= width:
            total = sum(theirs[i : len(theirs) - width + 1 + i] for i in range(width))
            runs.append(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9))
    columns = np.concatenate(runs).T
    alone = mine @ columns
    best = alone.max(1)
    for i in range(len(mine)):
        for j in (i - 1, i + 1):
            if 0 <= j < len(mine):
                both = mine[i] + mine[j]
                cosine = (both / max(float(np.linalg.norm(both)), 1e-9)) @ columns
                helps = cosine > alone[j] + 0.03
                if helps.any():
                    best[i] = max(best[i], cosine[helps].max())
    return best


def formulas(pair: Pair, spans: Sequence[Span], lang: Lang) -> bool:
    return all(lexicon.formula(pair.text(span, lang), lang) for span in spans)
