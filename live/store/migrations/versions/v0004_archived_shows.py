"""An ended show may leave Redis: since when it has."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shows", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
