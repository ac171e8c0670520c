"""Mediation over HTTP: from many complaints to a first session, and every other way it may go."""

from typing import Any

from tests.fixtures.builders.boards import shown
from tests.fixtures.builders.cases import (
    MUSIC,
    appointed,
    asked,
    consented,
    grid,
    meeting,
    offered,
    requested,
)
from tests.fixtures.builders.harvests import joined
from tests.fixtures.builders.harvests import offered as harvest
from tests.fixtures.builders.neighbours import enrol, let_in
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.shops import opened
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World

READ = {"has_read_rights": True}


async def told(person: Person) -> list[str]:
    """The kinds of what somebody was told, newest first."""
    return [r["kind"] for r in (await person.get("/v1/me/inbox"))["items"]]


async def test_complaints_about_a_square_become_one_case_with_a_mediator(world: World) -> None:
    """Many complaints in an hour warn staff; both sides consent; of those who may mediate the one
    of the same grid without a tie is asked, accepts and meets them; the board shows a word."""
    square = await grid(world)
    people = [await world.person(f"resident{n}") for n in (1, 2, 3)]
    first, second, third = people
    staff, other_staff = await world.person("staff1"), await world.person("grid2")
    dancer, near, far = [await world.person(f"resident{n}") for n in (5, 6, 7)]
    await appointed(world, far)
    await appointed(world, near, square)
    await appointed(world, third, square)
    about = {"place_id": square, "category": "square_dancing"}
    posts = [await shown(world, p, text=f"{MUSIC}{n}", **about) for n, p in enumerate(people)]
    piles = (await staff.get("/v1/piles", params={"place_id": square}))["items"]
    case = await staff.post(f"/v1/posts/{posts[0]['id']}/case")
    path = f"/v1/cases/{case['id']}"
    joined = await second.post(f"/v1/posts/{posts[1]['id']}/case")
    group = {"side": 2, "kind": "group", "user_id": dancer.id, "name": "小广场舞蹈队"}
    await staff.post(f"{path}/parties", group)
    unseen = await first.refused("GET", path), await dancer.refused("GET", path)
    await staff.post(f"{path}/offer")
    await world.settle()
    invited = await dancer.get(path)
    await dancer.post(f"{path}/consent", READ)
    await world.settle()

    assert [3] == [p["voices"] for p in piles]
    assert case["id"] == joined["id"]
    assert ((404, "not_found"), (404, "not_found")) == unseen
    assert {"case.offered"} <= {*await told(first)} & {*await told(dancer)}
    assert ("offered", "medium") == (invited["state"], invited["risk"])
    # Before both sides consented nobody learns who the others are.
    assert {None} == {p["name"] for p in invited["parties"] if not p["is_me"]}
    # The second complainant consented by joining, so her side does, too.
    assert [case["id"]] == await asked(near)
    assert [] == await asked(far)
    choices = (await staff.get(f"{path}/choices"))["items"]
    assert [(near.id, 1, []), (far.id, 2, []), (third.id, None, ["发过相关内容"])] == [
        (c["user_id"], c["rank"], c["reasons"]) for c in choices
    ]

    await near.post(f"{path}/accept")
    shown_as = (await third.get(f"/v1/posts/{posts[0]['id']}"))["case_status"]
    mine = next(p for p in joined["parties"] if p["is_me"])
    done = await near.post(f"{path}/sessions", await meeting(world, party_ids=[mine["id"]]))
    post = await third.get(f"/v1/posts/{posts[0]['id']}")
    frozen = await third.refused("POST", f"/v1/posts/{posts[0]['id']}/comment", json={"text": "吵"})
    seen = await second.get(path)
    looks = (await second.get(f"{path}/looks"))["items"]

    assert ("in_mediation", "in_session") == (shown_as, post["case_status"])
    assert (409, "comments_closed") == frozen
    assert ("in_session", "小广场舞蹈队") == (
        done["state"],
        next(p["name"] for p in seen["parties"] if p["side"] == 2),
    )
    assert [1, 0] == [len((await p.get(f"{path}/records"))["items"]) for p in (second, dancer)]
    assert {"party", "mediator", "staff"} == {look["viewer_role"] for look in looks}
    # Nobody else knows of it, whatever their role; and no list tells.
    strangers = [third, far, other_staff, await foreign_staff(world), first]
    refused = {await p.refused("GET", path) for p in strangers[:-1]}
    assert {(404, "not_found")} == refused
    assert [[], [], []] == [await asked(p) for p in (third, far, other_staff)]
    queue = (await other_staff.get("/v1/cases/queue", params={"place_id": square}))["items"]
    assert [{"id", "place_id", "category", "source", "state", "risk", "is_with_staff",
             "created_at", "version"}] == [{*card} for card in queue]  # fmt: skip


