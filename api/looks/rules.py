"""Who may look for what reason, and how often."""

ROLES = ("runner", "staff")
# What a runner in the course of a job is shown without asking.
STAGES = ("accepted", "picked_up", "failed")
# What somebody is to a case into which they look.
CASE_ROLES = ("party", "mediator", "staff", "visitor")
# Why somebody asks for a whole contact; "carrying" is not asked for.
ASKED_REASONS = (
    "cannot_reach",
    "wrong_address",
    "goods_problem",
    "dispute",
    "safety",
    "asked_by_person",
)
REASONS = ("carrying", *ASKED_REASONS)
# Whole contacts that one viewer may ask for in a day (reliability.md §4.6).
WHOLE_PER_DAY = 30
