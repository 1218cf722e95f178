"""Do the two texts agree on what became of an earlier finding?"""

from __future__ import annotations

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Defect
from . import lexicon
from .lexicon import StatusWord
from .pair import NAMES, Pair, quote


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
