"""A model's answers to labelled findings, scored from every side: by task, language, style and
difficulty; how far its probabilities can be trusted; where it fails; what takes the time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from ..corpus.labels import LANGS
from ..corpus.schema import Finding
from ..corpus.tasks import LABELS, TASKS
from ..nlp.bitext import Bitext
from ..nlp.encoder import SentenceEncoder
from ..nlp.pipeline import Pipeline
from .metrics import confusion, coverage, intervals, reliability, summary
from .views import Labelled, gold, hard, one_language

Scores = dict[str, dict[str, Any]]
Answers = Mapping[str, np.ndarray]
_ALL = (*TASKS, "finding")
_STAGES = ("segment", "encode", "extract", "features", "second reader", "labels")


class Features(Protocol):
    def transform(self, bitexts: Sequence[Bitext]) -> Any:
        """Whatever the model's ``probabilities`` takes; one row a bitext."""
        ...


class Model(Protocol):
    """Anything that gives each text a probability of every label."""

    name: str
    review_below: float

    @property
    def reading(self) -> float:
        """Seconds spent so far with reading texts once more, beside the features."""
        ...

    @property
    def features(self) -> Features: ...

    def probabilities(self, features: Any) -> Answers:
        """For each task (and "finding") an array of shape (n, labels), in the order of ``LABELS``."""
        ...


@dataclass
class Evaluation:
    """What a model reaches. Scores are by task: n, the measures of ``metrics.summary`` and
    "interval", their 95 % intervals.

    ``views``     by what the model was given: both languages, English alone, Chinese alone
    ``kinds``     by style or file; ``difficulty``: "easy" and "hard" (see ``views.hard``)
    ``bins``      by task, confidence against accuracy (see ``metrics.reliability``)
    ``coverage``  what the review rule sends to people, and the accuracy of the rest
    ``confusion`` by task, [label, predicted, how often], the most frequent mistake first
    ``mistakes``  the ten wrong labels that the model was surest of
    ``seconds``   by stage, both languages
    ``baselines`` by name, and ``learning``, the curve, where they were asked for
    """

    model: str
    data: str
    findings: int
    situations: int
    views: dict[str, Scores]
    kinds: dict[str, Scores]
    difficulty: dict[str, Scores]
    bins: dict[str, list[dict[str, float]]]
    coverage: dict[str, Any] | None
    confusion: dict[str, list[tuple[str, str, int]]]
    mistakes: list[dict[str, Any]]
    seconds: dict[str, float]
    baselines: dict[str, Scores] = field(default_factory=dict)
    learning: list[dict[str, Any]] = field(default_factory=list)


def evaluate(
    model: Model, findings: Sequence[Finding], bitexts: Sequence[Bitext]
) -> dict[str, dict[str, float]]:
    """Scores of a model by task, over the findings that have the task's label."""
    probabilities = model.probabilities(model.features.transform(bitexts))
    labels = gold(findings)
    known = _known(labels)
    return summary(
        {task: labels[task][rows] for task, rows in known.items()},
        {task: probabilities[task][rows] for task, rows in known.items()},
        tuple(known),
    )


