"""Probabilities that can be trusted: what is set by the scores of findings that training never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar

from ..eval.metrics import threshold_for
from ..models.heads import Head


def calibrate(
    heads: Mapping[str, Head],
    scores: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    lost: float,
) -> None:
    """Sets the heads' temperatures and the line between findings and other texts.

    By task, ``scores`` holds the heads' scores of unseen rows, shape (n, columns), ``labels`` the
    gold, -1 where there is none. ``lost`` is the share of findings that may be taken for something else.
    """
    for task, head in heads.items():
        known = labels[task] >= 0
        if known.any():
            head.temperature = _temperature(head, scores[task][known], labels[task][known])
    _spare_findings(heads["finding"], scores["finding"], labels["finding"], lost)


def review_threshold(
    p: Mapping[str, np.ndarray], labels: Mapping[str, np.ndarray], risk: float
) -> float:
    """The confidence under which a person should look, so that of the findings above it no more than the
    share ``risk`` has a wrong area or status. By task, ``p`` holds the probabilities of unseen rows."""
    rows = (labels["area"] >= 0) & (labels["status"] >= 0)
    confidence = np.minimum(p["area"].max(axis=1), p["status"].max(axis=1))
    right = np.all([p[task].argmax(axis=1) == labels[task] for task in ("area", "status")], axis=0)
    return round(threshold_for(confidence[rows], right[rows], risk), 4)


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
