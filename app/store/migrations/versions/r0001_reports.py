"""Reports, findings, predictions, citations, corrections, tokens."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision, down_revision = "0001", None
branch_labels = depends_on = None

_JSON = sa.JSON().with_variant(JSONB, "postgresql")


def _text(name: str, nullable: bool = False, **more: Any) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable, **more)


def _parent(name: str, table: str, nullable: bool = False, **more: Any) -> sa.Column:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer(), key, nullable=nullable, **more)


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("content", unique=True),
        _text("file"),
        _text("layout"),
        _text("supplier", True, index=True),
        _text("site_id", True, index=True),
        _text("audit_date", True, index=True),
        _text("uploaded_at"),
        _text("uploaded_by"),
        _text("model", True),
        sa.Column("body", _JSON, nullable=False),
        sa.Column("issues", _JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), primary_key=True),
        _parent("report_id", "reports"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("name"),
        _text("site_id", True),
        *(_text(task, True, index=True) for task in ("area", "question", "status", "severity")),
        _text("level", True, index=True),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("finding", _JSON, nullable=False),
        sa.Column("record", _JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_findings_report", "findings", ["report_id", "position"])
    op.create_index("ix_findings_worklist", "findings", ["reviewed", "score"])
    op.create_table(
        "predictions",
        _parent("finding_id", "findings", primary_key=True),
        _text("task", primary_key=True),
        _text("label", True),
        sa.Column("probability", sa.Double(), nullable=False),
        _text("given", True),
    )
    op.create_table(
        "citations",
        _parent("finding_id", "findings", primary_key=True),
        _text("law", primary_key=True, index=True),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), primary_key=True),
        _parent("report_id", "reports", index=True),
        _parent("finding_id", "findings", nullable=True, index=True),
        _text("field"),
        _text("key", True),
        sa.Column("about", _JSON, nullable=True),
        _text("old", True),
        _text("new", True),
        _text("who"),
        _text("at"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("name", unique=True),
        _text("role"),
        _text("hash", unique=True),
        _text("created"),
        _text("revoked", True),
    )


def downgrade() -> None:
    for table in ("tokens", "corrections", "citations", "predictions", "findings", "reports"):
        op.drop_table(table)
