"""``--redact``: personal data masked as soon as it is read, and what was masked listed for the user."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import stop

if TYPE_CHECKING:
    from ...corpus.schema import Report
    from ...nlp.redact import Redactor

Redact = Annotated[
    bool,
    typer.Option(
        "--redact",
        help="mask names of people and membership, phone, e-mail and identity numbers as soon as "
        "they are read; what was masked is listed on standard error",
    ),
]
RedactList = Annotated[
    Path | None,
    typer.Option(
        "--redact-list",
        help="write what was masked to this CSV file, in clear and readable by you alone; implies --redact",
        show_default=False,
    ),
]
_NAMES = {
    "person": ("person", "people"),
    "member": ("membership number", "membership numbers"),
    "phone": ("phone number", "phone numbers"),
    "email": ("e-mail address", "e-mail addresses"),
    "id": ("identity number", "identity numbers"),
}
_SHOWN = 40  # rows on a terminal


@dataclass
class Redaction:
    """What a command masks; without ``redactor`` nothing."""

    redactor: Redactor | None = None
    path: Path | None = None

    @classmethod
    def of(cls, redact: bool, path: Path | None) -> Redaction:
        """What the options say. Ends the program where the list cannot be written."""
        if not (redact or path):
            return cls()
        from ...corpus.schema import InputError
        from ...nlp.redact import Redactor
        from ..export import writable

        try:
            if path:
                writable(path)  # where the list cannot be written, nothing is
        except InputError as error:
            stop(error)
        return cls(Redactor(), path)

    def apply(self, report: Report) -> Report:
        return self.redactor.redact(report) if self.redactor else report

    def tell(self) -> None:
        """Lists what was masked: in the file, as counts on standard error, on a terminal as a table.

        Raises InputError where the file cannot be written.
        """
        from ..export.wording import plural

        if not self.redactor:
            return
        if self.path:
            self._write(self.path)
        masked = self.redactor.masked
        counts = Counter(one.kind for one in masked)
        said = ", ".join(
            plural(counts[kind], *noun) for kind, noun in _NAMES.items() if counts[kind]
        )
        where = f"; listed in {self.path}" if self.path else ""
        typer.echo(
            f"masked: {said or 'nothing found'}{where}; please check, no rule finds all", err=True
        )
        if sys.stderr.isatty() and not self.path:
            self._show()

    def _write(self, path: Path) -> None:
        from ..export import destination
        from ..export.sheet import safe

        assert self.redactor
        with destination(path, "csv") as stream:
            text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
            rows = csv.writer(text)
            rows.writerow(["stand_in", "stand_in_zh", "kind", "text", "times", "first"])
            for one in self.redactor.masked:
                for words, times in one.texts.items():
                    row = [
                        one.stand_in("en"),
                        one.stand_in("zh"),
                        one.kind,
                        words,
                        times,
                        one.where,
                    ]
                    rows.writerow(map(safe, row))
            text.detach()
        path.chmod(0o600)  # the one place where the data still stands

    def _show(self) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        assert self.redactor
        masked = self.redactor.masked
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
        for name in ("Stand-in", "Text", "Times", "First"):
            table.add_column(name)
        for one in masked[:_SHOWN]:
            texts = ", ".join(one.texts)
            table.add_row(*map(escape, (one.stand_in("en"), texts, str(one.times), one.where)))
        console = Console(stderr=True)
        console.print(table)
        if len(masked) > _SHOWN:
            console.print(f"… and {len(masked) - _SHOWN} more: --redact-list FILE has them all")
