"""What each reader sees of a post: never its author where they are anonymous."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import Pile, Post, PostReport
from api.board.queries import piles, posts
from api.board.queries.posts import Around
from api.board.schemas import PileOut, PostMade, PostOut, ReportOut, StaffReportOut
from api.board.service.moving import APPEAL_COLUMN, NOTE_COLUMN, REPORT_COLUMN, open_text
from api.board.service.writing import Written
from api.identity.caller import STAFF, Caller
from api.kit.crypto import Vault
from api.uploads.schemas import PhotoOut
from api.uploads.service import PhotoLink, links


async def posts_out(
    session: AsyncSession, rows: Sequence[Post], *, caller: Caller, vault: Vault
) -> list[PostOut]:
    """Posts as the caller may see them; two queries."""
    ids = [row.id for row in rows]
    known = await posts.around(session, post_ids=ids, reader_id=caller.user_id)
    photos = await links(session, subject_ids=ids, vault=vault, now=caller.now)
    return [_post(row, known[row.id], photos[row.id], caller, vault) for row in rows]


async def post_out(session: AsyncSession, row: Post, *, caller: Caller, vault: Vault) -> PostOut:
    """One post as the caller may see it."""
    return (await posts_out(session, [row], caller=caller, vault=vault))[0]


async def made_out(
    session: AsyncSession, written: Written, *, caller: Caller, vault: Vault
) -> PostMade:
    """What its author sees of what they just wrote."""
    seen = await post_out(session, written.post, caller=caller, vault=vault)
    return PostMade(**dict(seen), hotlines=list(written.hotlines), similar=list(written.similar))


async def piles_out(session: AsyncSession, rows: Sequence[Pile]) -> list[PileOut]:
    """Piles with how many posts each has."""
    sizes = await piles.pile_sizes(session, pile_ids=[row.id for row in rows])
    return [
        PileOut(
            id=row.id,
            place_id=row.spot_id,
            category=row.category,  # pyright: ignore[reportArgumentType]
            state=row.state,  # pyright: ignore[reportArgumentType]
            voices=row.voices,
            post_count=sizes.get(row.id, 0),
            raised_at=row.raised_at,
            last_at=row.last_at,
        )
        for row in rows
    ]


def report_out(row: PostReport) -> ReportOut:
    """A report for whoever filed it."""
    return ReportOut.model_validate(row)


def staff_report_out(row: PostReport, *, vault: Vault) -> StaffReportOut:
    """A report for staff."""
    sealed = bytes(row.text_sealed)
    text = vault.open(sealed, column=REPORT_COLUMN, row=row.id) if sealed else ""
    return StaffReportOut(**dict(report_out(row)), text=text, content=row.content,
                          decided_at=row.decided_at)  # fmt: skip


def _post(
    row: Post, around: Around, photos: list[PhotoLink], caller: Caller, vault: Vault
) -> PostOut:
    is_mine = row.author_id == caller.user_id
    is_staff = caller.holds(STAFF, row.place_path)
    is_told = is_mine or is_staff
    by_id = {photo.upload_id: photo for photo in photos}
    return PostOut(
        id=row.id,
        parent_id=row.parent_id,
        place_id=row.place_id,
        kind=row.kind,  # pyright: ignore[reportArgumentType]
        category=row.category,  # pyright: ignore[reportArgumentType]
        state=row.state,  # pyright: ignore[reportArgumentType]
        text=open_text(around.text_sealed, post_id=row.id, n=row.content, vault=vault),
        photos=[PhotoOut.model_validate(by_id[u]) for u in around.upload_ids if u in by_id],
        author=None if row.is_anonymous else around.nickname,
        is_anonymous=row.is_anonymous,
        is_mine=is_mine,
        is_by_author=row.parent_id is not None and row.author_id == around.parent_author_id,
        me_too_count=around.me_too_count,
        is_me_too=around.is_me_too,
        comment_count=around.comment_count,
        held_why=row.held_why if is_told else None,  # pyright: ignore[reportArgumentType]
        flags=around.flags if is_told else [],
        decided_for=row.decided_for if is_told else None,  # pyright: ignore[reportArgumentType]
        note=_said(row.note_sealed, NOTE_COLUMN, row, vault) if is_told else "",
        hidden_how=row.hidden_by if is_told else None,  # pyright: ignore[reportArgumentType]
        lapses_at=row.lapses_at if is_told else None,
        open_report_count=around.report_count if is_staff else None,
        appeal=_said(row.appeal_sealed, APPEAL_COLUMN, row, vault) if is_told else "",
        case_status=row.case_status,  # pyright: ignore[reportArgumentType]
        created_at=row.created_at,
        shown_at=row.shown_at,
        version=row.version,
    )


def _said(sealed: bytes, column: str, row: Post, vault: Vault) -> str:
    return vault.open(bytes(sealed), column=column, row=row.id) if sealed else ""
