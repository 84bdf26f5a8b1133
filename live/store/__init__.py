"""What is kept for good: tables, and the named queries on them, one module per noun.

May import SQLModel, SQLAlchemy, Alembic, `live.domain` and `live.errors`. Every query takes the open
`AsyncSession` first; nothing here commits except `Database.write()`, and nothing reads a clock.
Start reading at `db.py` (units of work), then `ledger.py` (how a show's log becomes rows, exactly once)
and `rebuild.py` (how rows become a show again when Redis has lost it).
"""
