"""Counters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_counters"
down_revision = "0002_handover"


def upgrade() -> None:
    """One row for each number of a day."""
    op.create_table(
        "counts",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("force", sa.String(40), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("counter", sa.String(20), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("day", "force", "language", "counter", "value", name="pk_counts"),
    )


def downgrade() -> None:
    """Without numbers."""
    op.drop_table("counts")
