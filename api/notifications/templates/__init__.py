"""Who is told what, as data: one table by kind of event and by role.

Every kind of event has a row; an empty one says that deliberately nobody is told. Whoever did it is
not told of it. What stands in braces is a plain value that the reaction gives
(workers/tasks/notifications.py); a template that `needs` a value which is not there is passed over
for the next one of its role.
"""

from collections.abc import Mapping

from api.notifications.templates.agreements import AGREEMENTS
from api.notifications.templates.board import BOARD
from api.notifications.templates.cases import CASES
from api.notifications.templates.cycles import CYCLES
from api.notifications.templates.merchants import MERCHANTS
from api.notifications.templates.outcomes import OUTCOMES
from api.notifications.templates.pay import PAY
from api.notifications.templates.people import PEOPLE
from api.notifications.templates.points import POINTS
from api.notifications.templates.remedies import REMEDIES
from api.notifications.templates.shape import INBOX_PAGE, VALUES, WECHAT, Role, Template, Text
from api.notifications.templates.trouble import TROUBLE
from api.notifications.templates.wishes import WISHES
from api.notifications.templates.work import WORK
from api.settings import Settings

__all__ = ["TEMPLATES", "VALUES", "WECHAT", "Role", "Template", "Text"]

TEMPLATES: dict[str, tuple[Template, ...]] = {
    **PEOPLE, **WORK, **TROUBLE, **WISHES, **PAY, **BOARD, **MERCHANTS, **CYCLES, **CASES,
    **AGREEMENTS, **OUTCOMES, **POINTS, **REMEDIES,
}  # fmt: skip


def template_ids(settings: Settings) -> Mapping[str, str]:
    """The ids of this deployment's templates; the sandbox' own where WeChat is played."""
    if settings.sandbox_messages and not settings.wechat_templates:
        return {key: f"sandbox_{key}" for key in WECHAT}
    return settings.wechat_templates


def told_kinds() -> frozenset[str]:
    """The kinds of events that somebody is told of."""
    return frozenset(kind for kind, templates in TEMPLATES.items() if templates)


def template_for(kind: str, role: str, values: Mapping[str, str]) -> Template | None:
    """The template of a kind for a role that the values suffice for."""
    for template in TEMPLATES.get(kind, ()):
        if template.role == role and (template.needs is None or values.get(template.needs)):
            return template
    return None


def page_of(template: Template | None, values: Mapping[str, str]) -> str:
    """The page of the mini-program that a record opens; the inbox where it cannot be told."""
    if template is None or any(
        f"{{{name}}}" in template.page and name not in values
        for name in ("order_id", "post_id", "case_id", "cycle_id")
    ):
        return INBOX_PAGE
    return template.page.format_map(values)
