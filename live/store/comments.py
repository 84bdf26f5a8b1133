"""Comments of a show, and the words that its operator watches. Both are written by the ledger."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Index
from sqlmodel import BigInteger, Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

# (text, watched words) → those of the words that the text says: `live.domain.tally.spoken`.
SaysWords = Callable[[str, Iterable[str]], Iterable[str]]


class Comment(SQLModel, table=True):
    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_show_id_seq", "show_id", "seq"),)

    id: str = Field(primary_key=True)
    show_id: str
    seq: int = Field(sa_type=BigInteger)
    viewer: str
    name: str
    text: str
    at: datetime


class Word(SQLModel, table=True):
    __tablename__ = "words"

    show_id: str = Field(primary_key=True)
    word: str = Field(primary_key=True)
    position: int  # the place that the operator gave it


async def recent_comments(session: AsyncSession, show_id: str, n: int) -> Sequence[Comment]:
    """The last `n`, oldest first."""
    query = select(Comment).where(Comment.show_id == show_id)
    newest = (await session.exec(query.order_by(col(Comment.seq).desc()).limit(n))).all()
    return newest[::-1]


async def count_comments(session: AsyncSession, show_id: str) -> int:
    query = select(func.count()).select_from(Comment).where(Comment.show_id == show_id)
    return (await session.exec(query)).one()


async def list_words(session: AsyncSession, show_id: str) -> list[str]:
    query = select(Word.word).where(Word.show_id == show_id).order_by(col(Word.position))
    return list((await session.exec(query)).all())


async def viewers_by_word(
    session: AsyncSession, show_id: str, words: Sequence[str], says: SaysWords
) -> dict[str, set[str]]:
    """Each word → the viewers who said it in any comment of the show. Reads all comments."""
    viewers: dict[str, set[str]] = {word: set() for word in words}
    if not words:
        return viewers
    texts: defaultdict[str, set[str]] = defaultdict(
        set
    )  # people repeat each other: match a text once
    query = select(Comment.text, Comment.viewer).where(Comment.show_id == show_id)
    for text, viewer in (await session.exec(query)).all():
        texts[text].add(viewer)
    for text, sayers in texts.items():
        for word in says(text, words):
            viewers[word] |= sayers
    return viewers


async def count_viewers_by_word(
    session: AsyncSession, show_id: str, words: Sequence[str], says: SaysWords
) -> dict[str, int]:
    """Each word → how many different viewers said it."""
    viewers = await viewers_by_word(session, show_id, words, says)
    return {word: len(sayers) for word, sayers in viewers.items()}
