"""What every refusal looks like, and what none may hold."""

import re

import httpx

from api.errors import CATALOGUE

CANARY = "canary7f3a91"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LEAKS = re.compile(r"Traceback|File \"|sqlalchemy|asyncpg|SELECT |INSERT |pydantic|0x[0-9a-f]{8}")
_MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def faults(answer: httpx.Response) -> list[str]:
    """What is wrong with a refusal; nothing, where it is as RFC 9457 and our conventions say."""
    if answer.status_code >= 500 and answer.status_code != 503:
        return [f"status {answer.status_code}"]
    if answer.headers.get("content-type") != "application/problem+json":
        return [f"content type {answer.headers.get('content-type')}"]
    said = answer.json()
    refusal = CATALOGUE.get(said.get("code"))
    checks = {
        "members": said.keys() == _MEMBERS,
        "status": said.get("status") == answer.status_code,
        "code": refusal is not None and refusal.status == answer.status_code,
        "title": refusal is not None and said.get("title") == refusal.zh,
        "title length": len(said.get("title", "")) <= 14,
        "title in Chinese": bool(_CHINESE.search(said.get("title", ""))),
        "request id": said.get("request_id") == answer.headers.get("x-request-id"),
        "echo": CANARY not in answer.text,
        "leak": not _LEAKS.search(answer.text),
        "WWW-Authenticate": answer.status_code != 401 or "www-authenticate" in answer.headers,
        "Retry-After": answer.status_code not in (429, 503) or "retry-after" in answer.headers,
    }
    return [name for name, is_right in checks.items() if not is_right]


def said(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal that is one, or what is wrong with it."""
    wrong = faults(answer)
    return answer.status_code, ", ".join(wrong) if wrong else answer.json()["code"]
