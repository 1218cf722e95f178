"""Labelled findings to a model: features, heads, calibration. The same rows and recipe give the same
bits (one BLAS thread, fixed seeds, sorted vocabulary)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
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
from ..models.heads import Classifier, Head, softmax
from ..models.weights import rounded
from ..nlp.bitext import Bitext
from ..nlp.encoder import encoder
from .calibrate import calibrate, review_threshold
from .progress import Tell, silent
from .recipe import Recipe
from .solve import logistic
from .vectors import prepare

_ABOVE = np.array([0, 1], np.float32)  # of two answers, the second has the score
_UNKNOWN, _AS_BEFORE = -1, -2  # for labels: none is known; what the base answers


@dataclass
class Fitted:
    """A model, and by task, shape (findings, labels), what it would say of each finding had it not
    learned from any of the finding's group; NaN where that was not tried."""

    model: Classifier
    outside: dict[str, np.ndarray]


def threads() -> parallel_config:
    """While it is entered, two threads work where joblib is asked."""
    return parallel_config("threading", n_jobs=min(2, cpu_count()))


def views(bitexts: Sequence[Bitext]) -> list[Bitext]:
    """Every finding three times: both languages, English alone, Chinese alone."""
    return [
        *bitexts,
        *(one_language(b, "en") for b in bitexts),
        *(one_language(b, "zh") for b in bitexts),
    ]


def fit(
    findings: Sequence[Finding],
    situations: Sequence[str],
    recipe: Recipe,
    name: str,
    bitexts: Sequence[Bitext] | None = None,
    weights: np.ndarray | None = None,
    tell: Tell = silent,
) -> LinearClassifier:
    """A calibrated classifier of the labels that the findings' ``given`` holds.

    ``situations`` groups the findings: two parts are held out to calibrate by, and no situation is on both
    sides. From the first of them the second reader has not learned either; it tells what to review. ``weights``, one a finding: how much it counts.
    """
    if bitexts is None:
        bitexts = prepare(findings, recipe.encoder, tell)
    with threadpool_limits(1), threads():
        tell("reading features")
        features = Featurizer.fit(bitexts, encoder(recipe.encoder).dim, recipe.min_count)
        fitter = _Fitter(features, bitexts, weights, recipe)
        part = parts(situations, recipe)
        held_out = part < min(2, part.max())
        heads, without = fitter.fit([np.ones_like(held_out), ~held_out], tell)
        tell("calibrating")
        rows = np.flatnonzero(fitter.present & np.tile(held_out, 3))
        labels = {task: y[rows] for task, y in fitter.labels.items()}
        scores = {task: h.scores(fitter.read.of(task)[rows]) for task, h in without.items()}
        calibrate(heads, scores, labels, recipe.lost)
        for task, head in without.items():
            head.temperature = heads[task].temperature
        blind = LinearClassifier(name, recipe.encoder, features, without, 1.0, asks=recipe.asks)
        judged = rows[(labels["severity"] >= 0) & (np.tile(part, 3)[rows] == 0)]  # whole findings
        review_below = review_threshold(
            blind.probabilities(fitter.read[judged]),
            {task: y[judged] for task, y in fitter.labels.items()},
            recipe.risk,
        )
        about = {"recipe": asdict(recipe)}
        settings = name, recipe.encoder, features, heads, review_below, about, recipe.asks
        return LinearClassifier(*settings)


def adapt(
    base: LinearClassifier,
    sample: Sequence[Bitext],
    mine: Sequence[Bitext],
    groups: Sequence[str],
    weights: np.ndarray,
    recipe: Recipe,
    name: str,
    tell: Tell = silent,
) -> Fitted:
    """The base with what the user's findings, ``mine``, teach it; what it answers elsewhere moves as
    little as they allow. Where the base asks the second reader, they hold against that one as well.

    The heads' weights are penalised by their distance from the base's, and a ``sample`` of what the
    base has learned from is to be answered as the base answers it (Li & Hoiem 2016, "Learning without
    Forgetting"). ``weights`` count for both, sample first. ``groups``: what each of ``mine`` is held
    out with, to ask a model that has not seen it (``Fitted.outside``, of ``mine`` alone). Vocabulary
    and calibration are the base's.
    """
    with threadpool_limits(1), threads():
        fitter = _Fitter(base.features, [*sample, *mine], weights, recipe, base.heads)
        for of_task in fitter.labels.values():
            of_task.reshape(3, -1)[:, : len(sample)] = _AS_BEFORE
        if base.second:  # what the user says is to hold against it, too
            for task, worth in base.second.worth(base.heads, views(mine)).items():
                added = np.zeros((3, len(sample) + len(mine), worth.shape[1]), np.float32)
                added[:, len(sample) :] = worth.reshape(3, len(mine), -1)
                fitter.added[task] = added.reshape(-1, worth.shape[1])
        fold = np.append(np.full(len(sample), -1), deal(groups, recipe.folds, recipe.seed))
        tried = np.unique(fold[len(sample) :]).tolist()
        heads, *without = fitter.fit([np.ones_like(fold, bool), *(fold != k for k in tried)], tell)
        settings = base.name, base.encoder, base.features
        outside = {task: np.full((len(mine), len(LABELS[task])), np.nan) for task in LABELS}
        for k, of_others in zip(tried, without, strict=True):
            rows = np.flatnonzero(fold == k)
            blind = LinearClassifier(*settings, of_others, base.review_below, asks=base.asks)
            for task, p in blind.probabilities(fitter.read[rows]).items():
                outside[task][rows - len(sample)] = p
    about = {"recipe": asdict(recipe)}
    settings = name, base.encoder, base.features
    model = LinearClassifier(*settings, heads, base.review_below, about, base.asks)
    return Fitted(model, outside)


