"""Do two passages, one in each language, say the opposite of each other?

A network compares them word by word (Parikh et al. 2016, "A Decomposable Attention Model for Natural
Language Inference"): each token looks for its counterpart in the other language, both are compared with
what stands around them, and the comparisons are added up. Some small ones, the members of an ensemble, rest
on the tokens of the default sentence encoder; what these doubt is read again by six layers of a transformer.
They were taught by eval.benchmark.fit_polarity and training.contradiction, with the contrast sets of
``corpus/contrasts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from ..encoder import encoder
from ..layers import gelu, in_threads, matmul, normalise
from ..packed import PackedTransformer
from ..use import Use

TRANSFORMER = "transformer"  # before the names of the weights that stand behind it
_DILATIONS = (1, 2)  # of the two convolutions
_TOO_LONG = 512  # tokens of a passage that are compared
_TOGETHER = 64  # pairs whose tokens are held at once
_BATCH = 16  # pairs that are compared at once
_SETTLED = -4.0  # log odds that some members lead to, under which the others are not asked
_DOUBTED = -3.0  # log odds from which the transformer is asked: of one in eight faithful passages


Weights = dict[str, np.ndarray]


@dataclass(frozen=True)
class Network:
    """An ensemble: the weights of each member by name, as eval.benchmark.fit_polarity writes them, the
    encoder of the tokens, and the transformer that is asked of what they doubt. The log odds of the members
    are added up. Most passages agree, and one member sees it: the others are then taken to say the same.

    ``input`` and ``key`` (1280, d) project a token, ``convolution0`` and ``1`` (5, d, d) see those
    around it, ``compare`` (4 d, d) and ``hidden`` (4 d, d) see a token and its counterpart, and all of
    them; ``output`` (d,) gives the log odds.
    """

    members: Sequence[Weights]
    tokens: Use
    transformer: Transformer | None = None

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
        said = np.concatenate([*odds, np.zeros(0)])
        doubted = np.flatnonzero(said >= _DOUBTED)
        if self.transformer and len(doubted):
            said[doubted] = self.transformer.beside(
                said[doubted], [pairs[k] for k in doubted.tolist()]
            )
        return 1 / (1 + np.exp(-said))

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


class Transformer:
    """The weights of a ``Network``'s member from ``gain`` on, over what a transformer makes of each piece
    (``said``) and looks for its counterpart with (``key``), (pieces, d) both. ``weights`` (3,): how much
    the log odds of the other members and its own count, and what is added."""

    def __init__(self, weights: Weights, network: PackedTransformer):
        self._weights, self._network = weights, network

    def beside(self, others: np.ndarray, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """The log odds with those of the others, (len(pairs),) both."""
        theirs, mine, more = self._weights["weights"]
        return theirs * others + mine * self.odds(pairs) + more

    def odds(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """That English and Chinese contradict each other, (len(pairs),)."""
        w = self._weights
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        sides: dict[str, Side] = {}
        for text, (said, keys) in zip(texts, self._network.read(texts), strict=True):
            normalise(said, w["gain"], w["shift"], 1e-5)
            sides[text] = said, _unit(keys)
        return np.array([_odds(w, *map(sides.__getitem__, pair)) for pair in pairs])


def _unit(keys: np.ndarray) -> np.ndarray:
    return keys / (np.linalg.norm(keys, axis=1, keepdims=True) + 1e-12)


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
    keys = _unit(matmul(rows, w["key"]) + w["key.bias"])
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
    """The networks beside this module, once for the process. Raises InputError as ``load``."""
    with as_file(files(__name__.rpartition(".")[0])) as folder:
        return load(folder)


def load(folder: Path) -> Network:
    """The networks in polarity.safetensors, and in polarity.onnx where the first speaks of it. Raises
    InputError where the latter is missing or damaged."""
    from safetensors.numpy import load_file

    found = members(load_file(folder / "polarity.safetensors"))
    weights, last = found.pop(TRANSFORMER, None), None
    if weights:
        last = Transformer(weights, PackedTransformer(folder / "polarity.onnx"))
    tokens = encoder().encoder
    assert isinstance(tokens, Use)
    return Network(list(found.values()), tokens, last)


def members(arrays: Weights) -> dict[str, Weights]:
    """The weights that a file's arrays make up, in order: "0.input" is the first member's ``input``."""
    found: dict[str, Weights] = {}
    for name in sorted(arrays):
        member, _, own = name.partition(".")
        found.setdefault(member, {})[own] = arrays[name].astype(np.float32)
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
