"""What a post tells of the case that it led to, and what a case takes over of a post."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import Post
from api.board.queries import posts
from api.board.queries.checks import text_of
from api.board.service.moving import open_text
from api.kit.crypto import Vault


@dataclass(frozen=True, slots=True)
class Words:
    """A post and what it says at the moment."""

    post: Post
    text: str


async def note_case(session: AsyncSession, *, post_ids: Sequence[UUID], word: str) -> None:
    """Show on posts, in one word, how the case stands to which they led; safe to repeat.

    It is no change of the post: neither its version nor its history tell of it.
    """
    if post_ids:
        await posts.note_case(session, post_ids=post_ids, word=word)


async def words_of(session: AsyncSession, post: Post, *, vault: Vault) -> Words:
    """What a post says at the moment, for the case that it leads to."""
    text = await text_of(session, post_id=post.id, n=post.content)
    words = open_text(bytes(text.text_sealed), post_id=post.id, n=post.content, vault=vault)
    return Words(post, words)
