"""What the classifier sees of a finding: sentence vectors, words with linked laws and quantities,
and cues.

Only the current state counts (severity is that of what remains now); that there was an earlier one
is a cue. Words are named by strings, so a weight can be read and traced to its place in the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from scipy import sparse

from ..corpus.catalogue import laws
from ..corpus.labels import LANGS, Lang
from ..corpus.schema import Entity
from ..nlp.bitext import Bitext, Side
from .cues import CUES, cues

# A feature and the characters of the text it comes from (None: from no one place).
Occurrence = tuple[str, tuple[int, int] | None]
Located = tuple[int, Lang, tuple[int, int] | None]


def occurrences(side: Side) -> Iterator[Occurrence]:
    """Every sparse feature of one side's current state, with its place in the text."""
    if not side.text:
        return
    start, end = side.current
    tokens = [(a, b) for a, b in side.tokens if a >= start and b <= end]
    words = [(_shape(side.text[a:b]), a, b) for a, b in tokens]
    lang = side.lang
    for word, a, b in words:
        if len(word) > 1 or lang == "zh":
            yield f"{lang}:{word}", (a, b)
        if lang == "en" and len(word) > 5:
            yield f"{lang}~{word[:5]}", (a, b)  # a cheap stem: labour/labor apart, plurals together
    for (first, a, _), (second, _, b) in pairwise(words):
        if first.isalnum() and second.isalnum():
            yield f"{lang}:{first} {second}", (a, b)
    if lang == "zh":
        for i in range(start, end - 1):
            pair = side.text[i : i + 2]
            if "\u3400" <= pair[0] <= "\u9fff" and "\u3400" <= pair[1] <= "\u9fff":
                yield f"zh~{pair}", (i, i + 2)
    for entity in side.entities:
        if start <= entity.start and entity.end <= end:
            for name in _fact_features(entity):
                yield name, (entity.start, entity.end)


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


def mean_vector(side: Side) -> np.ndarray | None:
    """Mean of the unit vectors of the current state's sentences, weighted by the root of their
    length; None where there is none."""
    start, end = side.current
    rows = [i for i, (a, b) in enumerate(side.sentences) if a >= start and b <= end]
    if not rows:
        return None
    weights = np.sqrt([side.sentences[i][1] - side.sentences[i][0] for i in rows])
    return np.asarray(weights / weights.sum() @ side.vectors[rows], np.float32)


class Featurizer:
    """Bitexts to a matrix of three blocks: ``dim`` columns of sentence vectors (their mean, of unit
    length), one column a vocabulary entry (TF-IDF, unit rows), one a cue (0 or 1)."""

    def __init__(self, vocabulary: Sequence[str], idf: np.ndarray, dim: int):
        self.vocabulary = {name: column for column, name in enumerate(vocabulary)}
        self.idf, self.dim = np.asarray(idf, np.float32), dim

    @property
    def widths(self) -> tuple[int, int, int]:
        """Columns of each block: vectors, words, cues."""
        return self.dim, len(self.vocabulary), len(CUES)

    @classmethod
    def fit(cls, bitexts: Iterable[Bitext], dim: int, min_count: int) -> Featurizer:
        """Learns the vocabulary: features that stand in at least ``min_count`` findings."""
        seen: Counter[str] = Counter()
        n = 0
        for bitext in bitexts:
            n += 1
            seen.update({name for lang in LANGS for name, _ in occurrences(bitext.side(lang))})
        kept = sorted(name for name, count in seen.items() if count >= min_count)
        idf = np.log((1 + n) / (1 + np.array([seen[name] for name in kept], np.float64))) + 1
        return cls(kept, idf, dim)

    def locate(self, bitext: Bitext) -> list[Located]:
        """The known words and facts of a finding: column of the vocabulary, language, place."""
        return [
            (column, lang, span)
            for lang in LANGS
            for name, span in occurrences(bitext.side(lang))
            if (column := self.vocabulary.get(name)) is not None
        ]

    def transform(
        self, bitexts: Sequence[Bitext], located: Sequence[list[Located]] | None = None
    ) -> sparse.csr_matrix:
        """Shape (len(bitexts), sum(widths)), float32."""
        indptr, indices, data = [0], [], []
        for found in located or [self.locate(bitext) for bitext in bitexts]:
            counts = Counter(column for column, _, _ in found)
            columns = sorted(counts)
            values = (1 + np.log([counts[c] for c in columns])) * self.idf[columns]
            indices.extend(columns)
            data.extend(values / max(float(np.linalg.norm(values)), 1e-9))
            indptr.append(len(indices))
        words = sparse.csr_matrix(
            (np.asarray(data, np.float32), indices, indptr),
            shape=(len(bitexts), len(self.vocabulary)),
        )
        vectors = np.zeros((len(bitexts), self.dim), np.float32)
        cue_rows = np.zeros((len(bitexts), len(CUES)), np.float32)
        for row, bitext in enumerate(bitexts):
            means = [v for lang in LANGS if (v := mean_vector(bitext.side(lang))) is not None]
            if means:
                mean = np.mean(means, axis=0)
                vectors[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
            cue_rows[row] = cues(bitext)
        blocks = [sparse.csr_matrix(vectors), words, sparse.csr_matrix(cue_rows)]
        return sparse.csr_matrix(sparse.hstack(blocks, format="csr"))
