"""What happens after a runner asked for their money, and where a bill knows it otherwise."""

from uuid import UUID

from api.bootstrap import Parts
from api.events.log import Event
from api.withdrawals.service import pursuing
from workers.task import outside_task


@outside_task
async def pursue(event: Event, parts: Parts) -> None:
    """Tell WeChat now; if it does not answer, the timer does."""
    await pursuing.pursue(
        parts.database,
        parts.payouts,
        withdrawal_id=event.subject_id,
        vault=parts.vault,
        chaos=parts.chaos,
    )


@outside_task
async def ask_differing(event: Event, parts: Parts) -> None:
    """A bill knows a withdrawal otherwise than we: what WeChat says now is taken in, or noted."""
    is_of_bill = event.data["kind"].startswith("withdrawal_")
    if is_of_bill and event.data["withdrawal_id"] is not None:
        await pursuing.look_at(
            parts.database,
            parts.payouts,
            withdrawal_id=UUID(event.data["withdrawal_id"]),
            vault=parts.vault,
        )
