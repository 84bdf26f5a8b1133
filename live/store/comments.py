"""Comments of a show, and the words that its operator watches. Both are written by the ledger."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Index
from sqlmodel import BigInteger, Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from live.domain.comment import OURS, ChatView, CommentState
from live.domain.moderation import BY_WORD, arrival, counts
from live.domain.tally import Recount
from live.store.moments import to_ms
from live.store.orders import Order

PAGE = 5_000  # comments read at once
OWNING = ("held", "paid")


class Comment(SQLModel, table=True):
    """`state` is what the crew made of it; `why` says in which one it came in, and is never changed."""

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_show_id_seq", "show_id", "seq"),)

    id: str = Field(primary_key=True)
    show_id: str
    seq: int = Field(sa_type=BigInteger)
    viewer: str
    name: str
    text: str
    at: datetime
    state: str = Field(default=CommentState.SHOWN, sa_column_kwargs={"server_default": "shown"})
    why: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    asks: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    platform: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    message: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    tip: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})


class Word(SQLModel, table=True):
    __tablename__ = "words"

    show_id: str = Field(primary_key=True)
    word: str = Field(primary_key=True)
    position: int  # the place that the operator gave it


async def find_comment(session: AsyncSession, comment_id: str) -> Comment | None:
    return await session.get(Comment, comment_id)


async def recent_comments(
    session: AsyncSession, show_id: str, n: int, view: ChatView = ChatView.ALL
) -> Sequence[Comment]:
    """The last `n` of the view, oldest first."""
    query = _of_view(show_id, view).order_by(col(Comment.seq).desc()).limit(n)
    return (await session.exec(query)).all()[::-1]


async def list_comments(
    session: AsyncSession, show_id: str, view: ChatView, after_seq: int = 0, limit: int = 100
) -> Sequence[Comment]:
    """The page after `after_seq`, in the order in which they came in."""
    query = _of_view(show_id, view).where(Comment.seq > after_seq)
    return (await session.exec(query.order_by(col(Comment.seq)).limit(limit))).all()


async def held_comments(session: AsyncSession, show_id: str, until_seq: int) -> Sequence[Comment]:
    """Those that wait for somebody to approve them, up to a fact, in the order in which they came in."""
    query = (
        select(Comment)
        .where(Comment.show_id == show_id, Comment.seq <= until_seq)
        .where(Comment.state == CommentState.HELD)
        .order_by(col(Comment.seq))
    )
    return (await session.exec(query)).all()


async def last_comments_of(
    session: AsyncSession, show_id: str, viewer: str, n: int
) -> Sequence[Comment]:
    """The last `n` that the viewer has said, oldest first. Reads the show's comments from the end: nobody asks
    for it but after a nuisance, which is still near."""
    query = select(Comment).where(Comment.show_id == show_id, Comment.viewer == viewer)
    return (await session.exec(query.order_by(col(Comment.seq).desc()).limit(n))).all()[::-1]


def _of_view(show_id: str, view: ChatView) -> SelectOfScalar[Comment]:
    query = select(Comment).where(Comment.show_id == show_id)
    match view:
        case ChatView.ALL:
            return query
        case ChatView.QUESTIONS:
            return query.where(col(Comment.asks))
        case ChatView.BUYERS:
            buyers = select(Order.buyer).where(
                Order.show_id == show_id, col(Order.state).in_(OWNING)
            )
            return query.where(col(Comment.viewer).in_(buyers))
        case ChatView.HELD:
            by_word = sa.and_(
                col(Comment.state) == CommentState.HIDDEN, col(Comment.why).startswith(BY_WORD)
            )
            return query.where(sa.or_(col(Comment.state) == CommentState.HELD, by_word))


async def buyers_among(
    session: AsyncSession, show_id: str, viewers: Collection[str]
) -> Mapping[str, bool]:
    """Of these viewers those who hold or own units → whether an order of theirs is unpaid."""
    query = (
        select(Order.buyer, func.max(sa.case((col(Order.state) == "held", 1), else_=0)))
        .where(Order.show_id == show_id, col(Order.state).in_(OWNING))
        .where(col(Order.buyer).in_(sorted(viewers)))
        .group_by(Order.buyer)
    )
    return {buyer: bool(unpaid) for buyer, unpaid in (await session.exec(query)).all()}


async def count_comments(session: AsyncSession, show_id: str) -> int:
    """All that was said, whoever got to see it."""
    query = select(func.count()).select_from(Comment).where(Comment.show_id == show_id)
    return (await session.exec(query)).one()


async def list_words(session: AsyncSession, show_id: str) -> list[str]:
    query = select(Word.word).where(Word.show_id == show_id).order_by(col(Word.position))
    return list((await session.exec(query)).all())


async def count_into(
    session: AsyncSession, show_id: str, recount: Recount, after_seq: int, until_seq: int
) -> None:
    """Every comment after the one fact and up to the other goes into `recount`."""
    c = SQLModel.metadata.tables["comments"].c
    while True:
        query = (
            sa.select(c.seq, c.viewer, c.text, c.at, c.why)
            .where(c.show_id == show_id, c.seq > after_seq, c.seq <= until_seq)
            .order_by(c.seq)
            .limit(PAGE)
        )
        rows = (await (await session.connection()).execute(query)).all()
        for _, viewer, text, at, why in rows:
            if counts(why):
                recount.add(viewer, text, to_ms(at))
        if len(rows) < PAGE:
            return
        after_seq = rows[-1][0]


async def last_own(
    session: AsyncSession, show_id: str, n: int
) -> Mapping[str, Sequence[tuple[int, str, str, str]]]:
    """Viewer → the last `n` things that they said on our own pages, oldest first: (seq, name, text, why). Reads
    all comments of the show: a matter of recovery."""
    c = SQLModel.metadata.tables["comments"].c
    newest = func.row_number().over(partition_by=c.viewer, order_by=c.seq.desc()).label("newest")
    said = sa.select(c.viewer, c.seq, c.name, c.text, c.why, newest)
    last = said.where(c.show_id == show_id, c.platform == OURS).subquery()
    query = sa.select(*list(last.c)[:5]).where(last.c.newest <= n).order_by(last.c.seq)
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for viewer, *told in (await (await session.connection()).execute(query)).all():
        found.setdefault(viewer, []).append((told[0], told[1], told[2], told[3]))
    return found


async def list_decided(session: AsyncSession, show_id: str) -> Mapping[str, CommentState]:
    """Comment → its state, where the crew has changed it."""
    query = (
        select(Comment.id, Comment.state, Comment.why)
        .where(Comment.show_id == show_id)
        .where(sa.or_(col(Comment.state) != CommentState.SHOWN, col(Comment.why) != ""))
    )
    rows = (await session.exec(query)).all()
    return {i: CommentState(state) for i, state, why in rows if state != arrival(why)}


async def count_held(session: AsyncSession, show_id: str) -> int:
    """Those that wait for somebody to approve them."""
    held = select(func.count()).where(Comment.show_id == show_id, Comment.state == "held")
    return (await session.exec(held)).one()


async def newest_messages(session: AsyncSession, show_id: str, n: int) -> Sequence[tuple[str, str]]:
    """(platform, message id) of the last `n` from outside."""
    query = (
        select(Comment.platform, Comment.message)
        .where(Comment.show_id == show_id, Comment.message != "")
        .order_by(col(Comment.seq).desc())
        .limit(n)
    )
    return [(platform, message) for platform, message in (await session.exec(query)).all()]
