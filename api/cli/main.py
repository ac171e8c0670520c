"""The commands of ``linli``; each opens what it needs and says in one line what went wrong."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar
from uuid import UUID

import orjson
import typer
from rich.console import Console

from api.app import create_app
from api.bootstrap import Parts, build
from api.cli.backup.copying import BackupRefused, back_up
from api.cli.backup.copying import restore as run_restore
from api.cli.bench.commands import bench
from api.cli.dispatch.command import DispatchRefused
from api.cli.dispatch.command import dispatch as run_dispatch
from api.cli.living.people import DEFAULT_SPEED as LIVING_SPEED
from api.cli.living.people import SPEED_MAX as LIVING_SPEED_MAX
from api.cli.points.commands import points
from api.cli.processes import NotReady
from api.cli.replay.command import DEFAULT_SPEED, ReplayRefused
from api.cli.replay.command import replay as run_replay
from api.cli.seed import seed as seed_demo
from api.cli.serve import NotConfigured, configured, serve_configured
from api.cli.stores import open_stores
from api.cli.up import up as run_up
from api.doctor import INVARIANTS, Finding, examine_patiently
from api.embedded import EmbeddedError
from api.events.log import SYSTEM
from api.identity.models import ROLES
from api.identity.service import find_or_register_by_phone
from api.identity.service import grant as grant_role
from api.migrations.apply import migrate as run_migrate
from api.openapi import describe
from api.places.queries import place as find_place
from api.privacy.service.rotating import Rotated
from api.privacy.service.rotating import rotate_keys as run_rotation
from api.settings import Settings

app = typer.Typer(
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="邻里 Linli: run, keep and measure it.",
)
app.add_typer(bench, name="bench")
app.add_typer(points, name="points")
_OPENAPI = Path("openapi/openapi.json")
_stderr = Console(stderr=True)
T = TypeVar("T")


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="A community to play with.")] = False,
    speed: Annotated[
        float, typer.Option(min=1, max=LIVING_SPEED_MAX, help="How fast the demo's day goes.")
    ] = LIVING_SPEED,
    still: Annotated[bool, typer.Option(help="With --demo: nobody acts by themselves.")] = False,
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8000,
) -> None:
    """API, worker and, where no stores are configured, embedded ones."""
    run_up(demo=demo, speed=0 if still else speed, host=host, port=port)


@app.command()
def api(
    host: str = "127.0.0.1",
    port: int = 8000,
    share_port: Annotated[bool, typer.Option(help="Let several processes share it.")] = False,
) -> None:
    """One API process, for production."""
    serve_configured(host=host, port=port, share_port=share_port)


@app.command()
def worker() -> None:
    """One worker process, for production."""
    configured()
    os.execv(sys.executable, (sys.executable, "-m", "workers.runner"))  # noqa: S606


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    with open_stores(may_attach=True) as stores:
        asyncio.run(run_migrate(stores.settings.database_url))
    typer.echo("the schema is up to date")


@app.command()
def seed() -> None:
    """Make the demonstration community."""
    with open_stores(may_attach=True) as stores:
        asyncio.run(run_migrate(stores.settings.database_url))
        made = asyncio.run(_with_parts(stores.settings, seed_demo))
    typer.echo("made the demonstration community" if made else "it is there already")


@app.command()
def grant(
    phone: Annotated[str, typer.Argument(help="A mainland mobile number.")],
    role: Annotated[str, typer.Argument(help=f"One of: {', '.join(ROLES)}.")],
    place: Annotated[str, typer.Argument(help="A place's id, or 'all' (admin only).")],
) -> None:
    """Grant a role at a place to the person with this number (the first admin)."""
    if not (len(phone) == 11 and phone.isascii() and phone.isdigit() and phone[0] == "1"):
        _fail(f"{phone} is not a mainland mobile number")
    if role not in ROLES:
        _fail(f"{role} is no role; one of: {', '.join(ROLES)}")
    if place == "all" and role != "admin":
        _fail("only an admin holds for the whole deployment")
    try:
        place_id = None if place == "all" else UUID(place)
    except ValueError:
        _fail(f"{place} is not a place's id")
    with open_stores(may_attach=True) as stores:
        found = asyncio.run(
            _with_parts(stores.settings, lambda p: _grant(p, phone, role, place_id))
        )
    if not found:
        _fail(f"there is no place {place}")
    typer.echo(f"granted {role} at {place}")


@app.command()
def openapi(
    check: Annotated[bool, typer.Option(help="Fail where the committed one differs.")] = False,
) -> None:
    """Write the OpenAPI document, or check that it is the committed one."""
    document = openapi_bytes()
    if not check:
        _OPENAPI.parent.mkdir(exist_ok=True)
        _OPENAPI.write_bytes(document)
        typer.echo(f"wrote {_OPENAPI}")
    elif not _OPENAPI.exists() or _OPENAPI.read_bytes() != document:
        _fail(f"{_OPENAPI} is not what the code says: run 'linli openapi'")


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check every invariant on the database; exit 1 if anything is broken."""
    with open_stores(may_attach=True) as stores:
        asyncio.run(run_migrate(stores.settings.database_url))
        findings = asyncio.run(examine_patiently(stores.settings.database_url))
    _report(findings, as_json=json)
    if findings:
        raise typer.Exit(1)


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Seal everything anew under LINLI_DATA_KEY and LINLI_INDEX_KEY; may be stopped and repeated.

    The keys of before stand in LINLI_DATA_KEYS_OLD and LINLI_INDEX_KEYS_OLD meanwhile, in every
    process; afterwards they are taken away.
    """
    with open_stores(may_attach=True) as stores:
        done = asyncio.run(_with_parts(stores.settings, _rotate))
    for rotated in done:
        unreadable = f", {rotated.unreadable} that no key opens" if rotated.unreadable else ""
        typer.echo(f"{rotated.column}: {rotated.resealed} sealed anew{unreadable}")
    if any(rotated.unreadable for rotated in done):
        _fail("some values open under no key: is one missing in LINLI_DATA_KEYS_OLD?")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file.")],
) -> None:
    """Write everything, as of one moment, to a file; works while serving."""
    with open_stores(may_attach=True) as stores:
        try:
            size_bytes = asyncio.run(back_up(stores.settings.database_url, file))
        except BackupRefused as refused:
            _fail(str(refused))
    typer.echo(f"wrote {file} ({size_bytes / 1e6:.1f} MB)")
    typer.echo("LINLI_DATA_KEY and LINLI_INDEX_KEY are not in it: keep them, and keep them apart")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What 'linli backup' wrote.")],
    replace: Annotated[bool, typer.Option(help="Lose what is in the database now.")] = False,
) -> None:
    """Bring everything back from a file, migrate it, and let the doctor look; exit 1 if ill."""
    with open_stores(may_attach=True) as stores:
        url = stores.settings.database_url
        try:
            asyncio.run(run_restore(url, file, replace=replace))
        except BackupRefused as refused:
            _fail(str(refused))
        asyncio.run(run_migrate(url))
        findings = asyncio.run(examine_patiently(url))
    typer.echo(f"restored {file}")
    _report(findings, as_json=False)
    if findings:
        raise typer.Exit(1)


@app.command()
def replay(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="An MDRPlib instance; none: the small shipped day."),
    ] = None,
    speed: Annotated[float, typer.Option(help="Times as fast as the real clock.")] = DEFAULT_SPEED,
    radius_m: Annotated[
        float | None,
        typer.Option(help="Radius, trip limit and boundary; not given: what covers everything."),
    ] = None,
    kill: Annotated[int, typer.Option(help="So many SIGKILLs of API, worker and Redis.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Only the JSON object.")] = False,
) -> None:
    """Play a real day of orders through HTTP; exit 1 if anything was lost."""
    try:
        code = run_replay(folder, speed=speed, radius_m=radius_m, kills=kill, only_json=json)
    except ReplayRefused as refused:
        _fail(str(refused))
    if code:
        raise typer.Exit(code)


@app.command()
def dispatch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An MDRPlib instance.")],
    out: Annotated[Path, typer.Option(help="A folder for deliveries, moves and rounds.")],
    several: Annotated[
        bool, typer.Option("--open", help="Goods of several merchants on one trip.")
    ] = False,
) -> None:
    """Play a day against the solver that the service uses, and write what each courier did."""
    try:
        done = run_dispatch(folder, out, mixes_merchants=several)
    except DispatchRefused as refused:
        _fail(str(refused))
    typer.echo(
        f"{done.instance}: {done.delivered} of {done.orders} orders delivered, "
        f"{done.click_to_door_min:.2f} min from click to door, "
        f"{done.ready_to_pickup_min:.2f} min from ready to pickup; "
        f"{done.rounds} rounds, the longest {done.round_max_ms:.0f} ms (objective {done.objective})"
    )


def openapi_bytes() -> bytes:
    """The document of the application with everything on but nothing opened."""
    nowhere = "postgresql://nobody@127.0.0.1/none"
    settings = Settings.model_validate(
        {
            "DATABASE_URL": nowhere,
            "REDIS_URL": "redis://127.0.0.1",
            "data_key": "00" * 32,
            "index_key": "11" * 32,
            "sandbox_payments": True,
            "sandbox_messages": True,
        }
    )
    document = describe(create_app(build(settings)))
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=options)


def main() -> None:
    """The entry point; errors that an operator can mend are one line, not a stack."""
    try:
        app()
    except (EmbeddedError, NotConfigured, NotReady) as error:
        _stderr.print(f"[red]linli:[/] {error}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from error


async def _with_parts(settings: Settings, act: Callable[[Parts], Awaitable[T]]) -> T:
    parts = build(settings)
    await parts.open()
    try:
        return await act(parts)
    finally:
        await parts.close()


async def _grant(parts: Parts, phone: str, role: str, place_id: UUID | None) -> bool:
    await run_migrate(parts.settings.database_url)
    async with parts.database.transaction() as (session, now):
        if place_id is not None and await find_place(session, place_id=place_id) is None:
            return False
        user = await find_or_register_by_phone(session, phone=phone, vault=parts.vault, now=now)
        await grant_role(
            session, user_id=user.id, role=role, place_id=place_id, actor=SYSTEM, now=now
        )
    return True


async def _rotate(parts: Parts) -> list[Rotated]:
    return await run_rotation(parts.database, vault=parts.vault)


def _report(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        broken = [{"name": f.invariant.name, "holds": f.invariant.holds, "rows": f.rows,
                   "keys": f.keys} for f in findings]  # fmt: skip
        typer.echo(orjson.dumps({"asked": len(INVARIANTS), "broken": broken}).decode())
        return
    for finding in findings:
        typer.echo(f"BROKEN {finding.invariant.name}: {finding.invariant.holds}")
        typer.echo(f"       {finding.rows} rows, such as {', '.join(finding.keys)}")
    typer.echo(f"asked {len(INVARIANTS)} invariants, {len(findings)} broken")


def _fail(line: str) -> NoReturn:
    _stderr.print(f"[red]linli:[/] {line}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)
