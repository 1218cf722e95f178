"""A new model against another, on the same findings: what was gained, what was lost, and whether that
is more than chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from ..corpus.tasks import LABELS

# A model is refused that loses more than this, and more than chance would explain: share of right
# answers in a task, F1 of a class.
TASK_MARGIN, CLASS_MARGIN = 0.01, 0.05
ENOUGH = 20  # findings of a class; with fewer, its F1 says little
SURE = 0.05  # a smaller p value is called a difference


@dataclass(frozen=True)
class ClassChange:
    """One label's recall and F1 with the other model (``before``) and the new one; ``n`` findings.
    ``p``: McNemar's test of which findings each tells rightly to have the label or not."""

    label: str
    n: int
    recall_before: float
    recall: float
    f1_before: float
    f1: float
    p: float


@dataclass(frozen=True)
class TaskChange:
    """Accuracy over ``n`` findings. ``gained`` are those that only the new model has right, ``lost``
    those that only the other has; ``p`` is that of McNemar's exact test (McNemar 1947): how probable
    so uneven a split would be, were both equally good."""

    task: str
    n: int
    before: float
    after: float
    gained: int
    lost: int
    p: float
    classes: tuple[ClassChange, ...]

    @property
    def verdict(self) -> str:
        """ "better", "worse", or "no difference shown"."""
        if self.p >= SURE:
            return "no difference shown"
        return "better" if self.gained > self.lost else "worse"


def compare(
    gold: Mapping[str, np.ndarray],
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
) -> list[TaskChange]:
    """Per task of ``gold`` (label numbers, -1 unknown, shape (n,)) the change from one model's
    probabilities, shape (n, labels), to the other's; tasks that no finding has are left out."""
    changes = []
    for task, labels in gold.items():
        known = labels >= 0
        if not known.any():
            continue
        y = labels[known]
        old, new = (p[task][known].argmax(axis=1) for p in (before, after))
        gained, lost, p = _mcnemar(old == y, new == y)
        classes = tuple(_class_change(task, k, y, old, new) for k in np.unique(y))
        was, now = (round(float(np.mean(answers == y)), 4) for answers in (old, new))
        changes.append(TaskChange(task, len(y), was, now, gained, lost, p, classes))
    return changes


def _class_change(
    task: str, label: int, y: np.ndarray, old: np.ndarray, new: np.ndarray
) -> ClassChange:
    def scores(answers: np.ndarray) -> tuple[float, float]:
        hits = int(np.sum((answers == label) & (y == label)))
        total = int(np.sum(answers == label) + np.sum(y == label))
        return round(hits / int(np.sum(y == label)), 4), round(2 * hits / total, 4)

    (recall_before, f1_before), (recall, f1) = scores(old), scores(new)
    has = y == label
    p = _mcnemar((old == label) == has, (new == label) == has)[2]
    return ClassChange(LABELS[task][label], int(has.sum()), recall_before, recall, f1_before, f1, p)


def _mcnemar(old: np.ndarray, new: np.ndarray) -> tuple[int, int, float]:
    """How many only the new one has right, how many only the old one, and the exact p value."""
    gained, lost = int(np.sum(new & ~old)), int(np.sum(old & ~new))
    p = float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    return gained, lost, round(p, 4)


def losses(changes: list[TaskChange], classes: bool) -> Iterator[str]:
    """The tasks, and the classes where asked for, in which the new model loses more than the margins
    and more than by chance."""
    for change in changes:
        if change.before - change.after > TASK_MARGIN and change.p < SURE:
            yield f"{change.task} accuracy {change.before:.3f} → {change.after:.3f}"
        for c in change.classes if classes else ():
            if c.n >= ENOUGH and c.f1_before - c.f1 > CLASS_MARGIN and c.p < SURE:
                yield f"{change.task} {c.label} F1 {c.f1_before:.3f} → {c.f1:.3f}"