async def test_a_mediator_passes_or_is_silent_and_the_next_one_is_asked(world: World) -> None:
    """Two hours each; a party may object once without reasons; nobody left: staff are told."""
    party, staff = await world.person("resident1"), await world.person("staff1")
    one, two, three = [await world.person(f"resident{n}") for n in (5, 6, 7)]
    for person in (one, two, three):
        await appointed(world, person)
    case = await offered(world, await requested(party, world.community_id), None, staff)
    path = f"/v1/cases/{case['id']}"
    await consented(world, case, staff)
    order: list[Person] = []
    refused: list[Any] = []
    for way in ("pass", "silent", "object"):
        turns = [p for p in (one, two, three) if await asked(p) == [case["id"]]]
        assert 1 == len(turns)
        turn = turns[0]
        order.append(turn)
        if way == "pass":
            await turn.call("POST", f"{path}/pass", expect=204)
        elif way == "silent":
            await world.later(hours=1, minutes=59)
            assert [case["id"]] == await asked(turn)
            await world.later(minutes=1, seconds=5)
        else:
            await turn.post(f"{path}/accept")
            await party.call("POST", f"{path}/object", json={}, expect=204)
        refused.append(await turn.refused("POST", f"{path}/accept"))
    await world.settle()
    left = await staff.get(path)
    again = await staff.refused("POST", f"{path}/ask", json={"user_id": order[2].id})
    stood_in = await staff.post(f"{path}/ask", {"user_id": order[0].id})

    assert {one.id, two.id, three.id} == {p.id for p in order}
    assert {(404, "not_found")} == {*refused}
    assert ("accepted", True) == (left["state"], left["is_with_staff"])
    assert "case.unmediated" in await told(staff)
    assert {"mediator_ask.timed_out"} <= {*await told(order[1])}
    # Staff may ask again who only passed, but never whom a party does not accept.
    assert (409, "mediator_conflict") == again
    assert not stood_in["is_with_staff"]