def deal(groups: Sequence[str], folds: int, seed: int) -> np.ndarray:
    """The fold of each row, shape (len(groups),): groups that stand beside each other go into
    different folds, so that each fold has something of every topic, and few groups (reports of a
    user's own) are held out one by one."""
    names = list(dict.fromkeys(groups))[::-1]
    random = np.random.default_rng(seed)
    dealt = [fold for _ in range(0, len(names), folds) for fold in random.permutation(folds)]
    fold_of = dict(zip(names, dealt, strict=False))
    return np.array([fold_of[group] for group in groups])


def parts(situations: Sequence[str], recipe: Recipe) -> np.ndarray:
    """The part of each finding, of as many as hold ``recipe.held_out`` of the situations each."""
    return deal(situations, min(round(1 / recipe.held_out), len(set(situations))), recipe.seed)


class _Fitter:
    """Fits the heads on some of the findings, each in its three views; each task sees the blocks of the
    features by its own scales. ``start``: heads that those fitted are to stay near."""

    def __init__(
        self,
        features: Featurizer,
        bitexts: Sequence[Bitext],
        weights: np.ndarray | None,
        recipe: Recipe,
        start: Mapping[str, Head] | None = None,
    ):
        seen = views(bitexts)
        self.read: Features = features.transform(seen)
        self.present = np.array([bool(b.en.text or b.zh.text) for b in seen])
        labels = gold([b.finding for b in bitexts])
        self.labels = {task: np.tile(y, 3) for task, y in labels.items()}
        self.weights = np.tile(np.ones(len(bitexts)) if weights is None else weights, 3)
        self.recipe, self.start, self.dense = recipe, start or {}, features.dim
        self.added: dict[str, np.ndarray] = {}  # to the scores of the heads in ``start``
        self.scales = {
            task: np.repeat(np.asarray(recipe.scales[task], np.float32), features.widths)
            for task in labels
        }

    def fit(self, parts: Sequence[np.ndarray], tell: Tell) -> list[dict[str, Head]]:
        """The heads by task from each part, a mask of the findings."""
        tasks = sorted(self.labels, key=lambda task: -len(LABELS[task]))  # the longest first
        jobs = [(task, np.tile(part, 3)) for task in tasks for part in parts]
        found = Parallel(return_as="generator")(
            delayed(self._head)(task, self.present & part & (self.labels[task] != _UNKNOWN))
            for task, part in jobs
        )
        heads: list[Head] = []
        for head in cast(Iterator[Head], found):
            heads.append(head)
            tell("fitting", len(heads), len(jobs))
        return [dict(zip(tasks, heads[i :: len(parts)], strict=True)) for i in range(len(parts))]

    def _head(self, task: str, rows: np.ndarray) -> Head:
        """The task's head from those rows of the features."""
        names, start, scale = LABELS[task], self.start.get(task), self.scales[task]
        x, y, weights = self.read.of(task)[rows], self.labels[task][rows], self.weights[rows]
        before = None if start is None else start.scores(x).astype(np.float32)
        if task in self.added:
            before += self.added[task][rows]
        x.data *= scale[x.indices]
        columns = np.arange(len(scale))
        if start is not None:  # what the user's findings do not show keeps its weight
            taught = y != _AS_BEFORE
            if not taught.any():
                return start
            columns = np.unique(x[taught].indices)
            x = sparse.csr_matrix(x[:, columns])
        found = []
        for target, so_far in _questions(task, y, before):
            w, b = _logistic(x, target, weights, self.recipe.strength, self.dense, so_far)
            found.append((w[:, 1:] - w[:, :1], b[1:] - b[:1]) if task == "severity" else (w, b))
        weight, bias = (np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
        weight *= scale[columns, None]
        if start is None:
            return Head(names, rounded(weight), bias, ordinal=task == "severity")
        moved = start.weight.copy()
        moved[columns] += weight
        return replace(start, weight=rounded(moved), bias=start.bias + bias)


def _questions(
    task: str, y: np.ndarray, before: np.ndarray | None
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """What is asked of a task's rows: which label it is or, of grades, whether it lies above each
    threshold. The answers wanted and the scores so far, shape (rows, answers) both."""
    asked = [(y, len(LABELS[task]), before)]
    if task == "severity":
        asked = [
            (
                (y > k).astype(int),
                2,
                None if before is None else before[:, [k]] * _ABOVE,
            )
            for k in range(len(LABELS[task]) - 1)
        ]
    for answers, classes, so_far in asked:
        target = np.eye(classes, dtype=np.float32)[answers]
        if so_far is not None:
            target[y == _AS_BEFORE] = softmax(so_far[y == _AS_BEFORE])
        yield target, so_far


def _logistic(
    x: sparse.csr_matrix,
    target: np.ndarray,
    weights: np.ndarray,
    strength: float,
    dense: int,
    before: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Weight (features, classes), bias (classes,), to be added to what gave the scores ``before``, if
    any did. A class never seen gets a hopeless bias, or stays as it was."""
    classes = target.shape[1]
    weight = np.zeros((cast(tuple[int, int], x.shape)[1], classes), np.float32)
    bias = np.full(classes, -20.0 if before is None else 0.0, np.float32)
    seen = np.flatnonzero(target.any(axis=0))
    if len(seen) < 2:
        bias[seen] = 0.0
    else:
        so_far = None if before is None else before[:, seen]
        weight[:, seen], bias[seen] = logistic(x, target[:, seen], weights, strength, dense, so_far)
    return weight, bias
