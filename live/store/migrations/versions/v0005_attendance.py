"""What a show's report keeps of its audience beside the peak: different viewers, views, watch time."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, and no rebuilding of the tables: SQLite would delete all that refers to a show.
    for name, column_type in (
        ("unique_viewers", sa.Integer()),
        ("views", sa.Integer()),
        ("watch_ms", sa.BigInteger()),
    ):
        op.add_column(
            "shows", sa.Column(name, column_type, nullable=False, server_default=sa.text("0"))
        )
