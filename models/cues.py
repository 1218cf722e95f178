"""Cues of status and severity: which kinds of phrase a finding holds, whatever it is about.

"Still", "since then", "closed", "all", "it is recommended": what became of a point and how grave it
is stands in such words, and they are the same for a fire door and a pay slip. The phrases are data
(``cues.yaml``); products of two cues let a linear head say "an earlier audit, and nothing left".
"""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import yaml

from ..corpus.grades import stated_severity
from ..corpus.labels import LANGS, SEVERITIES, STATUSES
from ..corpus.stated import stated_rating, stated_status
from ..nlp.bitext import Bitext


@cache
def _phrases() -> dict[str, dict[str, re.Pattern[str]]]:
    text = Path(__file__).with_name("cues.yaml").read_text(encoding="utf-8")
    return {
        group: {lang: re.compile("|".join(lines), re.IGNORECASE) for lang, lines in both.items()}
        for group, both in yaml.safe_load(text).items()
    }


_SINGLE = (
    *_phrases(),
    "previous",
    *(f"status:{name}" for name in STATUSES),
    "status:none",
    *(f"rating:{name}" for name in ("yes", "partially", "no")),
    *(f"severity:{name}" for name in SEVERITIES),
)
CUES: tuple[str, ...] = (*_SINGLE, *(f"{a} & {b}" for a, b in combinations(_SINGLE, 2)))


def cues(bitext: Bitext) -> np.ndarray:
    """Which of ``CUES`` a finding's current state shows in either language: 0 or 1, shape (len(CUES),).

    Where the languages name different statuses, ratings or grades, the English one (the binding
    text) counts.
    """
    here: set[str] = set()
    status = rating = grade = None
    for lang in LANGS:
        side = bitext.side(lang)
        current = side.text[slice(*side.current)]
        if not current:
            continue
        here.update(group for group, both in _phrases().items() if both[lang].search(current))
        if side.previous:
            here.add("previous")
        status = status or stated_status(side.text, lang)
        rating = rating or stated_rating(side.text, lang)
        grade = grade or stated_severity(current, lang)
    here |= {f"status:{status or 'none'}", f"rating:{rating}", f"severity:{grade}"}
    single = np.array([name in here for name in _SINGLE], np.float32)
    return np.concatenate([single, [a * b for a, b in combinations(single, 2)]]).astype(np.float32)
