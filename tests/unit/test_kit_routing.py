"""Routers are found by how a path begins, wherever the application is mounted."""

import httpx
import pytest
from fastapi import FastAPI

from api.kit.http.routing import FeatureRouter


def _app() -> FastAPI:
    jobs, me = FeatureRouter(prefix="/v1/jobs"), FeatureRouter(prefix="/v1")

    @jobs.get("/{job_id}")
    def read_job(job_id: str) -> str:
        return f"job {job_id}"

    @me.get("/me")
    def read_me() -> str:
        return "me"

    app = FastAPI()
    app.include_router(jobs)
    app.include_router(me)
    return app


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/jobs/1", 200),
        ("GET", "/v1/me", 200),
        ("POST", "/v1/jobs/1", 405),
        ("GET", "/v1/jobs", 404),
        ("GET", "/v1/jobsome/1", 404),
        ("GET", "/v1", 404),
        ("GET", "/", 404),
    ],
)
@pytest.mark.parametrize("root_path", ["", "/linli"])
async def test_a_path_finds_what_it_would_without(
    method: str, path: str, status: int, root_path: str
) -> None:
    """Also behind a proxy that puts the application below a folder."""
    transport = httpx.ASGITransport(_app(), root_path=root_path)
    async with httpx.AsyncClient(transport=transport, base_url="http://linli") as client:
        answer = await client.request(method, root_path + path)

    assert status == answer.status_code


def test_the_first_two_words_of_a_path_are_fixed() -> None:
    """Else the router would have to be searched for everything."""
    router = FeatureRouter(prefix="/v1")
    router.add_api_route("/{anything}", lambda: None)
    scope = {"type": "http", "method": "GET", "path": "/v1/me"}

    with pytest.raises(AssertionError, match="are fixed"):
        router.matches(scope)
