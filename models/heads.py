"""From scores to labels: what all classifiers share, whatever their features are.

Heads make probabilities; area and question are brought to agree; a status or grade that the text
names decides; the likeliest labels are answered, with the words that spoke for them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from ..corpus.catalogue import questions
from ..corpus.labels import AREAS, LANGS, Lang
from ..corpus.schema import Evidence, Prediction
from ..corpus.tasks import LABELS, TASKS
from ..nlp.bitext import Bitext, Side
from .cues import CUES

# How much more often than not a status or grade word that was read off the text is the label: of the
# corpus's, fewer than 1 in 100 are not.
_OWN_WORD = 100.0
_OF_TASK = {task: [f"{task}:{label}" for label in LABELS[task]] for task in ("status", "severity")}
# The numbers of the cues that say which status and which grade a text names.
OWN_WORDS = [CUES.index(cue) for cues in _OF_TASK.values() for cue in cues]


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

    def probabilities(self, features: sparse.csr_matrix | np.ndarray) -> np.ndarray:
        """Shape (n, len(labels)), rows sum to 1, columns in the order of ``labels``."""
        return self.distribution(self.scores(features))

    def scores(self, features: sparse.csr_matrix | np.ndarray) -> np.ndarray:
        """Shape (n, columns of the weight)."""
        return features @ self.weight + self.bias

    def distribution(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities from the scores."""
        return distribution(scores, self.temperature, self.ordinal)

    def direction(self, label: int, features: np.ndarray | slice = slice(None)) -> np.ndarray:
        """The weight of each feature, or of some, for that label against the others."""
        weight = self.weight[features]
        if not self.ordinal:
            return weight[:, label] - weight.mean(axis=1)
        up = weight[:, label - 1] if label else 0
        down = weight[:, label] if label < len(self.labels) - 1 else 0
        return np.asarray(up - down)


@dataclass
class FindingLabels:
    area: Prediction
    question: Prediction
    status: Prediction
    severity: Prediction
    review: bool


class Classifier(ABC):
    """Labels findings in either language or both, by linear heads over features.

    ``encoder`` names the sentence encoder whose vectors the bitexts bring. ``review_below`` is the
    confidence (the smaller of area's and status's probability) under which a person should look.
    """

    def __init__(
        self,
        name: str,
        encoder: str,
        features: Any,
        heads: dict[str, Head],
        review_below: float,
        recipe: dict[str, Any] | None = None,
    ):
        self.name, self.encoder, self.features, self.heads = name, encoder, features, heads
        self.review_below, self.recipe = review_below, recipe or {}

    def probabilities(self, features: Any) -> dict[str, np.ndarray]:
        """Per task an array of shape (n, labels); area and question agree with each other.
        ``features`` is what the classifier's ``features.transform`` gives."""
        p = {
            task: head.probabilities(self.read(features, task)) for task, head in self.heads.items()
        }
        return self.combined(p, self.own_words(features), features)

    def combined(
        self, p: dict[str, np.ndarray], own_words: np.ndarray, features: Any
    ) -> dict[str, np.ndarray]:
        """The heads' probabilities, brought to agree."""
        return combine(p, own_words)

    @property
    def reading(self) -> float:
        """Seconds spent so far with reading texts once more, beside the features."""
        return 0.0

    @abstractmethod
    def read(self, features: Any, task: str) -> Any:
        """What the head of that task reads of the features."""

    @abstractmethod
    def own_words(self, features: Any) -> np.ndarray:
        """Which status and grade each text names: the cues ``OWN_WORDS``, shape (n, len(OWN_WORDS))."""

    @abstractmethod
    def predict(self, bitexts: Sequence[Bitext]) -> list[FindingLabels]:
        """The labels of each finding, with the words that decided."""


def combine(scores: Mapping[str, np.ndarray], own_words: np.ndarray) -> dict[str, np.ndarray]:
    """The heads' probabilities by task, each of shape (n, labels), brought to agree.

    The heads of area and question are two witnesses of the area: their odds are averaged, those of the
    question, which says more, counting twice; and its probabilities are shared out within each area.
    Where the text names its status or its grade, that word decides (the label schema's rule):
    ``own_words`` holds the cues ``OWN_WORDS``, 0 or 1, shape (n, len(OWN_WORDS)). What is corrected is
    an observation, which is therefore at least as likely.
    """
    member = _AREA_OF_QUESTION
    of_questions = scores["question"] @ member
    area = np.cbrt(scores["area"] * np.maximum(of_questions, 1e-9) ** 2)
    area /= area.sum(axis=1, keepdims=True)
    within = scores["question"] / np.maximum(of_questions @ member.T, 1e-9)
    combined = {**scores, "area": area, "question": within * (area @ member.T)}
    first = 0
    for task, names in _OF_TASK.items():
        p = scores[task] * (1 + (_OWN_WORD - 1) * own_words[:, first : first + len(names)])
        combined[task] = p / p.sum(axis=1, keepdims=True)
        first += len(names)
    severity = combined["severity"]
    least = np.maximum(severity[:, _OBSERVATION], combined["status"][:, _CORRECTED])
    severity *= ((1 - least) / np.maximum(1 - severity[:, _OBSERVATION], 1e-9))[:, None]
    severity[:, _OBSERVATION] = least
    return combined