async def test_whoever_can_no_longer_mediate_is_replaced_in_the_midst_of_it(world: World) -> None:
    """Ill, suspended, or having ended it: the next one by the rule, the time anew, the parties
    told; whoever had it reads nothing any more and is not asked again."""
    party, staff = await world.person("resident1"), await world.person("staff1")
    people = [await world.person(f"resident{n}") for n in (5, 6, 7)]
    for person in people:
        await appointed(world, person)
    case = await offered(world, await requested(party, world.community_id), None, staff)
    path = f"/v1/cases/{case['id']}"
    await consented(world, case, staff)
    order: list[Person] = []
    barred: list[Any] = []
    ends: list[str] = []
    for way in ("ill", "suspended", "ended"):
        turn = {case_id: p for p in people for case_id in await asked(p)}[case["id"]]
        order.append(turn)
        await turn.post(f"{path}/accept")
        begun = await turn.post(f"{path}/contact", await meeting(world))
        ends.append(begun["ends_at"])
        await world.later(days=1)
        if way == "ill":
            by_party = await party.refused("POST", f"{path}/replace", json={"code": "illness"})
            await staff.post(f"{path}/replace", {"code": "illness"})
        elif way == "suspended":
            await world.admin.post(f"/v1/mediators/{turn.id}/suspend", {"code": "illness"})
        else:
            await turn.post("/v1/mediators/me/end")
        await world.settle()
        barred += [await turn.refused("GET", f"{path}{part}") for part in ("", "/agreements")]
        barred.append(await turn.refused("POST", f"{path}/accept"))
    left = await staff.get(path)
    kept = await staff.get(f"{path}/records")
    heard = await told(party)
    choices = (await staff.get(f"{path}/choices"))["items"]

    assert {p.id for p in people} == {p.id for p in order}
    assert (403, "role_missing") == by_party
    assert {(404, "not_found")} == {*barred}
    assert [[], [], []] == [await asked(p) for p in people]
    assert ("accepted", True, None) == (left["state"], left["is_with_staff"], left["ends_at"])
    # Each had the whole time, from their own first contact on.
    assert sorted(ends) == ends
    assert 3 == len({*ends}) == len(kept["items"]) == heard.count("case.replaced")
    # Nobody comes back by themselves, whatever else they are.
    last = {c["user_id"]: c["reasons"] for c in choices if c["round"] == choices[0]["round"]}
    assert {order[0].id, order[1].id} == last.keys()
    assert all("曾调解此案,已更换" in reasons for reasons in last.values())


async def test_a_relative_joins_the_talks_where_every_side_wants_it(world: World) -> None:
    """They see that they may come, and nothing of the case; one side takes its word back: they may
    not any more."""
    party, other, staff = [await world.person(n) for n in ("resident1", "resident2", "staff1")]
    mediator, aunt = await world.person("resident5"), await world.person("resident6")
    await appointed(world, mediator)
    case = await offered(world, await requested(party, world.community_id), other, staff)
    path = f"/v1/cases/{case['id']}"
    early = await party.refused("POST", f"{path}/guests", json={"kind": "relative", "name": "王"})
    await other.post(f"{path}/consent", READ)
    await mediator.post(f"{path}/accept")
    body = {"kind": "relative", "user_id": aunt.id}
    unfit = await party.refused("POST", f"{path}/guests", json={**body, "user_id": other.id})
    guest = (await party.post(f"{path}/guests", body))["items"][0]
    unheard = (await aunt.get("/v1/case-guests"))["items"]
    with_her = await meeting(world, guest_ids=[guest["id"]])
    uninvited = await mediator.refused("POST", f"{path}/sessions", json=with_her)
    by_herself = await aunt.refused("POST", f"/v1/case-guests/{guest['id']}/consent", json={})
    admitted = await other.post(f"/v1/case-guests/{guest['id']}/consent", {})
    await world.settle()
    talks = (await aunt.get("/v1/case-guests"))["items"]
    await mediator.post(f"{path}/sessions", with_her)
    strange = {
        await aunt.refused("GET", f"{path}{part}")
        for part in ("", "/records", "/guests", "/agreements", "/looks")
    }
    heard = await told(aunt)
    third = await world.person("resident7")
    side = {"side": 3, "kind": "person", "user_id": third.id}
    await staff.post(f"{path}/parties", side)
    await third.post(f"{path}/consent", READ)
    unasked = await mediator.refused("POST", f"{path}/sessions", json=with_her)
    await third.post(f"/v1/case-guests/{guest['id']}/consent", {})
    await mediator.post(f"{path}/sessions", with_her)
    await other.post(f"/v1/case-guests/{guest['id']}/refuse", {})
    no_more = await mediator.refused("POST", f"{path}/sessions", json=with_her)

    assert ((409, "case_moved_on"), (409, "guest_unfit")) == (early, unfit)
    # A side that joins later has to want her there, too.
    assert (409, "guest_unknown") == uninvited == unasked == no_more
    assert ((404, "not_found"), []) == (by_herself, unheard)
    assert ["admitted"] == [g["state"] for g in admitted["items"]]
    assert [{"id", "kind", "category", "mediator", "meet_minute", "duty"}] == [{*t} for t in talks]
    assert {(404, "not_found")} == strange
    assert [] == await asked(aunt)
    assert "case_guest.admitted" in heard
    assert [] == (await aunt.get("/v1/case-guests"))["items"]


