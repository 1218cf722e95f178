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
        return [
            decide(
                self.heads,
                {task: p[row] for task, p in scores.items()},
                self.review_below,
                partial(self._evidence, bitext, found, matrix[row]),
            )
            for row, (bitext, found) in enumerate(zip(bitexts, located, strict=True))
        ]

    def _evidence(
        self, bitext: Bitext, found: list[Located], row: sparse.csr_matrix, task: str, label: int
    ) -> list[Evidence]:
        """Each word's gain is shared evenly among its occurrences and laid over their characters."""
        vectors, width, _ = self.features.widths
        block = slice(vectors, vectors + width)
        gain = row[:, block].toarray()[0] * self.heads[task].direction(label)[block]
        counts = Counter(column for column, _, _ in found)
        laid: dict[Lang, np.ndarray] = {
            lang: np.zeros(len(bitext.side(lang).text)) for lang in LANGS
        }
        for column, lang, span in found:
            if span and gain[column]:
                laid[lang][slice(*span)] += gain[column] / counts[column] / (span[1] - span[0])
        return spans(bitext, laid)
