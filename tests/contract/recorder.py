"""Every answer that a test gets must have been promised by the OpenAPI document."""

from collections.abc import Generator

import httpx
import pytest

from tests.contract.document import operation_of


@pytest.fixture
def declared(http: httpx.AsyncClient) -> Generator[None]:
    """Afterwards, every status seen by the test's client is one that the document declares."""
    surprises: list[str] = []

    async def look(answer: httpx.Response) -> None:
        method, path = answer.request.method, answer.request.url.path
        operation = operation_of(method, path)
        if operation is not None and str(answer.status_code) not in operation.spec["responses"]:
            surprises.append(f"{method} {operation.path}: {answer.status_code}")

    http.event_hooks["response"].append(look)
    yield

    assert surprises == []
