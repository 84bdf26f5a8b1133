"""What was left of an item's stock in the show that it was copied from."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("items", sa.Column("last_left", sa.Integer(), nullable=True))
    op.add_column("items", sa.Column("last_stock", sa.Integer(), nullable=True))
