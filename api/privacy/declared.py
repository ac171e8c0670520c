"""What every feature says its tables hold of people, in one list."""

from api.agreements.personal import PERSONAL as AGREEMENTS
from api.blocks.personal import PERSONAL as BLOCKS
from api.board.personal import PERSONAL as BOARD
from api.care.personal import PERSONAL as CARE
from api.consents.personal import PERSONAL as CONSENTS
from api.cycles.personal import PERSONAL as CYCLES
from api.earnings.personal import PERSONAL as EARNINGS
from api.events.personal import PERSONAL as EVENTS
from api.feed.personal import PERSONAL as FEED
from api.hearings.personal import PERSONAL as HEARINGS
from api.identity.personal import PERSONAL as IDENTITY
from api.incidents.personal import PERSONAL as INCIDENTS
from api.jobs.personal import PERSONAL as JOBS
from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed
from api.ledger.personal import PERSONAL as LEDGER
from api.live.personal import PERSONAL as LIVE
from api.looks.personal import PERSONAL as LOOKS
from api.mediation.personal import PERSONAL as MEDIATION
from api.mediators.personal import PERSONAL as MEDIATORS
from api.merchants.personal import PERSONAL as MERCHANTS
from api.notifications.personal import PERSONAL as NOTIFICATIONS
from api.offers.personal import PERSONAL as OFFERS
from api.orders.personal import PERSONAL as ORDERS
from api.outcomes.personal import PERSONAL as OUTCOMES
from api.packing.personal import PERSONAL as PACKING
from api.payments.personal import PERSONAL as PAYMENTS
from api.paynotices.personal import PERSONAL as PAYNOTICES
from api.people.personal import PERSONAL as PEOPLE
from api.places.personal import PERSONAL as PLACES
from api.points.personal import PERSONAL as POINTS
from api.privacy.personal import PERSONAL as PRIVACY
from api.pushes.personal import PERSONAL as PUSHES
from api.reconciliation.personal import PERSONAL as RECONCILIATION
from api.remedies.personal import PERSONAL as REMEDIES
from api.repeats.personal import PERSONAL as REPEATS
from api.runners.personal import PERSONAL as RUNNERS
from api.shares.personal import PERSONAL as SHARES
from api.takeovers.personal import PERSONAL as TAKEOVERS
from api.tips.personal import PERSONAL as TIPS
from api.uploads.personal import PERSONAL as UPLOADS
from api.wechat.personal import PERSONAL as WECHAT
from api.withdrawals.personal import PERSONAL as WITHDRAWALS

# Erased in this order: the sandboxes know people by the openid that users lose; nobody is told
# anything who is closed, so users go before inboxes and feeds; enrolled refers to addresses.
TABLES: tuple[PersonalTable, ...] = (
    *WECHAT, *IDENTITY, *PEOPLE, *PLACES, *CARE, *TAKEOVERS, *RUNNERS, *MERCHANTS, *BLOCKS,
    *ORDERS, *JOBS, *TIPS, *PAYMENTS, *LEDGER, *WITHDRAWALS, *SHARES, *EARNINGS, *REPEATS, *PACKING,
    *REMEDIES,
    *CYCLES, *INCIDENTS, *BOARD, *MEDIATORS, *MEDIATION, *AGREEMENTS, *POINTS, *UPLOADS,
    *NOTIFICATIONS, *FEED, *LIVE, *PUSHES, *PAYNOTICES, *CONSENTS, *LOOKS, *PRIVACY,
    *RECONCILIATION, *OFFERS, *HEARINGS, *OUTCOMES, *EVENTS,
)  # fmt: skip

# One list for each act, in the order of the tables.
SHOWN: tuple[tuple[PersonalTable, Person], ...] = tuple(
    (table, person) for table in TABLES for person in table.people if person.shows
)
ERASED: tuple[tuple[PersonalTable, Person, Erase], ...] = tuple(
    (table, person, erase) for table in TABLES for person in table.people for erase in person.erases
)
PASSED: tuple[tuple[PersonalTable, str], ...] = tuple(
    (table, person.passes) for table in TABLES for person in table.people if person.passes
)
KEPT: tuple[tuple[PersonalTable, Keep], ...] = tuple(
    (table, keep) for table in TABLES for keep in table.keeps
)
# Of these, what is forgotten by nothing but the declaration.
SWEPT = tuple((table, keep) for table, keep in KEPT if not keep.has_own_sweep)
SEALED: tuple[tuple[PersonalTable, Sealed], ...] = tuple(
    (table, sealed) for table in TABLES for sealed in table.sealed
)
