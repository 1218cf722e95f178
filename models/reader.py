"""The second reader: a small transformer that is asked about what the linear model is not sure of.

Its six layers are the lower half of multilingual-e5-small (Wang et al. 2024; see NOTICE), fine-tuned on the
corpus (``training/reader.yaml``) and packed by ``training/reader.py``; it runs in numpy. It errs elsewhere
than the linear model does, so that both together name more labels right than either.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from joblib import Parallel, delayed
from safetensors import SafetensorError, safe_open
from threadpoolctl import ThreadpoolController
from tokenizers import Tokenizer

from ..corpus.schema import InputError
from ..nlp.bitext import Bitext, Side
from ..nlp.layers import gelu, matmul, normalise
from .heads import Head, passage, softmax
from .weights import from_4_bits, from_8_bits

FILE = Path(__file__).parent / "reader.safetensors"
_SHARE = 0.6  # in what is said of a finding: the best for those that neither had learned from
_LEAST = 1e-4  # probability: no opinion is so strong that no other can be formed
_ROWS = 768  # pieces of one matrix product


class Reader:
    """The network with its heads, which read the mean of its last layer's pieces."""

    def __init__(self, tensors: Mapping[str, np.ndarray], about: Mapping[str, Any]):
        self._tokenizer = Tokenizer.from_str(about["tokenizer"])
        # What is left of a long follow-up is its end, the current state.
        self._tokenizer.enable_truncation(int(about["window"]), direction="left")
        self._around = str(about["prefix"]), str(about["earlier"])
        self._epsilon = float(about["epsilon"])
        self._attention_heads, layers = int(about["attention_heads"]), int(about["layers"])
        self.heads = {
            task: Head(
                tuple(said["labels"]),
                tensors[f"{task}.weight"].astype(np.float32),
                tensors[f"{task}.bias"],
                said["temperature"],
                said["ordinal"],
            )
            for task, said in about["heads"].items()
        }
        self._pieces = tensors["pieces.codes"], tensors["pieces.scales"]
        self._places = tensors["places"].astype(np.float32)
        self._first = _norm(tensors, "first")
        self._layers = [_Layer(tensors, str(i)) for i in range(layers)]
        self._one_thread = ThreadpoolController().limit
        self.seconds = 0.0  # spent with reading so far

    def weigh(
        self, p: Mapping[str, np.ndarray], bitexts: Sequence[Bitext]
    ) -> dict[str, np.ndarray]:
        """Another's probabilities by task, shape (len(bitexts), labels), with this reader's opinion."""
        mine = self.probabilities(bitexts)
        weighed = dict(p)
        for task, said in mine.items():
            logs = (1 - _SHARE) * np.log(np.maximum(p[task], 1e-9)) + _SHARE * np.log(said)
            weighed[task] = softmax(logs)
        return weighed

    def worth(self, heads: Mapping[str, Head], bitexts: Sequence[Bitext]) -> dict[str, np.ndarray]:
        """By task what would have to be added to the heads' scores to say as much as this opinion does
        beside them, shape (len(bitexts), columns of the scores)."""
        found = {}
        for task, p in self.probabilities(bitexts).items():
            scores = np.log(p)
            if heads[task].ordinal:
                above = np.clip(1 - np.cumsum(p, axis=1)[:, :-1], 1e-6, 1 - 1e-6)
                scores = np.log(above / (1 - above))
            found[task] = scores * (_SHARE / (1 - _SHARE) * heads[task].temperature)
        return found

    def probabilities(self, bitexts: Sequence[Bitext]) -> dict[str, np.ndarray]:
        """By task, shape (len(bitexts), labels), none of them near 0."""
        self._read([side for b in bitexts for side in (b.en, b.zh)])
        means = np.zeros((len(bitexts), len(self._first[0])), np.float32)
        for mean, bitext in zip(means, bitexts, strict=True):
            found = [side.memo["read"] for side in (bitext.en, bitext.zh) if "read" in side.memo]
            if found:
                mean[:] = np.mean(found, axis=0)
        return {
            task: np.maximum(head.probabilities(means), _LEAST) for task, head in self.heads.items()
        }

    def vectors(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The mean of each text's pieces, float32, shape (width,): the same to the bit whatever is read
        beside it, where BLAS has kernels for AVX-512. In as many threads as joblib is set to, one unless
        told otherwise."""
        start = time.perf_counter()
        ids = [self._tokenizer.encode(text).ids for text in texts]
        batches: list[list[list[int]]] = [[]]
        for row in ids:
            if sum(map(len, batches[-1])) + len(row) > _ROWS:
                batches.append([])
            batches[-1].append(row)
        with self._one_thread(limits=1, user_api="blas"):
            jobs = (delayed(self._batch)(batch) for batch in batches if batch)
            found = cast(list[list[np.ndarray]], Parallel()(jobs))
        self.seconds += time.perf_counter() - start
        return [vector for vectors in found for vector in vectors]

    def _read(self, sides: Sequence[Side]) -> None:
        """Notes the vector of each side that has something to read, and has not been read yet."""
        unread: dict[str, list[Side]] = {}
        for side in sides:
            if "read" not in side.memo and (text := passage(side, *self._around)):
                unread.setdefault(text, []).append(side)
        found = self.vectors(list(unread))
        for same, vector in zip(unread.values(), found, strict=True):
            for side in same:
                side.memo["read"] = vector

    def _batch(self, ids: Sequence[Sequence[int]]) -> list[np.ndarray]:
        sizes = [len(row) for row in ids]
        cuts = np.cumsum([0, *sizes])
        spans = list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
        codes, scales = (part[np.concatenate(ids)] for part in self._pieces)
        x = from_4_bits(codes, scales) + self._places[np.concatenate([np.arange(n) for n in sizes])]
        normalise(x, *self._first, self._epsilon)
        for layer in self._layers:
            x = layer(x, spans, self._attention_heads, self._epsilon)
        return [x[a:b].mean(axis=0) for a, b in spans]


class _Layer:
    """One layer of a BERT (Devlin et al. 2019), over the pieces of several texts one under another."""

    def __init__(self, tensors: Mapping[str, np.ndarray], name: str):
        def dense(part: str) -> tuple[np.ndarray, np.ndarray]:
            weight = from_8_bits(
                tensors[f"{name}.{part}.weight"], tensors[f"{name}.{part}.exponent"]
            )
            return np.ascontiguousarray(weight.T), tensors[f"{name}.{part}.bias"]

        self._asks, self._out = dense("asks"), dense("out")
        self._inner, self._outer = dense("inner"), dense("outer")
        self._middle, self._last = _norm(tensors, f"{name}.middle"), _norm(tensors, f"{name}.last")

    def __call__(
        self, x: np.ndarray, spans: Sequence[tuple[int, int]], heads: int, epsilon: float
    ) -> np.ndarray:
        asks = _dense(x, self._asks)
        attended = np.empty_like(x)
        size = x.shape[1] // heads
        for a, b in spans:  # each text by itself: no filling up, and the same bits in any company
            q, k, v = asks[a:b].reshape(b - a, 3, heads, size).transpose(1, 2, 0, 3)
            near = q @ k.transpose(0, 2, 1) / np.float32(np.sqrt(size))
            weights = np.exp(near - near.max(axis=-1, keepdims=True))
            weights /= weights.sum(axis=-1, keepdims=True)
            attended[a:b] = (weights @ v).transpose(1, 0, 2).reshape(b - a, -1)
        x = x + _dense(attended, self._out)
        normalise(x, *self._middle, epsilon)
        inner = _dense(x, self._inner)
        x = x + _dense(gelu(inner), self._outer)
        normalise(x, *self._last, epsilon)
        return x


def _dense(x: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    found = matmul(x, weights[0])
    found += weights[1]
    return found


def _norm(tensors: Mapping[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    return tensors[f"{name}.gain"], tensors[f"{name}.shift"]


def read(path: Path) -> Reader:
    """The reader in a file. Raises InputError where it is missing or damaged."""
    try:
        with safe_open(path, "numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return Reader(tensors, json.loads(file.metadata()["bifinding"]))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        what = f"no readable second reader ({type(error).__name__}: {error})"
        raise InputError(str(path), what, "install bifinding again") from error


@cache
def reader() -> Reader:
    """The one that is shipped, one for the process."""
    return read(FILE)
