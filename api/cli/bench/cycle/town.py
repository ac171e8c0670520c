"""A community of households and the cycles that they join, numbered to write requests ahead."""

from dataclasses import dataclass
from uuid import UUID

from api.bootstrap import build
from api.cli.bench.cycle import queries
from api.cli.bench.queries import (
    CHECKPOINT_SQL,
    SCENE_SQL,
    SESSIONS_SQL,
    USER_EVENTS_SQL,
    USERS_SQL,
)
from api.cli.bench.world import (
    CENTRE,
    FIRST,
    PERSON_PREFIX,
    TOKEN_PREFIX,
    make_places,
    runner_token,
    seeding,
)
from api.consents.purposes import PURPOSES
from api.kit.crypto import Vault
from api.kit.geo import metres_per_degree
from api.kit.ids import new_id
from api.people.service.joining import MEMBER_DOOR
from api.settings import Settings

PRODUCT_PREFIX = "019a000000007002"
ITEM_PREFIX = "019a000000007003"
CYCLE_PREFIX = "019a000000007004"
ORDER_PREFIX = "019a000000007005"
ITEMS = 30
# Of the thirty, so many are few: all together enough for a third of the households.
FEW = 5


@dataclass(frozen=True, slots=True)
class Town:
    """So many households; the first cycle is stormed, the second has enough for everybody."""

    households: int

    @property
    def few_each(self) -> int:
        """The stock of each item that is few."""
        return max(1, self.households // 3 // FEW)

    @property
    def owner_id(self) -> UUID:
        """Whose shop it is, the person after the households."""
        return UUID(f"{PERSON_PREFIX}{FIRST + self.households}")

    @property
    def staff_id(self) -> UUID:
        """Who decided about everybody, the person after that."""
        return UUID(f"{PERSON_PREFIX}{FIRST + self.households + 1}")


def cycle_id(number: int) -> UUID:
    """The cycle with this number: 0 is stormed, 1 has enough."""
    return UUID(f"{CYCLE_PREFIX}{FIRST + number}")


def item_id(cycle: int, n: int) -> UUID:
    """The n-th item of a cycle."""
    return UUID(f"{ITEM_PREFIX}{FIRST + cycle * ITEMS + n}")


def join_request(buyer: int, *, cycle: int, items: tuple[int, ...], key: str, port: int) -> bytes:
    """A raw request of one household for one of each of some items."""
    lines = ",".join(f'{{"item_id":"{item_id(cycle, n)}","count":1}}' for n in items)
    body = f'{{"lines":[{lines}]}}'
    return (
        f"POST /v1/cycles/{cycle_id(cycle)}/orders HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {runner_token(buyer)}\r\n"
        f"Idempotency-Key: {key}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def make_town(settings: Settings, town: Town) -> None:
    """Places, households with their doors sealed, a shop and two open cycles of thirty items."""
    vault = build(settings).vault
    await make_places(settings)
    async with seeding(settings.database_url) as connection:
        north_m, east_m = metres_per_degree(CENTRE.lat)
        last = FIRST + town.households - 1
        await connection.execute(SCENE_SQL, north_m, east_m)
        await connection.execute(USERS_SQL, PERSON_PREFIX, FIRST, last + 2)
        await connection.execute(USER_EVENTS_SQL)
        await connection.execute(SESSIONS_SQL, PERSON_PREFIX, TOKEN_PREFIX, FIRST, last)
        await connection.execute(queries.BUILDINGS_SQL)
        await connection.execute(queries.GRANTS_SQL, PERSON_PREFIX, FIRST, last)
        asked = PURPOSES["privacy_rules"]
        await connection.execute(
            queries.CONSENTS_SQL, PERSON_PREFIX, FIRST, last, asked.version, asked.text_hash
        )
        ids, doors = _doors(town, vault)
        await connection.execute(
            queries.HOUSEHOLDS_SQL, PERSON_PREFIX, FIRST, ids, doors, town.staff_id
        )
        merchant_id = new_id()
        await connection.execute(queries.MERCHANT_SQL, merchant_id, town.owner_id, town.staff_id)
        await connection.execute(
            queries.PRODUCTS_SQL, merchant_id, PRODUCT_PREFIX, FIRST, 2 * ITEMS
        )
        for number, few in ((0, FEW), (1, 0)):
            await connection.execute(
                queries.CYCLE_SQL, cycle_id(number), merchant_id, town.owner_id
            )
            await connection.execute(
                queries.ITEMS_SQL, cycle_id(number), ITEM_PREFIX, FIRST + number * ITEMS,
                PRODUCT_PREFIX, ITEMS, few, town.few_each,
            )  # fmt: skip
        await connection.execute(queries.CYCLE_EVENTS_SQL)
        await connection.execute(queries.SETTLE_SQL)
        await connection.execute(CHECKPOINT_SQL)


def _doors(town: Town, vault: Vault) -> tuple[list[UUID], list[bytes]]:
    ids = [new_id() for _ in range(town.households)]
    doors = [
        vault.seal(f"{1 + n % 4}单元{101 + n % 30}", column=MEMBER_DOOR, row=row)
        for n, row in enumerate(ids)
    ]
    return ids, doors
