"""Sentence alignment: which sentences of the two texts of a finding translate each other.

Dynamic programming over beads of 1-1, 1-n, n-1 and n-n sentences, with 1-0 and 0-1 for what has no
translation (Gale & Church 1993), scored by sentence embeddings, by length and by the facts both
halves state. Exact for texts of the length of a finding; longer ones go to ``longalign``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, permutations

import numpy as np

from ..corpus.schema import Bead
from .anchors import anchors
from .bitext import Side, Span
from .composition import Composition
from .lattice import Found, Lattice
from .longalign import Text, align_texts

# Bead shapes (English, Chinese): a Chinese sentence may run on where English has stopped many times.
SHAPES = [(1, b) for b in range(1, 9)] + [(a, 1) for a in range(2, 9)]
SHAPES += [(2, 2), (2, 3), (3, 2), (3, 3), (1, 0), (0, 1)]
BASE = 0.30  # similarity at which a bead is worth nothing
GAP = 0.12  # price of a sentence left alone
JOIN = 0.05  # price of each sentence beyond the first of a half
FACTS = 0.40  # what shared numbers, dates and articles add to the similarity
LENGTH = 0.12  # what a length far from the usual ratio takes away
RECOVER = 0.36  # similarity at which two left-over sentences pair out of order
ABSORB = 0.0  # rise of the similarity at which a left-over sentence joins its neighbour
LONGEST = 8  # sentences in one half of a bead
SHARPNESS = (
    20.0  # of the probabilities: the logarithm that a gain of 1 weighs; fits MAC-Dev cut small
)
EXACT = 2_500  # pairs of sentences up to which every sequence of beads is looked at
EN_PER_ZH = 3.3  # English letters to one Chinese character in audit findings
SPREAD, GRAIN = 0.3, 6.0  # variance of the log of that ratio: SPREAD ** 2 + GRAIN / letters

Facts = Counter  # what a sentence states, as hashable values of both languages
Compose = Callable[[Sequence[str]], Composition]


def align(en: Side, zh: Side, compose: Compose | None = None) -> list[Bead]:
    """Pair the sentences of two sides; every sentence of each side stands in exactly one bead.

    Sentences of the previous state pair with the previous state, the rest with the rest.
    ``similarity`` is the cosine of the two halves (0 where one is empty), ``probability`` the chance
    that the bead is right. ``compose``, the encoder's, is needed for long texts to take near-linear
    time and memory.
    """
    facts_en, facts_zh = anchors(en), anchors(zh)
    beads: list[Found] = []
    parts = zip(_parts(en), _parts(zh), strict=True)
    if zh.previous and not en.previous:  # the English tells it all the same, unmarked
        parts = [(list(range(len(en.sentences))), list(range(len(zh.sentences))))]
    for rows, columns in parts:
        if compose and len(rows) * len(columns) > EXACT:
            found = align_texts(_text(en, rows, compose), _text(zh, columns, compose))
        else:
            found = pair(
                en.vectors[rows] if rows else np.zeros((0, 1), np.float32),
                zh.vectors[columns] if columns else np.zeros((0, 1), np.float32),
                [_length(en.sentences[i]) for i in rows],
                [_length(zh.sentences[j]) * EN_PER_ZH for j in columns],
                [facts_en[i] for i in rows],
                [facts_zh[j] for j in columns],
            )
        beads += [([rows[k] for k in one], [columns[k] for k in two], p) for one, two, p in found]
    if en.previous and not zh.previous:
        # The Chinese may leave the previous state out, or tell it unmarked.
        beads = _recover(beads, en.vectors @ zh.vectors.T, *_counts(facts_en, facts_zh))
    return [
        Bead(en=i, zh=j, similarity=similarity(en, zh, i, j), probability=round(p, 4))
        for i, j, p in _in_order(beads)
    ]


def _text(side: Side, rows: Sequence[int], compose: Compose) -> Text:
    sentences = [side.text[slice(*side.sentences[i])] for i in rows]
    return Text.of(sentences, compose(sentences))


def _in_order(beads: list[Found]) -> list[Found]:
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
) -> list[Found]:
    """The best sequence of beads for two lists of sentences, as lists of indices and a probability.

    ``x`` (n, d) and ``y`` (m, d) hold unit rows; lengths are in letters of one language. Beads run
    in order, but for pairs that the order left alone and that fit each other.
    """
    n, m = len(length_x), len(length_y)
    if not n or not m:
        return [([i], [], 1.0) for i in range(n)] + [([], [j], 1.0) for j in range(m)]
    cross = x @ y.T
    lattice, counts = _lattice(n, m), _counts(facts_x, facts_y)
    scores = _scores(lattice.shapes, x, y, length_x, length_y, *counts)
    path = lattice.best(scores)
    chance = lattice.posteriors(SHARPNESS * scores)
    found = zip(lattice.beads(path), path, strict=True)
    runs = [(one, two, float(chance[at])) for (one, two), at in found]
    runs = [piece for run in runs for piece in _untangle(run, cross)]
    return _absorb(_recover(runs, cross, *counts), x, y)


@lru_cache(256)
def _lattice(n: int, m: int) -> Lattice:
    """That of all sequences of beads for n and m sentences."""
    shapes = [(a, b) for a, b in SHAPES if a <= n and b <= m]
    return Lattice(np.zeros(n + 1, int), np.full(n + 1, m), shapes)


def _counts(*sides: Sequence[Facts]) -> list[np.ndarray]:
    """How often each sentence of each side states each fact, (sentences, facts)."""
    column: dict[Hashable, int] = {}
    for counter in chain(*sides):
        for fact in counter:
            column.setdefault(fact, len(column))
    counts = [np.zeros((len(side), len(column))) for side in sides]
    for rows, side in zip(counts, sides, strict=True):
        for row, counter in zip(rows, side, strict=True):
            for fact, count in counter.items():
                row[column[fact]] = count
    return counts


def _scores(shapes, x, y, length_x, length_y, facts_x, facts_y) -> np.ndarray:
    """Worth of the bead of each shape that ends at each place, (shapes, places)."""
    of_x = _runs(x, length_x, facts_x, {a for a, b in shapes if a and b})
    of_y = _runs(y, length_y, facts_y, {b for a, b in shapes if a and b})
    scores = np.full((len(shapes), len(x) + 1, len(y) + 1), -np.inf)
    for k, (a, b) in enumerate(shapes):
        scores[k, a:, b:] = _gain(of_x[a], of_y[b]) - JOIN * (a + b - 2) if a and b else -GAP
    return scores.reshape(len(shapes), -1)


@dataclass(frozen=True)
class _Run:
    """The runs of so many neighbouring sentences: unit rows, lengths, and counts of the facts."""

    vectors: np.ndarray
    sizes: np.ndarray
    facts: np.ndarray


def _runs(x, lengths, facts, widths: Iterable[int]) -> dict[int, _Run]:
    sizes = np.asarray(lengths, float)[:, None]
    runs = {}
    for width in widths:
        rows = _windows(x, width)
        norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        size = np.maximum(_windows(sizes, width)[:, 0], 1)
        runs[width] = _Run(rows / norms, size, _windows(facts, width))
    return runs


def _gain(x: _Run, y: _Run) -> np.ndarray:
    """How well each run of one side fits each of the other, (runs, runs)."""
    size_x, size_y = x.sizes[:, None], y.sizes[None]
    variance = SPREAD**2 + GRAIN / np.minimum(size_x, size_y)
    length = np.minimum(np.log(size_x / size_y) ** 2 / variance / 2, 3)
    gain = x.vectors @ y.vectors.T - BASE - LENGTH * length
    return gain + FACTS * _agreement(x.facts, y.facts)


def _windows(rows: np.ndarray, width: int) -> np.ndarray:
    """Sums of ``width`` neighbouring rows, shape (len(rows) - width + 1, d)."""
    if width == 1:
        return rows
    total = np.concatenate([np.zeros((1, rows.shape[1]), rows.dtype), rows.cumsum(0)])
    return total[width:] - total[:-width]


def _agreement(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far runs state the same facts, from -0.3 (each states others) to 0.7; 0 where one has none.

    ``x`` (n, facts) and ``y`` (m, facts) count them.
    """
    shared = np.minimum(x[:, None], y[None]).sum(axis=2)
    total_x, total_y = x.sum(axis=1)[:, None], y.sum(axis=1)[None]
    fewer = np.minimum(total_x, total_y)
    share = shared / np.maximum(total_x + total_y, 1) + shared / np.maximum(fewer, 1) / 2 - 0.3
    return np.where(fewer > 0, share, 0)


