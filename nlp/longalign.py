"""Sentence alignment of long texts, in time and memory that grow with their length.

Two passes, as in Liu & Zhu 2022 ("Bertalign"): mutual nearest neighbours in increasing order give a
band; within it, dynamic programming finds the best sequence of beads. A sequence is scored by a
log-linear model (a semi-Markov conditional random field, Sarawagi & Cohen 2004), so that the
forward and backward sums give each bead its posterior probability. It weighs beads (similarity of
the two runs, length, quotation marks) and the cuts between them: at a good cut the clauses before it
resemble each other across the languages, those after it too, and those on opposite sides do not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .composition import Composition
from .lattice import Found, Lattice

# Bead shapes (x, y); an insertion (0, 1) stays within a row of the lattice and is kept apart.
SHAPES = [(a, 1) for a in range(1, 7)] + [(1, 2), (1, 3), (1, 4)]
SHAPES += [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (1, 0), (0, 1)]
CLASSES = ["1-1", "2-1", "3-1", "n-1", "1-2", "1-n", "2-2", "n-n", "1-0", "0-1"]
BEAD = ["cosine", "cosine*", "length", "opened", "closed"]
CUT = [f"{kind}_{level}" for level in ("cs", "sc", "cc", "edge") for kind in ("gain", "cross")]
WIDEST, DEEPEST = max(a for a, _ in SHAPES), max(b for _, b in SHAPES)
REACH = 6  # sentences that the band leaves to either side of its anchors
STRETCH = 150  # half the width of the band where anchors are far apart
DRIFT = 0.05  # similarity that an anchor loses from one corner to the other
ROWS = 128  # of the lattice, scored at a time
SPREAD, GRAIN = 0.3, 6.0  # variance of the log of the length ratio: SPREAD ** 2 + GRAIN / letters

_OPEN = re.compile(r"[“「『]|(?<![^\s—–(-])[‘'\"](?=[\w.…])")
_CLOSE = re.compile(r"[”」』]|(?<=[^\w\s])[’'\"](?![^\s,;—-])")


@dataclass(frozen=True)
class Weights:
    """Of the classes of shapes, of the features of beads and of cuts, in the order of their names."""

    shape: np.ndarray
    bead: np.ndarray
    cut: np.ndarray


# By eval/benchmark/fit_alignment.py, on MAC-Dev.
WEIGHTS = Weights(
    shape=np.array([2.35, 2.40, 1.81, 1.95, 0.96, -0.78, 0.23, -0.46, -2.62, -0.91]),
    bead=np.array([7.29, 3.04, -1.49, -0.85, -1.40]),
    cut=np.array([2.01, -0.01, -1.78, -2.92, -0.03, -1.63, 5.51, 2.83]),
)


@dataclass(frozen=True)
class Text:
    """One side of ``n`` sentences: their vectors, and running sums (from 0) of their lengths in
    letters, (n + 1,), and of the quotation marks that open and close in them, (n + 1, 2)."""

    vectors: Composition
    length: np.ndarray
    quotes: np.ndarray

    @classmethod
    def of(cls, sentences: Sequence[str], vectors: Composition) -> Text:
        marks = [(len(s), len(_OPEN.findall(s)), len(_CLOSE.findall(s))) for s in sentences]
        sums = np.cumsum([(0, 0, 0), *marks], axis=0, dtype=float)
        return cls(vectors, sums[:, 0], sums[:, 1:])

    def __len__(self) -> int:
        return len(self.vectors)


def align_texts(x: Text, y: Text) -> list[Found]:
    """The beads of two texts in order, each with its probability."""
    if not len(x) or not len(y):
        return [([i], [], 1.0) for i in range(len(x))] + [([], [j], 1.0) for j in range(len(y))]
    model = Model(x, y)
    scores = model.scores(WEIGHTS)
    path = model.lattice.best(scores)
    chance = model.lattice.posteriors(scores)
    found = zip(model.lattice.beads(path), path, strict=True)
    return [(left, right, float(chance[at])) for (left, right), at in found]


def shape_class(a: int, b: int) -> int:
    """Which class of CLASSES a shape belongs to."""
    name = f"{a}-{b}"
    if name not in CLASSES:
        name = f"{'n' if a > 1 else a}-{'n' if b > 1 else b}"
    return CLASSES.index(name)


class Model:
    """Two texts, the band between their anchors, and the features of what lies in it."""

    def __init__(self, x: Text, y: Text):
        self.x, self.y = x, y
        anchors = _anchors(x, y)
        self.lattice = Lattice(*_band(anchors, len(x), len(y)), SHAPES)
        self.ratio = _ratio(x, y, anchors)

    def features(self) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
        """By blocks of places: the block, features of beads (shapes, places, |BEAD|) and of cuts (places, |CUT|)."""
        offset, rows = self.lattice.offset, len(self.x) + 1
        for first in range(0, rows, ROWS):
            places = slice(int(offset[first]), int(offset[min(first + ROWS, rows)]))
            yield places, *_Block(self, places).features()

    def scores(self, weights: Weights) -> np.ndarray:
        """Of each bead with the cut behind it, (shapes, places); -inf where it leaves the band."""
        out = np.empty(self.lattice.before.shape)
        for places, beads, cuts in self.features():
            out[:, places] = beads @ weights.bead + cuts @ weights.cut
        return self.finished(out, weights)

    def finished(self, out: np.ndarray, weights: Weights) -> np.ndarray:
        """The scores of beads and cuts with those of the shapes, in place."""
        out += weights.shape[[shape_class(a, b) for a, b in SHAPES]][:, None]
        out[self.lattice.before == self.lattice.size] = -np.inf
        return out


class _Block:
    """Features of the places of some rows, from similarities of the sentences around them."""

    def __init__(self, model: Model, places: slice):
        x, y, lattice = model.x, model.y, model.lattice
        self.x, self.y, self.ratio = x, y, model.ratio
        self.i, self.j = lattice.row[places], lattice.column[places]
        self.top = max(int(self.i[0]) - WIDEST, 0)
        self.left = max(int(self.j.min()) - DEEPEST, 0)
        bottom, right = min(int(self.i[-1]) + 1, len(x)), min(int(self.j.max()) + 1, len(y))
        runs_x = [x.vectors.runs(a, self.top, bottom) for a in range(1, WIDEST + 1)]
        runs_y = [y.vectors.runs(b, self.left, right) for b in range(1, DEEPEST + 1)]
        self.cosine = {(a, b): runs_x[a - 1] @ runs_y[b - 1].T for a, b in SHAPES if a and b}
        sentences = runs_x[0], runs_y[0]
        clauses = (
            x.vectors.clause_vectors(self.top, bottom),
            y.vectors.clause_vectors(self.left, right),
        )
        starts_x = x.vectors.first[self.top : bottom] - x.vectors.first[self.top]
        starts_y = y.vectors.first[self.left : right] - y.vectors.first[self.left]
        each = clauses[0] @ clauses[1].T
        best = np.maximum.reduceat(each, starts_x, axis=0)
        self.levels = [  # the best clause of one sentence or of both
            np.maximum.reduceat(clauses[0] @ sentences[1].T, starts_x, axis=0),
            np.maximum.reduceat(sentences[0] @ clauses[1].T, starts_y, axis=1),
            np.maximum.reduceat(best, starts_y, axis=1),
        ]
        ends_x = np.append(starts_x[1:], len(each)) - 1
        ends_y = np.append(starts_y[1:], each.shape[1]) - 1
        # First and last clauses: (first, first), (last, last), (last, first), (first, last).
        self.edges = [
            each[np.ix_(p, q)]
            for p, q in (
                (starts_x, starts_y),
                (ends_x, ends_y),
                (ends_x, starts_y),
                (starts_x, ends_y),
            )
        ]

    def features(self) -> tuple[np.ndarray, np.ndarray]:
        beads = np.zeros((len(SHAPES), len(self.i), len(BEAD)), np.float32)
        for k, (a, b) in enumerate(SHAPES):
            if a and b:
                fits = (self.i >= a + self.top) & (self.j >= b + self.left)
                beads[k, fits] = self._beads(a, b, self.i[fits] - a, self.j[fits] - b)
        return beads, self._cuts()

    def _beads(self, a: int, b: int, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Features of the beads of a shape that begin before sentences i and j."""
        x, y = self.x, self.y
        cosine = self.cosine[a, b][i - self.top, j - self.left]
        size_x = np.maximum(x.length[i + a] - x.length[i], 1)
        size_y = np.maximum((y.length[j + b] - y.length[j]) * self.ratio, 1)
        variance = SPREAD**2 + GRAIN / np.minimum(size_x, size_y)
        length = np.log(size_x / size_y) ** 2 / variance / 2
        quotes = (x.quotes[i + a] - x.quotes[i]) - (y.quotes[j + b] - y.quotes[j])
        opened, closed = np.minimum(np.abs(quotes), 2).T
        return np.stack([cosine, cosine * (a + b - 2), length, opened, closed], axis=1)

    def _cuts(self) -> np.ndarray:
        inner = (self.i > 0) & (self.i < len(self.x)) & (self.j > 0) & (self.j < len(self.y))
        u, v = self.i[inner] - self.top, self.j[inner] - self.left
        out = np.zeros((len(self.i), len(CUT)), np.float32)
        levels = [(level,) * 4 for level in self.levels] + [tuple(self.edges)]
        columns = []
        for behind, before, one, other in levels:
            across = one[u - 1, v], other[u, v - 1]
            columns.append(before[u - 1, v - 1] + behind[u, v] - across[0] - across[1])
            columns.append(np.maximum(*across))
        out[inner] = np.stack(columns, axis=1)
        return out


