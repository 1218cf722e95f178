"""One shard: from its findings to a Parquet file that is there whole or not at all.

A shard is worked on as if nothing had been before it, so that its file is the same to the byte in
whatever order, by whichever worker and after however many attempts it is made.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ...corpus.readers import read, read_slice
from ...corpus.schema import Analysis, Finding, InputError
from ...models.storage import replace_file
from ...nlp.language import language
from ...nlp.pipeline import Pipeline, Stage
from ..export.records import write_rows
from .plan import Part, Shard

_BATCH = 64


@dataclass(frozen=True)
class Lost:
    """Something that could not be read or analysed: which file, where in it, what, how to mend it."""

    file: str
    place: str | None
    what: str
    mend: str


@dataclass(frozen=True)
class Done:
    """What a shard has become: its file's name, rows, size and checksum, and what was lost."""

    shard: int
    file: str
    rows: int
    bytes: int
    sha256: str
    lost: list[dict[str, Any]] = field(default_factory=list)


def file_name(shard: int) -> str:
    return f"part-{shard:06}.parquet"


def work(pipeline: Pipeline, shard: Shard, folder: Path, stages: Sequence[Stage]) -> Done:
    """Analyses a shard and puts its file into the folder. Raises OSError where that is not possible."""
    lost: list[Lost] = []
    pipeline.forget()
    with language("en").memory_zone():  # or spaCy would keep every word it has ever seen
        findings = (finding for part in shard.parts for finding in _findings(part, lost))
        stream = io.BytesIO()
        rows = write_rows(_analysed(pipeline, findings, stages, lost), stream)
    data, name = stream.getvalue(), file_name(shard.number)
    replace_file(folder / name, data)
    digest = hashlib.sha256(data).hexdigest()
    return Done(shard.number, name, rows, len(data), digest, [asdict(one) for one in lost])


def _findings(part: Part, lost: list[Lost]) -> Iterator[Finding]:
    try:
        if part.group is None:
            report = read(part.file)
        else:
            report = read_slice(part.file, part.group, part.start, part.stop)
    except InputError as error:
        lost.append(Lost(error.file, error.place, error.what, error.mend))
        return
    lost += [
        Lost(part.file, problem.place, problem.what, problem.mend)
        for problem in report.problems
        if problem.lost
    ]
    yield from report.findings


def _analysed(
    pipeline: Pipeline, findings: Iterator[Finding], stages: Sequence[Stage], lost: list[Lost]
) -> Iterator[Analysis]:
    while batch := list(islice(findings, _BATCH)):
        try:
            yield from list(pipeline.pipe(batch, stages, _BATCH))
        except Exception:  # whatever it is, it costs the one finding that causes it, and no other
            for finding in batch:
                yield from _alone(pipeline, finding, stages, lost)


def _alone(
    pipeline: Pipeline, finding: Finding, stages: Sequence[Stage], lost: list[Lost]
) -> Iterator[Analysis]:
    try:
        yield from list(pipeline.pipe([finding], stages))
    except Exception as error:
        at = finding.source
        place = f"page {at.page}" if at.page else f"line {at.line}" if at.line else None
        what = f"the analysis of {finding.id} failed ({type(error).__name__}: {error})"
        lost.append(Lost(at.file, place, " ".join(what.split()), "please report it"))
