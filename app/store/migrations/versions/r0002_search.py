"""The index of words, filled from the findings that are there."""

import sqlalchemy as sa
from alembic import op
from bifinding.app.store.search import CREATE, put  # pyright: ignore[reportMissingImports]

revision, down_revision = "0002", "0001"
branch_labels = depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    for statement in CREATE[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    findings = sa.table("findings", sa.column("id"), sa.column("record", sa.JSON()))
    for id_, record in connection.execute(
        sa.select(findings.c.id, findings.c.record), execution_options={"yield_per": 500}
    ):
        put(connection, id_, record["en"], record["zh"])


def downgrade() -> None:
    op.drop_table("search")
