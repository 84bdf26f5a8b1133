"""What a show's report keeps: the peak of its viewers, and up to which fact a summary counts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, and no rebuilding of the tables: SQLite would delete all that refers to a show.
    zero = sa.text("0")
    op.add_column(
        "shows", sa.Column("peak_viewers", sa.Integer(), nullable=False, server_default=zero)
    )
    op.add_column(
        "summaries", sa.Column("seq", sa.BigInteger(), nullable=False, server_default=zero)
    )
