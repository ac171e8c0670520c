"""What every feature says its tables hold of people, in one list."""

from api.consents.personal import PERSONAL as CONSENTS
from api.events.personal import PERSONAL as EVENTS
from api.identity.personal import PERSONAL as IDENTITY
from api.jobs.personal import PERSONAL as JOBS
from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed
from api.looks.personal import PERSONAL as LOOKS
from api.orders.personal import PERSONAL as ORDERS
from api.payments.personal import PERSONAL as PAYMENTS
from api.places.personal import PERSONAL as PLACES
from api.points.personal import PERSONAL as POINTS
from api.privacy.personal import PERSONAL as PRIVACY
from api.runners.personal import PERSONAL as RUNNERS
from api.wechat.personal import PERSONAL as WECHAT

TABLES: tuple[PersonalTable, ...] = (
    *IDENTITY, *PLACES, *RUNNERS, *ORDERS, *JOBS, *PAYMENTS, *POINTS, *CONSENTS, *LOOKS, *PRIVACY,
    *EVENTS, *WECHAT,
)  # fmt: skip

# One list for each act, in the order of the tables.
SHOWN: tuple[tuple[PersonalTable, Person], ...] = tuple(
    (table, person) for table in TABLES for person in table.people if person.shows
)
ERASED: tuple[tuple[PersonalTable, Person, Erase], ...] = tuple(
    (table, person, erase) for table in TABLES for person in table.people for erase in person.erases
)
KEPT: tuple[tuple[PersonalTable, Keep], ...] = tuple(
    (table, keep) for table in TABLES for keep in table.keeps
)
SEALED: tuple[tuple[PersonalTable, Sealed], ...] = tuple(
    (table, sealed) for table in TABLES for sealed in table.sealed
)
