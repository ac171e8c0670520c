"""Drive generated cases over the whole document as one of several people."""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import requests
import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.engine import from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from tests.fuzz.contract import CHECKS, WITHOUT_WECHAT, is_our_contract
from tests.fuzz.tally import Tally

# Share of generated ids that name something of the scene; the rest is invented.
_KNOWN_SHARE = 0.7
_KEY = re.compile(r"[\x21-\x7e]{1,64}")
_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """A server, who calls it, and what there is to name.

    ``people`` maps names to development codes, ``known`` names of fields and parameters to ids.
    ``examples`` are per operation and phase.
    """

    url: str
    people: Mapping[str, str]
    known: Mapping[str, Sequence[str]]
    examples: int
    seed: int
    folder: Path

    def drive(self, as_whom: str, peers: Sequence[str], tally: Tally) -> None:
        """Every operation of the document, as one of the people.

        No peer may read what is another peer's.
        """
        schema = schemathesis.openapi.from_url(
            f"{self.url}/openapi.json",
            config=schemathesis.Config.from_dict(self._config(as_whom, peers)),
        )
        schema.hook("filter_failure")(_is_failure)
        with _before_each_call(_Touching(self.url)):
            for event in from_schema(schema).execute():
                tally.note(event)

    def _config(self, as_whom: str, peers: Sequence[str]) -> dict[str, Any]:
        sign_ins = self.folder / "people.json"
        entries = [_signs_in(name, code) for name, code in self.people.items()]
        sign_ins.write_bytes(orjson.dumps({"auth": entries}))
        return {
            "seed": self.seed,
            "continue-on-failure": True,
            "request-timeout": _TIMEOUT_S,
            "cache": {"enabled": False},
            "generation": {"max-examples": self.examples, "database": "none"},
            # It takes our word for a whole body, `body`, for the name of a field.
            "phases": {"fuzzing": {"error-feedback": {"enabled": False}}},
            "checks": CHECKS,
            "operations": [WITHOUT_WECHAT],
            "auth": {"wfc": {"path": str(sign_ins), "user": as_whom, "peers": list(peers)}},
            "dictionaries": {name: {"values": [*values]} for name, values in self.known.items()},
            "parameters": {
                f"{place}.{name}": {"dictionary": name, "probability": _KNOWN_SHARE}
                for name in self.known
                for place in ("path", "query", "body")
            },
        }


class _Touching:
    """What a client does that no schema can say: a fresh key, the version just read.

    Malformed ones stay as they are. Whoever is erased is a newcomer each time, so that the people
    stay who they are; whoever is signed out is signed in again by their code.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = count(1)

    def touch(self, case: schemathesis.Case) -> None:
        """Change what is to be sent."""
        headers = case.headers
        if _KEY.fullmatch(str(headers.get("Idempotency-Key", ""))):
            headers["Idempotency-Key"] = str(uuid4())
        # Without an identity it is a probe without credentials, or with wrong ones.
        if case.auth_identity is None or "Authorization" not in headers:
            return
        if case.method == "DELETE" and case.path == "/v1/me/data":
            headers["Authorization"] = f"Bearer {self._newcomer()}"
        if len(headers.get("If-Match", "x" * 41)) <= 40:
            headers["If-Match"] = self._version(case)

    def _newcomer(self) -> str:
        code = {"code": f"dev:leaver{next(self._numbers)}"}
        answer = requests.post(f"{self._url}/v1/sessions", json=code, timeout=_TIMEOUT_S)
        return answer.json()["token"]

    def _version(self, case: schemathesis.Case) -> str:
        path = case.formatted_path
        # An action stands below what it acts on.
        thing = path if case.method == "PUT" else path.rpartition("/")[0]
        answer = requests.get(
            f"{self._url}{thing}",
            headers={"Authorization": case.headers["Authorization"]},
            timeout=_TIMEOUT_S,
        )
        return answer.headers.get("ETag", case.headers["If-Match"])


def _is_failure(
    context: schemathesis.HookContext,
    failure: Failure,
    case: schemathesis.Case,
    response: schemathesis.Response,
) -> bool:
    return not is_our_contract(failure, case, response)


@contextmanager
def _before_each_call(touching: _Touching) -> Generator[None]:
    def before_call(
        context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]
    ) -> None:
        touching.touch(case)

    # The only scope of this hook is the whole process.
    schemathesis.hook(before_call)
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def _signs_in(name: str, code: str) -> dict[str, Any]:
    return {
        "name": name,
        "loginEndpointAuth": {
            "endpoint": "/v1/sessions",
            "verb": "POST",
            "contentType": "application/json",
            "payloadRaw": orjson.dumps({"code": code}).decode(),
            "token": {
                "extractFrom": "body",
                "extractSelector": "/token",
                "sendIn": "header",
                "sendName": "Authorization",
                "sendTemplate": "Bearer {token}",
            },
        },
    }