def _anchors(x: Text, y: Text) -> list[tuple[int, int]]:
    """Mutual nearest neighbours among single sentences, the longest increasing chain of them."""
    vectors, place = y.vectors.runs(1, 0, len(y)), np.arange(len(y)) / len(y)
    nearest = np.zeros(len(x), np.int64)
    best, rival = np.full(len(y), -2.0), np.zeros(len(y), np.int64)
    for start in range(0, len(x), 512):
        stop = min(start + 512, len(x))
        cosine = x.vectors.runs(1, start, stop) @ vectors.T
        # Of repeated sentences, those at like places.
        cosine -= DRIFT * np.abs(np.arange(start, stop)[:, None] / len(x) - place)
        nearest[start:stop] = cosine.argmax(1)
        top = cosine.max(0)
        rival = np.where(top > best, cosine.argmax(0) + start, rival)
        best = np.maximum(best, top)
    mutual = [(i, int(j)) for i, j in enumerate(nearest) if rival[j] == i]
    return _increasing(mutual)


def _ratio(x: Text, y: Text, anchors: list[tuple[int, int]]) -> float:
    """Letters of x to one of y: the median over the anchors, as either text may lack passages."""
    lengths = np.maximum(np.diff(x.length), 1), np.maximum(np.diff(y.length), 1)
    if not anchors:
        return float(lengths[0].sum() / lengths[1].sum())
    rows, columns = np.array(anchors).T
    return float(np.median(lengths[0][rows] / lengths[1][columns]))


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs, sorted by their first member, whose second members rise."""
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        previous.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [j], [k]
    chain = []
    k = last[-1] if last else -1
    while k >= 0:
        chain.append(pairs[k])
        k = previous[k]
    return chain[::-1]


def _band(anchors: list[tuple[int, int]], n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last column of the lattice for each row 0..n."""
    low, high = np.full(n + 1, m), np.zeros(n + 1, np.int64)
    corners = [(0, 0), *((i + 1, j + 1) for i, j in anchors), (n, m)]
    for (a, b), (p, q) in pairwise(corners):
        rows = np.arange(max(a - 1, 0), min(p + 1, n) + 1)
        middle = b + (rows - a) * (q - b) / max(p - a, 1)
        narrow = min(p - a, q - b) > STRETCH
        first = middle - STRETCH if narrow else np.full(len(rows), b)
        final = middle + STRETCH if narrow else np.full(len(rows), q)
        low[rows] = np.minimum(low[rows], np.maximum(first.astype(int) - REACH, 0))
        high[rows] = np.maximum(high[rows], np.minimum(final.astype(int) + REACH, m))
    low[0], high[n] = 0, m
    return low, high
