"""Hall and accept agree with geopy to the last centimetre, and with each other."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.kit.geo import Point
from tests.fixtures.builders.people import Person, agree
from tests.fixtures.builders.racing import at_once, outcome
from tests.fixtures.builders.scenes import away, clear_jobs, distance_m, open_jobs
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import CENTRE, World

RADIUS_M = 500.0
# Shanghai, Sanya and Mohe: a degree of longitude has 95, 106 and 67 km.
CITIES = {"shanghai": CENTRE, "sanya": (18.252847, 109.511909), "mohe": (52.972272, 122.538592)}
BEARINGS = st.floats(0, 360, exclude_max=True)
AT_THE_EDGE = st.tuples(st.floats(498.5, 501.5), BEARINGS)
ANYWHERE = st.tuples(st.floats(0, 1500), BEARINGS)
SCENES = st.tuples(
    st.tuples(st.floats(0, 900), BEARINGS),
    st.lists(AT_THE_EDGE, max_size=40),
    st.lists(ANYWHERE, max_size=40),
)


async def community_in(world: World, city: str) -> tuple[str, Point]:
    """A community whose centre stands in a city."""
    if city == "shanghai":
        return world.community_id, Point(*CENTRE)
    lat, lng = CITIES[city]
    spot = {"lat": lat, "lng": lng, "coord": "gcj02"}
    office = await world.admin.post("/v1/places", {"kind": "office", "name": city, "point": spot})
    body = {"kind": "community", "parent_id": office["id"], "name": city, "point": spot}
    return (await world.admin.post("/v1/places", body))["id"], Point(lat, lng)


async def runner_of(world: World, community_id: str) -> Person:
    """A runner who is approved and online in a community."""
    runner, staff = await world.person("runner1"), world.admin
    await runner.post("/v1/runners/apply", {"community_id": community_id})
    await agree(runner, "runner_location")
    await staff.post(f"/v1/runners/{runner.id}/approve", {})
    await runner.put("/v1/runners/me/shift", {"shift": "online"})
    return runner


async def shown(runner: Person, *, limit: int = 100) -> list[str]:
    """All jobs of the hall, page by page."""
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": limit}
    while True:
        page = await runner.get("/v1/hall", params=query)
        seen += [job["job_id"] for job in page["items"]]
        if page["next_cursor"] is None:
            return seen
        query["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("city", CITIES)
async def test_a_job_is_shown_and_given_exactly_within_500_m(world: World, city: str) -> None:
    """For any scene the hall shows what geopy puts within 500.0 m, and only that is given."""
    community_id, centre = await community_in(world, city)
    runner = await runner_of(world, community_id)

    @settings(
        deadline=None,
        max_examples=12,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(scene=SCENES)
    def collect(
        scene: tuple[tuple[float, float], list[tuple[float, float]], list[tuple[float, float]]],
    ) -> None:
        scenes.append(scene)

    scenes: list[
        tuple[tuple[float, float], list[tuple[float, float]], list[tuple[float, float]]]
    ] = []
    collect()
    checked = 0
    for (metres, bearing), edge, anywhere in scenes:
        here = away(centre, metres=metres, bearing=bearing)
        pickups = [away(here, metres=m, bearing=b) for m, b in edge + anywhere]
        await clear_jobs(world.parts)
        await world.stands(runner, {"lat": here.lat, "lng": here.lng, "coord": "gcj02"})
        ids = await open_jobs(
            world.parts,
            community_id=community_id,
            requester_id=world.admin.id,
            pickups=pickups,
        )
        metres_of = {i: distance_m(here, p) for i, p in zip(ids, pickups, strict=True)}
        within = {i for i, m in metres_of.items() if m <= RADIUS_M}
        seen = await shown(runner)
        decisive = sorted(ids, key=lambda i: abs(metres_of[i] - RADIUS_M))[:6]
        answers = await at_once(
            *(unhurried(runner).call("POST", f"/v1/jobs/{i}/accept") for i in decisive)
        )
        given_to = [outcome(a) for a in answers]
        checked += len(ids)

        assert within == set(seen)
        assert ["ok" if i in within else "out_of_range" for i in decisive] == given_to
    assert checked > 0


@pytest.mark.parametrize("limit", [1, 7, 100])
async def test_pages_show_each_job_once_nearest_first(world: World, limit: int) -> None:
    """Sixty jobs, many at one spot and some at equal distances, in pages of any size."""
    runner = await runner_of(world, world.community_id)
    here = Point(*CENTRE)
    await world.stands(runner, {"lat": here.lat, "lng": here.lng, "coord": "gcj02"})
    spots = [away(here, metres=20 * (i % 30), bearing=90 * (i % 4)) for i in range(60)]
    ids = await open_jobs(
        world.parts,
        community_id=world.community_id,
        requester_id=world.admin.id,
        pickups=spots,
    )
    metres_of = {i: distance_m(here, p) for i, p in zip(ids, spots, strict=True)}

    seen = await shown(runner, limit=limit)

    assert sorted(i for i in ids if metres_of[i] <= RADIUS_M) == sorted(seen)
    distances = [round(metres_of[i], 2) for i in seen]
    assert sorted(distances) == distances


async def test_a_crowded_hall_is_bounded(world: World) -> None:
    """Of 1,500 jobs in range the 1,024 nearest are looked at, each shown once."""
    runner = await runner_of(world, world.community_id)
    here = Point(*CENTRE)
    await world.stands(runner, {"lat": here.lat, "lng": here.lng, "coord": "gcj02"})
    spots = [away(here, metres=0.3 * i, bearing=(37 * i) % 360) for i in range(1500)]
    ids = await open_jobs(
        world.parts,
        community_id=world.community_id,
        requester_id=world.admin.id,
        pickups=spots,
    )

    seen = await shown(runner)

    assert len(set(seen)) == len(seen)
    assert 1000 <= len(seen) <= 1024
    # All but the outermost rim are the nearest there are.
    assert set(ids[:900]) <= set(seen)
