"""The command line. Thin: each command reads, calls one function below it, writes, and exits.

Exit codes: 0 done; 1 `check` found something at the level asked for; 2 the call or the input is
wrong, nothing was written; 3 partly done, what failed is listed, what worked is kept.
Heavy imports stand inside the commands, so that --help answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from .commands.check import check
from .commands.common import OptionalInputs, read, stop
from .commands.evaluate import evaluate
from .commands.stages import align, analyse, classify, extract

app = typer.Typer(
    name="bifinding",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads bilingual (English / Chinese) social-audit findings: aligns the two texts, "
    "classifies, extracts facts, checks the translation, learns from new audits.",
)


for command in (analyse, classify, extract, align, check, evaluate):
    app.command()(command)


@app.command()
def train(
    inputs: OptionalInputs = None,
    out: Annotated[Path, typer.Option("--out", help="folder of the new model")] = Path("model"),
    config: Annotated[
        Path | None, typer.Option("--config", help="a recipe as YAML; see training/recipe.py")
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="the model in use, to compare with")
    ] = "default",
) -> None:
    """Fits a model on the corpus and on labelled findings of your own, and compares it.

    Example:  bifinding train reports/ corrections.jsonl --out models/2025
    """
    from ..corpus.schema import InputError
    from ..training.train import train as run
    from .export.table import console_for, training_report

    errors = console_for(sys.stderr)
    try:
        reports, failed = read(inputs) if inputs else ([], False)
        with errors.status("training") as status:
            result = run(reports, out, config, model, lambda what: status.update(what))
    except InputError as error:
        stop(error)
    training_report(console_for(sys.stdout), result)
    raise typer.Exit(3 if failed else 0)


def main() -> None:
    """Runs the command line; whatever goes wrong inside, the user sees one line, not a traceback."""
    try:
        app()
    except Exception as error:
        if os.environ.get("BIFINDING_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        typer.echo(
            f"error: this should not happen ({what}); "
            "set BIFINDING_DEBUG=1 to see where, and please report it",
            err=True,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
