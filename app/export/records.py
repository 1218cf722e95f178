"""The record, one a line (JSONL), one object a report (JSON), one a row (Parquet)."""

from __future__ import annotations

import json as _json
from collections.abc import Iterable
from typing import IO, Any

from ...corpus.schema import AnalysedReport, Analysis


def jsonl(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    for report in reports:
        for record in report.findings:
            stream.write(_line(record.model_dump(mode="json")))


def json(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """One object a report, one a line: {"report": …, "findings": […], "issues": […]}."""
    for analysed in reports:
        report = analysed.report.model_dump(mode="json", exclude={"findings"})
        stream.write(
            _line(
                {
                    "report": report,
                    "findings": [record.model_dump(mode="json") for record in analysed.findings],
                    "issues": [issue.model_dump(mode="json") for issue in analysed.issues],
                }
            )
        )


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
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = []
    for report in reports:
        for record in report.findings:
            nested = record.model_dump(
                mode="json", include={"sentences", "alignment", "entities", "defects"}
            )
            rows.append(
                flat(record)
                | {f"{k}_json": _json.dumps(v, ensure_ascii=False) for k, v in nested.items()}
            )
    pq.write_table(pa.Table.from_pylist(rows), stream)
