"""邻里喧 without WeChat: everything waits for a person; anonymity, reports, piles, leaving."""

from typing import Any

from tests.fixtures.builders.boards import LOUD, approved, pass_checks, seen, shown, written
from tests.fixtures.builders.people import Person, agree
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.staff import foreign_staff, granted, other_office
from tests.fixtures.builders.worlds import World


async def feed(person: Person, **more: Any) -> list[str]:
    """What the board shows somebody."""
    return [p["id"] for p in (await person.get("/v1/posts", params=more))["items"]]


async def told(person: Person) -> list[str]:
    """The kinds of what somebody was told, newest first."""
    return [r["kind"] for r in (await person.get("/v1/me/inbox"))["items"]]


async def test_without_wechat_a_text_waits_for_a_person(world: World) -> None:
    """Nobody else sees it, the reason is told; staff let exactly the version be shown they saw."""
    author, neighbour = await world.person("resident1"), await world.person("resident2")
    staff = await world.person("staff1")
    post = await written(world, author)
    await world.settle()
    path = f"/v1/posts/{post['id']}"
    waiting = await author.get(path)
    queue = await staff.get("/v1/posts/queue", params={"place_id": world.office_id})
    before = await neighbour.refused("GET", path), await feed(neighbour)
    refused = {
        await neighbour.refused("POST", f"{path}/publish", **seen(waiting)),
        await (await foreign_staff(world)).refused("POST", f"{path}/publish", **seen(waiting)),
        await staff.refused("POST", f"{path}/publish", **seen(post)),
        await staff.refused("POST", f"{path}/publish"),
    }
    public = await approved(world, waiting)
    await world.settle()

    assert ("pending_review", None) == (post["state"], post["held_why"])
    assert ("pending_review", "not_configured") == (waiting["state"], waiting["held_why"])
    assert [post["id"]] == [p["id"] for p in queue["items"]]
    assert ((404, "not_found"), []) == before
    assert {
        (403, "role_missing"),
        (404, "not_found"),
        (412, "version_changed"),
        (428, "version_required"),
    } == refused
    assert "published" == public["state"]
    assert [post["id"]] == await feed(neighbour)
    assert LOUD == (await neighbour.get(path))["text"]
    assert {"post.held", "post.published"} <= {*await told(author)}
    assert "post.held" in await told(staff)


async def test_an_edited_text_leaves_the_board_until_it_is_checked(world: World) -> None:
    """Neither the old nor the new text is seen; its place in the feed stays."""
    author, neighbour = await world.person("resident1"), await world.person("resident2")
    older, newer = await shown(world, author), await shown(world, author, text="第二条")
    path = f"/v1/posts/{older['id']}"
    stale = await author.refused("PUT", path, json={"text": "晚"}, headers={"If-Match": '"1"'})
    edited = await author.put(path, {"text": "改过的文字"}, **seen(older))
    between = await feed(neighbour)
    await approved(world, edited)

    assert ((412, "version_changed"), [newer["id"]]) == (stale, between)
    assert [newer["id"], older["id"]] == await feed(neighbour)
    assert "改过的文字" == (await neighbour.get(path))["text"]


async def test_what_may_harm_is_held_and_shows_whom_to_call(world: World) -> None:
    """Others' numbers and plates wait for a person though all checks pass; danger rings at once."""
    author, staff = await world.person("resident1"), await world.person("staff1")
    plate = await written(world, author, category="parking", text="沪A12345天天占道")
    fire = await written(world, author, category="corridor", text="三楼楼道着火了!")
    await world.settle()

    assert ("personal_data", ["plate"]) == (plate["held_why"], plate["flags"])
    assert ("danger", ["119"]) == (fire["held_why"], fire["hotlines"])
    assert "post.submitted" in await told(staff)


async def test_nobody_learns_who_is_anonymous_but_staff_who_say_why(world: World) -> None:
    """Not by their comments, nor by a block; every look is kept, and shown to the author."""
    author, neighbour = await world.runner(1), await world.person("resident2")
    staff = await world.person("staff1")
    hidden = await shown(world, author, is_anonymous=True)
    named = await shown(world, author, text="署名的", is_anonymous=False)
    path = f"/v1/posts/{hidden['id']}"
    await neighbour.post(f"{path}/me-too")
    comment = await author.post(f"{path}/comment", {"text": "是我家楼下"})
    await approved(world, comment)
    answer = await neighbour.call("GET", path, expect=200)
    below = (await neighbour.get(f"{path}/comments"))["items"]
    await neighbour.post("/v1/me/blocks", {"runner_id": author.id, "stance": "block"})
    parted = await feed(neighbour), await neighbour.refused("GET", f"/v1/posts/{named['id']}")
    nosy = await neighbour.refused("POST", f"{path}/author", json={"reason": "safety"})
    looked = await staff.post(f"{path}/author", {"reason": "mediation"})
    mine = await author.call("GET", "/v1/me/data", expect=200)

    assert author.id not in answer.text
    assert (None, 1, True, 1) == tuple(
        answer.json()[k] for k in ("author", "me_too_count", "is_me_too", "comment_count")
    )
    assert [(None, True, True)] == [
        (c["author"], c["is_anonymous"], c["is_by_author"]) for c in below
    ]
    assert ([hidden["id"]], (404, "not_found")) == parted
    assert (403, "role_missing") == nosy
    assert author.id == looked["user_id"]
    assert 1 == await value(world.parts, "SELECT count(*) FROM author_looks")
    assert "mediation" in mine.text


