"""Cues of status and severity: which kinds of phrase a finding holds, whatever it is about.

"Still", "since then", "closed", "all", "it is recommended": what became of a point and how grave it
is stands in such words, and they are the same for a fire door and a pay slip. The phrases are data
(``cues.yaml``); products of two cues let a linear head say "an earlier audit, and nothing left".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import yaml

from ..corpus.grades import stated_severity
from ..corpus.labels import LANGS, SEVERITIES, STATUSES, Answer, Severity, Status
from ..corpus.stated import stated_rating, stated_status
from ..nlp.bitext import Bitext, Side


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
_COLUMN = {name: column for column, name in enumerate(_SINGLE)}
_PAIRS = np.array(list(combinations(range(len(_SINGLE)), 2))).T
CUES: tuple[str, ...] = (*_SINGLE, *(f"{a} & {b}" for a, b in combinations(_SINGLE, 2)))


def cues(bitexts: Sequence[Bitext]) -> np.ndarray:
    """Which of ``CUES`` each finding's current state shows in either language: 0 or 1, shape
    (len(bitexts), len(CUES)), float32.

    Where the languages name different statuses, ratings or grades, the English one (the binding
    text) counts.
    """
    single = np.zeros((len(bitexts), len(_SINGLE)), np.float32)
    for row, bitext in zip(single, bitexts, strict=True):
        english, chinese = (_shown(bitext.side(lang)) for lang in LANGS)
        status, rating, grade = (
            one or other for one, other in zip(english[1:], chinese[1:], strict=True)
        )
        named = {f"status:{status or 'none'}", f"rating:{rating}", f"severity:{grade}"}
        row[[_COLUMN[name] for name in english[0] | chinese[0] | named if name in _COLUMN]] = 1
    return np.hstack([single, single[:, _PAIRS[0]] * single[:, _PAIRS[1]]])


def _shown(side: Side) -> tuple[set[str], Status | None, Answer | None, Severity | None]:
    """The cues of one side, and the status, rating and grade that it names; read once, as training and
    comparing ask for them again and again."""
    if "cues" not in side.memo:
        current = side.text[slice(*side.current)]
        if current:
            groups = {name for name, both in _phrases().items() if both[side.lang].search(current)}
            side.memo["cues"] = (
                groups | ({"previous"} if side.previous else set()),
                stated_status(side.text, side.lang),
                stated_rating(side.text, side.lang),
                stated_severity(current, side.lang),
            )
        else:
            side.memo["cues"] = set(), None, None, None
    return side.memo["cues"]
