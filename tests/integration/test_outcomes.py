"""How a case ended is told only where everybody in it wants that in writing, and names nobody."""

from typing import Any

from tests.fixtures.builders.agreeing import Table, at_table, proposed, signed
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.staff import foreign_staff, granted
from tests.fixtures.builders.worlds import World

TEXT = {"text": "住户与舞队约定了音量和时间,考试周暂停。"}


async def test_an_outcome_is_told_with_everybodys_written_consent_and_after_a_look(
    world: World,
) -> None:
    """Names and homes are held back; one consent missing, or no second pair of eyes: it is not
    seen; withdrawn, also afterwards: it is gone."""
    table = await at_table(world, other=None)
    path, reader = f"{table.path}/outcome", await world.person("resident7")
    too_early = await table.mediator.refused("POST", path, json=TEXT)
    await signed(table, await proposed(world, table))
    named = await table.mediator.call("POST", path, json={"text": "陈师傅答应不放音乐。"})
    by_party = await table.asker.refused("POST", path, json=TEXT)
    draft = await table.mediator.post(path, TEXT)
    twice = await table.staff.refused("POST", path, json=TEXT)
    await table.asker.post(f"{path}/consent", _read(draft))
    paper = {**_read(draft), "party_id": table.ids[1]}
    bare = await table.mediator.refused("POST", f"{path}/consent", json=paper)
    # Staff read it before they may say yes; one side is still missing.
    early = await table.staff.refused("POST", f"{path}/publish", json=_read(draft))
    paper["upload_id"] = await photo(table.mediator, purpose="case")
    whole = await table.mediator.post(f"{path}/consent", paper)
    unseen = await _shown(world, reader)
    other_text = {"text_hash": "0" * 64}
    blind = await table.staff.refused("POST", f"{path}/publish", json=other_text)
    by_mediator = await table.mediator.refused("POST", f"{path}/publish", json=_read(draft))
    unchecked = await table.staff.refused("POST", f"{path}/publish", json=_read(draft))
    await world.settle()
    held = (await table.staff.get(path))["items"][0]
    unknowing = {**_read(draft), "despite": "wechat_review"}
    guessed = await table.staff.refused("POST", f"{path}/publish", json=unknowing)
    await table.staff.post(f"{path}/publish", _known(draft))
    seen = await _shown(world, reader)
    elsewhere = await (await foreign_staff(world)).refused(
        "GET", "/v1/outcomes", params={"place_id": world.community_id}
    )
    await world.settle()
    told = [r["kind"] for r in (await table.asker.get("/v1/me/inbox"))["items"]]
    gone = await table.asker.post(f"{path}/decline", {})

    assert ((409, "no_agreement"), (403, "role_missing")) == (too_early, by_party)
    assert (409, "outcome_tells") == (named.status_code, named.json()["code"])
    assert "name" in named.json()["detail"]
    assert (409, "outcome_open") == twice
    assert ((409, "paper_needed"), (409, "consents_missing")) == (bare, early)
    assert ([], []) == (whole["missing_party_ids"], unseen)
    assert ((409, "text_differs"), (403, "role_missing")) == (blind, by_mediator)
    # Nobody checked it; with no WeChat to ask, only whoever knows that lets it be seen.
    assert [(409, "outcome_unchecked")] * 2 == [unchecked, guessed]
    assert ("held", "not_configured") == (held["check"], held["held_why"])
    # Neither the case nor anybody of it stands there.
    assert [{"id", "category", "text", "published_on"}] == [{*card} for card in seen]
    assert TEXT["text"] == seen[0]["text"]
    assert (403, "role_missing") == elsewhere
    assert {"outcome.drafted", "outcome.published"} <= {*told}
    assert ("declined", []) == (gone["state"], await _shown(world, reader))


async def test_whoever_wrote_it_does_not_let_it_be_seen_and_what_is_broken_is_not_told(
    world: World,
) -> None:
    """A second member of staff reads it; a breach takes it off."""
    table = await at_table(world)
    assert table.other is not None
    path = f"{table.path}/outcome"
    await signed(table, await proposed(world, table))
    draft = await table.staff.post(path, TEXT)
    for party in (table.asker, table.other):
        await party.post(f"{path}/consent", _read(draft))
    alone = await table.staff.refused("POST", f"{path}/publish", json=_read(draft))
    await world.settle()
    await (await _second(world, table)).post(f"{path}/publish", _known(draft))
    before = await _shown(world, table.asker)
    extra = await table.staff.post(f"{table.path}/visits", {"due_on": "2026-01-01"})
    visitor = await world.person("grid2")
    await table.staff.post(f"/v1/visits/{extra['id']}/assign", {"user_id": visitor.id})
    items = [i["id"] for i in (await table.agreements())[0]["items"]]
    broken = {"text": "又放了", "broken_item_ids": items}
    await visitor.post(f"/v1/visits/{extra['id']}/record", broken)
    await world.settle()
    after = await table.staff.refused("POST", path, json=TEXT)

    assert (409, "another_must_decide") == alone
    assert (1, []) == (len(before), await _shown(world, table.asker))
    assert (409, "case_moved_on") == after


async def _second(world: World, table: Table) -> Person:
    person = await granted(world, "staff-second", "community_staff", world.community_id)
    await person.post(f"{table.path}/take")
    return person


def _read(draft: dict[str, Any]) -> dict[str, Any]:
    return {"text_hash": draft["text_hash"]}


def _known(draft: dict[str, Any]) -> dict[str, Any]:
    return {**_read(draft), "despite": "not_configured"}


async def _shown(world: World, person: Person) -> list[dict[str, Any]]:
    place = {"place_id": world.community_id}
    return (await person.get("/v1/outcomes", params=place))["items"]
