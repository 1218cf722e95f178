"""Weights as files keep them: in eight bits, or in four."""

from __future__ import annotations

import numpy as np

BLOCK = 32  # weights in four bits that share a scale


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


def in_4_bits(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes from -8 to 7, two a byte, uint8 (rows, columns / 2), and the scale of each ``BLOCK`` columns,
    half precision: of several, the one that fits the block best."""
    blocks = np.asarray(weight, np.float32).reshape(len(weight), -1, BLOCK)
    peak = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1)[..., None], axis=-1)
    best, least = np.zeros(peak.shape, np.float16), np.full(peak.shape, np.inf, np.float32)
    for steps in (-6.5, -7, -7.5, -8, -8.5, -9):
        scale = (peak / steps).astype(np.float16)
        error = blocks - _steps(blocks, scale) * scale.astype(np.float32)
        error = np.square(error).sum(axis=-1, keepdims=True)
        best, least = np.where(error < least, scale, best), np.minimum(error, least)
    codes = (_steps(blocks, best) + 8).astype(np.uint8).reshape(len(weight), -1)
    return codes[:, ::2] | codes[:, 1::2] << 4, best[..., 0]


def _steps(blocks: np.ndarray, scale: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.rint(blocks / scale.astype(np.float32))
    return np.clip(np.nan_to_num(steps), -8, 7)


def from_4_bits(codes: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """The weights, float32."""
    weight = np.empty((len(codes), codes.shape[1] * 2), np.float32)
    weight[:, ::2], weight[:, 1::2] = codes & 15, codes >> 4
    weight -= 8
    return weight * np.repeat(scales.astype(np.float32), BLOCK, axis=1)
