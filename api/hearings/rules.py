"""When open talks may be, and what whoever listens owes. Pure: values in, values out."""

from datetime import datetime, timedelta
from typing import Literal

# No free words: whatever is announced to a community names nobody and no door.
Room = Literal["committee_office", "community_centre", "activity_room", "street_office"]
ROOMS = Room.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
HOWS = ("app", "paper")
# Of one case, whatever became of them.
HEARINGS_MAX = 5
SEATS_MAX = 100
# People want to hear of it before.
_AHEAD, _AHEAD_MAX = timedelta(days=1), timedelta(days=60)
# So long after it began its minutes are written.
MINUTES_WITHIN = timedelta(days=7)
# Read before one comes (人民调解法 15, 20; 若干规定 29).
DUTY = (
    "旁听人员须保守所知的个人隐私和商业秘密,不得录音录像、拍照或在网上传播,不发言、不评论当事人;"
    "违反的由调解员请其离场。"
)


def may_begin(starts_at: datetime, *, now: datetime) -> bool:
    """Whether open talks may be planned for a time: a day ahead at least, two months at most."""
    return now + _AHEAD <= starts_at <= now + _AHEAD_MAX


def may_be_held(starts_at: datetime, *, now: datetime) -> bool:
    """Whether the minutes of open talks may be written now."""
    return starts_at <= now < starts_at + MINUTES_WITHIN
