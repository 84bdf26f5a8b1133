"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "accounts",
        text("id"),
        text("email"),
        text("name"),
        text("password_hash"),
        flag("is_active"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        moment("at"),
        text("actor"),
        text("verb"),
        text("subject"),
        text("detail"),
        text("result"),
        whole("ms"),
        text("room_id", nullable=True),
        text("show_id", nullable=True),
        text("digest"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entries_room_id", "audit_entries", ["room_id"])
    op.create_index("ix_audit_entries_show_id", "audit_entries", ["show_id"])
    op.create_table(
        "comments",
        text("id"),
        text("show_id"),
        big("seq"),
        text("viewer"),
        text("name"),
        text("text"),
        moment("at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_comments_show_id_seq", "comments", ["show_id", "seq"])
    op.create_table(
        "cues",
        text("id"),
        text("show_id"),
        text("text"),
        text("by"),
        moment("at"),
        moment("acked_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cues_show_id_at", "cues", ["show_id", "at"])
    op.create_table(
        "ledger",
        text("show_id"),
        big("seq"),
        text("kind"),
        big("at_ms"),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("show_id", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "orders",
        text("id"),
        text("show_id"),
        text("offer_id"),
        text("buyer"),
        text("buyer_name"),
        whole("quantity"),
        big("amount_minor"),
        text("currency"),
        text("state"),
        moment("placed_at"),
        moment("expires_at"),
        moment("paid_at", nullable=True),
        moment("settled_at", nullable=True),
        text("key"),
        text("fingerprint"),
        flag("late"),
        big("seq"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("show_id", "buyer", "key"),
    )
    op.create_index("ix_orders_show_id_seq", "orders", ["show_id", "seq"])
    op.create_index("ix_orders_show_id_state_seq", "orders", ["show_id", "state", "seq"])
    op.create_table(
        "positions",
        text("show_id"),
        text("epoch"),
        big("seq"),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("show_id"),
    )
    op.create_table(
        "rooms",
        text("id"),
        text("slug"),
        text("title"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "words",
        text("show_id"),
        text("word"),
        whole("position"),
        sa.PrimaryKeyConstraint("show_id", "word"),
    )
    op.create_table(
        "api_tokens",
        text("id"),
        text("token_hash"),
        text("role"),
        text("name"),
        text("room_id", nullable=True),
        moment("created_at"),
        moment("revoked_at", nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "logins",
        text("token_hash"),
        text("account_id"),
        text("csrf"),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_logins_account_id", "logins", ["account_id"])
    op.create_index("ix_logins_expires_at", "logins", ["expires_at"])
    op.create_table(
        "shows",
        text("id"),
        text("slug"),
        text("room_id"),
        text("title"),
        text("state"),
        text("currency"),
        moment("starts_at", nullable=True),
        moment("started_at", nullable=True),
        moment("ended_at", nullable=True),
        text("stream_url", nullable=True),
        flag("is_demo"),
        flag("demo_running"),
        moment("created_at"),
        text("epoch", nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_index("ix_shows_room_id", "shows", ["room_id"])
    op.create_index("ix_shows_state", "shows", ["state"])
    op.create_table(
        "staff",
        text("account_id"),
        text("room_id"),
        text("role"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "room_id"),
    )
    op.create_index("ix_staff_room_id", "staff", ["room_id"])
    op.create_table(
        "items",
        text("id"),
        text("show_id"),
        whole("position"),
        text("sku"),
        text("variant"),
        text("title"),
        big("list_price_minor"),
        whole("stock"),
        text("image_url", nullable=True),
        text("notes"),
        moment("created_at"),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("show_id", "sku", "variant"),
    )
    op.create_table(
        "overlay_tokens",
        text("token"),
        text("show_id"),
        moment("created_at"),
        moment("revoked_at", nullable=True),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_overlay_tokens_show_id", "overlay_tokens", ["show_id"])
    op.create_table(
        "scheduled",
        text("id"),
        text("show_id"),
        text("kind"),
        moment("due_at"),
        moment("done_at", nullable=True),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_scheduled_due_at", "scheduled", ["due_at"])
    op.create_index("ix_scheduled_show_id", "scheduled", ["show_id"])
    op.create_table(
        "summaries",
        text("show_id"),
        moment("made_at"),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("show_id"),
    )
    op.create_table(
        "offers",
        text("id"),
        text("show_id"),
        text("item_id"),
        text("kind"),
        text("state"),
        big("price_minor"),
        whole("quantity"),
        whole("restocked"),
        whole("per_buyer_limit"),
        whole("duration_s"),
        whole("hold_s"),
        whole("countdown_s"),
        moment("opens_at", nullable=True),
        moment("closes_at", nullable=True),
        big("rest_ms"),
        moment("pushed_at", nullable=True),
        whole("left_units"),
        whole("held_units"),
        whole("paid_units"),
        whole("expired_units"),
        whole("cancelled_units"),
        whole("refunded_units"),
        moment("created_at"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_offers_item_id", "offers", ["item_id"])
    op.create_index("ix_offers_show_id", "offers", ["show_id"])


def downgrade() -> None:
    op.drop_table("offers")
    op.drop_table("summaries")
    op.drop_table("scheduled")
    op.drop_table("overlay_tokens")
    op.drop_table("items")
    op.drop_table("staff")
    op.drop_table("shows")
    op.drop_table("logins")
    op.drop_table("api_tokens")
    op.drop_table("words")
    op.drop_table("rooms")
    op.drop_table("positions")
    op.drop_table("orders")
    op.drop_table("ledger")
    op.drop_table("cues")
    op.drop_table("comments")
    op.drop_table("audit_entries")
    op.drop_table("accounts")
