"""Which findings would teach a model most, if a person labelled them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..corpus.schema import Analysis


def most_telling(records: Sequence[Analysis], vectors: np.ndarray, most: int) -> list[int]:
    """Row numbers of ``most`` findings, the most telling first: unsure ones, unlike one another.

    A finding counts by how unsure the model is of area and status, times its distance from the
    nearest one already taken (greedy selection of uncertain and diverse examples, after Brinker 2003,
    "Incorporating Diversity in Active Learning"). ``vectors`` are unit rows, shape (len(records), d).
    """
    unsure = np.array([1 - _confidence(record) for record in records])
    far = np.ones(len(records))
    chosen: list[int] = []
    for _ in range(min(most, len(records))):
        gain = unsure * far + 1e-6 * far
        gain[chosen] = -1
        best = int(np.argmax(gain))
        chosen.append(best)
        far = np.minimum(far, 1 - np.clip(vectors @ vectors[best], 0, 1))
    return chosen


def _confidence(record: Analysis) -> float:
    if record.area is None or record.status is None:
        return 0.0
    return min(record.area.probability, record.status.probability)
