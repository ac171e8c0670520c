"""What becomes of a photo: seen by whom, claimed by what, gone when."""

from datetime import datetime
from uuid import UUID, uuid4

import httpx
import pytest

from api.bootstrap import Parts
from api.errors import AppError
from api.kit.ids import new_id
from api.uploads import service
from tests.contract.problems import said
from tests.contract.recorder import declared as declared
from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.worlds import World

pytestmark = pytest.mark.usefixtures("declared")


async def claimed(
    parts: Parts, owner: Person, *upload_ids: str, subject_id: UUID, purpose: str = "proof"
) -> str:
    """Claim as a feature would; what it refused with, or nothing."""
    try:
        async with parts.database.transaction() as (session, now):
            await service.claim(
                session,
                upload_ids=[UUID(i) for i in upload_ids],
                owner_id=UUID(owner.id),
                purpose=purpose,
                subject_id=subject_id,
                now=now,
            )
    except AppError as error:
        return error.code
    return ""


async def links_of(parts: Parts, *subject_ids: UUID) -> list[list[service.PhotoLink]]:
    """The photos of things, thing by thing."""
    async with parts.database.transaction() as (session, now):
        found = await service.links(session, subject_ids=subject_ids, vault=parts.vault, now=now)
    return [found[subject_id] for subject_id in subject_ids]


async def test_a_photo_is_seen_by_its_owner_and_by_whom_a_link_was_given(world: World) -> None:
    """Nobody, another and an unknown id get the same; a link needs no session."""
    owner, other = await world.person("resident1"), await world.person("resident2")
    made = await uploaded(owner)
    path = f"/v1/uploads/{made['upload_id']}"

    by_nobody = await world.http.get(path)
    by_other, unknown = (
        await other.call("GET", path),
        await other.call("GET", f"/v1/uploads/{uuid4()}"),
    )
    by_owner = await owner.call("GET", path + "?size=thumb")
    by_link = await world.http.get(made["thumb_url"])

    assert (401, "not_signed_in") == said(by_nobody)
    assert [(404, "not_found")] * 2 == [said(by_other), said(unknown)]
    assert (200, by_link.content) == (by_owner.status_code, by_owner.content)


async def test_an_answer_is_a_picture_whatever_a_browser_thinks(world: World) -> None:
    """Fixed type, no sniffing, a name of ours, kept by the client alone and not beyond the link."""
    made = await uploaded(await world.person("resident1"))

    headers = (await world.http.get(made["photo_url"])).headers

    assert "image/jpeg" == headers["content-type"]
    assert "nosniff" == headers["x-content-type-options"]
    assert f'attachment; filename="{made["upload_id"]}.jpg"' == headers["content-disposition"]
    assert "default-src 'none'; sandbox" == headers["content-security-policy"]
    policy, _, age = headers["cache-control"].partition(", max-age=")
    assert "private" == policy
    assert 900 <= int(age) <= 1200


async def test_a_link_is_good_for_one_picture_and_some_minutes(world: World) -> None:
    """Changed in any part, or late: refused, and the same for what is not there."""
    owner = await world.person("resident1")
    first, second = await uploaded(owner), await uploaded(owner)
    url = httpx.URL(first["photo_url"])
    forged = [
        url.copy_merge_params({"size": "thumb"}),
        url.copy_merge_params({"expires": str(int(url.params["expires"]) + 1)}),
        url.copy_merge_params({"signature": "0" * 32}),
        url.copy_with(path=f"/v1/uploads/{second['upload_id']}"),
        url.copy_with(path=f"/v1/uploads/{uuid4()}"),
        url.copy_remove_param("expires"),
    ]
    seen = {said(await world.http.get(str(u))) for u in forged}

    await world.later(seconds=1201)

    assert {(403, "link_expired")} == seen
    assert (403, "link_expired") == said(await world.http.get(str(url)))


async def test_a_thing_claims_photos_of_its_owner_once(world: World, parts: Parts) -> None:
    """Not another's, not for another purpose, not what another thing has; again is no change."""
    owner, other = await world.person("resident1"), await world.person("resident2")
    mine, theirs = await uploaded(owner), await uploaded(other)
    spare = await uploaded(owner, purpose="receipt")
    a, b, thing, another = *(u["upload_id"] for u in (mine, theirs)), new_id(), new_id()

    assert "upload_unknown" == await claimed(parts, owner, a, b, subject_id=thing)
    assert "upload_unknown" == await claimed(parts, owner, str(uuid4()), subject_id=thing)
    assert "upload_unknown" == await claimed(parts, owner, spare["upload_id"], subject_id=thing)
    assert "upload_unknown" == await claimed(parts, other, a, subject_id=thing)
    assert [[]] == await links_of(parts, thing)
    assert "" == await claimed(parts, owner, a, subject_id=thing)
    assert "" == await claimed(parts, owner, a, a, subject_id=thing)
    assert "upload_unknown" == await claimed(parts, owner, a, subject_id=another)
    assert 1 == await value(parts, "SELECT count(*) FROM events WHERE name = 'upload.claimed'")


async def test_links_show_the_photos_of_things_to_whom_they_are_given(
    world: World, parts: Parts
) -> None:
    """By thing, oldest first, working addresses; equal for some minutes, so that caches help."""
    owner = await world.person("resident1")
    made = [(await uploaded(owner))["upload_id"] for _ in range(3)]
    thing, another, bare = new_id(), new_id(), new_id()
    await claimed(parts, owner, *made[:2], subject_id=thing)
    await claimed(parts, owner, made[2], subject_id=another)

    found = await links_of(parts, thing, another, bare)
    got = await world.http.get(found[0][0].thumb_url)

    assert [made[:2], made[2:], []] == [[str(i.upload_id) for i in links] for links in found]
    assert ("proof", 200) == (found[0][0].purpose, got.status_code)
    assert isinstance(found[0][0].expires_at, datetime)


async def test_what_nobody_claims_is_gone_after_a_day(world: World, parts: Parts) -> None:
    """Picture and all; what was claimed stays."""
    owner = await world.person("resident1")
    left, used = await uploaded(owner), await uploaded(owner)
    await claimed(parts, owner, used["upload_id"], subject_id=new_id())

    await world.later(hours=23)
    before = await value(parts, "SELECT count(*) FROM upload_pictures")
    await world.later(hours=2)
    kept = await rows(parts, "SELECT DISTINCT upload_id FROM upload_pictures")

    assert 4 == before
    assert [(UUID(used["upload_id"]),)] == kept
    assert "upload_unknown" == await claimed(parts, owner, left["upload_id"], subject_id=new_id())


async def test_photos_go_with_their_owner_but_for_what_a_law_holds(
    world: World, parts: Parts
) -> None:
    """Erased twice is erased once; another's photos stay."""
    owner, other = await world.person("resident1"), await world.person("resident2")
    held, thing = new_id(), new_id()
    made = [(await uploaded(owner))["upload_id"] for _ in range(3)]
    theirs = (await uploaded(other))["upload_id"]
    await claimed(parts, owner, made[0], subject_id=held)
    await claimed(parts, owner, made[1], subject_id=thing)
    erased: list[int] = []
    for _ in range(2):
        async with parts.database.transaction() as (session, now):
            count = await service.erase_of(
                session, owner_id=UUID(owner.id), held_subject_ids=[held], now=now
            )
        erased.append(count)

    stayed = await rows(parts, "SELECT id FROM uploads ORDER BY id")

    assert [2, 0] == erased
    assert sorted([(UUID(made[0]),), (UUID(theirs),)]) == stayed
