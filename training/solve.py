"""Logistic regression on a matrix whose first columns are dense and whose others are sparse.

scikit-learn takes such a matrix as sparse as a whole, which costs three times the time: here the
dense columns go through BLAS, and everything is in single precision.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import cast

import numpy as np
from scipy import sparse
from scipy.linalg import get_blas_funcs

# Of the gradient's length, by that at the start. Stopping early holds back what only fits the rows at
# hand: to a tenth of this, unseen situations were answered no better, and surer of what was wrong.
_TOLERANCE = 1.5e-3
_MOST = 300  # iterations
_PRECISION = 1e-6  # of the loss: what single precision can tell from nothing
_MEMORY = 10  # steps from which the curvature is known
_DOUBT = 0.05  # p(1 - p) of a middling answer, to guess the curvature of a column from its size

_add = cast(
    Callable[..., np.ndarray], get_blas_funcs("axpy", dtype=np.float32)
)  # a x + y, in place
# From the weights to the loss and its gradient.
Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]


def logistic(
    x: sparse.csr_matrix,
    target: np.ndarray,
    rows: np.ndarray,
    strength: float,
    dense: int,
    before: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights, shape (features, classes), and bias, shape (classes,), of the likeliest multinomial
    model under an L2 penalty of the weights by 1 / ``strength``.

    ``target``, shape (rows, classes), says how likely each class is of each row, ``rows`` how much
    the row counts, and ``dense`` how many columns of ``x`` are. Of two classes the first has weight
    and bias 0, so that the penalty is that of a single vector. ``before``, shape (rows, classes):
    scores to which the model adds.
    """
    n, features = cast(tuple[int, int], x.shape)
    left = np.ascontiguousarray(x[:, :dense].toarray(), np.float32)
    right = sparse.csr_matrix(x[:, dense:], dtype=np.float32)
    classes = target.shape[1]
    free = 1 if classes == 2 else classes
    share = (rows / rows.sum()).astype(np.float32)
    penalty = 1 / (strength * float(rows.sum()))
    # The weights are sought in units in which every column bends the loss alike, so that what stands in
    # few rows is learned as soon as the bias, which stands in all.
    size = np.append(np.square(left).T @ share, right.multiply(right).T @ share)
    unit = 1 / np.sqrt(size + penalty / _DOUBT)
    unit = (unit / unit.min()).astype(np.float32)
    left *= unit[:dense]
    right.data *= unit[dense:][right.indices]
    turned = sparse.csr_matrix(right.T)
    penalties = (penalty * unit**2)[:, None]
    wanted = (target * share[:, None]).astype(np.float32)

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        scores = np.zeros((n, classes), np.float32) if before is None else before.copy()
        scores[:, classes - free :] += left @ w[:dense] + right @ w[dense:-1] + w[-1]
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        total = likely.sum(axis=1)
        loss = float(np.vdot(share, np.log(total)) - np.vdot(wanted, scores))
        likely *= (share / total)[:, None]
        likely -= wanted
        error = np.ascontiguousarray(likely[:, classes - free :])
        gradient = np.empty_like(w)
        gradient[:dense], gradient[dense:-1] = left.T @ error, turned @ error
        pull = penalties * w[:-1]
        gradient[:-1] += pull
        gradient[-1] = error.sum(axis=0)
        return loss + float(np.vdot(w[:-1], pull)) / 2, gradient

    found = _minimise(objective, np.zeros((features + 1, free), np.float32))
    whole = np.zeros((features + 1, classes), np.float32)
    whole[:, classes - free :] = found
    return whole[:-1] * unit[:, None], whole[-1]


def _minimise(objective: Objective, w: np.ndarray) -> np.ndarray:
    """Where a convex function is least: L-BFGS (Nocedal & Wright 2006, algorithm 7.5), with steps
    halved until the function falls enough (Armijo)."""
    value, gradient = objective(w)
    enough = _TOLERANCE * float(np.linalg.norm(gradient))
    known: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=_MEMORY)
    for _ in range(_MOST):
        if np.linalg.norm(gradient) <= enough:
            break
        direction = _direction(gradient, known)
        slope = float(np.vdot(gradient, direction))
        step = 1.0 if known else min(1.0, 1 / float(np.abs(gradient).sum()))
        while True:
            there = w - step * direction
            lower, turned = objective(there)
            if lower <= value - 1e-4 * step * slope:
                break
            step /= 2
            if step * slope <= _PRECISION * abs(value):
                return w
        moved, changed = there - w, turned - gradient
        if (curvature := float(np.vdot(moved, changed))) > 0:
            known.append((moved, changed, curvature))
        w, value, gradient = there, lower, turned
    return w


def _direction(
    gradient: np.ndarray, known: deque[tuple[np.ndarray, np.ndarray, float]]
) -> np.ndarray:
    """The gradient times the inverse curvature, as far as the last steps tell it."""
    direction, shares = gradient.copy(), []
    flat = direction.reshape(-1)
    for moved, changed, curvature in reversed(known):
        shares.append(float(np.vdot(moved, direction)) / curvature)
        _add(changed.reshape(-1), flat, a=-shares[-1])
    if known:
        _, changed, curvature = known[-1]
        direction *= curvature / float(np.vdot(changed, changed))
    for moved, changed, curvature in known:
        more = shares.pop() - float(np.vdot(changed, direction)) / curvature
        _add(moved.reshape(-1), flat, a=more)
    return direction
