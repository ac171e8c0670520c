"""Every table of every feature, gathered for Alembic and for the drift test."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from api.agreements import models as agreements
from api.blocks import models as blocks
from api.board import models as board
from api.care import models as care
from api.consents import models as consents
from api.cycles import models as cycles
from api.earnings import models as earnings
from api.events import models as events
from api.feed import models as feed
from api.hearings import models as hearings
from api.identity import models as identity
from api.incidents import models as incidents
from api.jobs import models as jobs
from api.ledger import models as ledger
from api.live import models as live
from api.looks import models as looks
from api.mediation import models as mediation
from api.mediators import models as mediators
from api.merchants import models as merchants
from api.notifications import models as notifications
from api.offers import models as offers
from api.orders import models as orders
from api.outcomes import models as outcomes
from api.packing import models as packing
from api.payments import models as payments
from api.paynotices import models as paynotices
from api.people import models as people
from api.places import models as places
from api.points import models as points
from api.privacy import models as privacy
from api.pushes import models as pushes
from api.reconciliation import models as reconciliation
from api.remedies import models as remedies
from api.repeats import models as repeats
from api.runners import models as runners
from api.shares import models as shares
from api.takeovers import models as takeovers
from api.tips import models as tips
from api.uploads import models as uploads
from api.wechat import models as wechat
from api.withdrawals import models as withdrawals

MODULES = (
    consents,
    looks,
    privacy,
    events,
    feed,
    identity,
    incidents,
    jobs,
    ledger,
    live,
    merchants,
    agreements,
    mediation,
    mediators,
    notifications,
    offers,
    orders,
    hearings,
    outcomes,
    packing,
    payments,
    paynotices,
    places,
    points,
    pushes,
    reconciliation,
    remedies,
    repeats,
    runners,
    takeovers,
    tips,
    uploads,
    blocks,
    board,
    care,
    people,
    wechat,
    shares,
    withdrawals,
    earnings,
    cycles,
)
METADATA: MetaData = SQLModel.metadata
