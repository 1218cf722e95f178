"""Analysed reports to what people and programs read: a table, records, a page, a sheet.

A file appears under its name only when it is whole.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ...corpus.schema import AnalysedReport, InputError

BINARY = {"xlsx", "parquet", "docbin"}
FACTS = {"docbin", "conll"}
PAIRS = {"tmx", "xliff", "tsv"}
RECORDS = {"jsonl", "csv", "parquet"}  # of findings alone: what a report says is not in them


@contextmanager
def destination(path: Path | None, kind: str) -> Iterator[IO[bytes]]:
    """A binary stream to ``path`` (by way of a temporary file beside it) or to standard output.

    Raises InputError at once where the path cannot be written, so no work is done in vain.
    """
    if path is None:
        if kind in BINARY and sys.stdout.isatty():
            raise InputError(f"--format {kind}", "not for a terminal", f"add -o FILE.{kind}")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    handle, temporary = _temporary(path)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())  # or the new name might outlive a power cut, and not the text
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except Exception as error:
        # lxml, which writes sheets and translations, has errors of its own for a full disk.
        if not isinstance(error, OSError) and type(error).__name__ != "SerialisationError":
            raise
        what = f"cannot be written ({getattr(error, 'strerror', None) or error})"
        raise InputError(str(path), what, "make room, or name another place") from error
    finally:
        temporary.unlink(missing_ok=True)


def writable(path: Path) -> None:
    """Raises InputError where no file can stand under that name: to ask before long work."""
    handle, temporary = _temporary(path)
    os.close(handle)
    temporary.unlink()


def _temporary(path: Path) -> tuple[int, Path]:
    """A new file beside ``path``, open. Raises InputError."""
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent or ".")
    except OSError as error:
        raise InputError(
            str(path),
            f"cannot be written ({error.strerror})",
            "name a file in a folder you can write to",
        ) from error
    return handle, Path(name)


def write(
    kind: str, reports: Iterable[AnalysedReport], stream: IO[bytes], stages: Sequence[str]
) -> None:
    """Writes the reports in the format ``kind``: table, jsonl, json, html, xlsx, csv, parquet, tmx, xliff,
    tsv, docbin or conll. The page of the stage "extract" alone counts the facts of all reports; any other shows the
    findings. Raises InputError for a format of pairs where nothing was aligned, and for
    one of facts where none were extracted."""
    if kind == "table":
        from .table import write_table

        write_table(reports, stream, stages)
    elif kind == "html" and tuple(stages) == ("extract",):
        from .facts import write_facts

        write_facts(reports, stream)
    elif kind == "html":
        from .html import write_html

        write_html(reports, stream)
    elif kind == "xlsx":
        from .xlsx import write_xlsx

        write_xlsx(reports, stream)
    elif kind == "csv":
        from .sheet import write_csv

        write_csv(reports, stream)
    elif kind in FACTS:
        from . import ner

        if "extract" not in stages:
            raise InputError(f"--format {kind}", "holds facts", "use extract, check or analyse")
        fit = {"docbin": ner.write_docbin, "conll": ner.write_conll}[kind](reports, stream)
        print(fit, file=sys.stderr)
    elif kind in PAIRS:
        from . import bitext

        if "align" not in stages:
            raise InputError(
                f"--format {kind}", "holds aligned sentences", "use align, check or analyse"
            )
        {"tmx": bitext.write_tmx, "xliff": bitext.write_xliff, "tsv": bitext.write_tsv}[kind](
            reports, stream
        )
    else:
        from . import records

        {"jsonl": records.jsonl, "json": records.json, "parquet": records.parquet}[kind](
            reports, stream
        )
