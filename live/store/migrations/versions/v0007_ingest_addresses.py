"""A show's address for other platforms' comments can be renewed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("ingest_n", sa.Integer(), nullable=False, server_default="0")
    op.add_column("chat_rules", column)
