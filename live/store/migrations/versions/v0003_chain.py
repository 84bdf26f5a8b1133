"""The ledger becomes a chain; attempts have numbers; what a key stands for is read from its order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
    op.drop_column("orders", "fingerprint")
    for name, kind in (
        ("tries", sa.Integer()),
        ("gone_try", sa.Integer()),
        ("gone_ms", sa.BigInteger()),
    ):
        op.add_column("offers", sa.Column(name, kind, nullable=False, server_default="0"))
    _ledger()
    _positions()


def _ledger() -> None:
    """Entries from before have no number and no hash: their shows are not in a chain."""
    with op.batch_alter_table("ledger", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.add_column(sa.Column("n", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("hash", sa.String(), nullable=True))
        table.alter_column(
            "payload",
            new_column_name="body",
            existing_type=sa.JSON(),
            type_=sa.String(),
            postgresql_using="payload::text",
        )


def _positions() -> None:
    op.add_column(
        "positions", sa.Column("chain_n", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "positions", sa.Column("chain_head", sa.String(), nullable=False, server_default="0" * 64)
    )
    op.add_column("positions", sa.Column("salt", sa.String(), nullable=True))
