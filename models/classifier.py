"""The classifier over fixed features, calibrated, with the words that decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from scipy import sparse

from ..corpus.labels import LANGS, Lang
from ..corpus.schema import Evidence
from ..nlp.bitext import Bitext
from .cues import CUES
from .features import Featurizer
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
        matrix = self.features.transform(bitexts)
        scores = self.probabilities(matrix)
        first, width, _ = self.features.widths
        words = sparse.csr_matrix(matrix[:, first : first + width])
        labels = []
        for row, bitext in enumerate(bitexts):
            entries = slice(words.indptr[row], words.indptr[row + 1])
            evidence = Laid(bitext, self.features, words.indices[entries], words.data[entries])
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
        self,
        bitext: Bitext,
        features: Featurizer,
        columns: np.ndarray,
        values: np.ndarray,
    ):
        self.bitext, self.columns, self.values = bitext, columns, values
        self._places: dict[Lang, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        for lang in LANGS:
            column, starts, ends = features.locate(bitext.side(lang)).T
            entries = np.searchsorted(columns, column)
            self._places[lang] = entries, *_characters(starts, ends)
        entries = np.concatenate([entries for entries, _, _ in self._places.values()])
        self._counts = np.bincount(entries, minlength=len(columns))

    def evidence(self, direction: np.ndarray) -> list[Evidence]:
        """The tokens that spoke most for a label; ``direction`` is the weight of each column for it.

        Each word's gain is shared evenly among its occurrences and laid over their characters.
        """
        gains = self.values * direction / self._counts
        laid: dict[Lang, np.ndarray] = {}
        for lang, (entries, lengths, characters) in self._places.items():
            each = gains[entries] / lengths
            size = len(self.bitext.side(lang).text)
            laid[lang] = np.bincount(characters, np.repeat(each, lengths), size)
        return spans(self.bitext, laid)


def _characters(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The length of each occurrence, and the characters of all of them, one after another."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return lengths, np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
