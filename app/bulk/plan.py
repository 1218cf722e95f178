"""The input of a run, cut into shards of about as many findings each, without reading it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...corpus.readers import list_files
from ...corpus.readers.parquet import footer
from ...corpus.schema import InputError

SHARD = 2000  # findings: what is lost when a worker dies
_BYTES = 700  # of a finding in files of which only reading tells how many they hold


@dataclass(frozen=True)
class Part:
    """A file, or of a Parquet file the rows [start, stop) of a row group."""

    file: str
    group: int | None = None
    start: int = 0
    stop: int = 0


@dataclass(frozen=True)
class Shard:
    """``findings`` is exact for Parquet, and a guess for other files."""

    number: int
    parts: tuple[Part, ...]
    findings: int


@dataclass(frozen=True)
class Plan:
    """``digest`` is a fingerprint of the input: other contents or names make another one."""

    shards: list[Shard]
    digest: str


def plan(inputs: Sequence[str], size: int = SHARD) -> Plan:
    """The shards of files and of all files in folders, in order of name.

    Raises:
        InputError: for a path that is not there, and for standard input, which cannot be read twice.
    """
    if "-" in inputs:
        raise InputError("-", "standard input cannot be read in parts", "write it to a file")
    shards: list[Shard] = []
    parts: list[Part] = []
    findings, digest = 0, hashlib.sha256()

    def close() -> None:
        nonlocal findings
        if parts:
            shards.append(Shard(len(shards), tuple(parts), findings))
            parts.clear()
            findings = 0

    for path in list_files(inputs):
        mark, found = _parts(path, size)
        digest.update(f"{path}\0{mark}\0".encode())
        for part, count in found:
            if findings + count > size:
                close()
            parts.append(part)
            findings += count
    close()
    return Plan(shards, digest.hexdigest())


def _parts(path: Path, size: int) -> tuple[str, Iterator[tuple[Part, int]]]:
    """A file's fingerprint, and its parts with the findings in each. What cannot be read is a part,
    too: whoever reads it tells."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            if stream.read(4) != b"PAR1":
                stream.seek(0)
                mark = hashlib.file_digest(stream, "sha256").hexdigest()
                guess = path.stat().st_size // _BYTES + 1
                return mark, iter([(Part(file), min(guess, size))])
        about = footer(path)
    except (OSError, InputError):
        return "unreadable", iter([(Part(file), 1)])
    return about.digest, (
        (Part(file, group, start, stop), stop - start)
        for group, rows in enumerate(about.groups)
        for start in range(0, rows, size)
        for stop in [min(start + size, rows)]
    )
