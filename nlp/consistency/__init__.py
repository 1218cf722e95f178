"""The consistency check: where the two texts of a finding part ways, and where a report contradicts
itself.

``pair`` holds what the checks of one finding share, ``lexicon`` reads words, ``dictionary`` knows their
translations, ``values`` reads numbers; ``meaning``, ``omission``, ``facts``, ``swaps``,
``status``, ``contrary`` and ``polarity`` (with the network of ``contradiction``) each look for some of the ten defect
types, ``report``, ``figures``, ``audit_dates`` and ``statements`` check a report as a whole. Extraction and alignment happen
before, elsewhere.
"""

from __future__ import annotations

from ...corpus.schema import Defect
from ..bitext import Bitext
from ..together import Ask, directly
from . import audit_dates, figures, hours, shares, statements  # noqa: F401  (enter their checks)
from .contrary import contrary
from .facts import Comparison
from .meaning import untranslated, wrong_finding
from .omission import omissions
from .pair import Encode, Pair
from .polarity import polarity_mismatch
from .report import CHECKS, check_report
from .status import status_mismatch
from .swaps import swapped

__all__ = ["CHECKS", "check_pair", "check_report"]


def check_pair(bitext: Bitext, encode: Encode | None = None, ask: Ask = directly) -> list[Defect]:
    """The defects between the two texts of an aligned finding with entities, in order of the text.

    ``encode`` turns clauses into unit vectors, (n, d); it is asked for few of them, and without it
    omissions within a sentence and lost negations are not seen. ``ask`` puts questions to networks (see
    ``together``). One cause gives one defect: what an
    earlier check has claimed, in the order of the labels, later ones leave alone. A finding that was
    given in one language only (not one with an empty cell) has nothing to compare.
    """
    if len(bitext.finding.texts) < 2:
        return []
    pair = Pair(bitext, encode, ask)
    found = untranslated(pair)
    if (found and not (pair.scope("en") and pair.scope("zh"))) or _whole(found):
        return found
    facts = Comparison(pair)
    if wrong := wrong_finding(pair, facts):
        return wrong
    found += omissions(pair, facts)
    found += status_mismatch(pair)
    found += facts.mismatches()
    found += contrary(pair)
    found += swapped(pair)
    found += polarity_mismatch(pair, facts)
    return sorted(found, key=lambda d: min(s.start for s in (d.en, d.zh) if s))


def _whole(found: list[Defect]) -> bool:
    return any(d.type == "untranslated" and d.message.startswith("The ") for d in found)
