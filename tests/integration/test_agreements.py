"""Agreements over HTTP: from a text to the file of a case that was followed up."""

import asyncio
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from pypdf import PdfReader

from tests.fixtures.builders.agreeing import (
    at_table,
    named,
    proposed,
    signed,
    term,
    today,
    tomorrow,
    turn_to,
    visited,
)
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.worlds import World
from workers.timers import TIMERS


async def told(person: Person, kind: str) -> int:
    """How often somebody was told of a kind of event."""
    return [r["kind"] for r in (await person.get("/v1/me/inbox"))["items"]].count(kind)


async def test_a_text_binds_with_the_last_of_its_four_names(world: World) -> None:
    """Parties, mediator, seal; each for itself, under this very text; strangers learn nothing."""
    table = await at_table(world)
    stranger = await world.person("resident7")
    sign = f"{table.path}/sign"
    refused = {
        await table.asker.refused("POST", f"{table.path}/propose", json={
            "form": "oral", "facts": "", "terms": [
                term(table.ids[0], schedule={"kind": "once", "last": "2030-01-01"})]}),
        await stranger.refused("GET", f"{table.path}/agreements"),
    }  # fmt: skip
    past = {"kind": "once", "last": "2020-01-01"}
    unclear = await table.mediator.refused("POST", f"{table.path}/propose", json={
        "form": "written", "facts": "x", "terms": [term(table.ids[0], schedule=past)]})  # fmt: skip
    text = await proposed(world, table)
    seal = await photo(table.staff, purpose="case")
    assert table.other is not None
    wrong = [
        await table.other.refused("POST", sign, json={
            **named(text, "party"), "text_hash": "0" * 64}),
        await table.other.refused("POST", sign, json=named(text, "mediator")),
        await table.other.refused("POST", sign, json=named(text, "party", party_id=table.ids[0])),
        # Whoever has an account signs for themselves.
        await table.mediator.refused("POST", sign, json=named(
            text, "party", party_id=table.ids[0])),
        await table.mediator.refused("POST", sign, json=named(text, "committee", upload_id=seal)),
        await table.staff.refused("POST", sign, json=named(text, "committee")),
        await stranger.refused("POST", sign, json=named(text, "party")),
    ]  # fmt: skip
    half = await signed(table, text, but="committee")
    again = await table.asker.refused("POST", sign, json=named(text, "party"))
    before = await table.state()
    whole = await table.staff.post(sign, named(text, "committee", upload_id=seal))
    looks = (await table.asker.get(f"{table.path}/looks"))["items"]

    assert {(403, "role_missing"), (404, "not_found")} == refused
    assert (409, "agreement_unclear") == unclear
    assert [
        (409, "text_differs"), (403, "role_missing"), (403, "role_missing"), (403, "role_missing"),
        (403, "role_missing"), (409, "paper_needed"), (404, "not_found"),
    ] == wrong  # fmt: skip
    assert ("proposed", ["committee"], "in_session") == (half["state"], half["missing"], before)
    assert (409, "already_signed") == again
    assert ("in_force", "agreed") == (whole["state"], await table.state())
    assert f"({(await today(world)).year})邻人调字第1号" == whole["number"]
    assert "open" == whole["court"]["state"]
    # Nobody looked at the agreement by itself; whoever signs is shown what they sign.
    assert "agreement" not in {look["what"] for look in looks if look["viewer_role"] == "party"}


