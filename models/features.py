"""What the classifier sees of a finding: sentence vectors, words with linked laws and quantities,
and cues.

What a finding is about stands in all of its text; status and severity are those of its current state
alone (that there was an earlier one is a cue). Words are named by strings, so a weight can be read
and traced to its place in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from ..corpus.catalogue import laws
from ..corpus.schema import Entity
from ..nlp.bitext import Bitext, Side, Span
from .cues import CUES, cues

OF_STATE = ("status", "severity")  # the tasks that the current state alone decides


@dataclass(frozen=True)
class Features:
    """What the heads read of some findings, float32, shape (findings, columns) both: all of the text,
    and its current state alone; and the findings themselves."""

    topic: sparse.csr_matrix
    state: sparse.csr_matrix
    bitexts: Sequence[Bitext]

    def of(self, task: str) -> sparse.csr_matrix:
        """What the head of that task reads."""
        return self.state if task in OF_STATE else self.topic

    def __getitem__(self, rows: np.ndarray) -> Features:
        return Features(
            self.topic[rows], self.state[rows], [self.bitexts[i] for i in rows.tolist()]
        )


def occurrences(side: Side) -> Iterator[tuple[str, int, int]]:
    """Every sparse feature of one side's states, and the characters of the text it comes from."""
    for state in (side.current, side.previous):
        if side.text and state:
            yield from _of_state(side, *state)


