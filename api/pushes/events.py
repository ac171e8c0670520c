"""Events of what WeChat pushes."""

from api.events.registry import declare

# How many messages of a template a person still lets us send; ``why``: accepted, used,
# returned (not sent after all) or withdrawn.
SUBSCRIPTION_CHANGED = declare("subscription.changed", "user_id", "template_id", "left", "why")
# WeChat looked at a picture.
MEDIA_ANSWER_RECEIVED = declare("media_answer.received", "verdict")