async def test_feeds_are_of_ones_places_and_page_by_page(world: World) -> None:
    """A building's feed holds its own; strangers read none; nothing twice, nothing left out."""
    people = [await world.person(f"resident{n}") for n in (1, 2)]
    here = await shown(world, people[0], place_id=world.building_id)
    wide = [await shown(world, people[n % 2], text=f"第{n}条") for n in range(3)]
    _, elsewhere = await other_office(world)
    stranger = await granted(world, "stranger2", "resident", elsewhere)
    first = await people[0].get("/v1/posts", params={"limit": 2})
    rest = await people[0].get("/v1/posts", params={"limit": 2, "cursor": first["next_cursor"]})
    refused = await stranger.refused("GET", "/v1/posts", params={"place_id": world.building_id})

    assert [p["id"] for p in (*reversed(wide), here)] == [
        p["id"] for p in (*first["items"], *rest["items"])
    ]
    assert rest["next_cursor"] is None
    assert [here["id"]] == await feed(people[1], place_id=world.building_id)
    assert [] == await feed(people[1], kind="praise")
    assert ([], (403, "role_missing")) == (await feed(stranger), refused)


async def test_reports_hide_for_a_day_and_staff_decide(world: World) -> None:
    """Five people hide it; unreviewed it comes back, and is not hidden by number again."""
    author = await world.person("resident1")
    neighbours = [await world.person(f"resident{n}") for n in range(2, 8)]
    post = await written(world, author)
    await pass_checks(world.parts, post["id"])
    path = f"/v1/posts/{post['id']}"
    own = await author.refused("POST", f"{path}/report", json={"code": "other"})
    reports = [await n.post(f"{path}/report", {"code": "insult"}) for n in neighbours[:5]]
    hidden = await author.get(path)
    gone = await feed(neighbours[5])
    await world.later(hours=25)
    back = await feed(neighbours[5])
    again = await neighbours[0].post(f"{path}/report", {"code": "insult"})
    more = await neighbours[5].post(f"{path}/report", {"code": "privacy", "text": "有我家门牌"})
    still = await feed(neighbours[5])
    waiting = await author.refused("DELETE", path)
    decision = {"code": "personal_data", "text": "请去掉门牌"}
    judged = await world.admin.post(f"{path}/hide", decision, **seen(await author.get(path)))
    await world.settle()

    assert (409, "own_post") == own
    assert ("hidden", "reports") == (hidden["state"], hidden["hidden_how"])
    assert ([], [post["id"]], [post["id"]]) == (gone, back, still)
    assert (reports[0]["id"], "open", (409, "reports_open")) == (
        again["id"],
        more["state"],
        waiting,
    )
    assert ("hidden", "请去掉门牌", 0) == (
        judged["state"],
        judged["note"],
        judged["open_report_count"],
    )
    assert {"upheld"} == {r[0] for r in await rows(world.parts, "SELECT state FROM post_reports")}
    assert "post_report.upheld" in await told(neighbours[5])
    assert ["post.hidden", "post.restored"] == [
        k for k in await told(author) if k in ("post.hidden", "post.restored")
    ][:2]


async def test_an_appeal_is_decided_by_somebody_else(world: World) -> None:
    """Once for a text, with its reason; whoever rejected it does not judge it again."""
    author, staff = await world.person("resident1"), await world.person("staff1")
    post = await written(world, author)
    path = f"/v1/posts/{post['id']}"
    own = await granted(world, "resident1", "community_staff", world.community_id)
    about_oneself = await own.refused("POST", f"{path}/publish", **seen(post))
    rejected = await staff.post(
        f"{path}/reject", {"code": "not_here", "text": "走报修"}, **seen(post)
    )
    asked = await author.post(f"{path}/appeal", {"text": "这不是报修"})
    twice = await staff.refused("POST", f"{path}/publish", **seen(asked))
    edited = await author.refused("PUT", path, json={"text": "换一段"}, **seen(asked))
    public = await approved(world, asked)
    hidden = await staff.post(f"{path}/hide", {"code": "other"}, **seen(public))
    again = await author.refused("POST", f"{path}/appeal", json={"text": "再看看"})
    kept = await world.admin.post(f"{path}/keep", **seen(hidden))

    assert (409, "own_decision") == about_oneself
    assert ("rejected", "not_here", "走报修") == tuple(
        rejected[k] for k in ("state", "decided_for", "note")
    )
    assert ("appealed", "这不是报修") == (asked["held_why"], asked["appeal"])
    assert [(409, "another_must_decide"), (409, "post_moved_on")] == [twice, edited]
    assert ("published", "published") == (public["state"], kept["state"])
    assert (409, "already_appealed") == again


