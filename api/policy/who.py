"""Whom an operation may serve."""

from collections.abc import Mapping
from typing import Literal

Who = Literal[
    "anybody",  # no session needed
    "wechat",  # whoever signs with the keys agreed with WeChat; no session
    "signed_in",  # a live session; the thing is the caller's own, or public
    "resident",  # who may order in the thing's community
    "runner",  # an approved runner of the thing's community
    "owner",  # whose thing it is: who ordered, pays, asked, applied
    "dependant",  # for whom a carer wants to order
    "carrier",  # the runner who has the job in hand
    "payee",  # the runner whose money or points they are
    "staff",  # grid workers and all below, for the thing's place
    "mediator",  # who is asked to mediate the case, or does
    "keeper",  # staff who are named for the case
    "guest",  # who may join the talks of the case without being a party
    "visitor",  # who was given a visit of the case
    "manager",  # community staff, office staff and admins, for the thing's place
    "operator",  # admins of the whole deployment, whose account at WeChat it is
]
Policy = Mapping[str, tuple[Who, ...]]
