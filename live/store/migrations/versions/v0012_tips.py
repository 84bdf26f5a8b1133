"""What was paid elsewhere to have something said, as that platform words it: of a comment, and of a question sent over."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("comments", "asks"):
        tip = sa.Column("tip", sa.String(), nullable=False, server_default=sa.text("''"))
        op.add_column(table, tip)
