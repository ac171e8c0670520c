"""Rules that change: announced to everybody seven days ahead, and never in force before."""

from tests.fixtures.builders.penalties import carried, new_rules
from tests.fixtures.builders.worlds import World


async def test_new_rules_are_announced_with_what_they_change_for_each_runner(world: World) -> None:
    """Until they begin everything is scored as before; then what happens is scored by them."""
    runner, staff = await world.runner(), await world.person("staff1")
    await carried(world, runner, ["h1"])
    path, soon = "/v1/points/rules", await new_rules(world, days=6, on_time_cp="60")
    text = await new_rules(world, on_time_cp="60")

    assert (403, "role_missing") == await staff.refused("POST", path, json=text)
    assert (422, "rules_malformed") == await world.admin.refused(
        "POST", path, json={"text": "version = 1"}
    )
    assert (409, "rules_too_soon") == await world.admin.refused("POST", path, json=soon)
    rules = await world.admin.post(path, text)
    assert (409, "rules_taken") == await world.admin.refused("POST", path, json=text)
    newest, founding = rules["versions"]
    assert ("2026.1", "announced", "in_force") == (
        rules["version"], newest["state"], founding["state"],
    )  # fmt: skip
    assert [{"rule": "order.on_time_cp", "before": "50", "after": "60"}] == newest["changes"]

    await world.later(days=1)
    await carried(world, runner, ["h2"])
    (told,) = [m for m in (await runner.get("/v1/me/inbox"))["items"] if "规则" in m["title"]]
    assert "): 1.70 → 1.80" in told["body"]
    ledger = f"/v1/points/runners/{runner.id}"
    assert 340 == (await runner.get(ledger))["balance_cp"]
    await world.later(days=7)
    await carried(world, runner, ["h3"])
    seen = await runner.get(ledger)
    assert (340 + 180, "2026.2") == (seen["balance_cp"], seen["rules_version"])
