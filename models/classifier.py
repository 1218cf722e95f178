"""The classifier: linear heads over fixed features, calibrated, with the words that decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from ..corpus.catalogue import questions
from ..corpus.labels import AREAS, LANGS, Lang
from ..corpus.schema import Evidence, Prediction
from ..corpus.tasks import TASKS
from ..nlp.bitext import Bitext
from .cues import CUES
from .features import Featurizer, Located

# How much more often than not a status or grade word that was read off the text is the label: of the
# corpus's, fewer than 1 in 100 are not.
_OWN_WORD = 100.0


@dataclass
class Head:
    """One task's linear scores, shape (n, k), made into probabilities of its labels.

    An ordinal head (Frank & Hall 2001, "A Simple Approach to Ordinal Classification") has one column
    for each threshold between neighbouring labels: the log odds of lying above it.
    """

    labels: tuple[str, ...]
    weight: np.ndarray
    bias: np.ndarray
    temperature: float = 1.0
    ordinal: bool = False

    def probabilities(self, features: sparse.csr_matrix) -> np.ndarray:
        """Shape (n, len(labels)), rows sum to 1, columns in the order of ``labels``."""
        scores = (features @ self.weight + self.bias) / self.temperature
        if not self.ordinal:
            return softmax(scores)
        above = np.minimum.accumulate(1 / (1 + np.exp(-scores)), axis=1)
        edges = np.hstack([np.ones((len(above), 1)), above, np.zeros((len(above), 1))])
        return edges[:, :-1] - edges[:, 1:]

    def direction(self, label: int) -> np.ndarray:
        """The weight of each feature for that label against the others."""
        if not self.ordinal:
            return self.weight[:, label] - self.weight.mean(axis=1)
        up = self.weight[:, label - 1] if label else 0
        down = self.weight[:, label] if label < len(self.labels) - 1 else 0
        return np.asarray(up - down)


@dataclass
class FindingLabels:
    area: Prediction
    question: Prediction
    status: Prediction
    severity: Prediction
    review: bool


class LinearClassifier:
    """Labels findings in either language or both.

    ``encoder`` names the sentence encoder whose vectors it was trained on. ``review_below`` is the
    confidence (the smaller of area's and status's probability) under which a person should look.
    """

    def __init__(
        self,
        name: str,
        encoder: str,
        features: Featurizer,
        heads: dict[str, Head],
        review_below: float,
        recipe: dict[str, Any] | None = None,
    ):
        self.name, self.encoder, self.features, self.heads = name, encoder, features, heads
        self.review_below, self.recipe = review_below, recipe or {}

    def probabilities(self, features: sparse.csr_matrix) -> dict[str, np.ndarray]:
        """Per task an array of shape (n, labels); area and question agree with each other.

        The two heads are two witnesses of the area: their odds are averaged, and the question's
        probabilities are shared out within each area.
        """
        scores = {task: head.probabilities(features) for task, head in self.heads.items()}
        member = _AREA_OF_QUESTION
        of_questions = scores["question"] @ member
        area = np.sqrt(scores["area"] * np.maximum(of_questions, 1e-9))
        area /= area.sum(axis=1, keepdims=True)
        within = scores["question"] / np.maximum(of_questions @ member.T, 1e-9)
        scores["area"], scores["question"] = area, within * (area @ member.T)
        for task in ("status", "severity"):
            scores[task] = self._with_own_word(task, scores[task], features)
        return scores

    def _with_own_word(self, task: str, p: np.ndarray, features: sparse.csr_matrix) -> np.ndarray:
        """Where the text names its status or its grade, that word decides (the label schema's rule)."""
        first = sum(self.features.widths) - len(CUES)
        columns = [first + CUES.index(f"{task}:{label}") for label in self.heads[task].labels]
        p = p * (1 + (_OWN_WORD - 1) * features[:, columns].toarray())
        return p / p.sum(axis=1, keepdims=True)

    def predict(self, bitexts: Sequence[Bitext]) -> list[FindingLabels]:
        located = [self.features.locate(bitext) for bitext in bitexts]
        matrix = self.features.transform(bitexts, located)
        scores = self.probabilities(matrix)
        return [
            self._labels(bitext, found, matrix[row], {task: p[row] for task, p in scores.items()})
            for row, (bitext, found) in enumerate(zip(bitexts, located, strict=True))
        ]

    def _labels(
        self,
        bitext: Bitext,
        found: list[Located],
        row: sparse.csr_matrix,
        scores: dict[str, np.ndarray],
    ) -> FindingLabels:
        no, yes = scores["finding"]
        if no > yes:
            none = Prediction(label=None, probability=_round(no))
            return FindingLabels(none, none, none, none, review=bool(no < self.review_below))
        values = np.zeros(len(self.features.vocabulary), np.float32)
        vectors, width, _ = self.features.widths
        block = slice(vectors, vectors + width)
        words = row[:, block].tocoo()
        values[words.col] = words.data
        predictions = {}
        for task in TASKS:
            p = scores[task]
            if task == "question":  # the likeliest question of the likeliest area
                area = int(np.argmax(scores["area"]))
                order = np.argsort(-p * (1 + _AREA_OF_QUESTION[:, area]), kind="stable")
                best = int(order[np.argmax(_AREA_OF_QUESTION[order, area])])
                order = np.array([best, *(i for i in np.argsort(-p, kind="stable") if i != best)])
            else:
                order = np.argsort(-p, kind="stable")
            head = self.heads[task]
            best = int(order[0])
            predictions[task] = Prediction(
                label=head.labels[best],
                probability=_round(p[best]),
                alternatives=[(head.labels[i], _round(p[i])) for i in order[1:4] if p[i] >= 0.01],
                evidence=_evidence(bitext, found, values * head.direction(best)[block]),
            )
        sure = min(predictions["area"].probability, predictions["status"].probability)
        return FindingLabels(**predictions, review=sure < self.review_below)


def _evidence(
    bitext: Bitext, found: list[Located], gain: np.ndarray, most: int = 4
) -> list[Evidence]:
    """The tokens that spoke most for a label, neighbours joined.

    Each feature's gain is shared evenly among its occurrences and laid over their characters.
    """
    counts: dict[int, int] = {}
    for column, _, _ in found:
        counts[column] = counts.get(column, 0) + 1
    laid: dict[Lang, np.ndarray] = {lang: np.zeros(len(bitext.side(lang).text)) for lang in LANGS}
    for column, lang, span in found:
        if span and gain[column]:
            laid[lang][slice(*span)] += gain[column] / counts[column] / (span[1] - span[0])
    evidence = []
    for lang, track in laid.items():
        tokens = [
            (float(track[a:b].sum()), a, b)
            for a, b in bitext.side(lang).tokens
            if any(c.isalnum() for c in bitext.side(lang).text[a:b])
        ]
        top = sorted((t for t in tokens if t[0] > 0), reverse=True)[:most]
        spans: list[list[int]] = []
        for _, a, b in sorted(top, key=lambda t: t[1]):
            if spans and not bitext.side(lang).text[spans[-1][1] : a].strip():
                spans[-1][1] = b
            else:
                spans.append([a, b])
        evidence += [Evidence(lang=lang, start=a, end=b) for a, b in spans]
    return evidence


def softmax(scores: np.ndarray) -> np.ndarray:
    """Row-wise, shape kept."""
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def _round(p: Any) -> float:
    return round(float(p), 4)


_AREA_OF_QUESTION = np.array(
    [[float(question.area == area) for area in AREAS] for question in questions().values()]
)