def decide(
    heads: Mapping[str, Head],
    p: Mapping[str, np.ndarray],
    review_below: float,
    evidence: Callable[[str, int], list[Evidence]],
) -> FindingLabels:
    """One finding's labels from its probabilities by task, each of shape (labels,).

    ``evidence(task, label number)`` gives the words that spoke for a label. ``review`` is set where
    the smaller of area's and status's probability lies under ``review_below``.
    """
    no, yes = p["finding"]
    if no > yes:
        none = Prediction(label=None, probability=_round(no))
        return FindingLabels(none, none, none, none, review=bool(no < review_below))
    predictions = {}
    for task in TASKS:
        order = np.argsort(-p[task], kind="stable")
        if task == "question":  # the likeliest question of the likeliest area
            area = int(np.argmax(p["area"]))
            best = int(order[np.argmax(_AREA_OF_QUESTION[order, area])])
            order = np.array([best, *(i for i in order if i != best)])
        best, labels = int(order[0]), heads[task].labels
        predictions[task] = Prediction(
            label=labels[best],
            probability=_round(p[task][best]),
            alternatives=[
                (labels[i], _round(p[task][i])) for i in order[1:4] if p[task][i] >= 0.01
            ],
            evidence=evidence(task, best),
        )
    sure = min(predictions["area"].probability, predictions["status"].probability)
    return FindingLabels(**predictions, review=sure < review_below)


def passage(side: Side, prefix: str, earlier: str) -> str:
    """A side as an encoder reads it: behind ``prefix`` its current state, in front of which stand an
    earlier state, if it has one, and ``earlier``. Empty where it has no current state."""
    current = side.text[slice(*side.current)]
    if not current.strip():
        return ""
    if not side.previous:
        return prefix + current
    return f"{prefix}{side.text[slice(*side.previous)]} {earlier}{current}"


def spans(bitext: Bitext, laid: Mapping[Lang, np.ndarray], most: int = 4) -> list[Evidence]:
    """The tokens that spoke most for a label, neighbours joined; ``laid`` gives what each character
    of a side's text contributed."""
    evidence = []
    for lang in LANGS:
        side = bitext.side(lang)
        tokens = _said(side)
        if not len(tokens):
            continue
        # Sums over [start, end): every second one, between the edges of one token.
        gains = np.add.reduceat(np.append(laid[lang], 0.0), tokens.ravel())[::2]
        best = np.flatnonzero(gains > 0)
        best = best[np.lexsort((best, gains[best]))[::-1][:most]]
        found: list[list[int]] = []
        for a, b in tokens[np.sort(best)].tolist():
            if found and not side.text[found[-1][1] : a].strip():
                found[-1][1] = b
            else:
                found.append([a, b])
        evidence += [Evidence(lang=lang, start=a, end=b) for a, b in found]
    return evidence


def _said(side: Side) -> np.ndarray:
    """The tokens that hold a letter or a digit, (n, 2)."""
    if "said" not in side.memo:
        said = [(a, b) for a, b in side.tokens if any(map(str.isalnum, side.text[a:b]))]
        side.memo["said"] = np.array(said, np.int64).reshape(-1, 2)
    return side.memo["said"]


def distribution(scores: np.ndarray, temperature: float, ordinal: bool) -> np.ndarray:
    """The probabilities that a head's scores stand for (see ``Head``)."""
    scores = scores / temperature
    if not ordinal:
        return softmax(scores)
    above = np.minimum.accumulate(1 / (1 + np.exp(-scores)), axis=1)
    edges = np.hstack([np.ones((len(above), 1)), above, np.zeros((len(above), 1))])
    return edges[:, :-1] - edges[:, 1:]


def softmax(scores: np.ndarray) -> np.ndarray:
    """Row-wise, shape kept."""
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def _round(p: Any) -> float:
    return round(float(p), 4)


_CORRECTED = LABELS["status"].index("corrected")
_OBSERVATION = LABELS["severity"].index("observation")
_AREA_OF_QUESTION = np.array(
    [[float(question.area == area) for area in AREAS] for question in questions().values()]
)
