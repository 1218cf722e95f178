"""Findings as rows that a person corrects: what a workbook and a CSV file of ``analyse`` have in common.

The label columns show what the model says and are there to be changed; ``predicted_*`` hold the same
once more, so that a reader knows what the person has changed (``corpus/readers/columns.py``). Labels
stand there with their names: of a bare question 7.10 Excel makes the number 7.1.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import IO, Any

from ...corpus.readers.columns import FORMULA
from ...corpus.schema import AnalysedReport, Analysis
from ...corpus.tasks import TASKS
from .wording import both, name

HEADER = (
    "id", "en", "zh",
    *(column for task in TASKS for column in (task, f"{task}_probability")),
    "review", "defects", "report_says", "file", "page", "line", "site_id",
    *(f"predicted_{task}" for task in TASKS),
    *(f"given_{key}" for key in ("area", "question", "crucial", "rating", "status", "severity")),
    "model",
)  # fmt: skip


def row(record: Analysis) -> dict[str, Any]:
    """A record as plain cells by the names of ``HEADER``."""
    predictions = {task: getattr(record, task) for task in TASKS}
    labels = {task: both(p.label) if p and p.label else None for task, p in predictions.items()}
    given = record.given.model_dump()
    cells: dict[str, Any] = {
        "id": record.id,
        "en": record.en,
        "zh": record.zh,
        "review": "yes" if record.review else None,
        "defects": "\n".join(f"{d.level}: {name(d.type)}: {d.message}" for d in record.defects),
        "report_says": "\n".join(_otherwise(record)),
        "file": record.source.file,
        "page": record.source.page,
        "line": record.source.line,
        "site_id": record.site_id,
        "model": record.model,
    }
    for task, label in labels.items():
        prediction = predictions[task]
        cells |= {
            task: label,
            f"predicted_{task}": label,
            f"{task}_probability": round(prediction.probability, 3) if prediction else None,
        }
    for key, value in given.items():
        cells[f"given_{key}"] = both(value) if key in TASKS and value else value
    return {column: cells[column] for column in HEADER}


def _otherwise(record: Analysis) -> Iterable[str]:
    """The labels that the report states and the model does not."""
    for task in TASKS:
        prediction, stated = getattr(record, task), getattr(record.given, task)
        if prediction and stated and prediction.label != stated:
            yield f"{task}: {name(stated)}"


def write_csv(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """One row a finding, with a byte-order mark, so that Excel shows the Chinese. A text that a
    spreadsheet would take for a formula has an apostrophe before it, which the reader takes off."""
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for report in reports:
        for record in report.findings:
            rows.writerow([safe(cell) for cell in row(record).values()])
    text.detach()


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str):
        cell = cell.replace("\0", "")
        return f"'{cell}" if FORMULA.match(cell) else cell
    return cell
