"""Scores of a classifier's probabilities against gold labels; every function takes arrays.

``gold`` holds label numbers, shape (n,), ``probabilities`` a row of k a text, shape (n, k).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from scipy.stats import norm

# A measure of weighted rows: gold (n,), probabilities (n, k), weights (draws, n) to values (draws,).
Measure = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def accuracy(gold: np.ndarray, probabilities: np.ndarray) -> float:
    """Share of rows whose likeliest label is the gold one."""
    return _value(_accuracy, gold, probabilities)


def top_k(gold: np.ndarray, probabilities: np.ndarray, k: int) -> float:
    """Share of rows whose gold label is among the k likeliest."""
    return _value(partial(_top_k, k), gold, probabilities)


def macro_f1(gold: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean F1 over the labels that occur in gold or in the predictions."""
    return _value(_macro_f1, gold, probabilities)


def within_one(gold: np.ndarray, probabilities: np.ndarray) -> float:
    """Share of rows at most one ordered label away from gold."""
    return _value(_within_one, gold, probabilities)


def calibration_error(gold: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal-width bins,
    weighted by their size (Naeini et al. 2015)."""
    return _value(partial(_calibration_error, bins), gold, probabilities)


def measures(task: str) -> dict[str, Measure]:
    """What is measured of a task, by name."""
    found: dict[str, Measure] = {
        "accuracy": _accuracy,
        "macro_f1": _macro_f1,
        "calibration_error": partial(_calibration_error, 10),
    }
    if task == "question":
        found["top_3"] = partial(_top_k, 3)
    if task == "severity":
        found["within_one"] = _within_one
    return found


def summary(
    gold: dict[str, np.ndarray], probabilities: dict[str, np.ndarray], tasks: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Per task: n, accuracy, macro F1, calibration error; top 3 and within-one where they apply."""
    report = {}
    for task in tasks:
        values = {
            name: round(_value(measure, gold[task], probabilities[task]), 4)
            for name, measure in measures(task).items()
        }
        report[task] = {"n": len(gold[task]), **values}
    return report


def intervals(
    gold: np.ndarray,
    probabilities: np.ndarray,
    groups: Sequence[str] | np.ndarray,
    task: str,
    draws: int = 500,
) -> dict[str, tuple[float, float]]:
    """The 95 % interval of each measure: a bootstrap that draws whole groups, as rows of one group
    are right or wrong together; corrected for bias (Efron 1987), as few draws hold every label.

    Where all is right (or wrong) every draw says the same; then the exact bound of Clopper & Pearson
    (1934) for so many groups stands in.
    """
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    drawn = np.random.default_rng(0).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=draws
    )
    weights = drawn[:, member].astype(np.float32)
    weights = weights[weights.any(axis=1)]
    found = {}
    for name, measure in measures(task).items():
        values, value = measure(gold, probabilities, weights), _value(measure, gold, probabilities)
        if value in (0.0, 1.0) and name != "calibration_error":
            far = 0.025 ** (1 / len(names))
            low, high = (far, 1.0) if value else (0.0, 1 - far)
        else:
            bias = norm.ppf(np.clip(np.mean(values < value), 1 / draws, 1 - 1 / draws))
            low, high = np.quantile(values, norm.cdf(2 * bias + norm.ppf([0.025, 0.975])))
        found[name] = (round(float(low), 4), round(float(high), 4))
    return found


def reliability(
    gold: np.ndarray, probabilities: np.ndarray, bins: int = 10
) -> list[dict[str, float]]:
    """Of each bin of confidence that holds rows: their number, mean confidence and accuracy."""
    confidence, right, which = _binned(gold, probabilities, bins)
    return [
        {
            "n": int(np.sum(which == b)),
            "confidence": round(float(confidence[which == b].mean()), 4),
            "accuracy": round(float(right[which == b].mean()), 4),
        }
        for b in np.unique(which)
    ]


def coverage(confidence: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of rows kept at each confidence, the surest first, and the accuracy of those kept
    (El-Yaniv & Wiener 2010); one point a distinct confidence."""
    order = np.argsort(-confidence, kind="stable")
    kept = np.arange(1, len(order) + 1)
    last = np.append(np.diff(confidence[order]) != 0, True)[: len(order)]
    return (kept / max(len(order), 1))[last], (np.cumsum(right[order]) / kept)[last]


def confusion(gold: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """How often each label (row) was taken for each (column); shape (k, k)."""
    counts = np.zeros((probabilities.shape[1],) * 2, int)
    np.add.at(counts, (gold, probabilities.argmax(axis=1)), 1)
    return counts


def threshold_for(confidence: np.ndarray, right: np.ndarray, risk: float) -> float:
    """The lowest confidence above which the error is at most ``risk``, with the finite-sample
    correction of conformal risk control (Angelopoulos et al. 2022): (errors + 1) / (kept + 1)."""
    order = np.argsort(-confidence, kind="stable")
    errors = np.cumsum(~right[order])
    bound = (errors + 1) / (np.arange(len(order)) + 2)
    fine = np.flatnonzero(bound <= risk)
    return float(confidence[order[fine[-1]]]) if len(fine) else 1.0


def _value(measure: Measure, gold: np.ndarray, probabilities: np.ndarray) -> float:
    return float(measure(gold, probabilities, np.ones((1, len(gold))))[0])


def _share(hit: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return weights @ hit / weights.sum(axis=1)


def _accuracy(gold: np.ndarray, p: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return _share(p.argmax(axis=1) == gold, weights)


def _top_k(k: int, gold: np.ndarray, p: np.ndarray, weights: np.ndarray) -> np.ndarray:
    best = np.argsort(-p, axis=1, kind="stable")[:, :k]
    return _share((best == gold[:, None]).any(axis=1), weights)


def _within_one(gold: np.ndarray, p: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return _share(np.abs(p.argmax(axis=1) - gold) <= 1, weights)


def _macro_f1(gold: np.ndarray, p: np.ndarray, weights: np.ndarray) -> np.ndarray:
    one_hot = np.eye(p.shape[1])
    wanted, given = one_hot[gold], one_hot[p.argmax(axis=1)]
    total = weights @ (wanted + given)  # 2 tp + fp + fn
    f1 = 2 * (weights @ (wanted * given)) / np.maximum(total, 1)
    return f1.sum(axis=1) / (total > 0).sum(axis=1)


def _calibration_error(
    bins: int, gold: np.ndarray, p: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    confidence, right, which = _binned(gold, p, bins)
    gaps = np.eye(bins)[which] * (right - confidence)[:, None]
    return np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1)


def _binned(
    gold: np.ndarray, p: np.ndarray, bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Confidence, whether right, and number of the bin of each row."""
    confidence = p.max(axis=1)
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return confidence, p.argmax(axis=1) == gold, which
