"""Events of withdrawals. ``code`` is ours, or WeChat's where it refused."""

from api.events.registry import declare

WITHDRAWAL_ASKED = declare("withdrawal.asked", "runner_id", "amount_fen")
WITHDRAWAL_OFFERED = declare("withdrawal.offered", "runner_id", "amount_fen")
WITHDRAWAL_CONFIRMED = declare("withdrawal.confirmed", "runner_id", "amount_fen")
# No move: it waits for something that only we can mend.
WITHDRAWAL_DELAYED = declare("withdrawal.delayed", "runner_id", "amount_fen", "code")
WITHDRAWAL_RETRIED = declare("withdrawal.retried", "runner_id", "amount_fen", "reason")
WITHDRAWAL_TAKEN_BACK = declare("withdrawal.taken_back", "runner_id", "amount_fen")
# No move: WeChat was asked and answered something else, which is for a person.
WITHDRAWAL_UNFIT = declare("withdrawal.unfit", "runner_id", "amount_fen", "why", "theirs_fen")
WITHDRAWAL_SUCCEEDED = declare("withdrawal.succeeded", "runner_id", "amount_fen")
WITHDRAWAL_FAILED = declare("withdrawal.failed", "runner_id", "amount_fen", "code")
WITHDRAWAL_CANCELLED = declare("withdrawal.cancelled", "runner_id", "amount_fen")
