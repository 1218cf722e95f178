"""The working form of one finding on its way through the pipeline: two sides and their beads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..corpus.labels import Lang
from ..corpus.schema import Bead, Entity, Finding

Span = tuple[int, int]


@dataclass(slots=True)
class Side:
    """One language of a finding.

    ``sentences`` and ``tokens`` are spans into ``text``, in order, not overlapping; ``vectors`` holds
    one unit row a sentence, shape (len(sentences), d); ``current`` and ``previous`` are the spans of
    the current and of the earlier state. A missing language is a Side with an empty text. In ``memo``
    later stages keep what they have read off it.
    """

    lang: Lang
    text: str
    current: Span
    previous: Span | None = None
    sentences: list[Span] = field(default_factory=list)
    tokens: list[Span] = field(default_factory=list)
    vectors: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    entities: list[Entity] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Bitext:
    """A finding with both its sides; ``beads`` use every sentence of each side exactly once."""

    finding: Finding
    en: Side
    zh: Side
    beads: list[Bead] = field(default_factory=list)

    def side(self, lang: Lang) -> Side:
        return self.en if lang == "en" else self.zh
