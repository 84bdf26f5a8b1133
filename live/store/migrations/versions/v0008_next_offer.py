"""The operator says which sale comes next."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("next_offer", sa.String(), nullable=False, server_default=sa.text("''"))
    op.add_column("shows", column)