def assess(
    model: Model,
    encoder: SentenceEncoder,
    test: Labelled,
    train: Sequence[Finding],
    data: str,
    step: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Everything about a model but the comparison with others; ``train`` only tells hard from easy.

    ``data`` names the test findings in the report; ``step`` is told what is being done.
    """
    labels = gold(test.findings)
    answers, seconds = _answers(model, encoder, test.findings, step)
    step("measuring")
    both = answers["both"]

    def among(view: str, rows: np.ndarray | dict[str, np.ndarray]) -> Scores:
        by_task = rows if isinstance(rows, dict) else {task: rows for task in _ALL}
        return scores(answers[view], labels, test.situations, by_task)

    given = {lang: np.array([lang in finding.texts for finding in test.findings]) for lang in LANGS}
    kinds, is_hard = np.asarray(test.kinds), hard(train, test.findings)
    known = {task: (labels[task][rows], both[task][rows]) for task, rows in _known(labels).items()}
    return Evaluation(
        model=model.name,
        data=data,
        findings=len(test.findings),
        situations=len(set(test.situations)),
        views={"both": scores(both, labels, test.situations)}
        | {lang: among(lang, rows) for lang, rows in given.items()},
        kinds={kind: among("both", kinds == kind) for kind, _ in Counter(test.kinds).most_common()},
        difficulty={
            "easy": among("both", {task: ~rows for task, rows in is_hard.items()}),
            "hard": among("both", is_hard),
        },
        bins={task: reliability(y, p) for task, (y, p) in known.items()},
        coverage=_coverage(both, labels, model.review_below),
        confusion={task: _mixed(task, confusion(y, p)) for task, (y, p) in known.items()},
        mistakes=_mistakes(both, labels, test),
        seconds=seconds,
    )


def scores(
    answers: Answers,
    labels: Mapping[str, np.ndarray],
    situations: Sequence[str],
    rows: Mapping[str, np.ndarray] | None = None,
) -> Scores:
    """The summary of each task with its intervals, over the rows that have its label (and are among
    ``rows``, by task)."""
    found: Scores = {}
    for task, known in _known(labels).items():
        chosen = known & rows[task] if rows else known
        if chosen.any():
            y, p = labels[task][chosen], answers[task][chosen]
            found[task] = summary({task: y}, {task: p}, (task,))[task]
            found[task]["interval"] = intervals(y, p, np.asarray(situations)[chosen], task)
    return found


class _Watch:
    """An encoder that notes when it was asked and when it had answered: what the pipeline does before
    is segmenting, what it does after is extracting."""

    def __init__(self, encoder: SentenceEncoder):
        self._encoder, self.name, self.dim = encoder, encoder.name, encoder.dim
        self.asked = self.answered = 0.0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked = time.perf_counter()
        vectors = self._encoder.encode(texts)
        self.answered = time.perf_counter()
        return vectors


def _answers(
    model: Model,
    encoder: SentenceEncoder,
    findings: Sequence[Finding],
    step: Callable[[str], None],
    batch: int = 256,
) -> tuple[dict[str, Answers], dict[str, float]]:
    """The probabilities in each view, and the seconds each stage took with both languages."""
    watch = _Watch(encoder)
    pipeline = Pipeline(watch)
    pipeline.process(findings[:1], ["classify"])  # dictionaries are read at the first text
    seconds = dict.fromkeys(_STAGES, 0.0)
    found: dict[str, list[Answers]] = {view: [] for view in ("both", *LANGS)}
    for first in range(0, len(findings), batch):
        step(f"labelling {first} of {len(findings)}")
        start = time.perf_counter()
        bitexts = pipeline.process(findings[first : first + batch], ["classify"])
        processed = time.perf_counter()
        features = model.features.transform(bitexts)
        transformed = time.perf_counter()
        before = model.reading
        found["both"].append(model.probabilities(features))
        reread = transformed + model.reading - before
        end = time.perf_counter()
        marks = (start, watch.asked, watch.answered, processed, transformed, reread, end)
        for stage, (begin, end) in zip(_STAGES, pairwise(marks), strict=True):
            seconds[stage] += end - begin
        for view in LANGS:
            alone = [one_language(bitext, view) for bitext in bitexts]
            found[view].append(model.probabilities(model.features.transform(alone)))
    joined: dict[str, Answers] = {
        view: {task: np.concatenate([part[task] for part in parts]) for task in _ALL}
        for view, parts in found.items()
    }
    return joined, {stage: round(value, 6) for stage, value in seconds.items()}


def _known(labels: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The rows that have a label, by task; tasks without any are left out."""
    return {task: rows for task in _ALL if (rows := labels[task] >= 0).any()}


def _coverage(
    answers: Answers, labels: Mapping[str, np.ndarray], threshold: float
) -> dict[str, Any] | None:
    """The review rule against the truth. A finding is right where area and status are and it was not
    taken for another text; another text is right where it was told apart. None where no finding has
    both labels."""
    findings = (labels["area"] >= 0) & (labels["status"] >= 0)
    rows = findings | (labels["finding"] == 0)
    if not findings.any():
        return None
    is_none = answers["finding"].argmax(axis=1) == 0
    confidence = np.where(
        is_none,
        answers["finding"][:, 0],
        np.minimum(answers["area"].max(axis=1), answers["status"].max(axis=1)),
    )
    labelled = np.ones(len(rows), bool)
    for task in ("area", "status"):
        labelled &= answers[task].argmax(axis=1) == labels[task]
    right = np.where(labels["finding"] == 0, is_none, labelled & ~is_none)
    confidence, right = confidence[rows], right[rows]
    kept = confidence >= threshold
    shares, accuracies = coverage(confidence, right)
    points = np.unique(np.linspace(0, len(shares) - 1, 200).astype(int))
    return {
        "n": int(rows.sum()),
        "threshold": threshold,
        "kept": round(float(kept.mean()), 4),
        "accuracy": round(float(right[kept].mean()), 4) if kept.any() else None,
        "of_the_rest": round(float(right[~kept].mean()), 4) if (~kept).any() else None,
        "curve": [[round(float(shares[i]), 4), round(float(accuracies[i]), 4)] for i in points],
    }


def _mixed(task: str, counts: np.ndarray) -> list[tuple[str, str, int]]:
    names = LABELS[task]
    cells = [(names[i], names[j], int(counts[i, j])) for i, j in np.argwhere(counts)]
    return sorted(cells, key=lambda cell: (cell[0] == cell[1], -cell[2]))


def _mistakes(
    answers: Answers, labels: Mapping[str, np.ndarray], test: Labelled, most: int = 10
) -> list[dict[str, Any]]:
    """The surest wrong labels, each situation once."""
    found: dict[str, dict[str, Any]] = {}
    for p, task, row in sorted(_wrong(answers, labels), reverse=True):
        finding = test.findings[row]
        found.setdefault(
            test.situations[row],
            {
                "id": finding.id,
                "kind": test.kinds[row],
                "task": task,
                "label": LABELS[task][labels[task][row]],
                "predicted": LABELS[task][answers[task][row].argmax()],
                "probability": round(p, 4),
                "en": finding.en,
                "zh": finding.zh,
            },
        )
        if len(found) == most:
            break
    return list(found.values())


def _wrong(answers: Answers, labels: Mapping[str, np.ndarray]) -> Iterator[tuple[float, str, int]]:
    for task, rows in _known(labels).items():
        p = answers[task]
        for row in np.flatnonzero(rows & (p.argmax(axis=1) != labels[task])):
            yield float(p[row].max()), task, int(row)
