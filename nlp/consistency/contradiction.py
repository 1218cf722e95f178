"""Do two passages, one in each language, say the opposite of each other?

A network compares them word by word (Parikh et al. 2016, "A Decomposable Attention Model for Natural
Language Inference"): each token looks for its counterpart in the other language, both are compared with
what stands around them, and the comparisons are added up. Its tokens are those of the default sentence
encoder. Some such networks, the members of an ensemble, answer together. They were taught by
eval.benchmark.fit_polarity, with the contrast sets of ``corpus/contrasts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np

from ..encoder import encoder
from ..layers import gelu, in_threads, matmul, normalise
from ..use import Use

_DILATIONS = (1, 2)  # of the two convolutions
_TOO_LONG = 512  # tokens of a passage that are compared
_TOGETHER = 64  # pairs whose tokens are held at once
_BATCH = 16  # pairs that are compared at once
_SETTLED = -4.0  # log odds that some members lead to, under which the others are not asked


Weights = dict[str, np.ndarray]


@dataclass(frozen=True)
class Network:
    """An ensemble: the weights of each member by name, as eval.benchmark.fit_polarity writes them, and
    the encoder of the tokens. The log odds of the members are added up. Most passages agree, and one
    member sees it: the others are then taken to say the same.

    ``input`` and ``key`` (1280, d) project a token, ``convolution0`` and ``1`` (5, d, d) see those
    around it, ``compare`` (4 d, d) and ``hidden`` (4 d, d) see a token and its counterpart, and all of
    them; ``output`` (d,) gives the log odds.
    """

    members: Sequence[Weights]
    tokens: Use

    def chances(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """The chance that English and Chinese contradict each other, for each pair, (len(pairs),)."""
        odds: list[np.ndarray] = []
        for first in range(0, len(pairs), _TOGETHER):
            part = pairs[first : first + _TOGETHER]
            texts = list(dict.fromkeys(text for pair in part for text in pair))
            rows = self.tokens.tokens(texts)
            tokens = {text: r[:_TOO_LONG] for text, r in zip(texts, rows, strict=True)}
            jobs = [(part[i : i + _BATCH], tokens) for i in range(0, len(part), _BATCH)]
            odds += in_threads(self._odds, jobs)
        return 1 / (1 + np.exp(-np.concatenate([*odds, np.zeros(0)])))

    def _odds(self, pairs: Sequence[tuple[str, str]], tokens: dict[str, np.ndarray]) -> np.ndarray:
        odds, left = np.zeros(len(pairs)), list(range(len(pairs)))
        for asked, member in enumerate(self.members, 1):
            texts = list(dict.fromkeys(text for k in left for text in pairs[k]))
            sides = dict(zip(texts, _sides(member, [tokens[t] for t in texts]), strict=True))
            odds[left] += [_odds(member, *map(sides.__getitem__, pairs[k])) for k in left]
            expected = odds * (len(self.members) / asked)
            settled = [k for k in left if expected[k] < _SETTLED]
            odds[settled] = expected[settled]
            left = [k for k in left if expected[k] >= _SETTLED]
            if not left:
                break
        return odds


Side = tuple[np.ndarray, np.ndarray]


def _sides(w: Weights, tokens: Sequence[np.ndarray]) -> list[Side]:
    """For each passage its tokens as they are compared, and as they are looked for, (n, d) both."""
    sizes = np.array([len(rows) for rows in tokens])
    rows = np.concatenate(tokens)
    said = np.tanh(matmul(rows, w["input"]) + w["input.bias"])
    context = said
    for k, dilation in enumerate(_DILATIONS):
        context = gelu(
            _convolve(context, sizes, w[f"convolution{k}"], dilation) + w[f"convolution{k}.bias"]
        )
    said = said + context
    normalise(said, w["gain"], w["shift"], 1e-5)
    keys = matmul(rows, w["key"]) + w["key.bias"]
    keys /= np.linalg.norm(keys, axis=1, keepdims=True) + 1e-12
    ends = np.cumsum(sizes)[:-1]
    return list(zip(np.split(said, ends), np.split(keys, ends), strict=True))


def _odds(w: Weights, english: Side, chinese: Side) -> float:
    (en, en_keys), (zh, zh_keys) = english, chinese
    alike = np.exp(en_keys @ zh_keys.T * w["sharpness"])
    told = alike / alike.sum(axis=1, keepdims=True) @ zh
    back = (alike / alike.sum(axis=0)).T @ en
    both = np.concatenate([_compared(w, en, told), _compared(w, zh, back)])
    last = gelu(both @ w["hidden"] + w["hidden.bias"])
    return (last @ w["output"] + w["output.bias"]).item()


def _compared(w: Weights, mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """The most and the mean of what the comparisons of the tokens with their counterparts give."""
    rows = np.concatenate([mine, theirs, mine * theirs, np.abs(mine - theirs)], axis=1)
    found = gelu(rows @ w["compare"] + w["compare.bias"])
    return np.concatenate([np.maximum(found.max(axis=0), 0), found.mean(axis=0)])


@cache
def network() -> Network:
    """The networks in polarity.safetensors, once for the process."""
    from safetensors.numpy import load_file

    with as_file(files(__name__.rpartition(".")[0]).joinpath("polarity.safetensors")) as path:
        arrays = load_file(path)
    tokens = encoder().encoder
    assert isinstance(tokens, Use)
    return Network(members(arrays), tokens)


def members(arrays: Weights) -> list[Weights]:
    """The members that a file's arrays make up: "0.input" is the first one's ``input``."""
    found: list[Weights] = [{} for _ in {name.partition(".")[0] for name in arrays}]
    for name, array in arrays.items():
        number, _, own = name.partition(".")
        found[int(number)][own] = array.astype(np.float32)
    return found


def _convolve(
    rows: np.ndarray, sizes: np.ndarray, weights: np.ndarray, dilation: int
) -> np.ndarray:
    """Each text's rows, one text behind the other, convolved by itself; what lies beyond its ends is 0."""
    reach = len(weights) // 2 * dilation
    place = np.arange(len(rows)) + np.repeat(np.arange(1, len(sizes) + 1) * reach, sizes)
    padded = np.zeros((len(rows) + (len(sizes) + 1) * reach, rows.shape[1]), rows.dtype)
    padded[place] = rows
    starts = range(-reach, reach + 1, dilation)
    return np.sum(
        [matmul(padded[place + at], w) for at, w in zip(starts, weights, strict=True)], axis=0
    )
