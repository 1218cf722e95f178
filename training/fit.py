"""Labelled findings to a model: features, heads, calibration. The same rows and recipe give the same
bits (one BLAS thread, fixed seeds, sorted vocabulary)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import cast

import numpy as np
from joblib import Parallel, cpu_count, delayed, parallel_config
from scipy import sparse
from threadpoolctl import threadpool_limits

from ..corpus.schema import Finding
from ..corpus.tasks import LABELS
from ..eval.views import gold, one_language
from ..models.classifier import LinearClassifier
from ..models.features import Features, Featurizer
from ..models.heads import Classifier, Head
from ..models.storage import rounded
from ..nlp.bitext import Bitext
from ..nlp.encoder import encoder
from .calibrate import calibrate
from .progress import Tell, silent
from .recipe import Recipe
from .solve import logistic
from .vectors import prepare


def views(bitexts: Sequence[Bitext]) -> list[Bitext]:
    """Every finding three times: both languages, English alone, Chinese alone."""
    return [
        *bitexts,
        *(one_language(b, "en") for b in bitexts),
        *(one_language(b, "zh") for b in bitexts),
    ]


@dataclass
class Fitted:
    """A model, and by task, shape (findings, labels), what it would say of each finding had it not
    learned from any of the finding's group; NaN where that was not tried."""

    model: Classifier
    outside: dict[str, np.ndarray]


def fit(
    findings: Sequence[Finding],
    situations: Sequence[str],
    recipe: Recipe,
    name: str,
    bitexts: Sequence[Bitext] | None = None,
) -> Classifier:
    """The model of ``cross_fit`` alone."""
    return cross_fit(findings, situations, recipe, name, bitexts).model


def cross_fit(
    findings: Sequence[Finding],
    situations: Sequence[str],
    recipe: Recipe,
    name: str,
    bitexts: Sequence[Bitext] | None = None,
    weights: np.ndarray | None = None,
    own: int = 0,
    tell: Tell = silent,
) -> Fitted:
    """A calibrated classifier of the labels that the findings' ``given`` holds.

    ``situations`` groups the findings for the cross-validation that calibrates, so that no situation
    is on both sides of a fold. ``weights``, one a finding: how much it counts. One fold is enough to
    calibrate by; held out besides are those that have one of the last ``own`` findings, the user's.
    """
    if bitexts is None:
        bitexts = prepare(findings, recipe.encoder, tell)
    with threadpool_limits(1):
        tell("reading features")
        features = Featurizer.fit(bitexts, encoder(recipe.encoder).dim, recipe.min_count)
        read = features.transform(views(bitexts))
        labels = {task: np.tile(y, 3) for task, y in gold(findings).items()}
        present = np.asarray(read.topic.getnnz(axis=1) > 0)
        weights = np.ones(len(findings)) if weights is None else weights
        fitter = _Fitter(read, labels, np.tile(weights, 3), present, features.widths, recipe)
        folds = deal(situations, recipe.folds, recipe.seed)
        tried = {0, *folds[len(folds) - own :].tolist()}
        heads = fitter.fit(np.tile(folds, 3), sorted(tried), tell)
        tell("calibrating")
        model = LinearClassifier(
            name, recipe.encoder, features, heads, 1.0, {"recipe": asdict(recipe)}
        )
        rows = present & np.isin(np.tile(folds, 3), [*tried])
        model.review_below = calibrate(
            heads,
            {task: scores[rows] for task, scores in fitter.outside_scores().items()},
            {task: y[rows] for task, y in labels.items()},
            model.own_words(read[rows]),
            recipe.risk,
            recipe.lost,
        )
    return Fitted(model, fitter.answers(model, len(findings)))


def deal(groups: Sequence[str], folds: int, seed: int) -> np.ndarray:
    """The fold of each row, shape (len(groups),): groups that stand beside each other go into
    different folds, so that each fold has something of every topic, and the last ``folds`` groups
    (few reports of a user's own, behind the corpus) are held out one by one."""
    names = list(dict.fromkeys(groups))[::-1]
    random = np.random.default_rng(seed)
    dealt = [fold for _ in range(0, len(names), folds) for fold in random.permutation(folds)]
    fold_of = dict(zip(names, dealt, strict=False))
    return np.array([fold_of[group] for group in groups])


