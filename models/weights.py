"""Weights as a model's file keeps them: in eight bits."""

from __future__ import annotations

import numpy as np


def rounded(weight: np.ndarray) -> np.ndarray:
    """The weights as they come back from eight bits, shape kept, float32."""
    return from_8_bits(*in_8_bits(weight))


def in_8_bits(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multiples from -127 to 127 and, one a row, the exponent of the power of two that they are of, the
    least that is enough; int8 both. What was decoded is coded the same again."""
    share, exponents = np.frexp(np.abs(weight).max(axis=1, initial=0) / np.float32(127))
    exponents = np.clip(exponents - (share == 0.5), -100, 100)
    codes = np.rint(np.ldexp(weight, -exponents[:, None]))
    return np.ascontiguousarray(codes, np.int8), exponents.astype(np.int8)


def from_8_bits(codes: np.ndarray, exponents: np.ndarray) -> np.ndarray:
    """The weights, float32."""
    with np.errstate(over="ignore"):  # a damaged file's, which is refused
        return codes * np.ldexp(np.float32(1), exponents.astype(np.int32))[:, None]
