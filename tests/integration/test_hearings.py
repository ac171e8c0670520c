"""Talks are closed, unless every party wants these very ones open."""

from datetime import datetime, timedelta

from api.kit.db import read_now
from tests.fixtures.builders.agreeing import Table, at_table
from tests.fixtures.builders.cases import announced, talks
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World

DUTY = {"has_read_duty": True}


async def test_open_talks_are_announced_listened_to_and_written_down(world: World) -> None:
    """Told to the community once both sides want it, naming nobody; seats end; the minutes are a
    session, which listeners do not see."""
    table = await at_table(world, other=None)
    path, place = f"{table.path}/hearing", {"place_id": world.community_id}
    first, second, third = [await world.person(f"resident{n}") for n in (5, 6, 7)]
    now = await moment(world)
    soon = await table.asker.refused(
        "POST", path, json=talks(now, starts_at=(now + timedelta(hours=2)).isoformat())
    )
    (row,) = (await table.asker.post(path, talks(now)))["items"]
    unknown = (await first.get("/v1/hearings", params=place))["items"]
    early = await first.refused("POST", f"/v1/hearings/{row['id']}/sign-up", json=DUTY)
    paper = {"hearing_id": row["id"], "party_id": table.ids[1]}
    bare = await table.mediator.refused("POST", f"{path}/consent", json=paper)
    paper["upload_id"] = await photo(table.mediator, purpose="case")
    open_now = (await table.mediator.post(f"{path}/consent", paper))["items"][0]
    (card,) = (await first.get("/v1/hearings", params=place))["items"]
    elsewhere = await foreign_staff(world)
    strange = [
        await elsewhere.refused("GET", "/v1/hearings", params=place),
        await elsewhere.refused("POST", f"/v1/hearings/{row['id']}/sign-up", json=DUTY),
    ]
    sign_up = f"/v1/hearings/{row['id']}/sign-up"
    own = await table.asker.refused("POST", sign_up, json=DUTY)
    await first.post(sign_up, DUTY)
    await second.post(sign_up, DUTY)
    full = await third.refused("POST", sign_up, json=DUTY)
    await second.post(f"/v1/hearings/{row['id']}/sign-off")
    await third.post(sign_up, DUTY)
    ids = [one["id"] for one in (await listed(table))["listeners"]]
    minutes = {"hearing_id": row["id"], "text": "公开调解笔录", "party_ids": [table.ids[0]],
               "listener_ids": ids[:1]}  # fmt: skip
    too_early = await table.mediator.refused("POST", f"{path}/hold", json=minutes)
    await world.later(days=2, hours=1)
    held = (await table.mediator.post(f"{path}/hold", minutes))["items"][0]
    records = (await table.asker.get(f"{table.path}/records"))["items"]
    hidden = await first.refused("GET", f"{table.path}/records")

    assert ((409, "hearing_time"), [], (404, "not_found")) == (soon, unknown, early)
    assert ((409, "paper_needed"), "announced") == (bare, open_now["state"])
    assert {"id", "category", "room", "starts_at", "seats_left", "is_mine", "duty"} == {*card}
    assert [(403, "role_missing"), (404, "not_found")] == strange
    assert [(409, "hearing_unfit"), (409, "hearing_full")] == [own, full]
    assert (409, "hearing_moved_on") == too_early
    assert ("held", [True, False]) == (
        held["state"], [one["has_attended"] for one in held["listeners"]]
    )  # fmt: skip
    assert "公开调解笔录" == next(
        r["text"] for r in records if r["number"] == held["record_number"]
    )
    assert (404, "not_found") == hidden


async def test_one_party_closes_what_was_to_be_open(world: World) -> None:
    """Whenever, without a reason; who signed up hears of it. Nobody holds what is closed."""
    table = await at_table(world, other=None)
    case = await table.staff.get(table.path)
    row = await announced(world, table.asker, table.mediator, case)
    listener, stranger = await world.person("resident6"), await world.person("resident7")
    await listener.post(f"/v1/hearings/{row['id']}/sign-up", DUTY)
    await table.asker.post(f"{table.path}/hearing/refuse", {"hearing_id": row["id"]})
    await world.settle()
    told = [r["kind"] for r in (await listener.get("/v1/me/inbox"))["items"]]
    held = {"hearing_id": row["id"], "text": "照样公开"}
    signed = await listener.refused("POST", f"/v1/hearings/{row['id']}/sign-up", json=DUTY)
    hidden = await stranger.refused("POST", f"/v1/hearings/{row['id']}/sign-up", json=DUTY)
    anyway = await table.mediator.refused("POST", f"{table.path}/hearing/hold", json=held)

    assert "hearing.refused" in told
    assert (409, "hearing_moved_on") == anyway == signed
    assert (404, "not_found") == hidden


async def test_what_nobody_agreed_to_in_time_or_is_over_is_closed(world: World) -> None:
    """Its time passes with one side silent; or the case ends before it."""
    table = await at_table(world)
    path = f"{table.path}/hearing"
    (row,) = (await table.asker.post(path, talks(await moment(world))))["items"]
    await world.later(days=2, minutes=1)
    silent = (await listed(table))["state"]
    late = await table.asker.refused("POST", f"{path}/consent", json={"hearing_id": row["id"]})
    (again, _) = (await table.staff.post(path, talks(await moment(world))))["items"]
    await table.asker.post(f"{table.path}/withdraw")
    await world.later(minutes=1)

    assert ("lapsed", (409, "hearing_moved_on")) == (silent, late)
    assert "lapsed" == await value(
        world.parts, f"SELECT state FROM hearings WHERE id = '{again['id']}'"
    )


async def listed(table: Table) -> dict[str, object]:
    """The last open talks of a case, as staff see them."""
    return (await table.staff.get(f"{table.path}/hearings"))["items"][0]


async def moment(world: World) -> datetime:
    """Now, by the database's clock."""
    async with world.parts.database.session() as session:
        return await read_now(session)
