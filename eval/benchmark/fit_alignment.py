"""Fits the weights of the long-text aligner on MAC-Dev.

    python -m bifinding.eval.benchmark.fit_alignment MAC_PATH

Maximises the conditional likelihood of the gold alignments, with a ridge penalty. Prints the
constants for ``nlp/longalign.py`` and the F1 when each chapter is aligned by weights that were
fitted on the others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.optimize import minimize

from ...nlp.lattice import Lattice
from ...nlp.longalign import BEAD, CLASSES, CUT, SHAPES, Model, Text, Weights, shape_class
from ...nlp.use import Use
from .alignment import Beads, Chapter, load, plain, score

RIDGE = 0.2


@dataclass(frozen=True)
class Example:
    """A chapter's lattice, the features of its beads and cuts, and the path of the gold beads."""

    chapter: Chapter
    model: Model
    beads: np.ndarray
    cuts: np.ndarray
    gold: tuple[np.ndarray, np.ndarray]

    def scores(self, weights: Weights) -> np.ndarray:
        """As ``Model.scores``, from features kept."""
        out = self.beads @ weights.bead + self.cuts @ weights.cut
        return self.model.finished(out, weights)

    @property
    def lattice(self) -> Lattice:
        return self.model.lattice


_ONE_HOT = np.eye(len(CLASSES))[[shape_class(a, b) for a, b in SHAPES]]


def example(chapter: Chapter, model: Use) -> Example:
    texts = [Text.of(s, model.compose(s)) for s in (chapter.en, chapter.zh)]
    aligner = Model(*texts)
    blocks = list(aligner.features())
    beads = np.concatenate([b for _, b, _ in blocks], axis=1)
    cuts = np.concatenate([c for _, _, c in blocks])
    path = aligner.lattice.best(_closeness(chapter, aligner.lattice))
    gold = tuple(np.array(path).T)
    return Example(chapter, aligner, beads, cuts, gold)


def _closeness(chapter: Chapter, lattice: Lattice) -> np.ndarray:
    """Scores that make the best path the gold one, or the nearest that the lattice has."""
    links = np.zeros((len(chapter.en) + 1, len(chapter.zh) + 1))
    for en, zh in chapter.gold:
        for i in en:
            links[i + 1, [j + 1 for j in zh]] = 1
    links = links.cumsum(0).cumsum(1)
    gold = set(chapter.gold)
    out = np.full(lattice.before.shape, -np.inf)
    for k, (a, b) in enumerate(SHAPES):
        at = np.flatnonzero(lattice.before[k] < lattice.size)
        i, j = lattice.row[at], lattice.column[at]
        hits = links[i, j] - links[i - a, j] - links[i, j - b] + links[i - a, j - b]
        out[k, at] = 0.02 * hits - 0.3 * (a * b - hits) if a and b else -0.02
        beads = [
            (tuple(range(p - a, p)), tuple(range(q - b, q))) for p, q in zip(i, j, strict=True)
        ]
        out[k, at[[bead in gold for bead in beads]]] = 1.0
    return out


def fit(examples: Sequence[Example], ridge: float = RIDGE) -> Weights:
    sizes = np.cumsum([len(CLASSES), len(BEAD)])

    def unpack(flat: np.ndarray) -> Weights:
        return Weights(*np.split(flat, sizes))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = float(ridge * flat @ flat / 2), ridge * flat
        for e in examples:
            scores = e.scores(unpack(flat))
            value += float(e.lattice.forward(scores)[e.lattice.size - 1] - scores[e.gold].sum())
            surplus = e.lattice.posteriors(scores)
            surplus[e.gold] -= 1
            gradient = gradient + np.concatenate(
                [
                    surplus.sum(1) @ _ONE_HOT,
                    np.einsum("sn,snf->f", surplus, e.beads),
                    surplus.sum(0) @ e.cuts,
                ]
            )
        return value, gradient

    start = np.zeros(len(CLASSES) + len(BEAD) + len(CUT))
    return unpack(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x)


def decode(e: Example, weights: Weights) -> Beads:
    return plain(e.lattice.beads(e.lattice.best(e.scores(weights))))


def main(path: str) -> None:
    model = Use()
    examples = [example(chapter, model) for chapter in load(path, "dev")]
    held_out = score(
        (e.chapter.gold, decode(e, fit(examples[:k] + examples[k + 1 :])))
        for k, e in enumerate(examples)
    )
    print("held out, F1 strict and lax: {:.4f} {:.4f}".format(*held_out.f1))
    for name, values in asdict(fit(examples)).items():
        print(f"    {name}=np.array([{', '.join(f'{value:.2f}' for value in values)}]),")


if __name__ == "__main__":
    main(sys.argv[1])
