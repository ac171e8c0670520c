"""What people answered when the mini-program asked whether they want messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import malformed
from api.identity.caller import Caller
from api.notifications.templates import WECHAT
from api.pushes.queries import all_consents_left
from api.pushes.service import count_consent


@dataclass(frozen=True, slots=True)
class Consent:
    """A message that people can be asked for: its id at WeChat, its name, and what is left."""

    template: str
    template_id: str
    name: str
    left: int


async def note_answers(
    session: AsyncSession,
    *,
    answers: Sequence[tuple[str, str]],
    template_ids: Mapping[str, str],
    wechat_tells: bool,
    caller: Caller,
) -> None:
    """Note the answers (template, answer) of one dialog: each "accept" is good for one message.

    A "reject" takes nothing back that was accepted before, as at WeChat. Where WeChat itself tells
    us of the answers (message push), the client's word is not counted a second time.

    Raises:
        AppError: malformed_request, a template that is not asked for here.
    """
    for template, _ in answers:
        if template not in WECHAT or template not in template_ids:
            raise malformed("answers.template", "unknown")
    if wechat_tells:
        return
    # In one order, so that two phones of one person do not stand in each other's way.
    for template, said in sorted(answers):
        if said == "accept":
            await count_consent(
                session,
                user_id=caller.user_id,
                template_id=template_ids[template],
                why="accepted",
                now=caller.now,
            )


async def consents(
    session: AsyncSession, *, template_ids: Mapping[str, str], caller: Caller
) -> list[Consent]:
    """What the mini-program can ask for, and what is left of each."""
    left = await all_consents_left(session, user_id=caller.user_id)
    return [
        Consent(key, template_ids[key], template.name, left.get(template_ids[key], 0))
        for key, template in WECHAT.items()
        if key in template_ids
    ]
