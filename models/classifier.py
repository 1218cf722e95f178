"""The classifier over fixed features, calibrated, with the words that decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np
from scipy import sparse

from ..corpus.labels import LANGS, Lang
from ..corpus.schema import Evidence
from ..nlp.bitext import Bitext
from .cues import CUES
from .features import Featurizer, Located
from .heads import OWN_WORDS, Classifier, FindingLabels, decide, spans


class LinearClassifier(Classifier):
    """Over sentence vectors, words and cues (see ``features``)."""

    features: Featurizer

    def vectors(self, features: sparse.csr_matrix) -> sparse.csr_matrix:
        return features

    def own_words(self, features: sparse.csr_matrix) -> np.ndarray:
        first = sum(self.features.widths) - len(CUES)
        return features[:, [first + cue for cue in OWN_WORDS]].toarray()

    def predict(self, bitexts: Sequence[Bitext]) -> list[FindingLabels]:
        located = [self.features.locate(bitext) for bitext in bitexts]
        matrix = self.features.transform(bitexts, located)
        scores = self.probabilities(matrix)
        first, width, _ = self.features.widths
        words = sparse.csr_matrix(matrix[:, first : first + width])
        labels = []
        for row, (bitext, found) in enumerate(zip(bitexts, located, strict=True)):
            entries = slice(words.indptr[row], words.indptr[row + 1])
            evidence = Laid(bitext, found, words.indices[entries], words.data[entries])
            p = {task: probability[row] for task, probability in scores.items()}
            labels.append(
                decide(self.heads, p, self.review_below, partial(self._evidence, evidence))
            )
        return labels

    def _evidence(self, words: Laid, task: str, label: int) -> list[Evidence]:
        first = self.features.dim
        return words.evidence(self.heads[task].direction(label, words.columns + first))


class Laid:
    """The known words and facts of one finding, laid over its characters.

    ``columns`` are those of the vocabulary that it shows, in order, ``values`` what stands in them.
    """

    def __init__(
        self, bitext: Bitext, found: Sequence[Located], columns: np.ndarray, values: np.ndarray
    ):
        self.bitext, self.columns, self.values = bitext, columns, values
        counts = Counter(column for column, _, _ in found)
        self._places = {
            lang: _places([(c, *span) for c, at, span in found if at == lang and span])
            for lang in LANGS
        }
        self._counts = np.array([counts[column] for column in columns.tolist()])

    def evidence(self, direction: np.ndarray) -> list[Evidence]:
        """The tokens that spoke most for a label; ``direction`` is the weight of each column for it.

        Each word's gain is shared evenly among its occurrences and laid over their characters.
        """
        gains = self.values * direction / self._counts
        laid: dict[Lang, np.ndarray] = {}
        for lang in LANGS:
            columns, lengths, characters = self._places[lang]
            each = gains[np.searchsorted(self.columns, columns)] / lengths
            size = len(self.bitext.side(lang).text)
            laid[lang] = np.bincount(characters, np.repeat(each, lengths), size)
        return spans(self.bitext, laid)


def _places(found: Sequence[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns and lengths of the occurrences, and the characters of all of them, one after another."""
    columns, start, end = np.array(found, np.int64).reshape(-1, 3).T
    lengths = end - start
    before = np.cumsum(lengths) - lengths
    characters = np.arange(lengths.sum()) + np.repeat(start - before, lengths)
    return columns, lengths, characters
