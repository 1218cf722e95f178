"""The classifier over fixed features, calibrated, with the words that decided; a second reader is asked
where it is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse

from ..corpus.labels import LANGS, Lang
from ..corpus.schema import Evidence
from ..nlp.bitext import Bitext
from .cues import CUES
from .features import OF_STATE, Features, Featurizer, states_of, within
from .heads import OWN_WORDS, Classifier, FindingLabels, Head, combine, decide, spans
from .reader import reader

# From here on the second reader hardly changes an answer.
_SURE = {"finding": 0.9, "area": 0.9, "status": 0.98, "severity": 0.7}


class LinearClassifier(Classifier):
    """Over sentence vectors, words and cues (see ``features``). ``asks``: whether the second reader is
    asked about findings of which this one is not sure."""

    features: Featurizer

    def __init__(
        self,
        name: str,
        encoder: str,
        features: Featurizer,
        heads: dict[str, Head],
        review_below: float,
        recipe: dict[str, Any] | None = None,
        asks: bool = False,
    ):
        super().__init__(name, encoder, features, heads, review_below, recipe)
        self.second = reader() if asks else None

    @property
    def asks(self) -> bool:
        return self.second is not None

    @property
    def reading(self) -> float:
        return self.second.network.seconds if self.second else 0.0

    def combined(
        self, p: dict[str, np.ndarray], own_words: np.ndarray, features: Features
    ) -> dict[str, np.ndarray]:
        found = combine(p, own_words)
        if not self.second:
            return found
        sure = {task: found[task].max(axis=1) >= least for task, least in _SURE.items()}
        is_one = found["finding"].argmax(axis=1) == 1
        settled = sure["area"] & sure["status"] & sure["severity"]
        rows = np.flatnonzero(~sure["finding"] | is_one & ~settled)
        if len(rows):
            mine = {task: of_task[rows] for task, of_task in p.items()}
            ours = self.second.weigh(mine, [features.bitexts[row] for row in rows.tolist()])
            for task, of_task in combine(ours, own_words[rows]).items():
                found[task][rows] = of_task
        return found

    def read(self, features: Features, task: str) -> sparse.csr_matrix:
        return features.of(task)

    def own_words(self, features: Features) -> np.ndarray:
        first = sum(self.features.widths) - len(CUES)
        return features.state[:, [first + cue for cue in OWN_WORDS]].toarray()

    def predict(self, bitexts: Sequence[Bitext]) -> list[FindingLabels]:
        features = self.features.transform(bitexts)
        scores = self.probabilities(features)
        labels = []
        for row, bitext in enumerate(bitexts):
            topic = state = Laid(bitext, self.features, features.topic[row], whole=True)
            if bitext.en.previous or bitext.zh.previous:
                state = Laid(bitext, self.features, features.state[row], whole=False)
            p = {task: probability[row] for task, probability in scores.items()}
            evidence = partial(self._evidence, topic, state)
            labels.append(decide(self.heads, p, self.review_below, evidence))
        return labels

    def _evidence(self, topic: Laid, state: Laid, task: str, label: int) -> list[Evidence]:
        words = state if task in OF_STATE else topic
        first = self.features.dim
        return words.evidence(self.heads[task].direction(label, words.columns + first))


class Laid:
    """The known words and facts of one finding, those of the whole text or of its current state, laid
    over its characters.

    ``columns`` are those of the vocabulary that it shows, in order, ``values`` what stands in them in
    the finding's row of the features.
    """

    def __init__(self, bitext: Bitext, features: Featurizer, row: sparse.csr_matrix, whole: bool):
        first, width, _ = features.widths
        words = sparse.csr_matrix(row[:, first : first + width])
        self.bitext, self.columns, self.values = bitext, words.indices, words.data
        self._places: dict[Lang, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        for lang in LANGS:
            side = bitext.side(lang)
            column, starts, ends = within(features.locate(side), states_of(side, whole)).T
            entries = np.searchsorted(self.columns, column)
            self._places[lang] = entries, *_characters(starts, ends)
        entries = np.concatenate([entries for entries, _, _ in self._places.values()])
        self._counts = np.bincount(entries, minlength=len(self.columns))

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