def _untangle(run: Found, cross: np.ndarray) -> list[Found]:
    """A bead of two or three sentences a side as single pairs, where these fit in some order."""
    one, other, chance = run
    if not 1 < len(one) == len(other) <= 3:
        return [run]
    orders = list(permutations(other))
    worst = [min(cross[i, j] for i, j in zip(one, order, strict=True)) for order in orders]
    best = int(np.argmax(worst))
    if worst[best] < RECOVER:
        return [run]
    return [([i], [j], chance) for i, j in zip(one, orders[best], strict=True)]


def _absorb(runs: list[Found], x: np.ndarray, y: np.ndarray) -> list[Found]:
    """Join a left-over sentence to a neighbouring bead that fits its other half better with it."""
    out = list(runs)
    changed = True
    while changed:
        changed = False
        for k, (one, other, _) in enumerate(out):
            if one and other:
                continue
            options = []
            for near in (k - 1, k + 1):
                if 0 <= near < len(out) and out[near][0] and out[near][1]:
                    merged = (sorted(out[near][0] + one), sorted(out[near][1] + other))
                    if max(map(len, merged)) <= LONGEST:
                        gain = _cosine(x, y, *merged) - _cosine(x, y, *out[near][:2])
                        options.append((gain, near, merged))
            if options and max(options)[0] > ABSORB:
                _, near, merged = max(options)
                out[near] = (*merged, out[near][2])
                del out[k]
                changed = True
                break
    return out


def _cosine(x: np.ndarray, y: np.ndarray, rows: list[int], columns: list[int]) -> float:
    a, b = x[rows].sum(0), y[columns].sum(0)
    return float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9)


def _recover(runs: list[Found], cross: np.ndarray, facts_x, facts_y) -> list[Found]:
    """Pair left-over sentences that translate each other in another order (list points swapped)."""
    left = [i for one, other, _ in runs if not other for i in one]
    right = [j for one, other, _ in runs if not one for j in other]
    pairs: dict[int, tuple[int, float]] = {}
    if left and right:
        worth = cross[np.ix_(left, right)] + FACTS * _agreement(facts_x[left], facts_y[right])
        while worth.max() >= RECOVER:
            i, j = np.unravel_index(worth.argmax(), worth.shape)
            odds = np.exp(SHARPNESS * (worth[i, j] - BASE + 2 * GAP))
            pairs[left[i]] = right[j], float(odds / (1 + odds))
            worth[i, :] = worth[:, j] = -1
    taken = {j for j, _ in pairs.values()}
    return [
        (one, [pairs[one[0]][0]], pairs[one[0]][1])
        if one and one[0] in pairs and not other
        else (one, other, chance)
        for one, other, chance in runs
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
