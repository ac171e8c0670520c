"""What runs Linli elsewhere: read here, because nothing here can build an image."""

import re
from pathlib import Path
from typing import Any

import yaml

from api.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
NGINX = (ROOT / "docs" / "nginx.conf").read_text()


def instructions(name: str) -> list[str]:
    """The arguments of every instruction of a name, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    return re.findall(rf"^{name} (.+)$", joined, re.M)


def environment_name(field: str) -> str:
    """How a setting is called in the environment."""
    return str(Settings.model_fields[field].validation_alias or f"LINLI_{field.upper()}")


def default_text(field: str) -> str:
    """A setting's default as the documentation writes it; secrets and URLs have none."""
    default = Settings.model_fields[field].default
    text = str(default).lower() if isinstance(default, bool) else str(default)
    return "" if default == "" or "Secret" in repr(default) else f"`{text}`"


def test_the_image_is_built_from_one_pinned_base_in_two_stages() -> None:
    """What builds does not run; no `latest`; a Python that the package allows."""
    bases = [base.split()[0] for base in instructions("FROM")]

    assert 2 == len(bases)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.1[123]-slim-[a-z]+", bases[0])


def test_the_image_runs_as_nobody_and_is_asked_for_its_health() -> None:
    """The last user is a number above all system users; health, signal, exec form."""
    assert re.fullmatch(r"[1-9]\d{4,}:[1-9]\d{4,}", instructions("USER")[-1])
    assert DOCKERFILE.index("\nUSER") > DOCKERFILE.rindex("\nFROM")
    assert "/healthz" in instructions("HEALTHCHECK")[0]
    assert ["SIGTERM"] == instructions("STOPSIGNAL")
    assert ['["linli"]'] == instructions("ENTRYPOINT")
    assert instructions("CMD")[0].startswith('["api"')


def test_the_image_takes_only_what_is_there_and_locked() -> None:
    """Every source of a COPY exists and is let through; packages by hash, as wheels."""
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    sources = [
        source
        for copied in instructions("COPY")
        if not copied.startswith("--from")
        for source in copied.split()[:-1]
    ]

    assert "*" == let_through[0]
    assert [] == [s for s in sources if not (ROOT / s).exists() or f"!{s}" not in let_through]
    assert {"api", "workers", "scoring", "requirements.txt"} <= set(sources)
    installs = re.findall(r"pip install ([^&\\\n]+)", DOCKERFILE)
    locked = [i for i in installs if "--require-hashes --only-binary :all:" in i]
    own = [i for i in installs if "--no-deps --no-index" in i]
    assert len(installs) == len(locked) + len(own) == 3


def test_the_office_has_its_processes_and_waits_for_the_schema() -> None:
    """Stores, migration, several APIs, a worker; production; time enough to end."""
    services = COMPOSE["services"]
    ours = {name: s for name, s in services.items() if s["image"].startswith("linli")}

    assert {"migrate", "api", "worker"} == ours.keys()
    assert {"postgres", "redis", "proxy"} == services.keys() - ours.keys()
    assert services["api"]["deploy"]["replicas"] >= 2
    for name in ("api", "worker"):
        waits = services[name]["depends_on"]["migrate"]["condition"]
        assert "service_completed_successfully" == waits
        assert int(services[name]["stop_grace_period"].removesuffix("s")) > 10
    assert [] == [s for s in services if s != "proxy" and "ports" in services[s]]
    assert [] == [s["image"] for s in services.values() if "latest" in s["image"]]


def test_the_office_names_only_settings_that_there_are() -> None:
    """And no secret stands in the file."""
    named = COMPOSE["x-linli"]["environment"]
    known = {environment_name(field) for field in Settings.model_fields}

    assert {"LINLI_ENVIRONMENT": "production"}.items() <= named.items()
    assert set() == named.keys() - known - {"FORWARDED_ALLOW_IPS"}
    assert [] == [n for n in named if n.endswith("_KEY") and not named[n].startswith("${")]


def test_the_proxy_cuts_slow_clients_and_keeps_operators_inside() -> None:
    """The deadlines and caps that docs/deploy.md says must not be left out."""
    assert re.search(r"client_header_timeout 10s;\s+client_body_timeout 10s;", NGINX)
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert re.search(r"location = /v1/uploads \{\s+client_max_body_size 11m;", NGINX)
    assert "^/(metrics|readyz|healthz)$ { return 404; }" in NGINX


def test_the_table_of_settings_is_what_the_code_says() -> None:
    """Every setting with its default, and no other."""
    text = (ROOT / "docs" / "deploy.md").read_text()
    rows = dict(
        re.findall(r"^\| `((?:LINLI_|DATABASE_|REDIS_)\w+)` \| (`?[^|]*?`?) +\|", text, re.M)
    )

    assert {environment_name(f): default_text(f) for f in Settings.model_fields} == rows
