"""What happens after a runner asked for their money."""

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
