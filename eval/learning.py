"""The learning curve: what a model would reach with less to learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..nlp.bitext import Bitext
from .evaluate import Model, scores
from .views import Labelled, gold

SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)


def learning_curve(
    fit: Callable[[list[int]], Model],
    situations: Sequence[str],
    test: Labelled,
    bitexts: Sequence[Bitext],
) -> list[dict[str, Any]]:
    """Scores (both languages) of models fitted on an eighth, a quarter, a half and all of the training
    situations, each share within the next. ``fit`` takes the numbers of the training findings."""
    names, member = np.unique(np.asarray(situations), return_inverse=True)
    rank = np.random.default_rng(0).permutation(len(names))[member]
    labels = gold(test.findings)
    points = []
    for share in SHARES:
        rows = np.flatnonzero(rank < share * len(names)).tolist()
        model = fit(rows)
        answers = model.probabilities(model.features.transform(bitexts))
        points.append(
            {
                "share": share,
                "findings": len(rows),
                "scores": scores(answers, labels, test.situations),
            }
        )
    return points