async def test_every_tie_to_a_party_is_found_in_what_is_known(world: World) -> None:
    """Household, building, errand, shop, earlier quarrel, "me too": each excludes by itself."""
    party, other, staff = [await world.person(n) for n in ("resident1", "resident2", "staff1")]
    runner = await world.runner(1)
    await world.completed(party, runner)
    kin, below, foreign, foe, voice, free, seller = [
        await world.person(f"resident{n}") for n in range(10, 17)
    ]
    await let_in(world, party, door="2单元301")
    await let_in(world, kin, door="2单元301")
    await let_in(world, below, door="9单元901")
    await joined(party, await harvest(world, seller, await opened(world, seller)), 1)
    about = {"place_id": world.community_id, "category": "noise"}
    await requested(foe, world.community_id)
    early = (await foe.get("/v1/cases"))["items"][0]
    await offered(world, early, other, staff)
    for person in (runner, kin, below, foe, voice, free, seller):
        await appointed(world, person)
    await appointed(world, foreign, languages=["yue"])
    post = await shown(world, party, **about)
    await voice.post(f"/v1/posts/{post['id']}/me-too")
    case = await party.post(f"/v1/posts/{post['id']}/case")
    await offered(world, case, other, staff)
    await other.post(f"/v1/cases/{case['id']}/consent", READ)
    choices = (await staff.get(f"/v1/cases/{case['id']}/choices"))["items"]

    assert {
        runner.id: ["近期与当事人有跑腿、买卖或照护往来"],
        seller.id: ["近期与当事人有跑腿、买卖或照护往来"],
        kin.id: ["与当事人同户", "与当事人同一栋楼"],
        below.id: ["与当事人同一栋楼"],
        foe.id: ["与当事人有过纠纷"],
        voice.id: ["评论过或表示过同感"],
        foreign.id: ["语言不合"],
        free.id: [],
    } == {c["user_id"]: c["reasons"] for c in choices}
    assert [case["id"]] == await asked(free)


async def test_without_the_consent_of_a_side_there_is_no_mediation(world: World) -> None:
    """A refusal ends it and shows the other ways; so does silence after the days for it."""
    party, other, staff = [await world.person(n) for n in ("resident1", "resident2", "staff1")]
    cases = [await requested(party, world.community_id, text=f"第{n}件") for n in range(3)]
    full = await party.refused("POST", "/v1/cases", json={
        "place_id": world.community_id, "category": "noise", "text": "第四件"})  # fmt: skip
    alone = await staff.post(f"/v1/cases/{cases[2]['id']}/take")
    lonely = await staff.refused("POST", f"/v1/cases/{cases[2]['id']}/offer")
    for case in cases[:2]:
        await offered(world, case, other, staff)
    path = f"/v1/cases/{cases[0]['id']}"
    granny = {"side": 2, "kind": "person", "user_id": (await enrol(world, staff))["id"]}
    two = (await staff.post(f"{path}/parties", granny))["parties"][1:]
    paper = {"is_willing": False, "upload_id": await photo(staff, purpose="case")}
    answered = [
        (await staff.call("POST", f"{path}/parties/{p['id']}/answer", json=paper)).status_code
        for p in two
    ]
    no = await other.post(f"/v1/cases/{cases[0]['id']}/refuse")
    await world.later(days=6, hours=23)
    waiting = await party.get(f"/v1/cases/{cases[1]['id']}")
    await world.later(hours=2)
    over = await party.get(f"/v1/cases/{cases[1]['id']}")
    late = await other.refused("POST", f"/v1/cases/{cases[1]['id']}/consent", json=READ)
    left = await party.post(f"/v1/cases/{cases[2]['id']}/withdraw")
    closed = await staff.post(f"/v1/cases/{cases[0]['id']}/close")

    assert (429, "cases_day_used") == full
    # Whoever can sign in answers there; whom staff enrolled signs a paper.
    assert [409, 200] == answered
    assert ("opened", (409, "sides_missing")) == (alone["state"], lonely)
    assert ("refused", "refused") == (no["state"], no["ended_why"])
    assert {"12345", "12348", "110"} <= {w["phone"] for w in no["other_ways"]}
    assert ("offered", []) == (waiting["state"], waiting["other_ways"])
    assert ("refused", "no_consent") == (over["state"], over["ended_why"])
    assert (409, "case_moved_on") == late
    assert ("withdrawn", "archived") == (left["state"], closed["state"])
    assert "case.refused" in await told(staff)


