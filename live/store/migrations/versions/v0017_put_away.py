"""A planned show that nobody wants any more leaves the list."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shows", sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True))
