"""The ledger's entries: the facts that moved stock, in the chain of their show, and the acts of the crew."""

from sqlmodel import BigInteger, Field, SQLModel


class LedgerEntry(SQLModel, table=True):
    """One stock-changing fact, as it happened. Never changed.

    `n` and `hash` are its place in the show's chain (`live/domain/chain.py`) and `body` its line there; a
    fact that moves no stock has none, and its `body` is its payload.
    """

    __tablename__ = "ledger"
    __table_args__ = {"sqlite_with_rowid": False}  # one B-tree instead of two

    show_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str
    at_ms: int = Field(sa_type=BigInteger)
    n: int | None = Field(default=None, sa_type=BigInteger)
    body: str
    hash: str | None = None