class _Fitter:
    """Fits the heads on any rows of the features; each task sees the blocks by its own scales."""

    def __init__(
        self,
        features: Features,
        labels: dict[str, np.ndarray],
        weights: np.ndarray,
        present: np.ndarray,
        widths: tuple[int, int, int],
        recipe: Recipe,
    ):
        self.features, self.labels, self.present, self.recipe = features, labels, present, recipe
        self.weights, self.dense = weights, widths[0]
        self.held_out: list[tuple[np.ndarray, dict[str, Head]]] = []  # rows, and heads without them
        self.scales = {
            task: np.repeat(np.asarray(recipe.scales[task], np.float32), widths) for task in labels
        }

    def fit(self, folds: np.ndarray, tried: Sequence[int], tell: Tell) -> dict[str, Head]:
        """A head for each task from all rows; those without each fold of ``tried`` are kept in
        ``held_out``."""
        tasks = sorted(self.labels, key=lambda task: -len(LABELS[task]))  # the longest first
        parts = [self.present, *(self.present & (folds != fold) for fold in tried)]
        jobs = [(task, part & (self.labels[task] >= 0)) for task in tasks for part in parts]
        with parallel_config("threading", n_jobs=min(2, cpu_count())):
            found = Parallel(return_as="generator")(
                delayed(_head)(
                    task,
                    self.features.of(task),
                    rows,
                    self.labels[task][rows],
                    self.weights[rows],
                    self.scales[task],
                    self.recipe.strength,
                    self.dense,
                )
                for task, rows in jobs
            )
            heads: list[Head] = []
            for head in cast(Iterator[Head], found):
                heads.append(head)
                tell("fitting", len(heads), len(jobs))
        whole, *without = (
            dict(zip(tasks, heads[i :: len(parts)], strict=True)) for i in range(len(parts))
        )
        self.held_out = [
            (np.flatnonzero(folds == fold), part) for fold, part in zip(tried, without, strict=True)
        ]
        return whole

    def outside_scores(self) -> dict[str, np.ndarray]:
        """Per task the scores of each row from heads that never saw its fold; 0 where none were fitted."""
        scores: dict[str, np.ndarray] = {}
        for outside, heads in self.held_out:
            for task, head in heads.items():
                raw = self.features.of(task)[outside] @ head.weight + head.bias
                scores.setdefault(task, np.zeros((len(self.present), raw.shape[1])))[outside] = raw
        return scores

    def answers(self, model: LinearClassifier, n: int) -> dict[str, np.ndarray]:
        """By task, what the calibrated model says of the first ``n`` rows with the heads that never
        saw their fold; NaN where none were fitted."""
        answers = {task: np.full((n, len(LABELS[task])), np.nan) for task in LABELS}
        for outside, heads in self.held_out:
            rows = outside[outside < n]
            for task, head in heads.items():
                head.temperature = model.heads[task].temperature
            blind = LinearClassifier(model.name, model.encoder, model.features, heads, 1.0)
            for task, p in blind.probabilities(self.features[rows]).items():
                answers[task][rows] = p
        return answers


def _head(
    task: str,
    matrix: sparse.csr_matrix,
    rows: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    scale: np.ndarray,
    strength: float,
    dense: int,
) -> Head:
    """A head from those rows of the matrix, their labels and how much they count; the first ``dense``
    columns are."""
    names, x = LABELS[task], matrix[rows]
    x.data *= scale[x.indices]
    if task == "severity":
        columns = [
            _logistic(x, (y > k).astype(int), weights, 2, strength, dense)
            for k in range(len(names) - 1)
        ]
        weight = np.stack([w[:, 1] - w[:, 0] for w, _ in columns], axis=1)
        bias = np.array([b[1] - b[0] for _, b in columns])
    else:
        weight, bias = _logistic(x, y, weights, len(names), strength, dense)
    return Head(names, rounded(weight * scale[:, None]), bias, ordinal=task == "severity")


def _logistic(
    x: sparse.csr_matrix,
    y: np.ndarray,
    weights: np.ndarray,
    classes: int,
    strength: float,
    dense: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Weight (features, classes), bias (classes,); a class never seen gets a hopeless bias."""
    weight = np.zeros((cast(tuple[int, int], x.shape)[1], classes), np.float32)
    bias = np.full(classes, -20.0, np.float32)
    seen = np.unique(y)
    if len(seen) < 2:
        bias[seen] = 0.0
    else:
        numbers = np.searchsorted(seen, y)
        weight[:, seen], bias[seen] = logistic(x, numbers, weights, len(seen), strength, dense)
    return weight, bias
