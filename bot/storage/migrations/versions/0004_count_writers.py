"""Which batches of numbers are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_count_writers"
down_revision = "0003_counters"


def upgrade() -> None:
    """One row for each process that counts."""
    op.create_table(
        "count_writers",
        sa.Column("writer", sa.String(32), nullable=False),
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("writer", name="pk_count_writers"),
    )


def downgrade() -> None:
    """A batch whose confirmation was lost may be counted twice again."""
    op.drop_table("count_writers")
