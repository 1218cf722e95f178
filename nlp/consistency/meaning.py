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

LONGER = 0.12  # log of the length ratio from which a passage may hold what the other lacks
LOST = 0.86  # probability from which a clause counts as lost
# Logistic regression over ``clause_features``, fitted by eval.benchmark.fit_consistency.
LOST_WEIGHTS = np.array([-11.57, 14.18, 3.25, -1.47, 0.27, -0.77, 2.39, -4.5, 8.07])
LOST_BIAS = -2.96
SHORT = {"en": 20, "zh": 6}  # letters under which a clause is too short to judge


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
        return [_sided(pair, "untranslated", "error", 0.99, message, other(lang), there)]
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


# Logistic regression over ``unlike_features``, fitted by eval.benchmark.fit_consistency.
OTHER_WEIGHTS = np.array([-21.0, -0.44, 0.88, -1.19, 0.57])
OTHER_BIAS = 6.36
FRAGMENT = {"en": 25, "zh": 8}  # letters of content under which a text is about nothing yet
OTHER = 0.65  # probability from which the texts count as two findings'


def wrong_finding(pair: Pair, facts: Comparison) -> list[Defect]:
    """The two sides are about different things: unlike each other, and no facts in common."""
    row = unlike_features(pair, facts)
    confidence = (
        1 / (1 + math.exp(-float(row @ OTHER_WEIGHTS + OTHER_BIAS))) if row is not None else 0
    )
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

    Likeness; facts that both state; facts of one only; terms that both use; terms of one only.
    """
    for lang in LANGS:
        said = sum(lexicon.weight(pair.text(s, lang), lang) for s in pair.scope(lang))
        if said < FRAGMENT[lang] or formulas(pair, pair.scope(lang), lang):
            return None
    kept = sum(len(facts.told(lang, facts.left[lang])) for lang in LANGS)
    lost = sum(len(facts.left[lang]) for lang in LANGS)
    said = [
        {
            t.concept
            for s in pair.scope(lang)
            if not formulas(pair, [s], lang)
            for t in terms(pair.text(s, lang), lang)
        }
        for lang in LANGS
    ]
    shared, single = len(said[0] & said[1]), len(said[0] ^ said[1])
    return np.array([likeness(pair), min(kept, 6), min(lost, 4), min(shared, 4), min(single, 6)])


def likeness(pair: Pair) -> float:
    """How well the sentences of one side find a like one on the other, formulas left out.

    The mean of their best cosines, weighted by length, for the side that finds them more easily.
    """
    rows, sizes = [], []
    for lang in LANGS:
        side, scope = pair.side(lang), set(pair.scope(lang))
        all_rows = [k for k, span in enumerate(side.sentences) if span in scope]
        said = [k for k in all_rows if not formulas(pair, [side.sentences[k]], lang)] or all_rows
        rows.append(side.vectors[said])
        sizes.append(np.array([side.sentences[k][1] - side.sentences[k][0] for k in said]))
    cosines = rows[0] @ rows[1].T
    return max(
        float(cosines.max(1) @ sizes[0] / sizes[0].sum()),
        float(cosines.max(0) @ sizes[1] / sizes[1].sum()),
    )


# --- omissions -----------------------------------------------------------------------------------


def omissions(pair: Pair, facts: Comparison) -> list[Defect]:
    """Sentences and clauses of one text that the other lacks, neighbours taken together."""
    found: list[Defect] = []
    beads = pair.beads
    for k in range(len(beads)):
        for lang in LANGS:
            lost = _lost(pair, facts, beads, k, lang)
            for spans in _together(lost):
                found.append(_omission(pair, spans, lang))
    return found + [d for bead in beads if (d := _exception(pair, bead))]


def _exception(pair: Pair, bead: Bead) -> Defect | None:
    """An exception ("apart from building 3") that only one half of a bead makes."""
    made = {}
    for lang in LANGS:
        text = pair.side(lang).text
        spans = pair.spans(bead, lang)
        made[lang] = [
            (cue, span)
            for cue in lexicon.exceptions(text, lang)
            for span in spans
            if span[0] <= cue[0] < span[1] and pair.free(lang, span)
        ]
    if bool(made["en"]) == bool(made["zh"]) or not (bead.en and bead.zh):
        return None
    lang: Lang = "en" if made["en"] else "zh"
    cue, sentence = made[lang][0]
    if lang == "en":
        there = (cue[0], sentence[1])
    else:
        here = [c for c in pair.clauses([sentence], lang) if c[0] <= cue[0] < c[1]]
        there = here[0] if here else cue
    return _omission(pair, [(there, 0.7)], lang)


def _lost(
    pair: Pair, facts: Comparison, beads: Sequence[Bead], k: int, lang: Lang
) -> list[tuple[Span, float]]:
    """Clauses of a bead's half that have no counterpart, with the probability that they are lost."""
    spans = [s for s in pair.spans(beads[k], lang) if pair.free(lang, s)]
    if not spans or sum(b - a for a, b in spans) < SHORT[lang] or formulas(pair, spans, lang):
        return []
    alone = not pair.spans(beads[k], other(lang))
    parts = pair.clauses(spans, lang)
    lacking = any(_inside(facts.lost[lang], part) for part in parts)
    if not alone and not lacking and surplus(pair, beads[k], lang) < LONGER:
        return []
    if not pair.encode:
        return [(span, 0.6) for span in spans] if alone else []
    features = clause_features(pair, facts, beads, k, lang)
    return [
        (part, chance)
        for part, row in features
        if (chance := float(1 / (1 + math.exp(-(row @ LOST_WEIGHTS + LOST_BIAS))))) >= LOST
    ]


