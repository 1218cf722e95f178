"""Do the two texts agree in yes and no? The status of an earlier finding, and negation."""

from __future__ import annotations

import math

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Bead, Defect
from ..bitext import Span
from . import lexicon
from .lexicon import StatusWord
from .pair import Pair, other, quote

# --- status --------------------------------------------------------------------------------------


def status_mismatch(pair: Pair) -> list[Defect]:
    """One text says that an earlier finding is closed, the other that it is still open or half open.

    A status that only one text names is a note."""
    said = {lang: _statuses(pair, lang) for lang in LANGS}
    if not said["en"] and not said["zh"]:
        return []
    if not said["en"] or not said["zh"]:
        lang: Lang = "en" if said["en"] else "zh"
        word = said[lang][0]
        name = {"en": "English", "zh": "Chinese"}
        message = (
            f"Only the {name[lang]} text names the status: {quote(pair.text((word.start, word.end), lang))}."
        )
        span = {lang: (word.start, word.end)}
        claimed = list(pair.claimed[lang])
        defect = pair.defect("status_mismatch", "note", 0.4, message, **span)
        pair.claimed[lang] = claimed  # a note must not hide a defect of the same passage
        return [defect]
    if {s.status for s in said["en"]} & {s.status for s in said["zh"]}:
        return _in_bead(pair, said)
    return [_status_defect(pair, said["en"][0], said["zh"][0], 0.95)]


def _statuses(pair: Pair, lang: Lang) -> list[StatusWord]:
    side = pair.side(lang)
    scope = pair.scope(lang)
    return [
        s
        for s in lexicon.statuses(side.text, lang)
        if any(a <= s.start < b for a, b in scope) and pair.free(lang, (s.start, s.end))
    ]


def _in_bead(pair: Pair, said: dict[Lang, list[StatusWord]]) -> list[Defect]:
    """Both texts name several points' statuses: compare them where sentences translate each other."""
    for bead in pair.beads:
        here = {
            lang: [s for s in said[lang] if any(a <= s.start < b for a, b in pair.spans(bead, lang))]
            for lang in LANGS
        }
        if len(here["en"]) == 1 == len(here["zh"]) and here["en"][0].status != here["zh"][0].status:
            return [_status_defect(pair, here["en"][0], here["zh"][0], 0.85)]
    return []


def _status_defect(pair: Pair, en: StatusWord, zh: StatusWord, confidence: float) -> Defect:
    spans = (en.start, en.end), (zh.start, zh.end)
    message = (
        f"English says {quote(pair.text(spans[0], 'en'))}, Chinese says {quote(pair.text(spans[1], 'zh'))}."
    )
    return pair.defect("status_mismatch", "error", confidence, message, *spans)


# --- negation ------------------------------------------------------------------------------------


def polarity_mismatch(pair: Pair) -> list[Defect]:
    """A clause that is negated in one language only.

    Where the halves of a bead hold different numbers of negations, each clause with one too many is
    compared with its counterpart as it stands and with the negation taken out: where the second is
    the more alike, the languages part.
    """
    found = []
    for bead in pair.beads:
        if bead.en and bead.zh:
            worst = max(_candidates(pair, bead), key=lambda c: c[0], default=None)
            if worst and worst[0] >= 0.5:
                found.append(_polarity_defect(pair, *worst))
    return found


def _cues(pair: Pair, bead: Bead, lang: Lang) -> list[Span]:
    text = pair.side(lang).text
    statuses = lexicon.statuses(text, lang)
    return [
        cue
        for cue in lexicon.negations(text, lang)
        if any(a <= cue[0] < b for a, b in pair.spans(bead, lang))
        and pair.free(lang, cue)
        and not any(s.start <= cue[0] < s.end for s in statuses)
    ]


def _candidates(pair: Pair, bead: Bead):
    """(probability, language of the negation, its span, clause, counterpart) of suspicious clauses."""
    cues = {lang: _cues(pair, bead, lang) for lang in LANGS}
    if len(cues["en"]) == len(cues["zh"]) or not pair.encode:
        return
    parts = {lang: pair.clauses(pair.spans(bead, lang), lang) for lang in LANGS}
    vectors = {lang: pair.vectors(parts[lang], lang) for lang in LANGS}
    for lang in LANGS:
        there = other(lang)
        if len(cues[lang]) <= len(cues[there]):
            continue
        n = len(parts[there])
        for part, vector in zip(parts[lang], vectors[lang], strict=True):
            mine = [c for c in cues[lang] if part[0] <= c[0] < part[1]]
            if not mine:
                continue
            runs = [(i, i + w) for w in (1, 2, 3) for i in range(n - w + 1)]
            best, run = max((_cosine(vector, vectors[there][i:j].sum(0)), (i, j)) for i, j in runs)
            counterpart = (parts[there][run[0]][0], parts[there][run[1] - 1][1])
            theirs = [c for c in cues[there] if counterpart[0] <= c[0] < counterpart[1]]
            if len(theirs) >= len(mine) or best < 0.3:
                continue
            text = pair.text(part, lang)
            without = [lexicon.affirmed(text, (c[0] - part[0], c[1] - part[0]), lang) for c in mine]
            goal = pair.vectors([counterpart], there)[0]
            rows = pair.encode([text, *without])
            gains = [float(row @ goal) - float(rows[0] @ goal) for row in rows[1:]]
            gain = max(gains)
            cue = mine[gains.index(gain)]
            score = 40 * (gain - 0.02) + 3 * (best - 0.5) - (1.0 if theirs else 0.0)
            yield 1 / (1 + math.exp(-score)), lang, cue, part, counterpart


def _cosine(a, b) -> float:
    return float(a @ b) / max(float((a @ a) * (b @ b)) ** 0.5, 1e-9)


def _polarity_defect(pair: Pair, sure: float, lang: Lang, cue: Span, part: Span, there: Span) -> Defect:
    spans = {lang: part, other(lang): there}
    names = {"en": "English", "zh": "Chinese"}
    message = (
        f"{names[lang]} negates ({pair.text(cue, lang)}) what {names[other(lang)]} affirms: "
        f"{quote(pair.text(part, lang))} against {quote(pair.text(there, other(lang)))}."
    )
    return pair.defect("polarity_mismatch", "error" if sure >= 0.8 else "warning", sure, message, **spans)
