"""Rows of the tables, as they are made and as they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ...corpus.labels import LEVELS
from ...corpus.schema import Analysis, Finding, Report
from ...corpus.tasks import TASKS
from . import search, standing
from .database import now
from .tables import CitationTable, CorrectionTable, FindingTable, PredictionTable, ReportTable
from .views import Change, Filters, FindingRow, StoredDefect, StoredFinding

# --- making them -----------------------------------------------------------------------------------


def taught(finding: FindingTable | FindingRow, said: Mapping[str, Any]) -> dict[str, str]:
    """The labels for which a person stands: those set and, once the finding is accepted, all."""
    labels = {task: getattr(finding, task) for task in TASKS}
    return {task: v for task, v in labels.items() if v and (finding.reviewed or task in said)}


def _yes(accepted: bool | None) -> str | None:
    return "yes" if accepted else None


def findings_of(session: Session, report: int) -> Sequence[FindingTable]:
    chosen = select(FindingTable).where(FindingTable.report_id == report)
    return session.scalars(chosen.order_by(FindingTable.position)).all()


def report_row(
    report: Report, content: str, model: str | None, issues: list[Any], who: str
) -> ReportTable:
    return ReportTable(
        content=content,
        file=report.file,
        layout=report.layout,
        supplier=standing.supplier(report),
        site_id=standing.site(report),
        audit_date=standing.audit_date(report),
        uploaded_at=now(),
        uploaded_by=who,
        model=model,
        body=report.model_copy(update={"findings": []}).model_dump(mode="json"),
        issues=issues,
    )


def finding_row(report: int, position: int, finding: Finding, record: Analysis) -> FindingTable:
    row = FindingTable(
        report_id=report,
        position=position,
        name=record.id,
        site_id=record.site_id,
        finding=finding.model_dump(mode="json"),
        record=record.model_dump(mode="json"),
    )
    settle(row, record, standing.Said())
    return row


def settle(row: FindingTable, record: Analysis, said: standing.Said) -> None:
    """Writes down how the finding stands, which follows from the record and from what people said."""
    for task, label in standing.labels(record, said.labels).items():
        setattr(row, task, label)
    row.level = standing.level(record, said.verdicts)
    row.review, row.reviewed = record.review, said.accepted
    row.score = standing.score(record, said)


def facts_of(finding: int, record: Analysis) -> list[PredictionTable | CitationTable]:
    """The rows of what the model said, and of the laws that the finding cites."""
    given = standing.given(record)
    predictions = {task: getattr(record, task) for task in TASKS}
    return [
        *(
            PredictionTable(
                finding_id=finding, task=task, label=p.label,
                probability=p.probability, given=given[task],
            )
            for task, p in predictions.items()
            if p
        ),
        *(CitationTable(finding_id=finding, law=law) for law in standing.laws(record)),
    ]  # fmt: skip


def said_of(session: Session, report: int, finding: int | None) -> standing.Said:
    """What people said last of a finding; of the report's issues, where ``finding`` is None."""
    chosen = select(CorrectionTable).where(
        CorrectionTable.report_id == report, CorrectionTable.finding_id == finding
    )
    labels: dict[str, str | None] = {}
    verdicts: dict[str, Any] = {}
    accepted = False
    for row in session.scalars(chosen.order_by(CorrectionTable.id)):
        if row.field in TASKS:
            labels[row.field] = row.new
        elif row.key:
            verdicts[row.key] = row.new
        else:
            accepted = row.new is not None
    return standing.Said(labels, verdicts, accepted)


def enter(
    session: Session, row: FindingTable, who: str, field: str, old: str | None, new: str | None,
    key: str | None = None, about: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    session.add(
        CorrectionTable(
            report_id=row.report_id, finding_id=row.id, field=field, key=key, about=about,
            old=old, new=new, who=who, at=now(),
        )
    )  # fmt: skip


# --- showing them ----------------------------------------------------------------------------------


def reports_with_counts() -> Select[*tuple[Any, ...]]:
    """Reports with how many findings they have, how many of these nobody has accepted, and how many
    have a gravest open defect of each level."""
    mine = select(func.count()).where(FindingTable.report_id == ReportTable.id)
    return select(
        ReportTable,
        mine.scalar_subquery(),
        mine.where(FindingTable.reviewed.is_(False)).scalar_subquery(),
        *(mine.where(FindingTable.level == level).scalar_subquery() for level in LEVELS),
    )


def report_fields(report: ReportTable, findings: int, open: int, *levels: int) -> dict[str, Any]:
    names = (
        "id", "file", "layout", "supplier", "site_id", "audit_date", "uploaded_at", "uploaded_by",
        "model",
    )  # fmt: skip
    return {name: getattr(report, name) for name in names} | {
        "overall": report.body["overall"],
        "ratings": report.body["ratings"],
        "findings": findings,
        "open": open,
        "levels": dict(zip(LEVELS, levels, strict=True)),
    }


def filtered(filters: Filters, dialect: str) -> Select[FindingTable, ReportTable]:
    chosen = select(FindingTable, ReportTable).join(
        ReportTable, FindingTable.report_id == ReportTable.id
    )
    for name in (*TASKS, "review", "reviewed"):
        value = getattr(filters, name)
        if value is not None:
            chosen = chosen.where(getattr(FindingTable, name) == value)
    if filters.level:
        level = None if filters.level == "none" else filters.level
        chosen = chosen.where(FindingTable.level == level)
    if filters.report is not None:
        chosen = chosen.where(FindingTable.report_id == filters.report)
    if filters.supplier is not None:
        chosen = chosen.where(ReportTable.supplier == filters.supplier)
    if filters.q and filters.q.strip():
        chosen = chosen.where(search.matching(filters.q, dialect))
    return chosen


def finding_fields(row: FindingTable, report: ReportTable) -> dict[str, Any]:
    names = (
        "id", "report_id", "position", "name", "site_id", *TASKS, "level", "review", "reviewed",
        "score",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "file": report.file,
        "supplier": report.supplier,
        "audit_date": report.audit_date,
        "en": row.record["en"],
        "zh": row.record["zh"],
    }


def stored(session: Session, row: FindingTable, report: ReportTable) -> StoredFinding:
    record = Analysis.model_validate(row.record)
    said = said_of(session, row.report_id, row.id)
    history = select(CorrectionTable).where(CorrectionTable.finding_id == row.id)
    return StoredFinding(
        **finding_fields(row, report),
        record=record,
        finding=Finding.model_validate(row.finding),
        defects=sorted(
            (
                StoredDefect(key=key, defect=defect, verdict=said.verdicts.get(key))
                for defect in record.defects
                for key in [standing.defect_key(defect)]
            ),
            key=lambda one: LEVELS.index(one.defect.level),
        ),
        said=dict(said.labels),
        history=[
            Change.model_validate(
                {
                    "field": line.field,
                    "about": (line.about or {}).get("message"),
                    "old": line.old,
                    "new": line.new,
                    "who": line.who,
                    "at": line.at,
                }
            )
            for line in session.scalars(history.order_by(CorrectionTable.id))
        ],
    )
