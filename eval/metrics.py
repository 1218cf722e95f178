"""Scores of a classifier's probabilities against gold labels; every function takes arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import f1_score


def accuracy(gold: np.ndarray, probabilities: np.ndarray) -> float:
    """Share of rows whose likeliest label is the gold one; gold (n,) ints, probabilities (n, k)."""
    return float(np.mean(probabilities.argmax(axis=1) == gold))


def top_k(gold: np.ndarray, probabilities: np.ndarray, k: int) -> float:
    """Share of rows whose gold label is among the k likeliest."""
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    return float(np.mean((best == gold[:, None]).any(axis=1)))


def macro_f1(gold: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean F1 over the labels that occur in gold or in the predictions."""
    predicted = probabilities.argmax(axis=1)
    return float(f1_score(gold, predicted, average="macro", labels=np.union1d(gold, predicted)))


def within_one(gold: np.ndarray, probabilities: np.ndarray) -> float:
    """Share of rows at most one ordered label away from gold."""
    return float(np.mean(np.abs(probabilities.argmax(axis=1) - gold) <= 1))


def calibration_error(gold: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal-width bins,
    weighted by their size (Naeini et al. 2015)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == gold
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(right[which == b].mean() - confidence[which == b].mean()) * np.mean(which == b)
            for b in np.unique(which)
        )
    )


def threshold_for(confidence: np.ndarray, right: np.ndarray, risk: float) -> float:
    """The lowest confidence above which the error is at most ``risk``, with the finite-sample
    correction of conformal risk control (Angelopoulos et al. 2022): (errors + 1) / (kept + 1)."""
    order = np.argsort(-confidence, kind="stable")
    errors = np.cumsum(~right[order])
    bound = (errors + 1) / (np.arange(len(order)) + 2)
    fine = np.flatnonzero(bound <= risk)
    return float(confidence[order[fine[-1]]]) if len(fine) else 1.0


def summary(
    gold: dict[str, np.ndarray], probabilities: dict[str, np.ndarray], tasks: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Per task: n, accuracy, macro F1, calibration error; top 3 and within-one where they apply."""
    report = {}
    for task in tasks:
        y, p = gold[task], probabilities[task]
        scores = {
            "n": len(y),
            "accuracy": accuracy(y, p),
            "macro_f1": macro_f1(y, p),
            "calibration_error": calibration_error(y, p),
        }
        if task == "question":
            scores["top_3"] = top_k(y, p, 3)
        if task == "severity":
            scores["within_one"] = within_one(y, p)
        report[task] = {name: round(float(value), 4) for name, value in scores.items()}
    return report
