"""What the tables of pushes and subscriptions hold of people."""

from api.kit.personal import Erase, Keep, Person, PersonalTable

PERSONAL = (
    PersonalTable("pushes", "微信推送", key=("key",), plain=("kind", "received_at"),
                  secret=("key",),
                  keeps=(Keep("微信推送的摘要", 3, "t.received_at", "认出重复的推送"),)),
    PersonalTable("media_answers", "微信对图片的意见",
                  plain=("id", "trace_id", "suggest", "label", "version", "received_at"),
                  keeps=(Keep("微信对图片的意见", 3, "t.received_at", "认出重复的推送"),)),
    PersonalTable(
        "subscriptions", "订阅消息",
        plain=("id", "user_id", "template_id", "left_count", "version", "changed_at"),
        people=(Person("本人", "t.user_id = $1", shows=("template_id", "left_count", "changed_at"),
                       erases=(Erase("true"),)),),
    ),
)  # fmt: skip
