"""What goes into the store's methods and what comes out of them."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import Field

from ...corpus.labels import Area, Level, Severity, Status
from ...corpus.schema import Analysis, Defect, Finding, Issue, Model, Report

Verdict = Literal["confirmed", "dismissed"]
Order = Literal["report", "worklist"]
Item = TypeVar("Item")
MAX_ID = 2**31 - 1


class Page(Model, Generic[Item]):
    """One page of a list: ``page`` counts from 1, ``total`` counts the items of all pages."""

    items: list[Item]
    total: int
    page: int
    size: int


class Filters(Model):
    """Which findings, in which order, and which page of them. Labels are those that count: a person's,
    else the report's own, else the model's.

    ``level`` is the gravest open defect ("none": no open defect); ``review``: the model asks for a
    person; ``reviewed``: a person has accepted the finding as it stands; ``q``: words of either
    language, all of which must stand in the finding. ``order`` "worklist" puts first what most needs
    a person.
    """

    area: Area | None = None
    question: str | None = Field(default=None, max_length=10, pattern=r"^[\d.]*$")
    status: Status | None = None
    severity: Severity | None = None
    level: Level | Literal["none"] | None = None
    review: bool | None = None
    reviewed: bool | None = None
    report: int | None = Field(default=None, ge=1, le=MAX_ID)
    supplier: str | None = Field(default=None, max_length=300, pattern=r"^[^\x00]*$")
    q: str | None = Field(default=None, max_length=300)
    order: Order = "report"
    page: int = Field(default=1, ge=1, le=100_000)
    size: int = Field(default=50, ge=1, le=500)


class Correction(Model):
    """What a person says of a finding. A field that is not set says nothing; a label set to None takes
    the label away ("not known"). ``defects`` maps a defect's key to a verdict, None takes it back.
    A question brings its area, and an area takes a question of another area away."""

    area: Area | None = None
    question: str | None = None
    status: Status | None = None
    severity: Severity | None = None
    accepted: bool | None = None
    defects: dict[str, Verdict | None] = Field(default_factory=dict, max_length=200)


class Change(Model):
    """One line of a finding's history: ``field`` is a task, "accepted" or "defect" (then ``about`` says
    which); ``old`` and ``new`` are labels, verdicts, or "yes"."""

    field: str
    about: str | None = None
    old: str | None
    new: str | None
    who: str
    at: datetime


class ReportRow(Model):
    """A report as lists show it; ``open`` findings are those nobody has accepted yet, ``levels`` counts
    findings by their gravest open defect. ``audit_date`` is ISO, or None where the report states none."""

    id: int
    file: str
    layout: str
    supplier: str | None
    site_id: str | None
    audit_date: str | None
    uploaded_at: datetime
    uploaded_by: str
    model: str | None
    overall: str | None
    ratings: dict[Area, str]
    findings: int
    open: int
    levels: dict[Level, int]


class StoredDefect(Model):
    """A defect, the key by which a person judges it, and what was said."""

    key: str
    defect: Defect
    verdict: Verdict | None = None


class StoredIssue(Model):
    """A place where the report contradicts itself; see StoredDefect."""

    key: str
    issue: Issue
    verdict: Verdict | None = None


class FindingRow(Model):
    """A finding as lists show it: the labels that count (see ``Filters``), the gravest open defect, and
    how much it needs a person (0 to about 3; 0 once accepted)."""

    id: int
    report_id: int
    file: str
    supplier: str | None
    audit_date: str | None
    position: int
    name: str
    site_id: str | None
    area: Area | None
    question: str | None
    status: Status | None
    severity: Severity | None
    level: Level | None
    review: bool
    reviewed: bool
    score: float
    en: str | None
    zh: str | None


class Outline(Model):
    """A finding as far as it takes to count, to go to the next, and to choose; see FindingRow."""

    id: int
    position: int
    name: str
    area: Area | None
    question: str | None
    status: Status | None
    severity: Severity | None
    level: Level | None
    review: bool
    reviewed: bool
    score: float


class StoredFinding(FindingRow):
    """A finding with all that is known of it: ``record`` is what the pipeline says, ``finding`` what was
    read (with the spans of previous and current state), ``said`` the labels that a person set."""

    record: Analysis
    finding: Finding
    defects: list[StoredDefect]
    said: dict[str, str | None]
    history: list[Change]


class StoredReport(ReportRow):
    """A report: ``report`` is what was read, without its findings (``Store.report_findings``)."""

    report: Report
    issues: list[StoredIssue]


# --- counts ---------------------------------------------------------------------------------


class Count(Model):
    """``period`` is the month of the audit, "2025-06", or None where no report states it."""

    period: str | None
    label: str | None
    findings: int


class LawCount(Model):
    law: str
    findings: int
    reports: int


class SupplierCount(Model):
    """``repeats`` are findings whose status is not_corrected or partially_corrected."""

    supplier: str | None
    reports: int
    findings: int
    open: int
    repeats: int
    last_audit: str | None


class RepeatCount(Model):
    """A question that audits on several dates found at the same supplier."""

    supplier: str
    question: str
    audits: int
    last_audit: str | None


class Agreement(Model):
    """Of the findings whose label a person has set or accepted: how many the model had labelled so."""

    task: str
    findings: int
    agreed: int


class Counts(Model):
    """The dashboards' numbers. ``over_time`` has a list for each of area, severity and status."""

    reports: int
    findings: int
    reviewed: int
    over_time: dict[str, list[Count]]
    laws: list[LawCount]
    suppliers: list[SupplierCount]
    repeats: list[RepeatCount]
    agreement: list[Agreement]
