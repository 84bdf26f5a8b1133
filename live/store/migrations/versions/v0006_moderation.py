"""Comments have a state; a show's chat has rules, and some of its viewers a standing."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EMPTY = sa.text("''")
QUESTION_MARKS = ("?", "？", "吗", "嗎", "呢", "多少", "怎么", "怎麼", "什么", "什麼")


def upgrade() -> None:
    # With defaults, and no rebuilding of the tables: SQLite would delete all that refers to a show.
    for name, column_type, default in (
        ("state", sa.String(), "shown"),
        ("why", sa.String(), EMPTY),
        ("asks", sa.Boolean(), sa.false()),
        ("platform", sa.String(), EMPTY),
        ("message", sa.String(), EMPTY),
    ):
        op.add_column(
            "comments", sa.Column(name, column_type, nullable=False, server_default=default)
        )
    comments = sa.table("comments", sa.column("text"), sa.column("asks"))
    asking = sa.or_(*(comments.c.text.contains(mark) for mark in QUESTION_MARKS))
    op.execute(comments.update().where(asking).values(asks=sa.true()))
    op.add_column(
        "shows", sa.Column("pinned_comment", sa.String(), nullable=False, server_default=EMPTY)
    )
    op.create_table(
        "standings",
        sa.Column("show_id", sa.String(), nullable=False),
        sa.Column("viewer", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("show_id", "viewer"),
    )
    op.create_table(
        "chat_rules",
        sa.Column("show_id", sa.String(), nullable=False),
        sa.Column("premoderation", sa.Boolean(), nullable=False),
        sa.Column("slow_s", sa.Integer(), nullable=False),
        sa.Column("links_off", sa.Boolean(), nullable=False),
        sa.Column("blocked", sa.JSON(), nullable=False),
        sa.Column("tally_window_s", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("show_id"),
    )
