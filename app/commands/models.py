"""``bifinding models``: the versions in the registry, and which of them is in use."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from .common import stop

models = typer.Typer(
    no_args_is_help=True, help="The models there are: list, show, promote, roll back."
)
_Version = Annotated[str, typer.Argument(help="a version, 'shipped', or 'default': the one in use")]


@models.command("list")
def list_() -> None:
    """All versions, with what they reach on the frozen reference set; * marks the one in use."""
    from rich.table import Table

    from ...corpus.schema import InputError
    from ...models import registry
    from ..export.table import console_for

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
    tasks = ("area", "question", "status", "severity")
    for name in ("", "Version", "Made", "Findings", "Own", *(t.capitalize() for t in tasks)):
        table.add_column(name, justify="left" if name in ("", "Version", "Made") else "right")
    try:
        in_use = registry.in_use()
        for version in (registry.SHIPPED, *registry.versions()):
            folder = registry.folder_of(version)
            numbers = registry.metrics(folder)
            reached = [numbers.get("both", {}).get(task, {}).get("accuracy") for task in tasks]
            table.add_row(
                "*" if version == in_use else "",
                version,
                f"{datetime.fromtimestamp(folder.stat().st_mtime):%Y-%m-%d %H:%M}",
                f"{numbers.get('trained_on', 0):,}",
                str(numbers.get("own", {}).get("findings", 0)),
                *("–" if accuracy is None else f"{accuracy:.3f}" for accuracy in reached),
            )
    except InputError as error:
        stop(error)
    console_for(sys.stdout).print(table)


@models.command()
def show(version: _Version = "default") -> None:
    """What a version is made of and what it reaches: its card and its recipe."""
    from ...corpus.schema import InputError
    from ...models import registry
    from ...models.storage import describe

    try:
        folder = registry.folder_of(version)
        about = describe(folder)
    except InputError as error:
        stop(error)
    typer.echo(f"{about['name']} in {folder}\n")
    for name in ("card.md", "recipe.yaml"):
        if (folder / name).is_file():
            typer.echo((folder / name).read_text(encoding="utf-8"))


@models.command()
def promote(
    version: Annotated[str, typer.Argument(help="a version, or 'shipped'")],
    force: Annotated[bool, typer.Option("--force", help="even if it is worse")] = False,
) -> None:
    """Puts a version in use, unless it is worse on the frozen reference set than the one that is."""
    from ...corpus.schema import InputError
    from ...training.promote import promote as run
    from .train import training_progress

    try:
        with training_progress() as tell:
            run(version, force, tell)
    except InputError as error:
        stop(error)
    typer.echo(f"{version} is in use; `bifinding models rollback` takes it back")


@models.command()
def rollback() -> None:
    """Puts the version that was in use before back in use."""
    from ...corpus.schema import InputError
    from ...models import registry

    try:
        version = registry.rollback()
    except InputError as error:
        stop(error)
    typer.echo(f"{version} is in use")