def clause_features(
    pair: Pair, facts: Comparison, beads: Sequence[Bead], k: int, lang: Lang
) -> list[tuple[Span, np.ndarray]]:
    """What tells a lost clause from a rendered one, for the clauses of a bead's half.

    Support among the clauses of the other half, of the neighbouring beads and of sentences left alone;
    surplus of the bead in length; facts the other text lacks, and has; terms that side lacks, and has;
    log of what the clause says, function words left out; its share of the half; whether alignment left the half alone.
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
    told = facts.told(lang, facts.lost[lang])
    size = sum(b - a for a, b in spans)
    out = []
    for part, value in zip(parts, likeness, strict=True):
        text = _said(pair, part, lang)
        if len(text) < SHORT[lang] or lexicon.formula(text, lang):
            continue
        concepts = {t.concept for t in terms(text, lang)}
        length = lexicon.weight(text, lang) / (EN_PER_ZH if lang == "en" else 1)
        row = [
            value,
            extra,
            min(_inside(facts.lost[lang], part), 2),
            min(_inside(told, part), 3),
            min(len(concepts - known), 2),
            min(len(concepts & known), 3),
            math.log(max(length, 1)),
            len(text) / size,
            float(not there),
        ]
        out.append((part, np.array(row)))
    return out


def surplus(pair: Pair, bead: Bead, lang: Lang) -> float:
    """Log of how much longer this half is than its counterpart lets expect, less for short ones."""
    sizes = {side: sum(b - a for a, b in pair.spans(bead, side)) for side in LANGS}
    if not sizes["en"] or not sizes["zh"]:
        return 0.0
    ratio = math.log(sizes["en"] / EN_PER_ZH / sizes["zh"])
    sure = sizes["zh"] / (sizes["zh"] + 12)  # the ratio of short passages says little
    return sure * (ratio if lang == "en" else -ratio)


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


def _said(pair: Pair, span: Span, lang: Lang) -> str:
    """A clause without the evidence listed in it."""
    text = pair.side(lang).text
    for a, b in reversed(lexicon.evidence(text, lang)):
        if a < span[1] and span[0] < b:
            text = text[:a] + " " * (b - a) + text[b:]
    return text[span[0] : span[1]].strip(" ,，、")


def _inside(facts: Sequence, span: Span) -> int:
    return sum(span[0] <= fact.start < span[1] for fact in facts)


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
    return _sided(pair, type_, level, confidence, message, lang, span)