def _of_state(side: Side, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    tokens = [(a, b) for a, b in side.tokens if a >= start and b <= end]
    words = [(_shape(side.text[a:b]), a, b) for a, b in tokens]
    lang = side.lang
    for word, a, b in words:
        if len(word) > 1 or lang == "zh":
            yield f"{lang}:{word}", a, b
        if lang == "en" and len(word) > 5:
            yield f"{lang}~{word[:5]}", a, b  # a cheap stem: labour/labor apart, plurals together
    for (first, a, _), (second, _, b) in pairwise(words):
        if first.isalnum() and second.isalnum():
            yield f"{lang}:{first} {second}", a, b
    if lang == "zh":
        for i in range(start, end - 1):
            pair = side.text[i : i + 2]
            if "\u3400" <= pair[0] <= "\u9fff" and "\u3400" <= pair[1] <= "\u9fff":
                yield f"zh~{pair}", i, i + 2
    for entity in side.entities:
        if start <= entity.start and entity.end <= end:
            for name in _fact_features(entity):
                yield name, entity.start, entity.end


def _shape(token: str) -> str:
    """Lower case, with every number the same: a count must not betray the corpus row it stood in."""
    return "0" if token[:1].isdigit() else token.lower()


def _fact_features(entity: Entity) -> Iterator[str]:
    value = entity.value
    if entity.label == "LAW_ARTICLE":
        law = laws().get(value.get("id", ""))
        if law is None:
            return
        yield f"law:{law.id}"
        for article in value["articles"]:
            yield f"law:{law.id}#{article}"
            if article in law.topics:
                yield f"law-area:{law.topics[article][2]}"
    elif entity.label == "RATIO" and value["whole"]:
        yield f"share:{_bin(value['part'] / value['whole'])}"
    elif entity.label == "PERCENT":
        yield f"share:{_bin(value['value'] / 100)}"
    elif entity.label == "DURATION" and value["unit"] == "hour":
        yield f"hours:{min(int(value['value']) // 12, 10)}"


def _bin(share: float) -> str:
    return "none" if share <= 0 else "some" if share < 0.34 else "many" if share < 1 else "all"


def mean_vector(side: Side, states: Sequence[Span]) -> np.ndarray:
    """Mean of the unit vectors of the states' sentences, weighted by the root of their length; zeros
    where there is none."""
    rows = [
        i
        for i, (a, b) in enumerate(side.sentences)
        if any(a >= start and b <= end for start, end in states)
    ]
    if not rows:
        return np.zeros(side.vectors.shape[1], np.float32)
    weights = np.sqrt([side.sentences[i][1] - side.sentences[i][0] for i in rows])
    return np.asarray(weights / weights.sum() @ side.vectors[rows], np.float32)


class Featurizer:
    """Bitexts to matrices of three blocks: ``dim`` columns of sentence vectors (their mean, of unit
    length), one column a vocabulary entry (TF-IDF, unit rows), one a cue (0 or 1)."""

    def __init__(self, vocabulary: Sequence[str], idf: np.ndarray, dim: int):
        self.vocabulary = {name: column for column, name in enumerate(vocabulary)}
        self.idf, self.dim = np.asarray(idf, np.float32), dim

    @property
    def widths(self) -> tuple[int, int, int]:
        """Columns of each block: vectors, words, cues."""
        return self.dim, len(self.vocabulary), len(CUES)

    @classmethod
    def fit(cls, bitexts: Sequence[Bitext], dim: int, min_count: int) -> Featurizer:
        """Learns the vocabulary: features that stand in at least ``min_count`` findings."""
        numbers: dict[str, int] = {}
        found: dict[int, np.ndarray] = {}  # by the id of a side, as ``locate`` has it
        for bitext in bitexts:
            for side in (bitext.en, bitext.zh):
                rows = [
                    (numbers.setdefault(name, len(numbers)), a, b)
                    for name, a, b in occurrences(side)
                ]
                found[id(side)] = np.array(rows, np.int32).reshape(-1, 3)
        seen = np.zeros(len(numbers), np.int64)
        for bitext in bitexts:
            both = np.concatenate([found[id(bitext.en)][:, 0], found[id(bitext.zh)][:, 0]])
            seen[np.unique(both)] += 1
        kept = sorted(name for name, number in numbers.items() if seen[number] >= min_count)
        places = np.array([numbers[name] for name in kept], np.int64)
        features = cls(kept, np.log((1 + len(bitexts)) / (1 + seen[places])) + 1, dim)
        column = np.full(len(numbers), -1, np.int32)
        column[places] = np.arange(len(kept))
        for bitext in bitexts:
            for side in (bitext.en, bitext.zh):
                rows = found[id(side)]
                rows = np.column_stack([column[rows[:, 0]], rows[:, 1:]])
                side.memo["located"] = features, rows[rows[:, 0] >= 0]
        return features

    def locate(self, side: Side) -> np.ndarray:
        """The known words and facts of one side: column of the vocabulary, start, end; shape (n, 3)."""
        by, found = side.memo.get("located", (None, None))
        if by is not self:
            rows = [
                (column, a, b)
                for name, a, b in occurrences(side)
                if (column := self.vocabulary.get(name)) is not None
            ]
            found = np.array(rows, np.int32).reshape(-1, 3)
            side.memo["located"] = self, found
        return found

    def transform(self, bitexts: Sequence[Bitext]) -> Features:
        """What there is to read of each finding."""
        topic = self._matrix(bitexts, whole=True)
        earlier = [i for i, b in enumerate(bitexts) if b.en.previous or b.zh.previous]
        if not earlier:
            return Features(topic, topic, bitexts)
        current = self._matrix([bitexts[i] for i in earlier], whole=False)
        order = np.arange(len(bitexts))
        order[earlier] = len(bitexts) + np.arange(len(earlier))
        both = sparse.csr_matrix(sparse.vstack([topic, current], format="csr"))
        return Features(topic, both[order], bitexts)

    def _matrix(self, bitexts: Sequence[Bitext], whole: bool) -> sparse.csr_matrix:
        """Shape (len(bitexts), sum(widths)), float32: of the whole text, or of the current state."""
        sides = {id(side): side for b in bitexts for side in (b.en, b.zh) if side.text}
        number = {key: i for i, key in enumerate(sides)}
        rows = [[number[id(s)] for s in (b.en, b.zh) if s.text] for b in bitexts]
        member = _rows(rows, len(sides))
        vectors = np.zeros((len(sides), self.dim), np.float32)
        known = []
        for row, side in enumerate(sides.values()):
            states = states_of(side, whole)
            vectors[row] = mean_vector(side, states)
            known.append(within(self.locate(side), states)[:, 0])
        words = sparse.csr_matrix(member @ _rows(known, len(self.vocabulary)))
        words.data = ((1 + np.log(words.data)) * self.idf[words.indices]).astype(np.float32)
        means = member @ vectors
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        blocks = [_full(means), _unit(words), sparse.csr_matrix(cues(bitexts))]
        return sparse.csr_matrix(sparse.hstack(blocks, format="csr"))


def states_of(side: Side, whole: bool) -> list[Span]:
    """The spans of both states of a side, or of the current one alone."""
    return [side.current, side.previous] if whole and side.previous else [side.current]


def within(located: np.ndarray, states: Sequence[Span]) -> np.ndarray:
    """The rows of ``Featurizer.locate`` whose places lie in one of the states."""
    _, a, b = located.T
    return located[np.any([(a >= start) & (b <= end) for start, end in states], axis=0)]


def _rows(found: Sequence[Sequence[int] | np.ndarray], width: int) -> sparse.csr_matrix:
    """How often each number below ``width`` stands in each list, shape (len(found), width)."""
    ends = np.cumsum([0, *map(len, found)])
    numbers = np.concatenate(found) if ends[-1] else np.zeros(0, np.int32)
    ones = np.ones(len(numbers), np.float32)
    return sparse.csr_matrix((ones, numbers, ends), (len(found), width))


def _unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The rows at unit length."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows = sparse.csr_matrix(sparse.diags(1 / np.maximum(lengths, 1e-9).astype(np.float32)) @ rows)
    rows.sort_indices()
    return rows


def _full(rows: np.ndarray) -> sparse.csr_matrix:
    """The same rows as a sparse matrix in which every place is filled."""
    n, width = rows.shape
    columns = np.tile(np.arange(width, dtype=np.int32), n)
    return sparse.csr_matrix((rows.ravel(), columns, np.arange(n + 1) * width), rows.shape)
