"""Sentence alignment: which sentences of the two texts of a finding translate each other.

Dynamic programming over beads of 1-1, 1-n, n-1 and n-n sentences, with 1-0 and 0-1 for what has no
translation (Gale & Church 1993), scored by sentence embeddings against a margin (Thompson & Koehn
2019, Liu & Zhu 2022) and by the facts both halves state. Exact, so made for texts of the length of
a finding: time and memory grow with the product of the two numbers of sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations

import numpy as np

from ..corpus.schema import Bead
from .anchors import anchors
from .bitext import Side, Span

# Bead shapes (English, Chinese): a Chinese sentence may run on where English has stopped many times.
SHAPES = [(1, b) for b in range(1, 9)] + [(a, 1) for a in range(2, 9)]
SHAPES += [(2, 2), (2, 3), (3, 2), (3, 3)]
BASE = 0.30  # similarity at which a bead is worth nothing
GAP = 0.12  # price of a sentence left alone
JOIN = 0.05  # price of each sentence beyond the first of a half
FACTS = 0.40  # what shared numbers, dates and articles add to the similarity
LENGTH = 0.12  # what a length far from the usual ratio takes away
RECOVER = 0.36  # similarity at which two left-over sentences pair out of order
ABSORB = 0.0  # rise of the similarity at which a left-over sentence joins its neighbour
LONGEST = 8  # sentences in one half of a bead
EN_PER_ZH = 3.3  # English letters to one Chinese character in audit findings
SPREAD, GRAIN = 0.3, 6.0  # variance of the log of that ratio: SPREAD ** 2 + GRAIN / letters

Facts = Counter  # what a sentence states, as hashable values of both languages
Run = tuple[list[int], list[int]]


def align(en: Side, zh: Side) -> list[Bead]:
    """Pair the sentences of two sides; every sentence of each side stands in exactly one bead.

    Sentences of the previous state pair with the previous state, the rest with the rest.
    ``similarity`` is the cosine of the two halves (0 where one is empty). Entities, where they have
    been extracted, serve as anchors.
    """
    facts_en, facts_zh = anchors(en), anchors(zh)
    beads: list[Run] = []
    parts = zip(_parts(en), _parts(zh), strict=True)
    if zh.previous and not en.previous:  # the English tells it all the same, unmarked
        parts = [(list(range(len(en.sentences))), list(range(len(zh.sentences))))]
    for rows, columns in parts:
        runs = pair(
            en.vectors[rows] if rows else np.zeros((0, 1), np.float32),
            zh.vectors[columns] if columns else np.zeros((0, 1), np.float32),
            [_length(en.sentences[i]) for i in rows],
            [_length(zh.sentences[j]) * EN_PER_ZH for j in columns],
            [facts_en[i] for i in rows],
            [facts_zh[j] for j in columns],
        )
        beads += [([rows[k] for k in left], [columns[k] for k in right]) for left, right in runs]
    if en.previous and not zh.previous:
        # The Chinese may leave the previous state out, or tell it unmarked.
        beads = _recover(beads, en.vectors @ zh.vectors.T, facts_en, facts_zh)
    return [Bead(en=i, zh=j, similarity=similarity(en, zh, i, j)) for i, j in _in_order(beads)]


def _in_order(beads: list[Run]) -> list[Run]:
    """The beads as a reader of the English meets them; what only the Chinese has follows the bead of
    the Chinese sentence before it."""
    ordered = sorted((bead for bead in beads if bead[0]), key=lambda bead: bead[0][0])
    for bead in sorted((bead for bead in beads if not bead[0]), key=lambda bead: bead[1][0]):
        before = bead[1][0] - 1
        at = next((k + 1 for k, other in enumerate(ordered) if before in other[1]), 0)
        ordered.insert(at, bead)
    return ordered


def similarity(en: Side, zh: Side, rows: Sequence[int], columns: Sequence[int]) -> float:
    """Cosine of two groups of sentences, each the sum of its vectors; 0 where one is empty."""
    if not rows or not columns:
        return 0.0
    return round(_cosine(en.vectors, zh.vectors, list(rows), list(columns)), 4)


def pair(
    x: np.ndarray,
    y: np.ndarray,
    length_x: Sequence[float],
    length_y: Sequence[float],
    facts_x: Sequence[Facts],
    facts_y: Sequence[Facts],
) -> list[Run]:
    """The best sequence of beads for two lists of sentences, as lists of indices.

    ``x`` (n, d) and ``y`` (m, d) hold unit rows; lengths are in letters of one language. Beads run
    in order, but for pairs that the order left alone and that fit each other.
    """
    n, m = len(length_x), len(length_y)
    if not n or not m:
        return [([i], []) for i in range(n)] + [([], [j]) for j in range(m)]
    cross = x @ y.T
    gains = {
        shape: _gain(shape, x, y, cross, length_x, length_y, facts_x, facts_y) for shape in SHAPES
    }
    gains = {shape: gain for shape, gain in gains.items() if gain is not None}
    best = np.zeros((n + 1, m + 1))
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(n + 1):
        for j in range(m + 1):
            if i or j:
                best[i, j], step[i, j] = max(_moves(i, j, best, gains))
    runs: list[Run] = []
    i, j = n, m
    while i or j:
        a, b = step[i, j]
        runs.append((list(range(i - a, i)), list(range(j - b, j))))
        i, j = i - a, j - b
    runs = [piece for run in runs[::-1] for piece in _untangle(run, cross)]
    return _absorb(_recover(runs, cross, facts_x, facts_y), x, y)


def _moves(i: int, j: int, best: np.ndarray, gains: dict):
    """Every way to reach (i, j), as (total gain, shape); skips come first so that ties take them."""
    if i:
        yield best[i - 1, j] - GAP, (1, 0)
    if j:
        yield best[i, j - 1] - GAP, (0, 1)
    for (a, b), gain in gains.items():
        if a <= i and b <= j:
            yield best[i - a, j - b] + gain[i - a, j - b], (a, b)


def _gain(shape, x, y, cross, length_x, length_y, facts_x, facts_y) -> np.ndarray | None:
    """Worth of a bead of this shape at each place, (n - a + 1, m - b + 1); None where it does not fit."""
    a, b = shape
    n, m = cross.shape
    if a > n or b > m:
        return None
    runs_x, runs_y = _windows(x, a), _windows(y, b)
    scale = np.linalg.norm(runs_x, axis=1)[:, None] * np.linalg.norm(runs_y, axis=1)[None]
    cosine = (runs_x @ runs_y.T) / np.maximum(scale, 1e-9)
    size_x = np.maximum(_windows(np.asarray(length_x, float)[:, None], a), 1)
    size_y = np.maximum(_windows(np.asarray(length_y, float)[:, None], b).T, 1)
    variance = SPREAD**2 + GRAIN / np.minimum(size_x, size_y)
    gain = cosine - BASE - LENGTH * np.minimum(np.log(size_x / size_y) ** 2 / variance / 2, 3)
    return gain + FACTS * _agreement(facts_x, facts_y, a, b) - JOIN * (a + b - 2)


def _windows(rows: np.ndarray, width: int) -> np.ndarray:
    """Sums of ``width`` neighbouring rows, shape (len(rows) - width + 1, d)."""
    if width == 1:
        return rows
    total = np.concatenate([np.zeros((1, rows.shape[1]), rows.dtype), rows.cumsum(0)])
    return total[width:] - total[:-width]


def _agreement(facts_x: Sequence[Facts], facts_y: Sequence[Facts], a: int, b: int) -> np.ndarray:
    """How far runs state the same facts, from -0.3 (each states others) to 0.7; 0 where one has none."""
    left = [sum(facts_x[i : i + a], Counter()) for i in range(len(facts_x) - a + 1)]
    right = [sum(facts_y[j : j + b], Counter()) for j in range(len(facts_y) - b + 1)]
    out = np.zeros((len(left), len(right)))
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            if one and other:
                shared, sizes = (one & other).total(), (one.total(), other.total())
                out[i, j] = shared / sum(sizes) + shared / min(sizes) / 2 - 0.3
    return out


def _untangle(run: Run, cross: np.ndarray) -> list[Run]:
    """A bead of two or three sentences a side as single pairs, where these fit in some order."""
    one, other = run
    if not 1 < len(one) == len(other) <= 3:
        return [run]
    orders = list(permutations(other))
    worst = [min(cross[i, j] for i, j in zip(one, order, strict=True)) for order in orders]
    best = int(np.argmax(worst))
    if worst[best] < RECOVER:
        return [run]
    return [([i], [j]) for i, j in zip(one, orders[best], strict=True)]


def _absorb(runs: list[Run], x: np.ndarray, y: np.ndarray) -> list[Run]:
    """Join a left-over sentence to a neighbouring bead that fits its other half better with it."""
    out = list(runs)
    changed = True
    while changed:
        changed = False
        for k, (one, other) in enumerate(out):
            if one and other:
                continue
            options = []
            for near in (k - 1, k + 1):
                if 0 <= near < len(out) and out[near][0] and out[near][1]:
                    merged = (sorted(out[near][0] + one), sorted(out[near][1] + other))
                    if max(map(len, merged)) <= LONGEST:
                        gain = _cosine(x, y, *merged) - _cosine(x, y, *out[near])
                        options.append((gain, near, merged))
            if options and max(options)[0] > ABSORB:
                _, near, merged = max(options)
                out[near] = merged
                del out[k]
                changed = True
                break
    return out


def _cosine(x: np.ndarray, y: np.ndarray, rows: list[int], columns: list[int]) -> float:
    a, b = x[rows].sum(0), y[columns].sum(0)
    return float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9)


def _recover(runs: list[Run], cross: np.ndarray, facts_x, facts_y) -> list[Run]:
    """Pair left-over sentences that translate each other in another order (list points swapped)."""
    left = [i for one, other in runs if not other for i in one]
    right = [j for one, other in runs if not one for j in other]
    pairs: dict[int, int] = {}
    if left and right:
        worth = cross[np.ix_(left, right)] + FACTS * _agreement(
            [facts_x[i] for i in left], [facts_y[j] for j in right], 1, 1
        )
        while worth.max() >= RECOVER:
            i, j = np.unravel_index(worth.argmax(), worth.shape)
            pairs[left[i]] = right[j]
            worth[i, :] = worth[:, j] = -1
    taken = set(pairs.values())
    return [
        (one, [pairs[one[0]]]) if one and one[0] in pairs and not other else (one, other)
        for one, other in runs
        if one or other[0] not in taken
    ]


def _parts(side: Side) -> tuple[list[int], list[int]]:
    """Sentences of the previous state, and the others."""
    previous = side.previous or (0, 0)
    inside = [previous[0] <= start and end <= previous[1] for start, end in side.sentences]
    every = range(len(inside))
    return [k for k in every if inside[k]], [k for k in every if not inside[k]]


def _length(span: Span) -> int:
    return span[1] - span[0]
