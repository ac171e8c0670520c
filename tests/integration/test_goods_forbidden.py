"""What may not be carried: published with its version, refused with its category."""

from datetime import datetime

import pytest

from api.kit.clock import CHINA
from api.orders.forbidden import forbidden_in, list_in_force, shipped_lists
from tests.fixtures.builders.errands import SAMPLES, quoted, wish
from tests.fixtures.builders.worlds import World, order_on

LISTED = list_in_force(datetime(2026, 11, 22, tzinfo=CHINA))


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("帮我买一盒阿莫西林", "prescription_drugs"),
        ("两包 香 烟", "tobacco"),
        ("取 现金 500", "cash"),
        ("一只活鸡", "live_animals"),
        ("Ｋ粉", "drugs"),
        ("非处方药,感冒灵", None),
        ("活体乳酸菌酸奶", None),
        ("天津大麻花", None),
        ("烟台苹果", None),
        ("一份午饭", None),
        ("", None),
    ],
)
def test_a_text_names_a_category_or_none(text: str, category: str | None) -> None:
    """However it is spaced or typed; a word inside a harmless phrase is no word."""
    found = forbidden_in(text, LISTED)

    assert category == (found and found.code)


def test_every_version_has_words_and_no_exception_hides_a_whole_word() -> None:
    """A list that forbids nothing, or takes back what it forbids, is a mistake."""
    for listed in shipped_lists():
        assert len(listed.categories) == len({c.code for c in listed.categories})
        for category in listed.categories:
            assert category.words
            assert not {*category.words} & {*category.except_for}


async def test_an_order_for_forbidden_goods_is_refused_with_the_category(world: World) -> None:
    """In the item, in the note and in the list alike."""
    resident = await world.person("resident1")
    fetch = (await world.quote(resident))["id"]
    buy = await wish(resident, SAMPLES["buy"], (await quoted(resident, SAMPLES["buy"]))["id"])
    buy["details"]["shopping_list"] = [{"name": "电子烟", "quantity": "一支"}]
    said: list[tuple[str, str, str]] = []
    for body in (order_on(fetch, item="一条香烟"), order_on(fetch, note="顺便取现金"), buy):
        answer = await resident.call("POST", "/v1/orders", json=body, expect=409)
        problem = answer.json()
        said.append(
            (problem["code"], problem["errors"][0]["field"], problem["errors"][0]["message"])
        )

    assert said == [
        ("goods_forbidden", "item", "tobacco"),
        ("goods_forbidden", "note", "cash"),
        ("goods_forbidden", "details.shopping_list.0.name", "tobacco"),
    ]


async def test_the_list_is_public_and_says_its_version(world: World) -> None:
    """Whoever is refused can read why."""
    answer = (await world.http.get("/v1/forbidden-goods")).json()

    assert LISTED.version == answer["version"]
    assert [c.code for c in LISTED.categories] == [c["code"] for c in answer["categories"]]
