"""From findings to a model in a folder: collect, fit, evaluate, compare, write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from .. import __version__
from ..corpus.schema import Finding, InputError, Report
from ..eval.metrics import summary
from ..models import load_classifier
from ..models.classifier import TASKS, LinearClassifier
from ..models.storage import save
from ..nlp.bitext import Bitext
from . import collect
from .fit import fit, gold, one_language, prepare
from .recipe import Recipe

Scores = dict[str, dict[str, float]]


@dataclass
class TrainingResult:
    """Where the model is, and what it reaches on situations that it never saw.

    ``metrics`` and ``before`` (the model in use; None where there is none) map task to measure to
    value, for findings with both languages; ``by_language`` has them for one language alone.
    """

    folder: Path
    trained_on: int
    tested_on: int
    metrics: Scores
    by_language: dict[str, Scores]
    before: Scores | None


def train(
    reports: Sequence[Report],
    folder: Path,
    config: Path | None = None,
    in_use: str | Path = "default",
    step: Callable[[str], None] = lambda _: None,
) -> TrainingResult:
    """Fits on the corpus and the reports' own labels; evaluates on the corpus's held-out situations.

    The same inputs give the same files, bit for bit. Raises InputError for a recipe that cannot be
    read and for reports without a single label.
    """
    recipe = read_recipe(config)
    findings, situations = collect.corpus("train")
    topics, names = collect.catalogue_findings()
    own, groups = collect.from_reports(reports)
    if reports and not own:
        raise InputError(
            reports[0].file,
            "no finding in the input has a label",
            "add a column area, question, status or severity, or give amfori extracts",
        )
    test, _ = collect.corpus("test")
    findings, situations = findings + topics + own, situations + names + groups
    step("reading and encoding")
    model = fit(findings, situations, recipe, _name(folder), step=step)
    model.recipe |= {"data": _fingerprint(findings), "bifinding": __version__}
    step("evaluating")
    bitexts = prepare(test, recipe)
    metrics = evaluate(model, test, bitexts)
    by_language = {
        lang: evaluate(model, test, [one_language(b, lang) for b in bitexts])
        for lang in ("en", "zh")
    }
    result = TrainingResult(
        folder, len(findings), len(test), metrics, by_language, _before(in_use, test)
    )
    scores = {"both": metrics, **by_language, "trained_on": len(findings), "tested_on": len(test)}
    save(
        model,
        folder,
        {"metrics.json": json.dumps(scores, indent=1) + "\n", "card.md": card(model, result)},
    )
    return result


def evaluate(
    model: LinearClassifier, findings: Sequence[Finding], bitexts: Sequence[Bitext]
) -> Scores:
    """Scores of a model by task, over the findings that have the task's label."""
    probabilities = model.probabilities(model.features.transform(bitexts))
    labels = gold(findings)
    known = {task: labels[task] >= 0 for task in (*TASKS, "finding")}
    return summary(
        {task: labels[task][rows] for task, rows in known.items()},
        {task: probabilities[task][rows] for task, rows in known.items()},
        (*TASKS, "finding"),
    )


def read_recipe(path: Path | None) -> Recipe:
    """The recipe in a YAML file; the defaults for what it leaves out."""
    if path is None:
        return Recipe()
    try:
        return Recipe(**(yaml.safe_load(path.read_text(encoding="utf-8")) or {}))
    except (OSError, UnicodeError, yaml.YAMLError, TypeError) as error:
        raise InputError(
            str(path),
            f"no readable recipe ({error})",
            f"give YAML with any of {', '.join(asdict(Recipe()))}",
        ) from error


def card(model: LinearClassifier, result: TrainingResult) -> str:
    """The model card: what it is for, what it saw, what it reaches, where it fails."""
    lines = [
        f"# Model card: {model.name}",
        "",
        "Labels bilingual social-audit findings with performance area, question, status and severity.",
        "",
        f"- Trained on {result.trained_on} findings (written, fictional; plus the user's own where given).",
        f"- Tested on {result.tested_on} written findings of situations that training never saw. They come",
        "  from the same writers as the training data: expect less on real reports of other auditors.",
        f"- Encoder: {model.encoder}. Features: sentence vectors, words, linked laws, quantities, status cues.",
        f"- `review` is set where area or status is less than {model.review_below:.2f} sure: chosen by",
        f"  conformal risk control so that at most {model.recipe['recipe']['risk']:.0%} of the rest are wrong.",
        "- A label is a suggestion to a person, not a verdict on a factory.",
        "",
        "| task | measure | both languages | English alone | Chinese alone |",
        "| --- | --- | --- | --- | --- |",
    ]
    for task, scores in result.metrics.items():
        for measure, value in scores.items():
            if measure != "n":
                alone = [f"{result.by_language[lang][task][measure]:.3f}" for lang in ("en", "zh")]
                lines.append(
                    f"| {task} | {measure.replace('_', ' ')} | {value:.3f} | {' | '.join(alone)} |"
                )
    return "\n".join(lines) + "\n"


def _before(in_use: str | Path, test: Sequence[Finding]) -> Scores | None:
    try:
        model = load_classifier(in_use)
    except InputError:
        if str(in_use) != "default":
            raise
        return None  # the first model of all has nothing to be compared with
    return evaluate(model, test, prepare(test, Recipe(encoder=model.encoder)))


def _name(folder: Path) -> str:
    return f"{folder.resolve().name}-{__version__}"


def _fingerprint(findings: Sequence[Finding]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for finding in findings:
        digest.update(finding.model_dump_json(exclude={"source"}).encode())
    return {"findings": len(findings), "sha256": digest.hexdigest()}
