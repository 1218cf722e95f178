"""The model card: what a model is for, what it saw, what it reaches, where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .recipe import Recipe
    from .train import TrainingResult


def card(result: TrainingResult) -> str:
    """The card as Markdown."""
    model, own = result.model, result.own
    source = "written, fictional"
    if own:
        kept = own.findings - own.repeated
        source = f"{result.trained_on - kept} written, fictional; {kept} from own reports or sites ({own.reports})"
    lines = [
        f"# Model card: {model.name}",
        "",
        "Labels bilingual social-audit findings with performance area, question, status and severity.",
        "",
        f"- Trained on {result.trained_on} findings ({source}).",
        f"- Tested on {result.tested_on} written findings of situations that training never saw. They come",
        "  from the same writers as the training data: expect less on real reports of other auditors.",
        f"- {_means(result.recipe)}",
        f"- `review` is set where area or status is less than {model.review_below:.2f} sure: chosen by",
        f"  conformal risk control so that at most {result.recipe.risk:.0%} of the rest are wrong.",
        "- A label is a suggestion to a person, not a verdict on a factory.",
        "- How to make it again: `recipe.yaml`.",
        "",
        "| task | measure | both languages | English alone | Chinese alone |",
        "| --- | --- | --- | --- | --- |",
    ]
    for task, scores in result.metrics["both"].items():
        for measure in scores:
            if measure != "n":
                values = [f"{scores[task][measure]:.3f}" for scores in result.metrics.values()]
                lines.append(f"| {task} | {measure.replace('_', ' ')} | {' | '.join(values)} |")
    if own:
        lines += [
            "",
            f"Own findings, each held out with its report ({own.repeated} of {own.findings} were told "
            "twice and left out):",
            "",
            "| task | findings | accuracy | macro f1 |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| {task} | {s['n']} | {s['accuracy']:.3f} | {s['macro_f1']:.3f} |"
            for task, s in own.metrics.items()
        ]
    return "\n".join(lines) + "\n"


def _means(recipe: Recipe) -> str:
    if recipe.transformer:
        return f"An encoder, {recipe.transformer.base}, fine-tuned; a linear head for each task."
    second = " A small transformer is asked about what it is not sure of." if recipe.asks else ""
    return (
        f"Encoder: {recipe.encoder}. Features: sentence vectors, words, linked laws, quantities, "
        f"status cues.{second}"
    )
