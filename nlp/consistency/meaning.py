"""Do the two texts say the same things? Untranslated passages, another finding's text, omissions.

An omission is looked for clause by clause: a clause whose best counterpart among the other text's
clauses is no more alike than two random clauses of one topic has none. Only passages that are too
long for their counterpart, or that alignment left alone, are looked into.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Bead, Defect
from ..align import EN_PER_ZH
from ..anchors import terms
from ..bitext import Span
from . import lexicon
from .facts import unexplained
from .pair import NAMES, Pair, inside, other, quote

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
# Running English: four lower-case words in a row; names and titles have capitals or stand alone.
_RUNNING = re.compile(r"(?:\b[a-z]{1,20}\b[ ,]+){4}[a-z]+")
_EMPTY = re.compile(r"[\W_]*(?:n/?a|nil|none|not applicable|same as (?:above|english)|无|不适用|同上|略|见英文)?[\W_]*", re.I)

LONGER = 0.18  # log of the length ratio from which a passage may hold what the other lacks
LOST = 0.85  # probability from which a clause counts as lost
# Logistic regression over ``clause_features``, fitted on the tuning half of eval.benchmark.
LOST_WEIGHTS = np.array([-14.5, 8.6, 3.0, -0.7, 0.75, -1.0, 3.3, -4.9, 4.6])
LOST_BIAS = -3.9
SHORT = {"en": 30, "zh": 9}  # letters under which a clause is too short to judge


# --- untranslated --------------------------------------------------------------------------------


def untranslated(pair: Pair) -> list[Defect]:
    """A side that is empty or in the other language, or sentences of it that are."""
    texts = {lang: pair.side(lang).text for lang in LANGS}
    empty = [lang for lang in LANGS if _EMPTY.fullmatch(texts[lang])]
    if len(empty) == 2:
        return []
    if empty:
        lang = empty[0]
        there = _whole(texts[other(lang)])
        message = f"The {NAMES[lang]} text is empty."
        return [_sided(pair, "untranslated", "error", 0.99, message, other(lang), there)]
    found = []
    for lang in LANGS:
        foreign = [s for s in pair.side(lang).sentences if _foreign(pair.text(s, lang), lang)]
        foreign = [s for s in foreign if pair.side(lang).previous is None or not inside(s, pair.side(lang).previous)]
        if not foreign:
            continue
        rest = sum(b - a for a, b in pair.scope(lang)) - sum(b - a for a, b in foreign)
        if rest < 4:
            message = f"The {NAMES[lang]} text is in {NAMES[other(lang)]}."
            whole = _whole(texts[lang])
            return [_sided(pair, "untranslated", "error", 0.98, message, lang, whole)]
        span = (foreign[0][0], foreign[-1][1]) if len(foreign) > 1 else foreign[0]
        message = f"Not translated in the {NAMES[lang]} text: {quote(pair.text(foreign[0], lang))}."
        defect = _sided(pair, "untranslated", "error", 0.92, message, lang, span)
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


def _sided(pair, type_, level, confidence, message, lang: Lang, span: Span) -> Defect:
    return pair.defect(type_, level, confidence, message, **{lang: span})


# --- another finding -----------------------------------------------------------------------------


def wrong_finding(pair: Pair) -> list[Defect]:
    """The two sides are about different things: unlike as wholes, and nothing in common."""
    en, zh = pair.scope("en"), pair.scope("zh")
    likeness = likeness_of(pair)
    if likeness is None:
        return []
    if likeness >= 0.42:
        return []
    shared = shared_share(pair)
    score = likeness + 0.25 * shared
    if score >= 0.40:
        return []
    confidence = 1 / (1 + math.exp(12 * (score - 0.33)))
    level = "error" if confidence >= 0.6 else "warning"
    span_en, span_zh = (en[0][0], en[-1][1]), (zh[0][0], zh[-1][1])
    message = (
        f"The two texts describe different findings: {quote(pair.text(span_en, 'en'), 60)} "
        f"against {quote(pair.text(span_zh, 'zh'), 30)}."
    )
    return [pair.defect("wrong_finding", level, max(confidence, 0.5), message, span_en, span_zh)]


def likeness_of(pair: Pair) -> float | None:
    """Cosine of the two sides, formulas left out, each sentence by the root of its length."""
    sums = []
    for lang in LANGS:
        side = pair.side(lang)
        rows = [k for k, span in enumerate(side.sentences) if span in set(pair.scope(lang))]
        rows = [k for k in rows if not lexicon.formula(pair.text(side.sentences[k], lang), lang)] or rows
        if not rows or not len(side.vectors):
            return None
        weights = np.sqrt([side.sentences[k][1] - side.sentences[k][0] for k in rows])
        sums.append((side.vectors[rows] * weights[:, None]).sum(0))
    norm = float(np.linalg.norm(sums[0]) * np.linalg.norm(sums[1]))
    return float(sums[0] @ sums[1]) / norm if norm else None


def shared_share(pair: Pair) -> float:
    """Share of the audit terms of the poorer side that the other side has as well."""
    concepts = []
    for lang in LANGS:
        spans = [s for s in pair.scope(lang) if not lexicon.formula(pair.text(s, lang), lang)]
        concepts.append({t.concept for s in spans for t in terms(pair.text(s, lang), lang)})
    least = min(len(concepts[0]), len(concepts[1]))
    return len(concepts[0] & concepts[1]) / least if least else 0.0


# --- omissions -----------------------------------------------------------------------------------


def omissions(pair: Pair) -> list[Defect]:
    """Sentences and clauses of one text that the other lacks, neighbours taken together."""
    found: list[Defect] = []
    beads = pair.beads
    for k, bead in enumerate(beads):
        for lang in LANGS:
            lost = _lost(pair, beads, k, lang)
            for spans in _together(lost):
                found.append(_omission(pair, spans, lang))
    return found


def _lost(pair: Pair, beads: Sequence[Bead], k: int, lang: Lang) -> list[tuple[Span, float]]:
    """Clauses of a bead's half that have no counterpart, with the probability that they are lost."""
    spans = [s for s in pair.spans(beads[k], lang) if pair.free(lang, s)]
    if not spans or sum(b - a for a, b in spans) < SHORT[lang] or _formulas(pair, spans, lang):
        return []
    alone = not pair.spans(beads[k], other(lang))
    parts = pair.clauses(spans, lang)
    facts = [unexplained(pair, part, lang) for part in parts]
    if not alone and surplus(pair, beads[k], lang) < LONGER and not any(lost for lost, _ in facts):
        return []
    if not pair.encode:
        return [(span, 0.6) for span in spans] if alone else []
    features = clause_features(pair, beads, k, lang)
    return [
        (part, chance)
        for part, row in features
        if (chance := float(1 / (1 + math.exp(-(row @ LOST_WEIGHTS + LOST_BIAS))))) >= LOST
    ]


