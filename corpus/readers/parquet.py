"""A Parquet file of any size, some rows at a time: memory holds one batch, never the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..labels import LANGS, Lang
from ..schema import InputError, Report
from .columns import TEXTS, Row, column, folded, unknown_columns
from .columns import read_rows as rows_to_report
from .content import SAMPLE, text_columns

MAX_GROUP = 4 << 30  # bytes of a row group once unpacked; a hostile file may claim any number
_NESTED = frozenset({"given", "texts", "translation"})
_BATCH = 512  # rows


@dataclass(frozen=True)
class Footer:
    """What the end of a file says of it: rows of each group, the columns that are read, those of them
    that hold texts by what is in them, the languages that a column is given to and not left empty,
    and a fingerprint (sizes and statistics of all columns are in the footer, so other contents make
    another one)."""

    groups: tuple[int, ...]
    columns: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    languages: tuple[Lang, ...]
    digest: str


def footer(path: str | Path) -> Footer:
    """Raises InputError for a file that cannot be read, or that no finding's text is in."""
    with _told(str(path)):
        about = Path(path).stat()
    return _footer(str(path), about.st_size, about.st_mtime_ns)


@lru_cache(8)  # the slices of one file are read one after another
def _footer(path: str, size: int, changed: int) -> Footer:
    with _opened(path) as file:
        about, names = file.metadata, file.schema_arrow.names
        columns, texts = choose_columns(file)
        if not columns:
            raise unknown_columns(path, names)
        groups = [about.row_group(k) for k in range(about.num_row_groups)]
        if any(group.total_byte_size > MAX_GROUP for group in groups):
            what = f"a row group unpacks to more than {MAX_GROUP >> 30} GB"
            raise InputError(path, what, "write it with smaller row groups")
        filled = {
            texts.get(part.path_in_schema) or column(part.path_in_schema)
            for group in groups
            for part in map(group.column, range(group.num_columns))
            if not part.statistics or part.statistics.null_count != group.num_rows
        }
    return Footer(
        tuple(group.num_rows for group in groups),
        tuple(columns),
        tuple(texts.items()),
        tuple(lang for lang in LANGS if lang in filled),
        _digest(path),
    )


def read_rows(path: str | Path, group: int, start: int, stop: int) -> Report:
    """The findings of the rows [start, stop) of a row group, numbered as in the file; a problem for
    each that cannot be used."""
    about = footer(path)
    rows = _rows(str(path), about, group, start, stop)
    return rows_to_report(rows, str(path), dict(about.texts))[0]


def choose_columns(file: Any) -> tuple[list[str], dict[str, str]]:
    """The columns of a ``pyarrow.parquet.ParquetFile`` that are read (none where no text is among
    them), and the texts among these that are known by what its first rows hold."""
    import pyarrow as pa

    known = [n for n in file.schema_arrow.names if column(n) or folded(n) in _NESTED]
    if {*map(folded, known)} & _NESTED:
        return known, {}
    strings = [
        f.name
        for f in file.schema_arrow
        if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)
    ]
    batch = next(file.iter_batches(SAMPLE, columns=strings), None) if strings else None
    texts = text_columns(batch.to_pylist(), column) if batch else {}
    if not texts and not {*map(column, known)} & {*TEXTS}:
        return [], {}
    return [n for n in file.schema_arrow.names if n in known or n in texts], texts


def _rows(path: str, about: Footer, group: int, start: int, stop: int) -> Iterator[Row]:
    first, at = sum(about.groups[:group]) + 1, 0
    with _opened(path) as file:
        for batch in file.iter_batches(_BATCH, row_groups=[group], columns=list(about.columns)):
            low, high = max(start - at, 0), min(stop - at, len(batch))
            if low < high:
                rows: list[dict[str, Any]] = batch.slice(low, high - low).to_pylist()
                yield from (Row(i, "row", row) for i, row in enumerate(rows, first + at + low))
            at += len(batch)
            if at >= stop:
                break


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    import pyarrow.parquet as pq

    # Read as it is needed: a column of a row group may be larger than memory.
    with _told(path), pq.ParquetFile(path, buffer_size=1 << 20) as file:
        yield file


@contextmanager
def _told(path: str) -> Iterator[None]:
    """What goes wrong in reading the file becomes an InputError."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())[:80]
        raise InputError(path, f"broken Parquet file ({reason})", "write it again") from None


def _digest(path: str) -> str:
    with Path(path).open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(size - 8 - length, 0))
        return hashlib.sha256(f"{size} ".encode() + file.read()).hexdigest()
