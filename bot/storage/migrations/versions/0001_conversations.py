"""Conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_conversations"
down_revision = None


def upgrade() -> None:
    """One row for each conversation."""
    op.create_table(
        "conversations",
        sa.Column("conversation", sa.LargeBinary(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("key_id", sa.String(16)),
        sa.Column("record", sa.LargeBinary),
        sa.PrimaryKeyConstraint("conversation", name="pk_conversations"),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"])


def downgrade() -> None:
    """Without conversations."""
    op.drop_table("conversations")
