"""The store's methods; each is one transaction, and safe to call from any thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from ...corpus import catalogue
from ...corpus.schema import AnalysedReport, Analysis, InputError, Issue, Report
from ...corpus.tasks import TASKS
from ..lint import places, quotes
from . import counts, rows, search, standing
from .database import forget, now, open_database
from .tables import CitationTable, CorrectionTable, FindingTable, PredictionTable, ReportTable
from .tokens import Tokens
from .views import (
    Correction,
    Counts,
    Filters,
    FindingRow,
    Outline,
    Page,
    ReportRow,
    StoredFinding,
    StoredIssue,
    StoredReport,
    Verdict,
)

T = TypeVar("T")


class NotFound(LookupError):
    """There is no such report, finding, defect or issue (any more)."""


class Store:
    """Everything that is kept, in SQLite or PostgreSQL.

    Args:
        url: a path or a URL; None is the file in the user's data folder.

    Raises:
        InputError: where it cannot be opened.
    """

    def __init__(self, url: str | None = None):
        self.engine = open_database(url)
        self.tokens = Tokens(self._reading, self._writing)

    def close(self) -> None:
        self.engine.dispose()

    def alive(self) -> bool:
        """Whether the database answers."""
        try:
            with self._reading() as session:
                return session.scalar(select(1)) == 1
        except SQLAlchemyError:
            return False

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(self.engine.execution_options(writing=True)) as session, session.begin():
            yield session

    # --- reports ----------------------------------------------------------------------------

    def add(self, analysed: AnalysedReport, who: str) -> tuple[int, bool]:
        """Keeps a report; returns its id and whether it is new.

        The same report (the same content, whatever the file's name) is one report: what another
        model says of it takes the place of what was said before, what people said stays.
        """
        try:
            return self._add(analysed, who)
        except IntegrityError:  # somebody else has just put in the same
            return self._add(analysed, who)

    def _add(self, analysed: AnalysedReport, who: str) -> tuple[int, bool]:
        content = standing.content(analysed.report)
        model = next((record.model for record in analysed.findings if record.model), None)
        issues = [issue.model_dump(mode="json") for issue in analysed.issues]
        with self._writing() as session:
            known = select(ReportTable).where(ReportTable.content == content).with_for_update()
            report = session.scalar(known)
            if report:
                if report.model != model:
                    report.model, report.issues = model, issues
                    self._analysed_again(session, report.id, analysed.findings)
                return report.id, False
            report = rows.report_row(analysed.report, content, model, issues, who)
            session.add(report)
            session.flush()
            pairs = zip(analysed.report.findings, analysed.findings, strict=True)
            made = [rows.finding_row(report.id, i, *pair) for i, pair in enumerate(pairs)]
            session.add_all(made)
            session.flush()
            for row, record in zip(made, analysed.findings, strict=True):
                session.add_all(rows.facts_of(row.id, record))
                search.put(session.connection(), row.id, record.en, record.zh)
            return report.id, True

    def _analysed_again(self, session: Session, report: int, records: Sequence[Analysis]) -> None:
        found = rows.findings_of(session, report)
        for table in (PredictionTable, CitationTable):
            session.execute(delete(table).where(table.finding_id.in_([row.id for row in found])))
        for row, new in zip(found, records, strict=True):
            record = new.model_copy(update={"id": row.name})  # the ids stay those of the first file
            row.record = record.model_dump(mode="json")
            rows.settle(row, record, rows.said_of(session, report, row.id))
            session.add_all(rows.facts_of(row.id, record))

    def reports(
        self, page: int = 1, size: int = 50, supplier: str | None = None, q: str | None = None
    ) -> Page[ReportRow]:
        """Reports, the last uploaded first; of one supplier, where one is named; with ``q`` in the name
        of supplier, site or file."""
        chosen = rows.reports_with_counts()
        if q and q.strip():
            named = (ReportTable.supplier, ReportTable.site_id, ReportTable.file)
            chosen = chosen.where(
                or_(*(name.icontains(q.strip(), autoescape=True) for name in named))
            )
        if supplier is not None:
            chosen = chosen.where(ReportTable.supplier == supplier)
        with self._reading() as session:
            total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
            chosen = chosen.order_by(ReportTable.id.desc())
            found = session.execute(chosen.offset((page - 1) * size).limit(size))
            items = [ReportRow(**rows.report_fields(*row)) for row in found]
        return Page(items=items, total=total, page=page, size=size)

    def report(self, id: int) -> StoredReport:
        """A report with its header, tables and issues. Raises NotFound."""
        with self._reading() as session:
            found = session.execute(rows.reports_with_counts().where(ReportTable.id == id)).first()
            if not found:
                raise NotFound(f"there is no report {id}")
            verdicts = rows.said_of(session, id, None).verdicts
            issues = [Issue.model_validate(issue) for issue in found[0].issues]
            return StoredReport(
                **rows.report_fields(*found),
                report=Report.model_validate(found[0].body),
                issues=[
                    StoredIssue(key=key, issue=issue, verdict=verdicts.get(key))
                    for issue in issues
                    for key in [standing.issue_key(issue)]
                ],
            )

    def report_findings(self, id: int) -> list[StoredFinding]:
        """All findings of a report in their order. Raises NotFound."""
        with self._reading() as session:
            report = _got(session.get(ReportTable, id), f"report {id}")
            return [rows.stored(session, row, report) for row in rows.findings_of(session, id)]

    def analysed(self, id: int) -> AnalysedReport:
        """A report as the exports of ``app/export`` take it, after review: ``given`` has the labels
        that people set (from where ``train`` reads them), and what they dismissed is left out.
        Raises NotFound."""
        stored = self.report(id)
        findings = self.report_findings(id)
        records = []
        for one in findings:
            given = one.record.given.model_copy(update=rows.taught(one, one.said))
            record = one.record.model_copy(update={"given": given})
            record.defects = [d.defect for d in one.defects if d.verdict != "dismissed"]
            records.append(record)
        report = stored.report.model_copy(update={"findings": [one.finding for one in findings]})
        issues = [i.issue for i in stored.issues if i.verdict != "dismissed"]
        return AnalysedReport(report=report, findings=records, issues=issues)

    def audits(self, id: int) -> list[ReportRow]:
        """All audits of the site of report ``id`` (of its supplier, where no site is known), this one
        among them, the earliest first. Raises NotFound."""
        with self._reading() as session:
            report = _got(session.get(ReportTable, id), f"report {id}")
            same = ReportTable.id == id
            if report.site_id:
                same = ReportTable.site_id == report.site_id
            elif report.supplier:
                same = ReportTable.supplier == report.supplier
            chosen = rows.reports_with_counts().where(same)
            chosen = chosen.order_by(ReportTable.audit_date, ReportTable.id)
            return [ReportRow(**rows.report_fields(*row)) for row in session.execute(chosen)]

    def delete_report(self, id: int) -> None:
        """Deletes a report with all that is known of it, and from the files of the database too.
        Raises NotFound."""
        with self._writing() as session:
            _got(session.get(ReportTable, id), f"report {id}")
            session.execute(delete(ReportTable).where(ReportTable.id == id))
        forget(self.engine)

    # --- findings ---------------------------------------------------------------------------

    def findings(self, filters: Filters | None = None) -> Page[FindingRow]:
        """Findings across reports; ``Filters(order="worklist", reviewed=False)`` is the work list."""
        filters = filters or Filters()
        chosen = rows.filtered(filters, self.engine.dialect.name)
        order = (ReportTable.id.desc(), FindingTable.position)
        if filters.order == "worklist":
            order = (FindingTable.reviewed, FindingTable.score.desc(), FindingTable.id)
        with self._reading() as session:
            count = chosen.with_only_columns(func.count())
            total = session.scalar(count) or 0
            first = (filters.page - 1) * filters.size
            found = session.execute(chosen.order_by(*order).offset(first).limit(filters.size))
            items = [FindingRow(**rows.finding_fields(*row)) for row in found]
        return Page(items=items, total=total, page=filters.page, size=filters.size)

    def outline(self, filters: Filters) -> list[Outline]:
        """All findings that pass the filters, in the order of their reports, without their texts."""
        chosen = rows.filtered(filters, self.engine.dialect.name)
        chosen = chosen.order_by(ReportTable.id.desc(), FindingTable.position)
        columns = [getattr(FindingTable, name) for name in Outline.model_fields]
        with self._reading() as session:
            found = session.execute(chosen.with_only_columns(*columns))
            return [Outline.model_validate(dict(row._mapping)) for row in found]

    def finding(self, id: int) -> StoredFinding:
        """A finding with all that is known of it. Raises NotFound."""
        with self._reading() as session:
            row = _got(session.get(FindingTable, id), f"finding {id}")
            return rows.stored(session, row, session.get_one(ReportTable, row.report_id))

    def correct(self, id: int, correction: Correction, who: str) -> StoredFinding:
        """Enters what a person says of a finding, all of it or nothing; what changes nothing is not
        entered. Returns the finding as it stands now.

        Raises:
            NotFound: for no such finding, or a key that none of its defects has.
            InputError: for a question that there is not.
        """
        if correction.question and correction.question not in catalogue.questions():
            what = f"there is no question {correction.question}"
            raise InputError("correction", what, "questions are 1.1 to 13.4", "question")
        with self._writing() as session:
            chosen = select(FindingTable).where(FindingTable.id == id).with_for_update()
            row = _got(session.scalar(chosen), f"finding {id}")
            record = Analysis.model_validate(row.record)
            said = rows.said_of(session, row.report_id, id)
            current = standing.labels(record, said.labels)
            labels = correction.model_dump(include=correction.model_fields_set & {*TASKS})
            for task, new in list(labels.items()):
                labels = standing.implied(task, new, current | labels) | labels
            for task, new in labels.items():
                if new != current[task]:
                    rows.enter(session, row, who, task, current[task], new)
            defects = {standing.defect_key(defect): defect for defect in record.defects}
            for key, verdict in correction.defects.items():
                defect = _got(defects.get(key), f"defect {key} in finding {id}")
                if verdict != said.verdicts.get(key):
                    about = {
                        "finding": row.name,
                        "check": defect.type,
                        "quotes": list(quotes(defect)),
                        "message": defect.message,
                    }
                    rows.enter(
                        session, row, who, "defect", said.verdicts.get(key), verdict, key, about
                    )
            if correction.accepted not in (None, said.accepted):
                old, new = ("yes", None) if said.accepted else (None, "yes")
                rows.enter(session, row, who, "accepted", old, new)
            session.flush()
            rows.settle(row, record, rows.said_of(session, row.report_id, id))
            return rows.stored(session, row, session.get_one(ReportTable, row.report_id))

    def accept(self, id: int, who: str) -> StoredFinding:
        """A person accepts the finding's labels as they stand."""
        return self.correct(id, Correction(accepted=True), who)

    def judge_defect(self, id: int, key: str, verdict: Verdict | None, who: str) -> StoredFinding:
        """A person confirms or dismisses a defect of a finding; None takes that back."""
        return self.correct(id, Correction(defects={key: verdict}), who)

    def judge_issue(self, report: int, key: str, verdict: Verdict | None, who: str) -> None:
        """The same for an issue of a report. Raises NotFound."""
        with self._writing() as session:
            chosen = select(ReportTable).where(ReportTable.id == report).with_for_update()
            row = _got(session.scalar(chosen), f"report {report}")
            issues = [Issue.model_validate(issue) for issue in row.issues]
            found = {standing.issue_key(issue): issue for issue in issues}
            issue = _got(found.get(key), f"issue {key} in report {report}")
            old = rows.said_of(session, report, None).verdicts.get(key)
            if old != verdict:
                about = {
                    "finding": standing.stem(row.file),
                    "check": issue.check,
                    "quotes": list(places(issue)),
                    "message": issue.message,
                }
                session.add(
                    CorrectionTable(
                        report_id=report, field="issue", key=key, about=about,
                        old=old, new=verdict, who=who, at=now(),
                    )
                )  # fmt: skip

    # --- what follows from what people said -------------------------------------------------

    def corrections(self) -> list[dict[str, Any]]:
        """What ``train`` learns from: an object for each finding that a person labelled, with its id,
        site, texts and ``given``, the labels that the person set and, once accepted, all of them. As
        JSON lines it is a table that ``bifinding train`` reads."""
        learned = []
        corrected = select(CorrectionTable.finding_id).where(CorrectionTable.field.in_(TASKS))
        chosen = select(FindingTable).where(FindingTable.reviewed | FindingTable.id.in_(corrected))
        with self._reading() as session:
            for row in session.scalars(chosen.order_by(FindingTable.id)):
                said = rows.said_of(session, row.report_id, row.id)
                labels = {task: getattr(row, task) for task in TASKS}
                given = {
                    t: v for t, v in labels.items() if v and (row.reviewed or t in said.labels)
                }
                if given:
                    texts = {"en": row.record["en"], "zh": row.record["zh"]}
                    learned.append(
                        {"id": row.name, "site_id": row.site_id, **texts, "given": given}
                    )
        return learned

    def dismissed(self) -> list[dict[str, Any]]:
        """What people dismissed, as entries of the list that ``bifinding check --accept`` reads."""
        last = select(func.max(CorrectionTable.id)).where(
            CorrectionTable.field.in_(("defect", "issue"))
        )
        last = last.group_by(
            CorrectionTable.report_id, CorrectionTable.finding_id, CorrectionTable.key
        )
        chosen = select(CorrectionTable.about).where(
            CorrectionTable.id.in_(last), CorrectionTable.new == "dismissed"
        )
        with self._reading() as session:
            return [
                about for about in session.scalars(chosen.order_by(CorrectionTable.id)) if about
            ]

    def counts(self) -> Counts:
        """The numbers of the dashboards."""
        with self._reading() as session:
            return counts.counts(session)


def _got(found: T | None, what: str) -> T:
    if found is None:
        raise NotFound(f"there is no {what}")
    return found
