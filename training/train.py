"""From findings to a model in a folder: collect, fit, compare with the model in use, write."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..corpus.schema import Finding, InputError, Report
from ..corpus.tasks import TASKS
from ..eval.metrics import summary
from ..eval.views import gold
from ..models import load_classifier, registry
from ..models.heads import Classifier
from ..models.storage import digest, save
from ..nlp.bitext import Bitext
from . import collect
from .card import card
from .compare import TaskChange, compare
from .duplicates import duplicates
from .finetune import finetune
from .fit import cross_fit
from .frozen import VIEWS, Frozen
from .label_errors import LabelError, label_errors
from .progress import Tell, silent
from .recipe import Recipe, read_recipe, recipe_text
from .vectors import prepare

Scores = dict[str, dict[str, float]]
LABEL_ERRORS = "label_errors.jsonl"


@dataclass
class OwnResult:
    """What became of the user's own findings, from so many ``reports`` (or sites). ``metrics``: scores of each finding held out with its
    report. ``change``: from the model in use to the new one on the ``compared`` findings that the
    first has not learned from; None where there are none, or fewer than two reports, which leaves
    nothing to hold out."""

    reports: int
    findings: int
    corrected: int
    repeated: int
    label_errors: list[LabelError]
    metrics: Scores
    compared: int
    change: list[TaskChange] | None


@dataclass
class TrainingResult:
    """A model, where it is, and what it reaches on findings that it never saw.

    ``metrics`` map view ("both", "en", "zh") to task to measure to value, on the frozen reference set;
    ``change`` maps view to what changes from the model in use (``in_use``, its name) to the new one;
    both None where there is no model in use. ``problems``: corrections that could not be used.
    """

    model: Classifier
    recipe: Recipe
    folder: Path
    trained_on: int
    tested_on: int
    metrics: dict[str, Scores]
    in_use: str | None
    change: dict[str, list[TaskChange]] | None
    own: OwnResult | None
    problems: list[InputError]


def train(
    reports: Sequence[Report],
    corrections: Sequence[Finding] = (),
    folder: Path | None = None,
    config: Path | None = None,
    in_use: str | Path = registry.DEFAULT,
    tell: Tell = silent,
) -> TrainingResult:
    """Fits on the corpus and the user's own labelled findings, evaluates, and writes the model to
    ``folder`` or, without one, as a version into the registry.

    The same inputs give the same model, bit for bit.

    Raises:
        InputError: for a recipe or a model in use that cannot be read, for reports without a
            single label, and where the model could not be written.
    """
    recipe = read_recipe(config)
    used = _load(in_use)
    own = collect.own(reports, corrections)
    if not own.findings and (reports or corrections):
        raise InputError(
            reports[0].file if reports else corrections[0].source.file,
            "no finding in the input has a label",
            "add a column area, question, status or severity, or give amfori extracts",
        )
    _check_writable(folder or registry.home())
    frozen = Frozen(tell)
    lessons = _lessons(own, recipe, frozen, tell)
    learn = finetune if recipe.transformer else cross_fit
    fitted = learn(
        lessons.findings,
        lessons.groups,
        recipe,
        "",
        lessons.bitexts,
        lessons.weights,
        len(lessons.findings) - lessons.written,
        tell,
    )
    model = fitted.model
    model.recipe |= {
        "data": {
            "corpus": _fingerprint(lessons.findings[: lessons.written]),
            "own": _fingerprint(lessons.findings[lessons.written :]),
            "frozen": _fingerprint(frozen.findings),
        },
        "learned": [_identity(finding) for finding in lessons.findings[lessons.written :]],
    }
    model.name = f"{folder.resolve().name}-{__version__}" if folder else f"m{digest(model)}"
    answers = frozen.answers(model)
    result = TrainingResult(
        model=model,
        recipe=recipe,
        folder=folder or registry.home() / "models" / model.name,
        trained_on=len(lessons.findings),
        tested_on=len(frozen.findings),
        metrics={view: _scores(frozen.labels, answers[view]) for view in VIEWS},
        in_use=used.name if used else None,
        change=frozen.compare(frozen.answers(used), answers) if used else None,
        own=_own_result(own, lessons, fitted.outside, used, tell) if own.findings else None,
        problems=own.problems,
    )
    _write(result, in_registry=folder is None)
    return result


def _check_writable(folder: Path) -> None:
    """Makes the folder. Raises InputError where it takes no file: before the work, and not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise InputError(str(folder), what, "name a folder you can write to") from None


@dataclass
class _Lessons:
    """What is learned from: ``written`` findings of the corpus, then the user's own."""

    findings: list[Finding]
    groups: list[str]
    weights: np.ndarray
    bitexts: list[Bitext]
    written: int
    encoder: str


