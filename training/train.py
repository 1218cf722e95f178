"""From findings to a model in a folder: collect, fit, compare with the model in use, write."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..corpus.schema import Finding, InputError, Report
from ..corpus.tasks import TASKS
from ..eval.metrics import summary
from ..eval.views import gold
from ..models import load_classifier, registry
from ..models.classifier import LinearClassifier
from ..models.heads import Classifier
from ..models.storage import digest, save
from ..nlp.bitext import Bitext
from . import collect
from .card import card
from .compare import TaskChange, compare
from .duplicates import duplicates
from .finetune import finetune
from .fit import Fitted, adapt, fit
from .frozen import VIEWS, Frozen
from .label_errors import LabelError, label_errors
from .progress import Tell, silent
from .recipe import Recipe, read_recipe, recipe_text
from .vectors import prepare

Scores = dict[str, dict[str, float]]
LABEL_ERRORS = "label_errors.jsonl"
_SAMPLE = 3000  # findings of the corpus that are learned beside the user's own


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
    """Fits on the corpus, adapts to the user's own labelled findings, evaluates, and writes the model to
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
    written = written_lessons(recipe)
    made_of = _fingerprint(written.findings)
    sample = written.every(len(written.findings) // _SAMPLE) if own.findings else Lessons()
    known = prepare(sample.findings, recipe.encoder, tell)
    mine, bitexts = _untold(own, recipe, known, frozen, tell)
    if recipe.transformer:
        fitted = _finetuned(written, mine, recipe, tell)
    else:
        base = _base(written, made_of, recipe, used if own.findings else None, tell)
        fitted = Fitted(base, {})
        if own.findings:
            weights = np.append(sample.weights, mine.weights)
            fitted = adapt(base, known, bitexts, mine.groups, weights, recipe, "", tell)
    model = fitted.model
    model.recipe = {
        **model.recipe,
        "data": {
            "corpus": made_of,
            "own": _fingerprint(mine.findings),
            "frozen": _fingerprint(frozen.findings),
        },
        "learned": [_identity(finding) for finding in mine.findings],
    }
    model.name = f"{folder.resolve().name}-{__version__}" if folder else f"m{digest(model)}"
    answers = frozen.answers(model)
    result = TrainingResult(
        model=model,
        recipe=recipe,
        folder=folder or registry.home() / "models" / model.name,
        trained_on=len(written.findings) + len(mine.findings),
        tested_on=len(frozen.findings),
        metrics={view: _scores(frozen.labels, answers[view]) for view in VIEWS},
        in_use=used.name if used else None,
        change=frozen.compare(frozen.answers(used), answers) if used else None,
        own=_own_result(own, mine, fitted.outside, used, (frozen, answers["both"]), tell)
        if own.findings
        else None,
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
class Lessons:
    """Findings to learn from, what each is held out with, and how much it counts."""

    findings: list[Finding] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    weights: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def every(self, step: int) -> Lessons:
        """Each ``step``-th of them, standing for those it was taken from."""
        step = max(1, step)
        some = slice(None, None, step)
        return Lessons(self.findings[some], self.groups[some], self.weights[some] * step)


def written_lessons(recipe: Recipe) -> Lessons:
    """What the corpus has to teach."""
    parts = [
        (collect.corpus("train"), recipe.weights.corpus),
        (collect.composed_findings(), recipe.weights.corpus),
        (collect.catalogue_findings(), recipe.weights.corpus),
        (collect.point_findings(), recipe.weights.points),
        (collect.contrast_findings(), recipe.weights.contrasts),
    ]
    return Lessons(
        [finding for (findings, _), _ in parts for finding in findings],
        [name for (_, names), _ in parts for name in names],
        np.array([weight for (findings, _), weight in parts for _ in findings]),
    )


def _untold(
    own: collect.Own, recipe: Recipe, known: Sequence[Bitext], frozen: Frozen, tell: Tell
) -> tuple[Lessons, list[Bitext]]:
    """Of the user's own findings, those that repeat nothing of the reference set, of ``known`` or of
    each other."""
    if not own.findings:
        return Lessons(), []
    # Corrected ones first: of two that repeat each other, a person's label is kept.
    order = sorted(range(len(own.findings)), key=lambda i: not own.corrected[i])
    mine = prepare([own.findings[i] for i in order], recipe.encoder, tell)
    tell("looking for findings told twice")
    repeated = duplicates(mine, [*known, *frozen.bitexts(recipe.encoder)], recipe.alike)
    kept = np.flatnonzero(~repeated).tolist()
    counts = [
        recipe.weights.corrections if own.corrected[order[i]] else recipe.weights.reports
        for i in kept
    ]
    groups = [f"own: {own.groups[order[i]]}" for i in kept]
    bitexts = [mine[i] for i in kept]
    return Lessons([b.finding for b in bitexts], groups, np.array(counts)), bitexts


def _base(
    written: Lessons,
    made_of: dict[str, Any],
    recipe: Recipe,
    used: Classifier | None,
    tell: Tell,
) -> LinearClassifier:
    """The model of the corpus by that recipe: the one in use or the shipped one, if either is just that,
    else fitted now."""
    for model in (used, _load(registry.SHIPPED)) if used else ():
        if (
            isinstance(model, LinearClassifier)
            and model.recipe.get("recipe") == asdict(recipe)
            and model.recipe.get("data", {}).get("corpus") == made_of
            and not model.recipe.get("learned")
        ):
            return model
    return fit(written.findings, written.groups, recipe, "", None, written.weights, tell)


def _finetuned(written: Lessons, mine: Lessons, recipe: Recipe, tell: Tell) -> Fitted:
    fitted = finetune(
        written.findings + mine.findings,
        written.groups + mine.groups,
        recipe,
        "",
        weights=np.append(written.weights, mine.weights),
        tell=tell,
    )
    of_mine = slice(len(written.findings), None)
    return Fitted(fitted.model, {task: p[of_mine] for task, p in fitted.outside.items()})


def _own_result(
    own: collect.Own,
    mine: Lessons,
    outside: dict[str, np.ndarray],
    used: Classifier | None,
    reference: tuple[Frozen, dict[str, np.ndarray]],
    tell: Tell,
) -> OwnResult:
    """How the user's own findings fare with models that have not seen their report. ``reference``: the
    reference set and the new model's answers, by which classes are known to be sure of themselves."""
    here = ~np.isnan(outside["area"][:, 0])
    labels = {
        task: np.where(here, y, -1) for task, y in gold(mine.findings).items() if task in TASKS
    }
    change, fresh = None, []
    if used and len(set(mine.groups)) > 1:
        learned = set(used.recipe.get("learned", ()))
        fresh = [i for i, f in enumerate(mine.findings) if here[i] and _identity(f) not in learned]
    if used and fresh:
        asked = [mine.findings[i] for i in fresh]
        change = compare(
            {task: y[fresh] for task, y in labels.items()},
            used.probabilities(used.features.transform(prepare(asked, used.encoder, tell))),
            {task: outside[task][fresh] for task in TASKS},
        )
    frozen, answers = reference
    rows, first = np.flatnonzero(here), len(frozen.findings)
    return OwnResult(
        reports=len(set(own.groups)),
        findings=len(own.findings),
        corrected=sum(own.corrected),
        repeated=len(own.findings) - len(mine.findings),
        label_errors=label_errors(
            [*frozen.findings, *(mine.findings[i] for i in rows)],
            {task: np.concatenate([answers[task], outside[task][rows]]) for task in TASKS},
            np.arange(first + len(rows)) >= first,
        ),
        metrics=_scores(labels, outside),
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