async def test_danger_reaches_staff_at_once_and_time_ends_what_does_not_agree(
    world: World,
) -> None:
    """Dangerous words go to the police without a queue; after thirty days it has failed."""
    party, staff = await world.person("resident1"), await world.person("staff1")
    mediator = await world.person("resident5")
    await appointed(world, mediator)
    grave = await requested(party, world.community_id, text="他说要持刀上门")
    await world.settle()
    case = await offered(world, await requested(party, world.community_id), None, staff)
    path = f"/v1/cases/{case['id']}"
    await consented(world, case, staff)
    await mediator.post(f"{path}/accept")
    future = await meeting(world, happened_at="2099-01-01T00:00:00+08:00")
    early = await mediator.refused("POST", f"{path}/contact", json=future)
    worse = await mediator.post(f"{path}/contact", await meeting(world, text="他又打人了"))
    await mediator.post(f"{path}/suspend", {"code": "evidence"})
    complaint = {"code": "takes_sides", "text": "总帮对方说话"}
    await party.post(f"{path}/complaint", complaint)
    await world.settle()
    heard = await told(staff)
    await world.later(days=15)
    waiting = await party.get(path)
    await world.later(days=15, minutes=5)
    over = await party.get(path)

    assert ("escalated", "police", ["110"], "urgent") == (
        grave["state"],
        grave["escalated_to"],
        grave["hotlines"],
        grave["risk"],
    )
    assert {"case.escalated", "mediator_complaint.filed"} <= {*heard}
    assert (409, "not_yet_happened") == early
    assert (["110"], "urgent", "in_session") == (worse["hotlines"], worse["risk"], worse["state"])
    assert ("suspended", []) == (waiting["state"], waiting["other_ways"])
    assert ("failed", "period_over") == (over["state"], over["ended_why"])
    assert "court" in {w["code"] for w in over["other_ways"]}


async def test_a_quarrel_about_an_order_keeps_its_money_held(world: World) -> None:
    """Customer and runner are the sides; nobody else learns of it; the order stays disputed."""
    customer, runner = await world.person("resident1"), await world.runner(1)
    order = await world.delivered(customer, runner)
    body = {"text": "袋子破了,说法不一"}
    early = await customer.refused("POST", f"/v1/orders/{order['id']}/case", json=body)
    await customer.post(f"/v1/orders/{order['id']}/dispute", {"reason": "damaged", "text": "破了"})
    stranger = await (await world.person("resident2")).refused(
        "POST", f"/v1/orders/{order['id']}/case", json=body
    )
    case = await customer.post(f"/v1/orders/{order['id']}/case", body)
    twin = await (await world.person("staff1")).post(f"/v1/orders/{order['id']}/case", body)

    assert ((409, "order_moved_on"), (404, "not_found")) == (early, stranger)
    assert ("order", "opened", order["id"]) == (case["source"], case["state"], case["order_id"])
    assert [(1, "consented"), (2, "invited")] == [(p["side"], p["state"]) for p in case["parties"]]
    assert case["id"] == twin["id"]
    assert "disputed" == (await customer.get(f"/v1/orders/{order['id']}"))["state"]
