"""The tables. Whoever changes them adds a migration."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's way)
        dict[str, Any]: JSON().with_variant(JSONB, "postgresql"),
        list[Any]: JSON().with_variant(JSONB, "postgresql"),
    }


# An id that was deleted is not given to something else, as old addresses still hold it.
_NEVER_AGAIN = {"sqlite_autoincrement": True}


def parent(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


class ReportTable(Base):
    """``content`` is the hash by which the same report is known again; ``body`` the report without its
    findings. Times are ISO strings in UTC, the same and sortable in every database."""

    __tablename__ = "reports"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(unique=True)
    file: Mapped[str]
    layout: Mapped[str]
    supplier: Mapped[str | None] = mapped_column(index=True)
    site_id: Mapped[str | None] = mapped_column(index=True)
    audit_date: Mapped[str | None] = mapped_column(index=True)
    uploaded_at: Mapped[str]
    uploaded_by: Mapped[str]
    model: Mapped[str | None]
    body: Mapped[dict[str, Any]]
    issues: Mapped[list[Any]]


class FindingTable(Base):
    """``area`` to ``severity`` are the labels that count, ``level`` the gravest open defect, ``score`` how
    much a person is needed: all follow from ``record`` and the corrections (``standing.py``)."""

    __tablename__ = "findings"
    __table_args__ = (
        Index("ix_findings_report", "report_id", "position"),
        Index("ix_findings_worklist", "reviewed", "score"),
        _NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(parent("reports.id"))
    position: Mapped[int]
    name: Mapped[str]
    site_id: Mapped[str | None]
    area: Mapped[str | None] = mapped_column(index=True)
    question: Mapped[str | None] = mapped_column(index=True)
    status: Mapped[str | None] = mapped_column(index=True)
    severity: Mapped[str | None] = mapped_column(index=True)
    level: Mapped[str | None] = mapped_column(index=True)
    review: Mapped[bool]
    reviewed: Mapped[bool]
    score: Mapped[float]
    finding: Mapped[dict[str, Any]]
    record: Mapped[dict[str, Any]]


class PredictionTable(Base):
    """What the model said of one task of a finding, and what the report itself states."""

    __tablename__ = "predictions"

    finding_id: Mapped[int] = mapped_column(parent("findings.id"), primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str | None]
    probability: Mapped[float]
    given: Mapped[str | None]


class CitationTable(Base):
    """A law that a finding cites."""

    __tablename__ = "citations"

    finding_id: Mapped[int] = mapped_column(parent("findings.id"), primary_key=True)
    law: Mapped[str] = mapped_column(primary_key=True, index=True)


class CorrectionTable(Base):
    """What a person said, one line a change, never changed: the last line of a field holds.

    ``finding_id`` is None for an issue of the report. ``about`` names the defect or issue as an accept
    list does (check, quotes, message), ``key`` is its short name.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(parent("reports.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(parent("findings.id"), index=True)
    field: Mapped[str]
    key: Mapped[str | None]
    about: Mapped[dict[str, Any] | None]
    old: Mapped[str | None]
    new: Mapped[str | None]
    who: Mapped[str]
    at: Mapped[str]


class TokenTable(Base):
    """A user's token: only its hash is kept. A revoked one stays, as the history names its user."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    created: Mapped[str]
    revoked: Mapped[str | None]