async def test_what_was_agreed_is_reminded_of_performed_and_followed_up(world: World) -> None:
    """Exam weeks and a volume: reminders on the right days, once; visits by somebody else; closed
    with what both sides said, and the whole file as the official forms."""
    on = await tomorrow(world)
    table = await at_table(world)
    assert table.other is not None
    exams = [{"first": (on + timedelta(9)).isoformat(), "last": (on + timedelta(15)).isoformat()},
             {"first": (on + timedelta(200)).isoformat(),
              "last": (on + timedelta(206)).isoformat()}]  # fmt: skip
    always = {"kind": "always", "last": (on + timedelta(300)).isoformat()}
    text = await proposed(world, table, {"kind": "spans", "spans": exams}, always)
    made = await signed(table, text)
    await world.settle()
    performing = await table.state()
    await table.asker.post(f"{table.path}/confirm-court")
    alone = await table.mediator.refused(
        "POST", f"{table.path}/court", json={"event": "apply", "day": on.isoformat()}
    )
    await table.other.post(f"{table.path}/confirm-court")
    whole = await table.asker.refused("GET", f"{table.path}/file")
    await turn_to(world, on + timedelta(7))
    await world.settle()
    week, month = await table.visits()
    called = await told(table.staff, "visit.called")
    unfit = await table.staff.refused(
        "POST", f"/v1/visits/{week['id']}/assign", json={"user_id": table.mediator.id}
    )
    early = await told(table.other, "agreement.reminded")
    items = [i["id"] for i in made["items"] if i["term_n"] == 2]
    done = await visited(world, table, week, said=[
        {"party_id": table.ids[0], "answer": "solved", "satisfaction": "basically"}])  # fmt: skip
    not_theirs = await table.asker.refused(
        "POST", f"/v1/visits/{month['id']}/record", json={"text": "x"}
    )
    await turn_to(world, on + timedelta(8))
    await world.settle()
    await world.settle()
    reminded = await told(table.other, "agreement.reminded")
    applied = await table.mediator.post(
        f"{table.path}/court", {"event": "apply", "day": (on + timedelta(8)).isoformat()}
    )
    await turn_to(world, on + timedelta(30))
    await world.settle()
    exam = next(i["id"] for i in made["items"] if i["term_n"] == 1)
    said = [{"party_id": p, "answer": "solved", "satisfaction": "satisfied"} for p in table.ids]
    await visited(world, table, month, kept_item_ids=[*items, exam], said=said)
    stands = await table.state()
    period = {"first": on.isoformat(), "last": on.isoformat()}
    figures = await table.staff.get(
        "/v1/mediation/figures", params={"place_id": world.community_id, **period}
    )
    rates = {
        r["name"]: (len(r["numerator_ids"]), len(r["denominator_ids"])) for r in figures["rates"]
    }
    raw = (await table.mediator.call("GET", f"{table.path}/file", expect=200)).content
    pages = "".join(page.extract_text() for page in PdfReader(BytesIO(raw)).pages)

    assert ("performing", (409, "court_not_together")) == (performing, alone)
    # Each has their own copy; the whole file tells what the other side said.
    assert (403, "role_missing") == whole
    assert [("week", (on + timedelta(7)).isoformat()), ("month", (on + timedelta(30)).isoformat())
            ] == [(v["kind"], v["due_on"]) for v in (week, month)]  # fmt: skip
    assert ((409, "visitor_unfit"), (403, "role_missing")) == (unfit, not_theirs)
    assert (1, 0, 1) == (called, early, reminded)
    assert ("recorded", "applied") == (done["state"], applied["court"]["state"])
    # Next summer's exams keep no file open, and go on being reminded of.
    assert "followed_up" == stands
    assert 1 == await value(world.parts, "SELECT count(*) FROM due_items WHERE state = 'planned'")
    assert {"response": (1, 1), "settlement": (1, 1), "satisfaction": (1, 1),
            "agreement": (1, 1), "performance": (1, 1)} == rates  # fmt: skip
    for title in (
        "人民调解卷宗", "卷内目录", "人民调解申请书", "人民调解受理登记表", "人民调解记录",
        "人民调解协议书", "司法确认申请书", "人民调解回访记录", "卷宗备考表", made["number"],
        "在广场播放音乐", "问过双方",
    ):  # fmt: skip
        assert title in pages
    await table.staff.post(f"{table.path}/close")
    assert "archived" == await table.state()


async def test_who_is_not_registered_agrees_orally_breaks_it_and_agrees_on_paper(
    world: World,
) -> None:
    """The mediator records a word, and holds a paper with its photo; what is broken is taken up
    again, and the old reminders are silent."""
    on = await tomorrow(world)
    table = await at_table(world, other=None)
    daily = {"kind": "weekly", "weekdays": list(range(7)), "first": on.isoformat(),
             "last": (on + timedelta(20)).isoformat()}  # fmt: skip
    oral = await signed(table, await proposed(world, table, daily, form="oral"))
    await turn_to(world, on + timedelta(2))
    await world.settle()
    extra = await table.staff.post(f"{table.path}/visits", {"due_on": on.isoformat()})
    reminded = await told(table.mediator, "agreement.reminded")
    items = [i["id"] for i in oral["items"]]
    ahead = items[-1]
    visitor = await world.person("grid2")
    await table.staff.post(f"/v1/visits/{extra['id']}/assign", {"user_id": visitor.id})
    record = f"/v1/visits/{extra['id']}/record"
    too_early = await visitor.refused(
        "POST", record, json={"text": "x", "broken_item_ids": [ahead]}
    )
    await visitor.post(record, {"text": "昨晚又放了", "broken_item_ids": [items[0]]})
    broken = await table.state()
    again = await table.asker.post(f"{table.path}/reopen")
    await turn_to(world, on + timedelta(4))
    await world.settle()
    silent = await told(table.mediator, "agreement.reminded")
    text = await proposed(world, table)
    paper = named(text, "party", party_id=table.ids[1])
    bare = await table.mediator.refused("POST", f"{table.path}/sign", json=paper)
    whole = await signed(table, text)

    assert ("in_force", "oral") == (oral["state"], oral["form"])
    assert {"app", "word"} == {s["how"] for s in oral["signatures"]}
    # For who has no account their mediator is reminded.
    assert reminded == silent > 0
    assert ((409, "items_unfit"), "breached") == (too_early, broken)
    assert "ended" == again["items"][0]["state"]
    assert {"void", "broken"} == {i["state"] for i in again["items"][0]["items"]}
    assert (409, "paper_needed") == bare
    assert ("in_force", "agreed") == (whole["state"], await table.state())
    assert 2 == whole["n"]


