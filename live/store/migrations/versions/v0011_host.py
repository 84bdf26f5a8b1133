"""What the host's screen knows: what became of a cue, questions sent over, devices let in by a code."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("cues", moment("seen_at"))
    op.add_column("cues", moment("dropped_at"))
    op.create_table(
        "asks",
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("show_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        moment("at", nullable=False),
        moment("answered_at"),
        moment("dropped_at"),
        sa.PrimaryKeyConstraint("comment"),
    )
    op.create_index("ix_asks_show_id_at", "asks", ["show_id", "at"])
    op.create_table(
        "host_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("show_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        moment("created_at", nullable=False),
        moment("expires_at", nullable=False),
        moment("used_at"),
        sa.Column("device_hash", sa.String(), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        moment("device_until"),
        moment("revoked_at"),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sa.UniqueConstraint("device_hash"),
    )
    op.create_index("ix_host_links_show_id", "host_links", ["show_id"])
