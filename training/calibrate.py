"""Probabilities that can be trusted: what is set by the scores of findings that training never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar

from ..eval.metrics import threshold_for
from ..models.heads import Head, combine


def calibrate(
    heads: Mapping[str, Head],
    scores: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    own_words: np.ndarray,
    risk: float,
    lost: float,
) -> float:
    """Sets the heads' temperatures and the line between findings and other texts; returns the
    confidence under which a person should look.

    By task, ``scores`` holds the heads' scores of unseen rows, shape (n, columns), ``labels`` the
    gold, -1 where there is none; ``own_words`` has shape (n, len(OWN_WORDS)). ``risk`` is the share
    of wrong labels tolerated among findings that no person looks at, ``lost`` the share of findings
    that may be taken for something else.
    """
    for task, head in heads.items():
        known = labels[task] >= 0
        if known.any():
            head.temperature = _temperature(head, scores[task][known], labels[task][known])
    _spare_findings(heads["finding"], scores["finding"], labels["finding"], lost)
    p = {task: head.distribution(scores[task]) for task, head in heads.items()}
    return _review_threshold(combine(p, own_words), labels, risk)


def _temperature(head: Head, scores: np.ndarray, y: np.ndarray) -> float:
    """The temperature that makes the held-out gold likeliest (Guo et al. 2017)."""

    def loss(log_t: float) -> float:
        p = replace(head, temperature=float(np.exp(log_t))).distribution(scores)
        return -float(np.mean(np.log(np.maximum(p[np.arange(len(y)), y], 1e-6))))

    best = minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded")
    return round(float(np.exp(best["x"])), 4)  # pyright: ignore[reportIndexIssue]


def _spare_findings(head: Head, scores: np.ndarray, y: np.ndarray, lost: float) -> None:
    """Moves the line between findings and other texts so that at most ``lost`` of unseen findings fall
    on the wrong side: to call a finding none costs more than to label a menu."""
    margin = scores[:, 1] - scores[:, 0]
    if (y == 1).any():
        head.bias[1] -= min(float(np.quantile(margin[y == 1], lost)), 0.0)


def _review_threshold(
    p: Mapping[str, np.ndarray], labels: Mapping[str, np.ndarray], risk: float
) -> float:
    rows = (labels["area"] >= 0) & (labels["status"] >= 0)
    confidence = np.minimum(p["area"].max(axis=1), p["status"].max(axis=1))
    right = np.all([p[task].argmax(axis=1) == labels[task] for task in ("area", "status")], axis=0)
    return round(threshold_for(confidence[rows], right[rows], risk), 4)
