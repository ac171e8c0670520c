"""Events of what WeChat Pay notifies us of. ``kind`` is WeChat's name of what happened."""

from api.events.registry import declare

PAY_NOTICE_RECEIVED = declare("pay_notice.received", "kind")
PAY_NOTICE_TAKEN = declare("pay_notice.taken", "kind", "order_id")
# ``why``: what does not fit; ``order_id`` is None where no order of ours is meant.
PAY_NOTICE_REFUSED = declare("pay_notice.refused", "kind", "order_id", "why")