async def test_nobody_floods_the_board(world: World) -> None:
    """Not the same twice, five in a day; three that were not fit are a day of rest."""
    author, rude = await world.person("resident1"), await world.person("resident2")
    await written(world, author)
    body = {"place_id": world.community_id, "kind": "help", "category": "noise", "text": LOUD}
    same = await author.refused("POST", "/v1/posts", json={**body, "text": f" {LOUD}"})
    for n in range(4):
        await written(world, author, text=f"第{n}条")
    sixth = await author.refused("POST", "/v1/posts", json={**body, "text": "又一条"})
    for n in range(3):
        post = await written(world, rude, text=f"骂人{n}")
        path = f"/v1/posts/{post['id']}/reject"
        await world.admin.post(path, {"code": "insult"}, **seen(post))
    resting = await rude.refused("POST", "/v1/posts", json={**body, "text": "再骂"})
    await world.later(hours=25)
    await written(world, rude, text="好好说话")

    assert [(409, "post_repeated"), (429, "board_day_used"), (409, "author_resting")] == [
        same, sixth, resting
    ]  # fmt: skip


async def test_a_trouble_that_piles_up_warns_staff_once(world: World) -> None:
    """Five people in one moment, one warning; me-too counts; after an hour of peace a new one."""
    staff = await world.person("staff1")
    people = [await world.person(f"resident{n}") for n in range(1, 7)]
    body = {"place_id": world.building_id, "kind": "dispute", "category": "square_dancing"}
    answers = await at_once(
        *(p.call("POST", "/v1/posts", json={**body, "text": f"太吵{n}"})
          for n, p in enumerate(people[:5]))
    )  # fmt: skip
    await world.settle()
    pile = (await staff.get("/v1/piles", params={"place_id": world.office_id}))["items"]
    taken = await staff.post(f"/v1/piles/{pile[0]['id']}/take")
    twice = await world.admin.refused("POST", f"/v1/piles/{pile[0]['id']}/take")
    await world.later(hours=2)
    ended = (await staff.get("/v1/piles", params={"place_id": world.office_id}))["items"]
    post = await shown(world, people[0], **body, text="又开始了")
    for person in people[1:3]:
        await person.post(f"/v1/posts/{post['id']}/me-too")
    await world.settle()

    assert [201] * 5 == [a.status_code for a in answers]
    assert [("raised", world.community_id, 5)] == [
        (p["state"], p["place_id"], p["post_count"]) for p in pile
    ]
    assert (["over"], "taken", (409, "pile_moved_on")) == (
        [p["state"] for p in ended],
        taken["state"],
        twice,
    )
    assert 2 == (await told(staff)).count("pile.raised")
    assert [3, 3] == [r[0] for r in await rows(world.parts, "SELECT voices FROM piles ORDER BY id")]


async def test_what_its_author_deletes_is_gone_and_leaving_deletes_everything(
    world: World,
) -> None:
    """Words, photos and notes; nobody reads it any more, and what was said below neither."""
    author, neighbour = await world.person("resident1"), await world.person("resident2")
    await agree(author, "photos")
    pictured = await shown(world, author, upload_ids=[await photo(author, purpose="post")])
    other = await shown(world, author, text="另一条")
    comment = await neighbour.post(f"/v1/posts/{pictured['id']}/comment", {"text": "同意"})
    await approved(world, comment)
    withdrawn = await author.post(f"/v1/posts/{pictured['id']}/withdraw")
    await author.call("DELETE", f"/v1/posts/{pictured['id']}", expect=204)
    gone = [
        await person.refused("GET", f"/v1/posts/{post_id}")
        for person, post_id in ((author, pictured["id"]), (neighbour, pictured["id"]))
    ]
    await neighbour.post(f"/v1/posts/{other['id']}/report", {"code": "other", "text": "x"})
    await author.call("DELETE", "/v1/me/data", expect=200)
    await world.settle()

    assert ("withdrawn", 1) == (withdrawn["state"], len(pictured["photos"]))
    assert [(404, "not_found")] * 2 == gone
    assert 0 == await value(world.parts, "SELECT count(*) FROM uploads WHERE purpose = 'post'")
    assert {("deleted", 0, 0)} == {
        tuple(r) for r in await rows(
            world.parts,
            "SELECT p.state, octet_length(t.text_sealed), octet_length(t.text_index)"
            " FROM posts AS p JOIN post_texts AS t ON t.post_id = p.id WHERE p.kind <> 'comment'",
        )
    }  # fmt: skip
    assert "closed" == await value(world.parts, "SELECT state FROM post_reports")
    assert [] == await feed(neighbour)
