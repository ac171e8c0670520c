"""Events of receivers, shares and returns. ``code`` is WeChat's where it refused."""

from api.events.registry import declare

RECEIVER_ASKED = declare("receiver.asked", "merchant_id")
RECEIVER_ADDED = declare("receiver.added", "merchant_id")
RECEIVER_REFUSED = declare("receiver.refused", "merchant_id", "code")
RECEIVER_ENDED = declare("receiver.ended", "merchant_id")
SHARE_ASKED = declare("share.asked", "order_id", "merchant_id", "amount_fen")
SHARE_UNNEEDED = declare("share.unneeded", "order_id")
SHARE_SUCCEEDED = declare("share.succeeded", "order_id", "merchant_id", "amount_fen")
SHARE_FAILED = declare("share.failed", "order_id", "merchant_id", "amount_fen", "code")
SHARE_REFUSED = declare("share.refused", "order_id", "merchant_id", "amount_fen", "code")
SHARE_RELEASED = declare("share.released", "order_id")
SHARE_RETURN_ASKED = declare("share_return.asked", "order_id", "merchant_id", "amount_fen")
SHARE_RETURN_SUCCEEDED = declare("share_return.succeeded", "order_id", "merchant_id", "amount_fen")
SHARE_RETURN_FAILED = declare(
    "share_return.failed", "order_id", "merchant_id", "amount_fen", "code"
)
