"""Codes and limits of mediators. Values only."""

from typing import Literal

OrganisationKind = Literal["property_company", "merchant", "office", "other"]
SuspendReason = Literal["complaint", "illness", "term", "other"]
RejectReason = Literal["not_eligible", "no_vacancy", "incomplete", "other"]
# What a mediator must not do (人民调解法 15).
ComplaintCode = Literal["takes_sides", "insults", "takes_gifts", "leaks", "absent", "other"]
Language = Literal["zh", "yue", "wuu", "nan", "hak", "ug", "bo", "mn", "ko", "sign", "en"]
ORGANISATION_KINDS = OrganisationKind.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
COMPLAINT_CODES = ComplaintCode.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
LANGUAGES = Language.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
# A committee's term is three years (人民调解法 8).
TERM_DAYS_MAX = 3 * 366
LOAD_MAX, LOAD_DEFAULT = 10, 3
WEEK_MIN = 7 * 24 * 60
HOURS_MAX = 21
