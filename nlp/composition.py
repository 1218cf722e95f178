"""Sentences as sums that add up: vectors of clauses, and of runs of sentences, from one encoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .encoder import SentenceEncoder

Finish = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Composition:
    """``n`` sentences of ``c`` clauses.

    ``clauses`` (c, k) are the sums of the tokens of each clause, ``sizes`` (c,) their numbers; the
    clauses of sentence i are those from ``first[i]`` to ``first[i + 1]``. ``marks`` (2, n, k) is what
    the begin mark and the end mark of each sentence add. ``finish`` turns sums and sizes of any
    texts into unit rows.
    """

    clauses: np.ndarray
    sizes: np.ndarray
    first: np.ndarray
    marks: np.ndarray
    finish: Finish

    def __len__(self) -> int:
        return len(self.first) - 1

    @cached_property
    def _sentences(self) -> tuple[np.ndarray, np.ndarray]:
        starts = self.first[:-1]
        return np.add.reduceat(self.clauses, starts), np.add.reduceat(self.sizes, starts)

    def runs(self, width: int, start: int, stop: int) -> np.ndarray:
        """Vectors of the runs of ``width`` sentences within [start, stop), by first sentence."""
        count = max(stop - start - width + 1, 0)
        sums, sizes = self._sentences
        total = self.marks[0, start : start + count] + self.marks[1, stop - count : stop]
        size = np.full(count, 2, np.float32)
        for k in range(start, start + width):
            total += sums[k : k + count]
            size += sizes[k : k + count]
        return self.finish(total, size)

    def clause_vectors(self, start: int, stop: int) -> np.ndarray:
        """Vectors of the clauses of the sentences [start, stop), each as if it stood alone."""
        a, b = self.first[start], self.first[stop]
        owner = np.repeat(np.arange(start, stop), np.diff(self.first[start : stop + 1]))
        marks = self.marks[0, owner] + self.marks[1, owner]
        return self.finish(self.clauses[a:b] + marks, self.sizes[a:b] + 2)


def compose(encoder: SentenceEncoder, sentences: Sequence[str]) -> Composition:
    """The encoder's own composition where it has one; else a run is the mean of its sentences, and a
    sentence is one clause."""
    own = getattr(encoder, "compose", None)
    if own:
        return own(sentences)
    vectors = encoder.encode(sentences)
    n, k = vectors.shape
    marks = np.zeros((2, n, k), np.float32)
    return Composition(vectors, np.ones(n, np.float32), np.arange(n + 1), marks, _unit_rows)


def _unit_rows(sums: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
