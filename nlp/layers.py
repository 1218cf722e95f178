"""What the networks here are made of: rows come out the same whatever stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from joblib import effective_n_jobs

T = TypeVar("T")

_FEW = 8  # rows under which BLAS multiplies in another way, and rounds differently


def matmul(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """x @ weight, each row with the same rounding whether it stands among many or alone."""
    if len(x) >= _FEW:
        return x @ weight
    some = np.zeros((_FEW, x.shape[1]), x.dtype)
    some[: len(x)] = x
    return (some @ weight)[: len(x)]


def normalise(x: np.ndarray, gain: np.ndarray, shift: np.ndarray, epsilon: float) -> None:
    """Layer normalisation (Ba et al. 2016) of the rows, in place."""
    x -= x.mean(axis=1, keepdims=True)
    x *= (1 / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + epsilon))[:, None]
    x *= gain
    x += shift


def gelu(x: np.ndarray) -> np.ndarray:
    """Hendrycks & Gimpel (2016), by their approximation with tanh."""
    found = x * x
    found *= x
    found *= 0.044715
    found += x
    found *= 0.7978845608
    np.tanh(found, out=found)
    found += 1
    found *= x
    found *= 0.5
    return found


def in_threads(function: Callable[..., T], jobs: Sequence[tuple]) -> list[T]:
    """The function's result for the arguments of each job, in as many threads as joblib is set to."""
    threads = min(len(jobs), effective_n_jobs(None))  # pyright: ignore[reportArgumentType]
    if threads < 2:
        return [function(*job) for job in jobs]
    with ThreadPoolExecutor(threads) as pool:  # joblib's own looks for results every 10 ms
        return list(pool.map(function, *zip(*jobs, strict=True)))
