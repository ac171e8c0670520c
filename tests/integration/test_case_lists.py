"""Lists tell nothing of what is not somebody's to know: not by a row, a cursor, or a page cut."""

from typing import Any

from api.kit.db import read_now
from tests.fixtures.builders.agreeing import at_table, proposed, signed
from tests.fixtures.builders.boards import approved, seen, shown, written
from tests.fixtures.builders.cases import requested, talks
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.staff import granted, other_office
from tests.fixtures.builders.worlds import World

_NEIGHBOURHOOD = ("/v1/posts", "/v1/hearings", "/v1/outcomes")
_OWN = ("/v1/cases", "/v1/case-guests", "/v1/posts/mine", "/v1/me/inbox")


async def test_nothing_of_others_shows_in_the_lists_of_a_neighbour(world: World) -> None:
    """Cases of neighbours and of another place, talks and texts that wait, what was deleted,
    rejected or hidden: every page and cursor is as before, also of one row a page."""
    neighbour, author = await world.person("resident7"), await world.person("resident5")
    staff = await world.person("staff1")
    for text in ("电梯坏了", "路灯不亮", "车棚满了"):
        await shown(world, author, text=text)
    post = (await neighbour.get("/v1/posts", params={"place_id": world.community_id}))["items"][0]
    await requested(neighbour, world.community_id, text="自己的事")
    await world.settle()
    before = await everything(world, neighbour, post["id"])

    table = await at_table(world)
    async with world.parts.database.session() as session:
        planned = talks(await read_now(session))
    await table.asker.post(f"{table.path}/hearing", planned)
    await signed(table, await proposed(world, table))
    await table.mediator.post(f"{table.path}/outcome", {"text": "双方约定了时间。"})
    _, far_id = await other_office(world)
    far = await granted(world, "stranger2", "resident", far_id)
    await requested(far, far_id, text="别处的事")
    another = await world.person("resident6")
    waiting = await written(world, another, text="还没有看过")
    gone = await shown(world, another, text="删掉的")
    await another.call("DELETE", f"/v1/posts/{gone['id']}", expect=204)
    rejected = await written(world, another, text="不让发的")
    await staff.post(f"/v1/posts/{rejected['id']}/reject", {"code": "other"}, **seen(rejected))
    await author.post(f"/v1/posts/{post['id']}/comment", {"text": "还没有看过的评论"})
    await world.settle()

    assert waiting["state"] == "pending_review"
    assert before == await everything(world, neighbour, post["id"])


async def test_a_count_is_of_what_the_list_shows(world: World) -> None:
    """Whoever is kept apart from somebody learns by no number that they wrote there."""
    reader, author = await world.person("resident7"), await world.person("resident5")
    post = await shown(world, author, text="电梯坏了")
    comments = f"/v1/posts/{post['id']}/comments"
    for name in ("resident5", "resident6"):
        comment = await (await world.person(name)).post(
            f"/v1/posts/{post['id']}/comment", {"text": f"{name}也觉得"}
        )
        await approved(world, comment)
    both = (await reader.get(f"/v1/posts/{post['id']}"))["comment_count"]
    other = (await world.person("resident6")).id
    await change(
        world.parts, f"UPDATE users SET apart = ARRAY['{other}']::uuid[] WHERE id = '{reader.id}'"
    )
    listed = (await reader.get(comments))["items"]
    counted = (await reader.get(f"/v1/posts/{post['id']}"))["comment_count"]
    # No block stands behind it, as the doctor would find.
    await change(world.parts, f"UPDATE users SET apart = '{{}}' WHERE id = '{reader.id}'")

    assert (2, 1, 1) == (both, len(listed), counted)


async def everything(world: World, person: Person, post_id: str) -> dict[str, Any]:
    """Every page of every list somebody may read, by one and by two rows a page."""
    places = {"place_id": world.community_id}
    lists = [(path, places) for path in _NEIGHBOURHOOD]
    lists += [(path, {}) for path in _OWN]
    lists.append((f"/v1/posts/{post_id}/comments", {}))
    return {
        f"{path} by {limit}": await pages(person, path, {**query, "limit": limit})
        for path, query in lists
        for limit in (1, 2)
    }


async def pages(person: Person, path: str, query: dict[str, Any]) -> list[Any]:
    """The answers, cursors included, until there are no more; their texts, as they came."""
    found: list[Any] = []
    while True:
        page = await person.get(path, params=query)
        found.append(page)
        if page.get("next_cursor") is None:
            return found
        query = {**query, "cursor": page["next_cursor"]}
