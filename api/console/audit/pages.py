"""What staff did, when and why, and what personal data they looked at."""

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import Response

from api.audit.routes import read_audit
from api.audit.rules import GROUPS
from api.audit.schemas import AuditOut, AuditQuery
from api.audit.service import staff_of
from api.console.forms import days, filled
from api.console.page import Here, Page
from api.console.tables import Table, table_page, whole
from api.console.words import reason, say

# Things that have a page of their own, by what an act was about.
_PAGES = {
    "order": "/orders/{}", "case": "/cases/{}", "post": "/posts/{}", "cycle": "/cycles/{}",
    "reconciliation": "/reconciliations/{}",
}  # fmt: skip


async def show_audit(here: Here) -> Response:
    """Acts by person, day and kind, the newest first."""
    page = await _acts(here, here.query)
    people = await staff_of(here.session, place_id=here.place_id, caller=here.caller)
    return here.show(
        "audit/audit.html",
        page=page,
        people={str(user_id): nickname for user_id, nickname in people},
        groups=GROUPS,
        link=_link,
        reason=reason,
    )


async def audit_table(here: Here) -> Table:
    """The same as a file."""
    listed = await whole(lambda page: _acts(here, {**here.query, **page}))
    return Table(
        "工作记录",
        "audit",
        ["时间", "谁", "角色", "做了什么", "对什么", "编号", "理由"],
        [
            [act.at, act.nickname, say("role_word", act.role), act.title,
             say("thing_word", act.subject), str(act.subject_id), reason(act.reason)]
            for act in listed.items
        ],
        listed.is_cut,
    )  # fmt: skip


def _link(subject: str, subject_id: UUID) -> str | None:
    path = _PAGES.get(subject)
    return path.format(subject_id) if path else None


async def _acts(here: Here, query: Mapping[str, str]) -> AuditOut:
    asked = filled(AuditQuery, query, **days(query))
    return await read_audit(here.place_id, asked, here.session, here.caller)


PAGES = (
    Page("GET", "/audit", show_audit, grants=("audit_read_audit",)),
    table_page("/audit", audit_table, grants=("audit_read_audit",)),
)