async def test_a_party_says_it_is_done_and_the_other_side_or_a_visit_says_whether(
    world: World,
) -> None:
    """Said: no reminder comes. Confirmed: kept. Denied: due as before, and somebody looks; only
    they may say that it is broken."""
    on = await tomorrow(world)
    table = await at_table(world)
    assert table.other is not None
    last = (on + timedelta(20)).isoformat()
    weekly = {"kind": "weekly", "weekdays": [on.weekday()], "first": on.isoformat(), "last": last}
    repair = {"kind": "once", "last": (on + timedelta(5)).isoformat()}
    await signed(table, await proposed(world, table, repair, weekly))
    once, *often = sorted(
        (await table.agreements())[0]["items"], key=lambda i: (i["term_n"], i["begins_on"])
    )
    perform, confirm = f"{table.path}/perform", f"{table.path}/confirm-performed"
    refused = [
        await table.asker.refused("POST", perform, json={"item_id": once["id"]}),
        await table.staff.refused("POST", perform, json={"item_id": once["id"]}),
        # What comes back cannot be done before it is due.
        await table.other.refused("POST", perform, json={"item_id": often[1]["id"]}),
        await table.asker.refused("POST", confirm, json={"item_id": once["id"], "is_done": True}),
    ]
    await table.other.post(perform, {"item_id": once["id"]})
    await table.other.post(perform, {"item_id": often[0]["id"]})
    alone = await table.other.refused(
        "POST", confirm, json={"item_id": once["id"], "is_done": True}
    )
    await turn_to(world, on + timedelta(4))
    await world.settle()
    quiet = await told(table.other, "agreement.reminded")
    kept = await table.asker.post(confirm, {"item_id": once["id"], "is_done": True})
    denied = await table.asker.post(confirm, {"item_id": often[0]["id"], "is_done": False})
    await world.settle()
    # A second time: the visit that is to come is enough.
    await table.other.post(perform, {"item_id": often[0]["id"]})
    await table.asker.post(confirm, {"item_id": often[0]["id"], "is_done": False})
    extra = [v for v in await table.visits() if v["kind"] == "extra"]
    performing = await table.state()
    await visited(world, table, extra[0], broken_item_ids=[often[0]["id"]])

    assert [(403, "role_missing"), (403, "role_missing"), (409, "items_unfit"),
            (409, "items_unfit")] == refused  # fmt: skip
    assert ((403, "role_missing"), 0) == (alone, quiet)
    assert {once["id"]: "kept", often[0]["id"]: "planned"} == {
        item["id"]: item["state"]
        for after in (kept, denied)
        for item in after["items"]
        if item["id"] == (once["id"] if after is kept else often[0]["id"])
    }
    assert {"agreement.claimed"} <= {
        r["kind"] for r in (await table.asker.get("/v1/me/inbox"))["items"]
    }
    assert 1 == await told(table.staff, "agreement.denied")
    assert (1, "performing", "breached") == (len(extra), performing, await table.state())