def _lessons(own: collect.Own, recipe: Recipe, frozen: Frozen, tell: Tell) -> _Lessons:
    """The corpus and, of the user's own findings, those that tell something new."""
    parts = [
        (collect.corpus("train"), recipe.weights.corpus),
        (collect.composed_findings(), recipe.weights.corpus),
        (collect.catalogue_findings(), recipe.weights.corpus),
        (collect.point_findings(), recipe.weights.points),
        (collect.contrast_findings(), recipe.weights.contrasts),
    ]
    situations = [name for (_, names), _ in parts for name in names]
    known = prepare([f for (findings, _), _ in parts for f in findings], recipe.encoder, tell)
    counts = [weight for (findings, _), weight in parts for _ in findings]
    # Corrected ones first: of two that repeat each other, a person's label is kept.
    order = sorted(range(len(own.findings)), key=lambda i: not own.corrected[i])
    mine = prepare([own.findings[i] for i in order], recipe.encoder, tell)
    tell("looking for findings told twice")
    repeated = duplicates(mine, [*known, *frozen.bitexts(recipe.encoder)], recipe.alike)
    kept = np.flatnonzero(~repeated)
    corrected = [own.corrected[order[i]] for i in kept]
    weights = [recipe.weights.corrections if c else recipe.weights.reports for c in corrected]
    return _Lessons(
        [b.finding for b in known] + [mine[i].finding for i in kept],
        [*situations, *(f"own: {own.groups[order[i]]}" for i in kept)],
        np.array(counts + weights),
        known + [mine[i] for i in kept],
        len(known),
        recipe.encoder,
    )


def _own_result(
    own: collect.Own,
    lessons: _Lessons,
    outside: dict[str, np.ndarray],
    used: Classifier | None,
    tell: Tell,
) -> OwnResult:
    """How the user's own findings fare with models that have not seen their report.

    These are the models that calibrate: they lack one fold of the corpus, too, which weighs a little
    against the new model.
    """
    findings, bitexts = lessons.findings[lessons.written :], lessons.bitexts[lessons.written :]
    asked_of = ~np.isnan(outside["area"][:, 0])
    here = asked_of[lessons.written :]
    new = {task: outside[task][lessons.written :] for task in TASKS}
    labels = {task: np.where(here, y, -1) for task, y in gold(findings).items() if task in TASKS}
    change, fresh = None, []
    if used and len(set(lessons.groups[lessons.written :])) > 1:
        learned = set(used.recipe.get("learned", ()))
        fresh = [i for i, f in enumerate(findings) if here[i] and _identity(f) not in learned]
    if used and fresh:
        asked = [bitexts[i] for i in fresh]
        if used.encoder != lessons.encoder:
            asked = prepare([findings[i] for i in fresh], used.encoder, tell)
        old = used.probabilities(used.features.transform(asked))
        change = compare(
            {task: y[fresh] for task, y in labels.items()},
            old,
            {task: p[fresh] for task, p in new.items()},
        )
    rows = np.flatnonzero(asked_of)
    return OwnResult(
        reports=len(set(own.groups)),
        findings=len(own.findings),
        corrected=sum(own.corrected),
        repeated=len(own.findings) - len(findings),
        label_errors=label_errors(
            [lessons.findings[i] for i in rows],
            {task: p[rows] for task, p in outside.items()},
            rows >= lessons.written,
        ),
        metrics=_scores(labels, new),
        compared=len(fresh),
        change=change,
    )


def _write(result: TrainingResult, in_registry: bool) -> None:
    files = {
        "metrics.json": _json(_numbers(result)),
        "card.md": card(result),
        "recipe.yaml": recipe_text(result.recipe, result.model.recipe["data"]),
    }
    if result.own:
        lines = [json.dumps(asdict(e), ensure_ascii=False) for e in result.own.label_errors]
        files[LABEL_ERRORS] = "".join(f"{line}\n" for line in lines)
    if in_registry:
        registry.register(result.model.name, lambda folder: save(result.model, folder, files))
    else:
        save(result.model, result.folder, files)


def _numbers(result: TrainingResult) -> dict[str, Any]:
    """What ``metrics.json`` holds."""
    numbers: dict[str, Any] = {
        **result.metrics,
        "trained_on": result.trained_on,
        "tested_on": result.tested_on,
    }
    if result.change:
        changes = {view: [asdict(c) for c in found] for view, found in result.change.items()}
        numbers["against"] = {"model": result.in_use, **changes}
    if result.own:
        numbers["own"] = asdict(result.own) | {"label_errors": len(result.own.label_errors)}
    return numbers


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _scores(labels: dict[str, np.ndarray], answers: dict[str, np.ndarray]) -> Scores:
    """Scores by task over the findings that have the task's label."""
    known = {task: y >= 0 for task, y in labels.items() if (y >= 0).any()}
    return summary(
        {task: labels[task][rows] for task, rows in known.items()},
        {task: answers[task][rows] for task, rows in known.items()},
        tuple(known),
    )


def _load(in_use: str | Path) -> Classifier | None:
    """The model in use; None where the shipped one, the first of all, is yet to be made."""
    if registry.folder_of(in_use).is_dir():
        return load_classifier(in_use)
    return None


def _identity(finding: Finding) -> str:
    """What a finding's texts are known by, without saying what they are."""
    texts = json.dumps({lang: finding.texts[lang].text for lang in sorted(finding.texts)})
    return hashlib.sha256(texts.encode()).hexdigest()[:16]


def _fingerprint(findings: Sequence[Finding]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for finding in findings:
        digest.update(finding.model_dump_json(include={"id", "texts", "given"}).encode())
    return {"findings": len(findings), "sha256": digest.hexdigest()}
