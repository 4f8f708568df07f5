"""Hand-overs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_handover"
down_revision = "0001_conversations"


def upgrade() -> None:
    """One row for each hand-over that a person said yes to."""
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation", sa.LargeBinary(32)),
        sa.Column("force", sa.String(64), nullable=False),
        sa.Column("agreed_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told", sa.String(16)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("details", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_conversation", "handovers", ["conversation"])
    op.create_index("ix_handovers_state", "handovers", ["state", "due_at"])


def downgrade() -> None:
    """Without hand-overs: those not yet delivered are lost."""
    op.drop_table("handovers")