def clause_features(
    pair: Pair, beads: Sequence[Bead], k: int, lang: Lang
) -> list[tuple[Span, np.ndarray]]:
    """What tells a lost clause from a rendered one, for the clauses of a bead's half.

    Support among the clauses of the other half, of the neighbouring beads and of sentences left alone;
    surplus of the bead in length; facts the other text lacks, and has; terms that side lacks, and has;
    log of the clause's length; its share of the half; whether alignment left the half alone.
    """
    spans, there = pair.spans(beads[k], lang), pair.spans(beads[k], other(lang))
    near = [
        s
        for i, b in enumerate(beads)
        if abs(i - k) <= 1 or not pair.spans(b, lang)
        for s in pair.spans(b, other(lang))
    ]
    parts, counterparts = pair.clauses(spans, lang), pair.clauses(near, other(lang))
    mine, theirs = pair.vectors(parts, lang), pair.vectors(counterparts, other(lang))
    likeness = support(mine, theirs) if counterparts else np.zeros(len(parts))
    extra = min(max(surplus(pair, beads[k], lang), -0.3), 0.6) if there else 0.0
    known = {t.concept for s in near for t in terms(pair.text(s, other(lang)), other(lang))}
    size = sum(b - a for a, b in spans)
    out = []
    for part, value in zip(parts, likeness, strict=True):
        text = pair.text(part, lang)
        if len(text) < SHORT[lang] or lexicon.formula(text, lang) or _mostly_evidence(text, lang):
            continue
        lost, kept = unexplained(pair, part, lang)
        concepts = {t.concept for t in terms(text, lang)}
        length = len(text) / (EN_PER_ZH if lang == "en" else 1)
        row = [
            value,
            extra,
            min(lost, 2),
            min(kept, 3),
            min(len(concepts - known), 2),
            min(len(concepts & known), 3),
            math.log(length),
            len(text) / size,
            float(not there),
        ]
        out.append((part, np.array(row)))
    return out


def surplus(pair: Pair, bead: Bead, lang: Lang) -> float:
    """Log of how much longer this half is than its counterpart lets expect."""
    sizes = {side: sum(b - a for a, b in pair.spans(bead, side)) for side in LANGS}
    if not sizes["en"] or not sizes["zh"]:
        return 0.0
    ratio = math.log(sizes["en"] / EN_PER_ZH / sizes["zh"])
    return ratio if lang == "en" else -ratio


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


def _formulas(pair: Pair, spans: Sequence[Span], lang: Lang) -> bool:
    return all(lexicon.formula(pair.text(span, lang), lang) for span in spans)


def _mostly_evidence(text: str, lang: Lang) -> bool:
    return sum(b - a for a, b in lexicon.evidence(text, lang)) > len(text) / 2


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
    level = "error" if confidence >= 0.93 else "warning"
    message = f"The {NAMES[other(lang)]} text lacks {quote(pair.text(span, lang))}."
    type_ = "omission_zh" if lang == "en" else "omission_en"
    return _sided(pair, type_, level, confidence, message, lang, span)
