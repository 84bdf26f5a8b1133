"""Time for viewers: one extension of a hold, and how far behind the host a show's picture is."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "orders", sa.Column("first_expires_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "shows",
        sa.Column("video_delay_s", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
