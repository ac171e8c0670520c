"""What the inbox of WeChat Pay's notices holds of people: nothing that is not sealed by WeChat."""

from api.kit.personal import Keep, PersonalTable

PERSONAL = (
    PersonalTable(
        "pay_notices",
        "支付通知",
        plain=("id", "notice_id", "kind", "state", "why", "version", "received_at", "done_at"),
        secret=("body",),
        keeps=(Keep("微信支付通知的原文", 180, "t.received_at", "对账和查证"),),
    ),
)