async def test_a_text_may_be_declined_taken_back_and_is_gone_with_its_case(world: World) -> None:
    """Nobody has to sign, nobody has to say why; what a case leaves behind cannot be signed."""
    table = await at_table(world)
    assert table.other is not None
    first = await proposed(world, table)
    twice = await table.mediator.refused("POST", f"{table.path}/propose", json={
        "form": "oral", "facts": "x",
        "terms": [term(table.ids[0], schedule={"kind": "once", "last": "2090-01-01"})],
    })  # fmt: skip
    declined = await table.other.post(f"{table.path}/decline", {"n": first["n"]})
    gone = await table.asker.refused("POST", f"{table.path}/sign", json=named(first, "party"))
    second = await proposed(world, table)
    back = await table.mediator.post(f"{table.path}/take-back", {"n": second["n"]})
    third = await proposed(world, table)
    await table.mediator.post(f"{table.path}/fail")
    await world.settle()
    states = [a["state"] for a in await table.agreements()]
    late = await table.asker.refused("POST", f"{table.path}/sign", json=named(third, "party"))

    assert ((409, "agreement_open"), "declined") == (twice, declined["state"])
    assert ((409, "agreement_moved_on"), "taken_back") == (gone, back["state"])
    assert ["declined", "taken_back", "lapsed"] == states
    assert (409, "agreement_moved_on") == late


async def test_a_court_is_reminded_of_twice_and_closes_after_thirty_days(world: World) -> None:
    """Any number of workers at once; on the 20th and the 27th day; then it is too late."""
    on = await tomorrow(world)
    table = await at_table(world)
    await signed(table, await proposed(world, table))
    await world.settle()
    counts: list[int] = []
    for days in (19, 20, 27):
        await turn_to(world, on + timedelta(days))
        await asyncio.gather(*(TIMERS[name].sweep(world.parts) for name in (
            "keep_court_clocks", "keep_court_clocks", "remind_terms", "call_visits")))  # fmt: skip
        counts.append(await _at_court(world, "reminded"))
    for person in (table.asker, table.staff):
        await person.get(table.path)
    # The last day may lie after holidays.
    await turn_to(world, on + timedelta(45))
    await world.settle()
    late = await table.asker.refused("POST", f"{table.path}/confirm-court")
    # What was agreed goes on to somebody else: it is at its end, from which its words are kept.
    await table.staff.post(f"{table.path}/escalate", {"into": "court", "text": "一方已起诉"})
    await world.settle()
    ended = await rows(world.parts, "SELECT ended_at IS NOT NULL, archived_at IS NULL FROM cases")
    bound = [a["state"] for a in await table.agreements()]

    assert ([(True, True)], ["ended"]) == ([tuple(r) for r in ended], bound)
    assert [0, 1, 2] == counts
    assert 1 == await _at_court(world, "lapsed")
    assert (409, "court_too_late") == late
    assert 2 == len(await rows(world.parts, "SELECT 1 FROM visits WHERE called_at IS NOT NULL"))


async def test_an_agreement_about_an_order_splits_what_is_held(world: World) -> None:
    """In writing, to the last fen; the seal pays it out, and the dispute is over."""
    customer, runner = await world.person("resident1"), await world.runner()
    order = await world.delivered(customer, runner)
    await customer.post(f"/v1/orders/{order['id']}/dispute", {"reason": "damaged", "text": "破了"})
    table = await at_table(world, other="runner1", about=order)
    left = await value(
        world.parts, "SELECT left_fen FROM disputes WHERE order_id = $1", UUID(order["id"])
    )
    whole = {"outcome": "completed", "resident_fen": left - 100, "runner_fen": 100,
             "platform_fen": 0}  # fmt: skip
    promise = {"kind": "once", "last": (await today(world) + timedelta(3)).isoformat()}
    body = {"facts": "袋子破了", "terms": [term(table.ids[1], schedule=promise)]}
    refused = {
        await table.mediator.refused("POST", f"{table.path}/propose", json={
            **body, "form": "written", "split": {**whole, "platform_fen": 1}}),
        await table.mediator.refused("POST", f"{table.path}/propose", json={
            **body, "form": "oral", "split": whole}),
    }  # fmt: skip
    text = await proposed(world, table, promise, split=whole)
    half = await signed(table, text, but="committee")
    before = (await customer.get(f"/v1/orders/{order['id']}"))["state"]
    seal = await photo(table.staff, purpose="case")
    await table.staff.post(f"{table.path}/sign", named(half, "committee", upload_id=seal))
    await world.settle()
    after = await customer.get(f"/v1/orders/{order['id']}")

    assert {(409, "split_wrong")} == refused
    assert ("disputed", "completed") == (before, after["state"])
    assert 100 == await value(
        world.parts, "SELECT runner_fen FROM disputes WHERE order_id = $1", UUID(order["id"])
    )


async def _at_court(world: World, outcome: str) -> int:
    return await value(
        world.parts,
        "SELECT count(*) FROM events WHERE name = 'agreement.at_court' AND data ->> 'outcome' = $1",
        outcome,
    )
