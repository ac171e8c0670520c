"""The OpenAPI document: complete, stable, true to the conventions of the contract."""

import re
from collections import Counter

import pytest

from api.app import create_app
from api.bootstrap import build
from api.cli.main import openapi_bytes
from api.openapi import api_routes
from api.settings import Settings
from tests.contract.document import COMMITTED, Operation, document, operations, references, resolved

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A number must say its unit; these words alone do not.
_BARE = re.compile(r"(?:^|_)(amount|distance|time|duration|price|fee|cost|weight|radius|ttl|age)$")
# Called by WeChat, which wants its own words back and no JSON.
_WECHATS_OWN = "/v1/wechat/messages"
_OURS = (
    "application/json",
    "image/jpeg",
    "text/csv",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
each = pytest.mark.parametrize("operation", operations(), ids=lambda o: o.id)


def test_the_committed_document_is_what_the_code_says() -> None:
    """`linli openapi` was run before the commit; no order of a set, no address, no host in it."""
    assert openapi_bytes() == COMMITTED.read_bytes()


def test_every_route_of_the_router_is_documented() -> None:
    """No forgotten endpoint (OWASP API9)."""
    settings = {"data_key": "01" * 32, "index_key": "02" * 32, "sandbox_payments": True,
                "sandbox_messages": True,
                "DATABASE_URL": "postgresql://x/x", "REDIS_URL": "redis://x"}  # fmt: skip
    app = create_app(build(Settings.model_validate(settings)))
    routed = {(m, r.path) for r in api_routes(app) for m in r.methods or ()}

    assert {(o.method, o.path) for o in operations()} == routed


def test_operation_ids_are_unique_and_speak() -> None:
    """``feature_act``: what a generated client calls its methods."""
    counted = Counter(o.id for o in operations())

    assert [] == [
        i for i, n in counted.items() if n > 1 or not re.fullmatch(r"[a-z]+(_[a-z]+)+", i)
    ]


def test_no_reference_leads_nowhere() -> None:
    """Every `$ref` names a schema of this document, and every schema is used."""
    named = {f"#/components/schemas/{name}" for name in document()["components"]["schemas"]}

    assert named == set(references(document()))


def test_nothing_points_to_another_host() -> None:
    """The document says nothing about where it is served."""
    assert "servers" not in document()
    assert b"://" not in COMMITTED.read_bytes().replace(b"https://www.apache.org", b"")


@each
def test_wechat_can_send_it(operation: Operation) -> None:
    """`wx.request` knows no PATCH."""
    assert operation.method in {"GET", "POST", "PUT", "DELETE"}


@each
def test_it_says_in_chinese_what_it_does(operation: Operation) -> None:
    """A summary, a description and one tag."""
    texts = [operation.spec.get(k, "") for k in ("summary", "description")] + operation.spec["tags"]

    assert [True] * 3 == [bool(_CHINESE.search(text)) for text in texts]


@each
def test_its_errors_are_problems(operation: Operation) -> None:
    """Declared, as RFC 9457, with the one schema and an example."""
    errors = {s: r for s, r in operation.spec["responses"].items() if s[0] in "45"}
    wrong = [
        status
        for status, response in errors.items()
        if list(response["content"]) != ["application/problem+json"]
        or response["content"]["application/problem+json"]["schema"]
        != {"$ref": "#/components/schemas/Problem"}
    ]

    assert errors.keys() >= {"413", "422", "429", "431", "503"}
    assert wrong == []


@each
def test_its_success_is_described(operation: Operation) -> None:
    """One 2xx: a JSON schema, a picture, a file, or nothing at all (204)."""
    successes = {s: r for s, r in operation.spec["responses"].items() if s[0] == "2"}
    (status, response), *more = successes.items()

    assert more == []
    assert (status == "204") is ("content" not in response)
    for kind, content in response.get("content", {}).items():
        expected = ("text/plain",) if operation.path == _WECHATS_OWN else _OURS
        assert kind in expected
        assert resolved(content["schema"])["type"]


@each
def test_it_says_who_may_call_it(operation: Operation) -> None:
    """A session, or plainly nobody; a session can be refused with 401."""
    is_open = operation.spec["security"] == []

    assert is_open or operation.spec["security"] == [{"session": []}]
    assert is_open or "401" in operation.spec["responses"]


@each
def test_posts_take_an_idempotency_key(operation: Operation) -> None:
    """All but signing in, whose code is good for once; no other method takes one."""
    takes = any(p["name"] == "Idempotency-Key" for p in operation.parameters("header"))

    assert takes is (operation.method == "POST" and operation.spec["security"] != [])


@each
def test_its_query_has_bounds(operation: Operation) -> None:
    """No list defaults, no unbounded text or number."""
    for parameter in operation.parameters("query"):
        schema = resolved(parameter["schema"])
        is_bound = bool(schema.keys() & {"maxLength", "maximum", "format", "enum", "pattern"})
        assert schema.get("default") != [], parameter["name"]
        assert is_bound or schema["type"] == "boolean", parameter["name"]


def test_key_is_required_exactly_where_money_moves() -> None:
    """Placing, cancelling, confirming, and giving money back."""
    required = {
        o.id
        for o in operations()
        for p in o.parameters("header")
        if p["name"] == "Idempotency-Key" and p["required"]
    }

    assert required == {
        "orders_place_order",
        "orders_cancel_order",
        "orders_cancel_job",
        "orders_hold_cancel",
        "orders_confirm",
        "orders_refund_order",
        "orders_resolve_dispute",
        "incidents_cancel",
        "incidents_give_back",
        "withdrawals_ask",
        "withdrawals_ask_for",
        "withdrawals_cancel",
        "withdrawals_retry",
        "tips_offer",
        "cycles_join_cycle",
        "cycles_join_for_person",
        "cycles_join_for_dependant",
        "cycles_open_now",
        "cycles_close_now",
        "cycles_cancel",
        "packing_pack",
        "remedies_report_goods",
        "remedies_grant",
        "remedies_object_to",
        "remedies_decline",
    }


def test_every_number_says_its_unit() -> None:
    """No bare amount, distance or time anywhere."""
    bare = [
        f"{name}.{field}"
        for name, schema in document()["components"]["schemas"].items()
        for field, spec in schema.get("properties", {}).items()
        if _BARE.search(field) and resolved(spec).get("type") in ("integer", "number")
    ]

    assert [] == bare


def test_money_is_whole_fen_and_moments_are_rfc_3339() -> None:
    """`*_fen` integers; `*_at` and `*_by` date-times."""
    wrong = [
        f"{name}.{field}"
        for name, schema in document()["components"]["schemas"].items()
        for field, spec in schema.get("properties", {}).items()
        if (field.endswith("_fen") and resolved(spec).get("type") != "integer")
        # How goods are sold is no moment.
        or (
            re.search(r"(^|_)(at|(?<!sold_)by)$", field)
            and resolved(spec).get("format") != "date-time"
        )
    ]

    assert [] == wrong


def test_requests_are_closed_and_their_texts_bounded() -> None:
    """No unknown field, no endless text, no endless list."""
    wrong: list[str] = []
    schemas = document()["components"]["schemas"]
    for operation in operations():
        if operation.body_schema is None:
            continue
        names = {r.rpartition("/")[2] for r in references(operation.body_schema)}
        while more := {r.rpartition("/")[2] for n in names for r in references(schemas[n])} - names:
            names |= more
        for name in names:
            if schemas[name].get("additionalProperties") is not False:
                wrong.append(name)
            for field, spec in schemas[name]["properties"].items():
                inner = resolved(spec)
                is_free = inner.get("type") == "string" and not (
                    inner.keys() & {"maxLength", "format", "enum", "const", "pattern"}
                )
                is_endless = inner.get("type") == "array" and "maxItems" not in inner
                if is_free or is_endless:
                    wrong.append(f"{name}.{field}")

    assert [] == sorted(set(wrong))


@each
def test_its_answer_has_examples(operation: Operation) -> None:
    """A developer sees what comes back: the schema, or one inside it, holds examples."""
    for status, response in operation.spec["responses"].items():
        if status[0] != "2" or "application/json" not in response.get("content", {}):
            continue
        schemas = document()["components"]["schemas"]
        names = {r.rpartition("/")[2] for r in references(response)}
        while more := {r.rpartition("/")[2] for n in names for r in references(schemas[n])} - names:
            names |= more
        assert any("examples" in str(schemas[name]) for name in names)
