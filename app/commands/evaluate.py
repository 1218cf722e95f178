"""``bifinding evaluate``: what a model reaches, on the held-out corpus or on the user's own findings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import Model, OptionalInputs, read, stop

if TYPE_CHECKING:
    from ...corpus.schema import Report
    from ...eval.evaluate import Evaluation
    from ...eval.views import Labelled
    from ...models.heads import Classifier


def evaluate(
    inputs: OptionalInputs = None,
    model: Model = "default",
    baselines: Annotated[
        bool,
        typer.Option(
            "--baselines",
            help="also fit simpler classifiers and the learning curve, which takes some minutes",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="also write a page (.html) or all numbers (.json)"),
    ] = None,
) -> None:
    """What a model reaches: on your labelled findings, or else on the corpus's held-out part.

    Example:  bifinding evaluate reports/ --model models/2025 -o evaluation.html
    """
    from ...corpus.schema import InputError
    from ...eval.evaluate import assess
    from ...eval.views import written
    from ...models import load_classifier
    from ...nlp.encoder import encoder
    from ..export.evaluation import evaluation_table
    from ..export.table import console_for

    failed = False
    try:
        _check(output)
        with console_for(sys.stderr).status("loading the model") as status:
            classifier = load_classifier(model)
            if inputs:
                reports, failed = read(inputs)
                test, data = _own(reports)
            else:
                test, data = _held_out()
            result = assess(
                classifier,
                encoder(classifier.encoder),
                test,
                written("train").findings,
                data,
                status.update,
            )
            if baselines:
                _compare(result, classifier, test, status.update)
        if output:
            _write(result, output)
    except InputError as error:
        stop(error)
    evaluation_table(console_for(sys.stdout), result)
    raise typer.Exit(3 if failed else 0)


def _check(output: Path | None) -> None:
    from ...corpus.schema import InputError
    from ..export import writable

    if output and output.suffix.lower() not in (".html", ".json"):
        raise InputError(
            str(output), "the file name does not say the format", "end it in .html or .json"
        )
    if output:
        writable(output)


def _held_out() -> tuple[Labelled, str]:
    from ...eval.views import written

    test = written("test")
    situations = len(set(test.situations))
    return test, (
        f"{len(test.findings):,} written texts of {situations:,} situations that training never saw"
    )


def _own(reports: Sequence[Report]) -> tuple[Labelled, str]:
    """The labelled findings of the user's files, and how many of all have a label."""
    from ...corpus.schema import InputError
    from ...eval.views import Labelled
    from ...training.collect import own
    from ..export.wording import plural

    findings = own(reports).findings
    files = [finding.source.file for finding in findings]
    if not findings:
        raise InputError(
            reports[0].file,
            "no finding in the input has a label",
            "add a column area, question, status or severity, or give amfori extracts",
        )
    # The same text twice is right or wrong twice: it counts as one situation.
    situations = [f"{finding.en}\n{finding.zh}" for finding in findings]
    bare = sum(len(report.findings) for report in reports) - len(findings)
    names = list(dict.fromkeys(files))
    where = ", ".join(names) if len(names) < 4 else f"{len(names)} files"
    data = f"{plural(len(findings), 'labelled finding')} in {where}"
    if bare:
        data += f" ({bare:,} more {'has' if bare == 1 else 'have'} no label)"
    return Labelled(findings, situations, files), data


def _compare(
    result: Evaluation,
    classifier: Classifier,
    test: Labelled,
    step: Callable[[str], None],
) -> None:
    """Adds the baselines and the learning curve to an evaluation."""
    from ...eval.baselines import BASELINES
    from ...eval.evaluate import scores
    from ...eval.learning import learning_curve
    from ...eval.views import gold
    from ...nlp.encoder import encoder
    from ...nlp.pipeline import Pipeline
    from ...training import collect
    from ...training.fit import fit
    from ...training.recipe import Recipe

    step("reading and encoding what there is to learn from")
    parts = (
        collect.corpus("train"),
        collect.catalogue_findings(),
        collect.point_findings(),
        collect.contrast_findings(),
    )
    findings = [finding for part, _ in parts for finding in part]
    situations = [name for _, names in parts for name in names]
    pipeline = Pipeline(encoder(classifier.encoder))
    known = pipeline.process(findings, ["classify"])
    asked = pipeline.process(test.findings, ["classify"])
    for name, baseline in BASELINES.items():
        step(f"fitting {name}")
        answers = baseline(known, gold(findings))(asked)
        result.baselines[name] = scores(answers, gold(test.findings), test.situations)
    if "recipe" not in classifier.recipe:  # not made by `bifinding train`: nothing to fit again
        return
    recipe = Recipe(**classifier.recipe["recipe"])
    if recipe.transformer:  # four times fine-tuned, it would take hours
        return

    def fitted(rows: list[int]) -> Classifier:
        step(f"fitting the model on {len(rows)} of {len(findings)} findings")
        chosen, groups = [findings[i] for i in rows], [situations[i] for i in rows]
        return fit(chosen, groups, recipe, "part", [known[i] for i in rows])

    result.learning = learning_curve(fitted, situations, test, asked)


def _write(result: Evaluation, output: Path) -> None:
    import json

    from ..export import destination
    from ..export.evaluation import write_page

    with destination(output, output.suffix) as stream:
        if output.suffix.lower() == ".html":
            write_page(result, stream)
        else:
            text = json.dumps(asdict(result), ensure_ascii=False, indent=1)
            stream.write(text.encode() + b"\n")
