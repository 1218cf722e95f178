"""Readers: from files to reports. What is in a file decides how it is read, never its name.

``amfori*`` and ``pdf`` read audit reports, ``tables``, ``columns`` and ``content`` lists of findings,
``bitexts`` translators' files, ``word`` documents, ``plain`` and ``narrative`` bare text; ``turns`` tells
the languages of a text apart. Nothing is judged here: what a report states is read, not checked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..labels import LANGS, Lang
from ..schema import Finding, InputError, Problem, Report, Text
from ..text import clean, decode
from .bitexts import looks_like_bitext
from .columns import MAX_FINDING

MAX_FILE = 256 << 20  # bytes of any file; more belongs into Parquet files of some hundred MB each
MAX_TEXT = 5_000_000  # characters of a report; the longest real ones have 500,000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # compound file: Office before 2007, or a file with a password


def read(path: str | Path) -> Report:
    """The report, or the table of findings, in a file; "-" is standard input.

    Raises:
        InputError: naming the file, what is wrong with it and how to mend it.
    """
    if str(path) == "-":
        return read_bytes(sys.stdin.buffer.read(MAX_FILE + 1), "stdin")
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise InputError(str(path), "there is no such file", "check the path") from None
    except IsADirectoryError:
        raise InputError(str(path), "this is a folder", "name a file in it") from None
    except OSError as error:
        what = f"it cannot be opened ({error.strerror})"
        raise InputError(str(path), what, "check its permissions") from None
    return read_bytes(data, str(path))


def read_bytes(data: bytes, file: str) -> Report:
    """What ``read`` gives for a file with these bytes; ``file`` is the name it goes by."""
    if len(data) > MAX_FILE:
        raise InputError(file, f"larger than {MAX_FILE >> 20} MB", "split it")
    report = _checked(_read(data, file))
    if not report.findings:
        first = report.problems[0] if report.problems else None
        what = first.what if first else "there is no finding in it"
        mend = first.mend if first else "give a report or a table with findings"
        raise InputError(file, what, mend, first.place if first else None)
    return report


def read_all(paths: Iterable[str | Path]) -> Iterator[Report | InputError]:
    """Reports from files and from all files in folders, in order of name; hidden files are passed
    over. What cannot be read comes as an error in its place and costs no other; a folder of which
    nothing can be read comes as one error."""
    for path in paths:
        if str(path) != "-" and Path(path).is_dir():
            yield from _read_folder(Path(path))
        else:
            yield _attempt(path)


def list_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files that ``read_all`` reads, in its order.

    Raises:
        InputError: for a path that is not there, and a folder that holds no file.
    """
    for path in map(Path, paths):
        found = _files(path) if path.is_dir() else iter([path] if path.exists() else [])
        first = next(found, None)
        if first is None:
            what = "the folder holds no file" if path.is_dir() else "there is no such file"
            raise InputError(str(path), what, "check the path")
        yield from (first, *found)


def read_slice(path: str | Path, group: int, start: int, stop: int) -> Report:
    """The rows [start, stop) of a row group of a Parquet file; there may be no finding in them.

    Raises:
        InputError: for a file that cannot be read.
    """
    from .parquet import footer, read_rows

    report = read_rows(path, group, start, stop)
    return _checked(report, footer(path).languages)


def _read_folder(folder: Path) -> Iterator[Report | InputError]:
    errors: list[InputError] = []
    any_read = False
    for path in _files(folder):
        result = _attempt(path)
        if isinstance(result, Report):
            yield from errors
            errors, any_read = [], True
            yield result
        elif any_read:
            yield result
        else:
            errors.append(result)
    if not any_read:
        none = (
            "its only file cannot" if len(errors) == 1 else f"none of its {len(errors)} files can"
        )
        first = f"{none} be read; {errors[0]}" if errors else ""
        yield InputError(
            str(folder), first or "the folder holds no file", "put reports or tables there"
        )


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _attempt(path: str | Path) -> Report | InputError:
    try:
        return read(path)
    except InputError as error:
        return error


def _read(data: bytes, file: str) -> Report:
    # Imported where they are needed: each of these loads libraries that other inputs do without.
    if b"%PDF-" in data[:1024]:
        from .amfori_lines import Line
        from .pdf import pdf_lines

        lines: list[Line] = list(pdf_lines(data, file))
        return read_text("\n".join(line.text for line in lines), file, lines)
    if data.startswith(b"PK\x03\x04"):
        if b"word/document" in data:  # names of members stand in the clear
            from .word import read_word

            return read_word(data, file)
        from .tables import read_xlsx

        return read_xlsx(data, file)
    if data.startswith(b"PAR1"):
        from .tables import read_parquet

        return read_parquet(data, file)
    if data.startswith(_OLD_OFFICE):
        raise InputError(
            file,
            "an Office file of before 2007 or with a password",
            "save it as XLSX or DOCX without one",
        )
    if not data.strip(b"\0 \t\r\n"):
        raise InputError(file, "the file is empty", "give a report or a table of findings")
    try:
        text = decode(data, file)
    except InputError:
        raise InputError(
            file,
            "this is no PDF, no XLSX, no DOCX, no Parquet and no text in UTF-8, UTF-16 or GB18030",
            "export it again in one of these",
        ) from None
    return read_text(text, file)


def read_text(text: str, file: str, lines: list | None = None) -> Report:
    """What a text holds, of whatever kind; ``lines`` are those of a PDF that it came from."""
    from .amfori import looks_like_amfori, read_amfori
    from .plain import read_plain
    from .tables import looks_like_csv, looks_like_json, read_csv, read_json

    if not clean(text[:MAX_TEXT]).strip():
        raise InputError(file, "the file is empty", "give a report or a table of findings")
    if looks_like_json(text):
        return read_json(text, file)
    if looks_like_bitext(text):
        from .bitexts import read_bitext

        return read_bitext(text, file)
    if looks_like_amfori(text):
        if len(text) > MAX_TEXT:
            what = f"a report of {len(text):,} characters; up to {MAX_TEXT:,} are read"
            raise InputError(file, what, "split it into reports")
        return read_amfori(lines or text, file)
    if looks_like_csv(text):
        return read_csv(text, file)
    if len(text) > 2 * MAX_FINDING:  # it may hold both languages
        what = f"no report and no table, but {len(text):,} characters, too many for one finding"
        raise InputError(file, what, "give a report, or a table with a finding in each row")
    return read_plain(text, file)


def _checked(report: Report, used: Iterable[Lang] = ()) -> Report:
    """The report without findings too long to be one; what is left out becomes a problem. ``used``
    are languages that the file is known to use, whether one of these findings has them or not."""
    kept: list[Finding] = []
    for finding in report.findings:
        if any(len(text.text) > MAX_FINDING for text in finding.texts.values()):
            at = finding.source
            place = f"line {at.line}" if at.line else f"page {at.page}"
            what = f"the text of {finding.id} is longer than {MAX_FINDING:,} characters"
            report.problems.append(
                Problem(place=place, what=what, mend="split it into findings", lost=True)
            )
        else:
            kept.append(finding)
    report.findings = kept
    languages = {*used, *(lang for finding in kept for lang in finding.texts)}
    if report.layout.startswith("amfori") or len(languages) == len(LANGS):
        # A report in both languages: what a finding lacks is an empty cell, not a language not used.
        for finding in kept:
            for lang in LANGS:
                finding.texts.setdefault(lang, Text.whole(""))
    return report
