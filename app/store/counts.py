"""The numbers of the dashboards, counted by the database."""

from __future__ import annotations

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from ...corpus.tasks import TASKS
from .tables import CitationTable, CorrectionTable, FindingTable, PredictionTable, ReportTable
from .views import Agreement, Count, Counts, LawCount, RepeatCount, SupplierCount

_SHOWN = 100  # laws, suppliers, repeated questions: the first so many
_REPEATED = ("not_corrected", "partially_corrected")
_of_report = FindingTable.report_id == ReportTable.id


def counts(session: Session) -> Counts:
    findings = select(func.count()).select_from(FindingTable)
    return Counts(
        reports=session.scalar(select(func.count()).select_from(ReportTable)) or 0,
        findings=session.scalar(findings) or 0,
        reviewed=session.scalar(findings.where(FindingTable.reviewed)) or 0,
        over_time={name: _over_time(session, name) for name in ("area", "severity", "status")},
        laws=_laws(session),
        suppliers=_suppliers(session),
        repeats=_repeats(session),
        agreement=[_agreement(session, task) for task in TASKS],
    )


def _over_time(session: Session, task: str) -> list[Count]:
    month = func.substr(ReportTable.audit_date, 1, len("2025-06"))
    label = getattr(FindingTable, task)
    chosen = select(month, label, func.count()).select_from(FindingTable)
    chosen = chosen.join(ReportTable, _of_report).group_by(month, label).order_by(month, label)
    return [Count(period=p, label=name, findings=n) for p, name, n in session.execute(chosen)]


def _laws(session: Session) -> list[LawCount]:
    number = func.count()
    chosen = (
        select(CitationTable.law, number, func.count(FindingTable.report_id.distinct()))
        .join(FindingTable, CitationTable.finding_id == FindingTable.id)
        .group_by(CitationTable.law)
        .order_by(number.desc(), CitationTable.law)
        .limit(_SHOWN)
    )
    return [LawCount(law=law, findings=n, reports=r) for law, n, r in session.execute(chosen)]


def _suppliers(session: Session) -> list[SupplierCount]:
    number = func.count(FindingTable.id)
    chosen = (
        select(
            ReportTable.supplier,
            func.count(ReportTable.id.distinct()),
            number,
            func.sum(case((FindingTable.reviewed, 0), else_=1)),
            func.sum(case((FindingTable.status.in_(_REPEATED), 1), else_=0)),
            func.max(ReportTable.audit_date),
        )
        .join(FindingTable, _of_report)
        .group_by(ReportTable.supplier)
        .order_by(number.desc(), ReportTable.supplier)
        .limit(_SHOWN)
    )
    names = ("supplier", "reports", "findings", "open", "repeats", "last_audit")
    found = session.execute(chosen)
    return [SupplierCount.model_validate(dict(zip(names, row, strict=True))) for row in found]


def _repeats(session: Session) -> list[RepeatCount]:
    audits = func.count(ReportTable.audit_date.distinct())
    chosen = (
        select(
            ReportTable.supplier, FindingTable.question, audits, func.max(ReportTable.audit_date)
        )
        .join(FindingTable, _of_report)
        .where(ReportTable.supplier.is_not(None), FindingTable.question.is_not(None))
        .group_by(ReportTable.supplier, FindingTable.question)
        .having(audits > 1)
        .order_by(audits.desc(), ReportTable.supplier, FindingTable.question)
        .limit(_SHOWN)
    )
    names = ("supplier", "question", "audits", "last_audit")
    found = session.execute(chosen)
    return [RepeatCount.model_validate(dict(zip(names, row, strict=True))) for row in found]


def _agreement(session: Session, task: str) -> Agreement:
    label = getattr(FindingTable, task)
    corrected = exists().where(
        CorrectionTable.finding_id == FindingTable.id, CorrectionTable.field == task
    )
    chosen = (
        select(func.count(), func.sum(case((PredictionTable.label == label, 1), else_=0)))
        .select_from(FindingTable)
        .join(PredictionTable, PredictionTable.finding_id == FindingTable.id)
        .where(PredictionTable.task == task, label.is_not(None), FindingTable.reviewed | corrected)
    )
    findings, agreed = session.execute(chosen).one()
    return Agreement(task=task, findings=findings, agreed=agreed or 0)
