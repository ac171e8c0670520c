"""What is said in the open, and what becomes of it: posts, a case, a complaint and its appeal."""

from collections.abc import Awaitable, Callable
from typing import Any

from api.cli.living.founding import MEDIATOR
from api.cli.living.script import Quarrel, Writing
from api.cli.living.town import Town, drawn_photo
from api.cli.replay.client import Client, Reply, must

_STAFF_READ_AFTER_MIN = 12.0
# Reactions write the ledger of points; nobody looks for an entry longer than this.
_LOOKS_MAX, _LOOK_EVERY_MIN = 12, 5.0


async def write(town: Town, writing: Writing) -> None:
    """Write for the board, have staff read it, and hear the neighbours.

    Raises:
        Unexpected: the API refused what had to succeed.
    """
    author, staff = town.resident(writing.resident), await town.person("staff1")
    body = {
        "place_id": town.community_id,
        "kind": writing.kind,
        "category": writing.category,
        "text": writing.text,
    }
    post = must(await author.post("/v1/posts", body), "writing").data
    if writing.fate == "held":
        return
    await town.pace.rest(_STAFF_READ_AFTER_MIN)
    post = must(await staff.get("/v1/posts/{post_id}", post_id=post["id"]), "reading a post").data
    if writing.fate == "rejected":
        no = {"code": "advert", "text": "疑似广告"}
        await staff.post("/v1/posts/{post_id}/reject", no, seen=post["version"], post_id=post["id"])
        return
    shown = await staff.post(
        "/v1/posts/{post_id}/publish", seen=post["version"], post_id=post["id"]
    )
    must(shown, "publishing")
    others = [p for p in town.residents() if p is not author]
    for neighbour in others[: writing.me_too]:
        await town.pace.rest(3)
        await neighbour.post("/v1/posts/{post_id}/me-too", post_id=post["id"])
    if writing.is_reported:
        await others[0].post(
            "/v1/posts/{post_id}/report", {"code": "false_information"}, post_id=post["id"]
        )


async def mediate(town: Town, quarrel: Quarrel) -> None:
    """Ask for mediation with somebody upstairs, and go so many steps of its way.

    1 taken and offered, 2 the other side agreed on paper, 3 a mediator accepted, 4 met both.

    Raises:
        Unexpected: the API refused what had to succeed.
    """
    asking, staff = town.resident(quarrel.resident), await town.person("staff1")
    body = {
        "place_id": town.community_id,
        "category": quarrel.category,
        "text": quarrel.text,
    }
    case = must(await asking.post("/v1/cases", body), "asking for mediation").data
    if quarrel.steps < 1:
        return
    await town.pace.rest(5)
    other = {"side": 2, "kind": "unregistered", "name": "陈师傅"}
    must(await staff.post("/v1/cases/{case_id}/take", case_id=case["id"]), "taking a case")
    must(await staff.post("/v1/cases/{case_id}/parties", other, case_id=case["id"]), "a party")
    case = must(await staff.post("/v1/cases/{case_id}/offer", case_id=case["id"]), "offering").data
    if quarrel.steps > 1:
        await _agreed_on_paper(town, case, staff)
    if quarrel.steps > 2:
        await _sit_down(town, case, is_met=quarrel.steps > 3)


async def _agreed_on_paper(town: Town, case: dict[str, Any], staff: Client) -> None:
    await town.pace.rest(10)
    paper = await staff.upload(drawn_photo(staff.chance), purpose="case")
    party_id = next(p["id"] for p in case["parties"] if p["kind"] == "unregistered")
    must(
        await staff.post(
            "/v1/cases/{case_id}/parties/{party_id}/answer",
            {"is_willing": True, "upload_id": paper},
            case_id=case["id"],
            party_id=party_id,
        ),
        "an answer on paper",
    )


async def _sit_down(town: Town, case: dict[str, Any], *, is_met: bool) -> None:
    mediator = await town.person(MEDIATOR)
    accepted = await _until_possible(
        town, lambda: mediator.post("/v1/cases/{case_id}/accept", case_id=case["id"])
    )
    must(accepted, "accepting a case")
    if not is_met:
        return
    await town.pace.rest(20)
    met = {
        "how": "visit",
        "text": "与双方分别见面,愿意坐下来谈",
        "happened_at": town.text(town.pace.now_min - 10),
    }
    must(
        await mediator.post("/v1/cases/{case_id}/contact", met, case_id=case["id"]),
        "a first contact",
    )
    await town.pace.rest(15)
    parties = [p["id"] for p in case["parties"]]
    held = {
        "how": "meeting",
        "text": "双方到场,商量装修时间",
        "happened_at": town.text(town.pace.now_min - 5),
        "party_ids": parties,
    }
    must(await mediator.post("/v1/cases/{case_id}/sessions", held, case_id=case["id"]), "a session")


async def complain(town: Town) -> None:
    """Staff record a complaint that they found true; its runner appeals.

    Raises:
        Unexpected: the API refused what had to succeed.
    """
    staff, runner = await town.person("staff1"), await town.person("runner2")
    found = {
        "kind": "complaint.upheld",
        "severity": "minor",
        "happened_at": town.text(town.pace.now_min - 30),
        "evidence": "居民来电:餐盒洒了,骑手未说明",
    }
    route = "/v1/points/runners/{runner_id}/records"
    must(await staff.post(route, found, runner_id=runner.user_id), "recording a complaint")
    entry_id = await _entry_to_appeal(town, runner)
    if entry_id:
        text = {"text": "当时电梯停运,已当面道歉,请复核。"}
        must(
            await runner.post("/v1/points/entries/{entry_id}/appeal", text, entry_id=entry_id),
            "appealing",
        )


async def _entry_to_appeal(town: Town, runner: Client) -> str:
    for _ in range(_LOOKS_MAX):
        await town.pace.rest(_LOOK_EVERY_MIN)
        route = "/v1/points/runners/{runner_id}/ledger"
        page = must(await runner.get(route, runner_id=runner.user_id), "the ledger of points")
        for entry in page.data["items"]:
            if entry["may_appeal"]:
                return str(entry["id"])
    return ""


async def _until_possible(town: Town, act: Callable[[], Awaitable[Reply]]) -> Reply:
    """Try until reactions have made it possible, a limited number of times."""
    reply = await act()
    for _ in range(_LOOKS_MAX):
        if reply.is_ok:
            break
        await town.pace.rest(_LOOK_EVERY_MIN)
        reply = await act()
    return reply
