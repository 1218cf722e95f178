"""The record: one a line (JSONL), in an object for each report (JSON), one a row (Parquet)."""

from __future__ import annotations

import json as _json
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

from ...corpus.schema import AnalysedReport, Analysis, Given


def jsonl(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    for report in reports:
        for record in report.findings:
            stream.write(_line(record.model_dump(mode="json")))


def json(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """One object a report, {"report": …, "findings": […], "issues": […]}; of several reports a list of
    them, one a line."""
    first: bytes | None = None
    many = False
    for analysed in reports:
        whole = _line(_whole(analysed)).rstrip()
        if first is None:
            first = whole
            continue
        # Whether there is a second is known only here, and no more than one report is kept.
        stream.write(b",\n" + whole if many else b"[\n" + first + b",\n" + whole)
        many = True
    if many:
        stream.write(b"\n]\n")
    elif first is not None:
        stream.write(first + b"\n")


def _whole(analysed: AnalysedReport) -> dict[str, Any]:
    return {
        "report": analysed.report.model_dump(mode="json", exclude={"findings"}),
        "findings": [record.model_dump(mode="json") for record in analysed.findings],
        "issues": [issue.model_dump(mode="json") for issue in analysed.issues],
    }


def _line(value: Any) -> bytes:
    return _json.dumps(value, ensure_ascii=False).encode() + b"\n"


LABEL_COLUMNS = ("area", "question", "status", "severity")


def flat(record: Analysis) -> dict[str, Any]:
    """A record as one row of plain cells: what a sheet or a data frame wants."""
    given = record.given.model_dump()
    row: dict[str, Any] = {
        "id": record.id,
        "file": record.source.file,
        "page": record.source.page,
        "line": record.source.line,
        "site_id": record.site_id,
        "en": record.en,
        "zh": record.zh,
    }
    for task in LABEL_COLUMNS:
        prediction = getattr(record, task)
        row[task] = prediction.label if prediction else None
        row[f"{task}_probability"] = prediction.probability if prediction else None
    row |= {f"given_{name}": value for name, value in given.items()}
    row["review"] = record.review
    row["model"] = record.model
    row["defects"] = "\n".join(f"{d.level}: {d.type}: {d.message}" for d in record.defects)
    return row


def parquet(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """One row a record: the plain cells, and the nested fields as JSON text."""
    write_rows((record for report in reports for record in report.findings), stream)


def write_rows(records: Iterable[Analysis], stream: IO[bytes]) -> int:
    """Writes a Parquet file of the records, a thousand at a time; returns how many there were. Its
    columns have the same types whatever the records hold."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    remaining, written = iter(records), 0
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        while rows := [_row(record) for record in islice(remaining, 1000)]:
            writer.write_table(pa.Table.from_pylist(rows, schema))
            written += len(rows)
    return written


_NESTED = ("sentences", "alignment", "entities", "defects")
COLUMNS: dict[str, type] = {
    **dict.fromkeys(("id", "file"), str),
    **dict.fromkeys(("page", "line"), int),
    **dict.fromkeys(("site_id", "en", "zh"), str),
    **{
        name + end: kind
        for name in LABEL_COLUMNS
        for end, kind in (("", str), ("_probability", float))
    },
    **{f"given_{name}": bool if name == "crucial" else str for name in Given.model_fields},
    "review": bool,
    **dict.fromkeys(("model", "defects"), str),
    **{f"{name}_json": str for name in _NESTED},
}


def _row(record: Analysis) -> dict[str, Any]:
    nested = record.model_dump(mode="json", include=set(_NESTED))
    row = flat(record)
    row.update((f"{name}_json", _json.dumps(nested[name], ensure_ascii=False)) for name in _NESTED)
    return row
