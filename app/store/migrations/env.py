"""What Alembic runs: the steps, on the connection that ``database.migrate`` opened."""

from alembic import context
from bifinding.app.store.tables import Base  # pyright: ignore[reportMissingImports]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
)
context.run_migrations()
