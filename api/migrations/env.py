"""Alembic's entry: runs on a connection handed over by `migrate`, in one transaction."""

from alembic import context

from api.migrations.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
