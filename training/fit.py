"""Labelled findings to a model: features, heads, calibration. The same rows and recipe give the same
bits (one BLAS thread, fixed seeds, sorted vocabulary)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from ..corpus.schema import Finding
from ..corpus.tasks import LABELS
from ..eval.metrics import threshold_for
from ..eval.views import gold, one_language
from ..models.classifier import Head, LinearClassifier
from ..models.features import Featurizer
from ..nlp.bitext import Bitext
from ..nlp.encoder import encoder
from ..nlp.pipeline import Pipeline
from .recipe import Recipe

Step = Callable[[str], None]


def prepare(findings: Sequence[Finding], recipe: Recipe) -> list[Bitext]:
    """Segments, encodes and extracts: what the features are made of."""
    return Pipeline(encoder(recipe.encoder)).process(findings, ["classify"])


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
    step: Step = lambda _: None,
) -> LinearClassifier:
    """A calibrated classifier of the labels that the findings' ``given`` holds.

    ``situations`` groups the findings for the cross-validation that calibrates, so that no situation
    is on both sides of a fold. ``step`` is told what is being done.
    """
    if bitexts is None:
        step("reading and encoding")
        bitexts = prepare(findings, recipe)
    with threadpool_limits(1):
        features = Featurizer.fit(bitexts, encoder(recipe.encoder).dim, recipe.min_count)
        matrix = features.transform(views(bitexts))
        labels = {task: np.tile(y, 3) for task, y in gold(findings).items()}
        present = np.asarray(matrix.getnnz(axis=1) > 0)
        groups = np.tile(np.asarray(situations), 3)
        step("calibrating")
        fitter = _Fitter(matrix, labels, present, features.widths, recipe)
        outside = fitter.cross_validate(groups)
        step("fitting")
        heads = fitter.heads(present)
        for task, head in heads.items():
            head.temperature = _temperature(head, *outside[task])
        _spare_findings(heads["finding"], *outside["finding"], recipe)
    model = LinearClassifier(name, recipe.encoder, features, heads, 1.0, {"recipe": asdict(recipe)})
    model.review_below = _review_threshold(model, outside, labels, present, recipe)
    return model


class _Fitter:
    """Fits the heads on any rows of one matrix; each task sees the blocks by its own scales."""

    def __init__(
        self,
        matrix: sparse.csr_matrix,
        labels: dict[str, np.ndarray],
        present: np.ndarray,
        widths: tuple[int, int, int],
        recipe: Recipe,
    ):
        self.matrix, self.labels, self.present, self.recipe = matrix, labels, present, recipe
        self.scales = {
            task: np.repeat(np.asarray(recipe.scales[task], np.float32), widths) for task in labels
        }

    def heads(self, rows: np.ndarray) -> dict[str, Head]:
        """A head for each task from those rows (boolean mask) that have its label."""
        return {task: self._head(task, rows & (y >= 0)) for task, y in self.labels.items()}

    def _head(self, task: str, rows: np.ndarray) -> Head:
        names, scale, y = LABELS[task], self.scales[task], self.labels[task][rows]
        x = sparse.csr_matrix(self.matrix[rows] @ sparse.diags(scale))
        if task == "severity":
            columns = [self._logistic(x, (y > k).astype(int), 2) for k in range(len(names) - 1)]
            weight = np.stack([w[:, 1] - w[:, 0] for w, _ in columns], axis=1)
            bias = np.array([b[1] - b[0] for _, b in columns])
        else:
            weight, bias = self._logistic(x, y, len(names))
        return Head(names, weight * scale[:, None], bias, ordinal=task == "severity")

    def _logistic(
        self, x: sparse.csr_matrix, y: np.ndarray, classes: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Weight (features, classes), bias (classes,); a class never seen gets a hopeless bias."""
        weight = np.zeros((len(self.scales["area"]), classes), np.float32)
        bias = np.full(classes, -20.0, np.float32)
        seen = np.unique(y)
        if len(seen) < 2:
            bias[seen] = 0.0
            return weight, bias
        model = LogisticRegression(C=self.recipe.strength, max_iter=200, tol=1e-3).fit(x, y)
        if len(seen) == 2:
            weight[:, seen[1]], bias[seen] = model.coef_[0], (0.0, model.intercept_[0])
        else:
            weight[:, seen], bias[seen] = model.coef_.T, model.intercept_
        return weight, bias

    def cross_validate(self, groups: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Per task the scores of each row from heads that never saw its situation, and the gold."""
        scores: dict[str, np.ndarray] = {}
        folds = GroupKFold(self.recipe.folds, shuffle=True, random_state=self.recipe.seed)
        for inside, outside in folds.split(self.matrix, groups=groups):
            rows = np.zeros(len(groups), bool)
            rows[inside] = True
            for task, head in self.heads(rows & self.present).items():
                raw = self.matrix[outside] @ head.weight + head.bias
                scores.setdefault(task, np.zeros((len(groups), raw.shape[1])))[outside] = raw
        known = {task: self.present & (y >= 0) for task, y in self.labels.items()}
        return {
            task: (s[known[task]], self.labels[task][known[task]]) for task, s in scores.items()
        }


def _spare_findings(head: Head, scores: np.ndarray, y: np.ndarray, recipe: Recipe) -> None:
    """Moves the line between findings and other texts so that at most ``lost`` of unseen findings fall
    on the wrong side: to call a finding none costs more than to label a menu."""
    margin = scores[:, 1] - scores[:, 0]
    if (y == 1).any():
        head.bias[1] -= min(float(np.quantile(margin[y == 1], recipe.lost)), 0.0)


def _probabilities(head: Head, scores: np.ndarray, temperature: float) -> np.ndarray:
    return replace(
        head,
        weight=np.eye(scores.shape[1]),
        bias=np.zeros(scores.shape[1]),
        temperature=temperature,
    ).probabilities(sparse.csr_matrix(scores))


def _temperature(head: Head, scores: np.ndarray, y: np.ndarray) -> float:
    """The temperature that makes the held-out gold likeliest (Guo et al. 2017)."""

    def loss(log_t: float) -> float:
        p = _probabilities(head, scores, float(np.exp(log_t)))
        return -float(np.mean(np.log(np.maximum(p[np.arange(len(y)), y], 1e-6))))

    best = minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded")
    return round(float(np.exp(best["x"])), 4)  # pyright: ignore[reportIndexIssue]


def _review_threshold(
    model: LinearClassifier,
    outside: dict[str, tuple[np.ndarray, np.ndarray]],
    labels: dict[str, np.ndarray],
    present: np.ndarray,
    recipe: Recipe,
) -> float:
    rows = present & (labels["area"] >= 0) & (labels["status"] >= 0)
    confidence = np.ones(int(rows.sum()))
    right = np.ones(int(rows.sum()), bool)
    for task in ("area", "status"):
        scores, y = outside[task]
        kept = rows[present & (labels[task] >= 0)]
        p = _probabilities(model.heads[task], scores[kept], model.heads[task].temperature)
        confidence = np.minimum(confidence, p.max(axis=1))
        right &= p.argmax(axis=1) == y[kept]
    return round(threshold_for(confidence, right, recipe.risk), 4)
