"""The lane of hot routes answers what FastAPI would: what is not plain goes through FastAPI."""

import httpx
import pytest

from api.bootstrap import Parts
from api.kit.geo import Point, Sheet, sheet_point_sql
from tests.fixtures.builders.people import fresh_key
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World, point


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=5&far=1", "limit=%FF", "cursor="])
async def test_a_malformed_query_is_refused_by_the_documented_way(world: World, query: str) -> None:
    """422 and the name of the field, as on every other route."""
    runner = await world.runner()

    assert (422, "malformed_request") == await runner.refused("GET", f"/v1/hall?{query}")


@pytest.mark.parametrize("job", ["1", "019a", "019a0000-0000-7000-8000-00000000000g", "%20"])
async def test_an_id_that_is_none_is_refused_by_the_documented_way(world: World, job: str) -> None:
    """422, not an error of ours."""
    runner = await world.runner()
    refused = await runner.refused("POST", f"/v1/jobs/{job}/accept", key=fresh_key())

    assert (422, "malformed_request") == refused


async def test_another_method_is_not_taken_for_a_hot_route(http: httpx.AsyncClient) -> None:
    """405 with what is allowed."""
    answer = await http.post("/v1/hall")

    assert (405, "GET") == (answer.status_code, answer.headers["allow"])


async def test_all_methods_of_an_address_are_named(http: httpx.AsyncClient) -> None:
    """Each method is a route of its own; the refusal speaks for all of them."""
    answer = await http.request("PATCH", "/v1/me")

    assert (405, "GET, PUT") == (answer.status_code, answer.headers["allow"])


async def test_an_address_has_no_method_of_one_that_it_would_fit(http: httpx.AsyncClient) -> None:
    """ "mine" is no post."""
    answer = await http.put("/v1/posts/mine", json={})

    assert (405, "GET") == (answer.status_code, answer.headers["allow"])


async def test_both_ways_give_the_same_page(world: World) -> None:
    """A limit said twice is not plain; FastAPI takes the last one."""
    runner = await world.runner(at=point())
    await world.paid(await world.person("resident1"))
    plain = await runner.call("GET", "/v1/hall?limit=5")
    documented = await runner.call("GET", "/v1/hall?limit=7&limit=5")

    assert plain.json()["items"]
    assert plain.content == documented.content


async def test_both_ways_give_the_job_once(world: World) -> None:
    """An id without dashes is not plain; its accept is the same one."""
    runner = await world.runner(at=point())
    job_id = (await world.paid(await world.person("resident1")))["job_id"]
    documented = await runner.call("POST", f"/v1/jobs/{job_id.replace('-', '')}/accept")

    assert 200 == documented.status_code
    assert (409, "job_taken") == await runner.refused("POST", f"/v1/jobs/{job_id}/accept")


async def test_the_same_key_gives_the_same_bytes(world: World) -> None:
    """A repeat is marked and byte-equal; another key learns that the job is taken."""
    runner, key = await world.runner(at=point()), fresh_key()
    job_id = (await world.paid(await world.person("resident1")))["job_id"]
    path = f"/v1/jobs/{job_id}/accept"
    first = await runner.call("POST", path, key=key)
    again = await runner.call("POST", path, key=key)

    assert (200, first.content) == (again.status_code, again.content)
    assert "true" == again.headers["idempotent-replayed"]
    assert (409, "job_taken") == await runner.refused("POST", path, key=fresh_key())


@pytest.mark.parametrize(("lat", "lng"), [(18.25, 109.5), (31.23, 121.47), (52.97, 122.54)])
async def test_the_sheet_in_sql_is_the_sheet_in_python(
    parts: Parts, lat: float, lng: float
) -> None:
    """The search in SQL begins where Python put the jobs, to the millimetre."""
    office, here = Point(lat, lng), Point(lat + 0.031, lng - 0.042)
    expression = sheet_point_sql(
        lat="lat", lng="lng", origin_lat="o_lat", origin_lng="o_lng", number="number"
    )
    ((x, y),) = await rows(
        parts,
        f"SELECT p[0], p[1] FROM (SELECT {expression} AS p FROM (VALUES ($1::float8, $2::float8,"
        " $3::float8, $4::float8, 7)) AS v (lat, lng, o_lat, o_lng, number)) AS s",
        *(here.lat, here.lng, office.lat, office.lng),
    )

    assert pytest.approx(Sheet(7, office).xy(here), abs=0.001) == (x, y)
