"""Findings whose label is probably wrong, by confident learning (Northcutt, Jiang & Chuang 2021,
"Confident Learning: Estimating Uncertainty in Dataset Labels")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..corpus.schema import Finding
from ..corpus.tasks import LABELS, TASKS
from ..eval.views import gold


@dataclass(frozen=True)
class LabelError:
    """A label that the other findings speak against, with what they say instead and how surely."""

    file: str
    line: int | None
    id: str
    task: str
    given: str
    given_probability: float
    suggested: str
    suggested_probability: float


def label_errors(
    findings: Sequence[Finding], outside: Mapping[str, np.ndarray], asked: np.ndarray
) -> list[LabelError]:
    """Likely errors among the labels of ``asked`` findings (boolean, one a finding), the surest first.

    ``outside`` holds, for each task, probabilities from models that never saw the finding's group,
    shape (findings, labels). A class is confident of a finding when its probability reaches the
    mean that it has over the findings of that class; an error is likely where another class is
    confident, and more probable than the given one.
    """
    labels = gold(findings)
    found: list[tuple[float, LabelError]] = []
    for task in TASKS:
        p, y = outside[task], labels[task]
        classes = range(p.shape[1])
        mean = np.array([p[y == k, k].mean() if (y == k).any() else np.inf for k in classes])
        confident = np.where(p >= mean, p, 0.0)
        best = confident.argmax(axis=1)
        rows = np.arange(len(y))
        wrong = asked & (y >= 0) & (confident[rows, best] > p[rows, y])
        for i in np.flatnonzero(wrong).tolist():
            finding, names = findings[i], LABELS[task]
            margin = float(p[i, best[i]] - p[i, y[i]])
            error = LabelError(
                finding.source.file,
                finding.source.line,
                finding.id,
                task,
                names[y[i]],
                round(float(p[i, y[i]]), 4),
                names[best[i]],
                round(float(p[i, best[i]]), 4),
            )
            found.append((margin, error))
    found.sort(key=lambda pair: -pair[0])
    return [error for _, error in found]
