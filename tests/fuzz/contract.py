"""Which checks hold for us, and the few refusals of well-formed data that our contract means."""

from typing import Any

from schemathesis import Case, Response
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import ObjectLevelAuthorizationViolation, RejectedPositiveData

# Every check is on, for every operation. What follows only says what counts as a refusal: 412 and
# 428 are the 409 and the 400 of what people edit (a version that has gone, or none at all).
_NEGATIVE = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "409",
    "412",
    "413",
    "415",
    "422",
    "428",
    "429",
    "431",
]
CHECKS: dict[str, Any] = {
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "401", "403", "404", "409", "412", "429", "5xx"]
    },
    "negative_data_rejection": {"expected-statuses": [*_NEGATIVE, "5xx"]},
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "415", "422", "428"]},
}
# Nobody answers for WeChat where only development codes are taken: 503 says so.
WITHOUT_WECHAT: dict[str, Any] = {
    "include-operation-id": ["identity_open_session", "identity_bind_phone"],
    "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "4xx", "503"]}},
}
# Named refusals whose rule no schema can say: arithmetic, a list of words, what was sent before,
# what makes bytes a picture.
_CODES = {
    "idempotency_key_reused",
    "outside_china",
    "id_number_invalid",
    "nickname_refused",
    "image_kind_unknown",
    "image_unreadable",
    "rules_malformed",
}
# Texts that only we can tell from others: what we once gave out, and what this server is set to.
_FIELDS = {"cursor", "after", "answers.template"}
# Rules about several fields together.
_MESSAGES = {
    "Value error, exactly one of runner_id and job_id",
    "Value error, exactly one of dropoff, address_id and beneficiary_id",
    "Value error, either a dependant or a person without a phone",
    "Value error, both ends of the quiet hours, or none",
    "Value error, quiet hours must not be empty",
    "Value error, weight_steps must rise",
    "Value error, a span ends after it begins",
    "Value error, a person, or who speaks for a group, is named by user_id",
    "Value error, whoever is not registered has no user_id",
    "Value error, a company, and nothing else, is named by organisation_id",
    "Value error, a group or an unregistered person has a name",
    "Value error, an account, or else a name",
    "Value error, either for a merchant's customer or for a person of one's own",
    "Value error, a day of the week twice",
    "Value error, a lot stands twice",
    "Value error, a product stands twice",
    "Value error, an item stands twice",
    "of a complaint, and of nothing else",
    "of volunteering, and of nothing else",
    "more than 30 days ago",
    "from 1 to 92 days before the last one",
    "not between the years 2000 and 2200",
    "only a community has settings",
    "max_trip_m cannot exceed the community's width",
    "the window ends before it begins",
    # What each kind of errand, and each step of its proof, asks for.
    "needed for this kind",
    "this kind has none",
    "this kind is by appointment",
    "this kind is asked for anew each time",
    "this kind is handed over",
    "not the kind that was quoted",
    "needed where there is a pickup",
    "no proof of this step",
    # Goods: what is sold by weight, and what is offered in a cycle.
    "exactly where it is sold by weight",
    "from one to three times what the usual weight costs",
    "an opening ends before it begins, or two overlap",
    "no product of this merchant",
    "taken off for good",
    "delivered, collected, or both",
    "only where it is collected",
    "on the day of delivery, after the cut-off",
    "no place of the merchant's community",
    "not offered in this cycle",
    "one of the cycle's slots, where it is collected",
    "no slot of this cycle",
    "no item of this cycle",
    "each line of the order once",
    # By the calendar.
    "in the future",
    "after it arrived",
    "before it arrived",
    "no such day is to come, or it is too far ahead",
}
_NOT_WHOLE = "Input should be a valid integer"


def is_our_contract(failure: Failure, case: Case, response: Response) -> bool:
    """Whether a failure is what our contract means: a refusal, told by code, field or message, or
    a cycle that is announced, which everybody of its community may read.
    """
    if isinstance(failure, ObjectLevelAuthorizationViolation):
        return case.path == "/v1/cycles/{cycle_id}" and _is_announced(response.json())
    if not isinstance(failure, RejectedPositiveData) or response.status_code not in (415, 422):
        return False
    # A step that took its id from a null of an answer before.
    if "None" in map(str, case.path_parameters.values()):
        return True
    problem = response.json()
    if problem["code"] in _CODES or problem["detail"] in _MESSAGES:
        return True
    return bool(problem["errors"]) and all(
        error["field"].removeprefix("query.") in _FIELDS
        or error["message"] in _MESSAGES
        # A schema takes 52.0 for an integer. We do not: whoever computed it may have meant 52.4.
        or (error["message"] == _NOT_WHOLE and _holds_whole_float(case.body))
        for error in problem["errors"]
    )


def _is_announced(cycle: dict[str, Any]) -> bool:
    return cycle["state"] != "draft" or cycle["opens_at"] is not None


def _holds_whole_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_whole_float(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_holds_whole_float(inner) for inner in value)
    return isinstance(value, float) and value.is_integer()
