"""The lattice of sentence alignment: all sequences of beads within a band, the best of them, and how
probable each bead is among them.

Dynamic programming over beads (Gale & Church 1993). Read as a log-linear model of whole sequences (a
semi-Markov conditional random field, Sarawagi & Cohen 2004), forward and backward sums over the same
lattice give the posterior probability of every bead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Shape = tuple[int, int]  # sentences of each half of a bead
Found = tuple[list[int], list[int], float]  # the two halves of a bead, and its probability


class Lattice:
    """The places (i, j) of a band, row by row, and the beads that end at each.

    Row i of the band spans the columns ``low[i]`` to ``high[i]``, both included; the places are
    numbered from ``offset[i]`` on. ``shapes`` ends with (0, 1), the only one that stays within a row.
    ``before[s]`` and ``after[s]`` give for each place where its bead of shape s begins, and where one
    that begins there ends; ``size``, the number of places, where that is outside of the band.
    """

    def __init__(self, low: np.ndarray, high: np.ndarray, shapes: Sequence[Shape]):
        self.low, self.high, self.shapes = low, high, list(shapes)
        width = high - low + 1
        self.offset = np.concatenate([[0], np.cumsum(width)])
        self.size = int(self.offset[-1])
        self.row = np.repeat(np.arange(len(low)), width)
        self.column = np.arange(self.size) - np.repeat(self.offset[:-1] - low, width)
        self.before = np.stack([self._place(-a, -b) for a, b in self.shapes])
        self.after = np.stack([self._place(a, b) for a, b in self.shapes])

    def _place(self, a: int, b: int) -> np.ndarray:
        i, j = self.row + a, self.column + b
        row = np.clip(i, 0, len(self.low) - 1)
        inside = (i == row) & (j >= self.low[row]) & (j <= self.high[row])
        return np.where(inside, self.offset[row] + j - self.low[row], self.size).astype(np.int32)

    def forward(self, scores: np.ndarray, add: np.ufunc = np.logaddexp) -> np.ndarray:
        """Log of the summed weight of all paths to each place; the best score, with np.maximum.

        ``scores`` (shapes, places) are those of the bead of each shape that ends at each place.
        """
        total = np.full(self.size + 1, -np.inf)
        for i in range(len(self.low)):
            row = slice(self.offset[i], self.offset[i + 1])
            reached = add.reduce(total[self.before[:-1, row]] + scores[:-1, row], axis=0)
            if i == 0:
                reached[0] = 0.0
            total[row] = _along(scores[-1, row], reached, add)
        return total

    def backward(self, scores: np.ndarray) -> np.ndarray:
        """Log of the summed weight of all paths from each place to the end."""
        total = np.full(self.size + 1, -np.inf)
        padded = np.append(scores, np.full((len(scores), 1), -np.inf), axis=1)
        shapes = np.arange(len(scores) - 1)[:, None]
        for i in range(len(self.low) - 1, -1, -1):
            row = slice(self.offset[i], self.offset[i + 1])
            ends = self.after[:-1, row]
            left = np.logaddexp.reduce(total[ends] + padded[shapes, ends], axis=0)
            if i == len(self.low) - 1:
                left[-1] = 0.0
            steps = np.roll(scores[-1, row][::-1], 1)
            total[row] = _along(steps, left[::-1], np.logaddexp)[::-1]
        return total

    def posteriors(self, scores: np.ndarray) -> np.ndarray:
        """Probability of each bead, (shapes, places), where paths weigh the exponent of their score."""
        ahead, behind = self.forward(scores), self.backward(scores)
        with np.errstate(invalid="ignore"):
            log = ahead[self.before] + scores + behind[:-1] - ahead[self.size - 1]
        return np.exp(np.nan_to_num(log, nan=-np.inf))

    def best(self, scores: np.ndarray) -> list[tuple[int, int]]:
        """The sequence of beads of the highest score: (shape, place where it ends), in order."""
        total = self.forward(scores, np.maximum)
        place, path = self.size - 1, []
        while place:
            shape = int(np.argmax(total[self.before[:, place]] + scores[:, place]))
            path.append((shape, place))
            place = int(self.before[shape, place])
        return path[::-1]

    def beads(self, path: Sequence[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
        """The sentences of the beads of a path."""
        out = []
        for shape, place in path:
            (a, b), i, j = self.shapes[shape], int(self.row[place]), int(self.column[place])
            out.append((list(range(i - a, i)), list(range(j - b, j))))
        return out


def _along(steps: np.ndarray, reached: np.ndarray, add: np.ufunc) -> np.ndarray:
    """Totals of a row whose place j is reached from other rows, or from j - 1 at ``steps[j]``."""
    run = np.cumsum(np.append(0.0, steps[1:]))
    return add.accumulate(reached - run) + run
