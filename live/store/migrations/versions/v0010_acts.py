"""The crew's acts have a table of their own: they are read by name and by kind, among a million entries of stock."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROWS = 1_000  # moved at once


def upgrade() -> None:
    acts = op.create_table(
        "acts",
        sa.Column("show_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("show_id", "seq"),
    )
    ledger = sa.table(
        "ledger", sa.column("show_id", sa.String()), sa.column("seq", sa.BigInteger()),
        sa.column("at_ms", sa.BigInteger()), sa.column("body", sa.String()),
        sa.column("kind", sa.String()),
    )  # fmt: skip
    of_acts = ledger.c.kind == "act"
    act = sa.select(ledger.c.show_id, ledger.c.seq, ledger.c.at_ms, ledger.c.body).where(of_acts)
    found = op.get_bind().execute(act).all()
    for start in range(0, len(found), ROWS):
        moved = []
        for show_id, seq, at_ms, body in found[start : start + ROWS]:
            told = json.loads(body)
            said = {name: told[name] for name in ("actor", "verb", "detail", "ms")}
            row = {"show_id": show_id, "seq": seq, "at_ms": at_ms, **said}
            moved.append(row | {"result": "ok", "why": "{}"})
        op.bulk_insert(acts, moved)
    op.execute(ledger.delete().where(of_acts))
