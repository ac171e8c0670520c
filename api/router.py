"""All routes of all features, in one table."""

from fastapi import APIRouter

from api.agreements import file_routes as case_files
from api.agreements import routes as agreements
from api.audit import routes as audit
from api.blocks import routes as blocks
from api.board import routes as board
from api.board import staff_routes as board_staff
from api.care import routes as care
from api.care import wish_routes as wishes
from api.cycles import alert_routes as cycle_alerts
from api.cycles import join_routes as joins
from api.cycles import routes as cycles
from api.cycles import standing_routes as standing
from api.earnings import routes as earnings
from api.earnings import settlement_routes as settlements
from api.feed import routes as feed
from api.hearings import routes as hearings
from api.identity import routes as identity
from api.incidents import routes as incidents
from api.jobs import routes as jobs
from api.ledger import routes as ledger
from api.live import routes as live
from api.matching import routes as matching
from api.mediation import guest_routes as mediation_guests
from api.mediation import routes as mediation
from api.mediation import staff_routes as mediation_staff
from api.mediators import routes as mediators
from api.merchants import product_routes as products
from api.merchants import routes as merchants
from api.merchants import staff_routes as merchant_staff
from api.notifications import routes as notifications
from api.offers import routes as offers
from api.orders import held_routes as held
from api.orders import kind_routes as kinds
from api.orders import merchant_routes as merchant_orders
from api.orders import mishap_routes as mishaps
from api.orders import money_routes as order_money
from api.orders import routes as orders
from api.outcomes import routes as outcomes
from api.packing import door_routes as doors
from api.packing import routes as packing
from api.payments import routes as payments
from api.paynotices import routes as paynotices
from api.people import routes as people
from api.places import routes as places
from api.points import mentor_routes as points_mentoring
from api.points import routes as points
from api.points import settlement_routes as points_months
from api.points import staff_routes as points_staff
from api.privacy import mask_routes as masks
from api.privacy import routes as privacy
from api.pushes import routes as pushes
from api.reconciliation import routes as reconciliation
from api.remedies import routes as remedies
from api.repeats import routes as repeats
from api.runners import routes as runners
from api.shares import routes as shares
from api.stats import routes as stats
from api.takeovers import routes as takeovers
from api.takings import routes as takings
from api.tips import routes as tips
from api.uploads import routes as uploads
from api.withdrawals import routes as withdrawals

ROUTERS: tuple[APIRouter, ...] = (
    identity.doors,
    identity.outside,
    identity.router,
    places.router,
    orders.router,
    orders.money,
    kinds.public,
    kinds.router,
    repeats.router,
    joins.router,
    joins.others,
    cycles.router,
    cycles.money,
    packing.router,
    packing.money,
    doors.router,
    remedies.router,
    remedies.money,
    standing.router,
    cycle_alerts.router,
    mishaps.public,
    mishaps.router,
    mishaps.money,
    held.router,
    held.money,
    order_money.router,
    ledger.public,
    ledger.router,
    tips.router,
    tips.money,
    payments.outside,
    payments.router,
    audit.router,
    stats.router,
    reconciliation.public,
    reconciliation.router,
    runners.public,
    runners.router,
    withdrawals.public,
    withdrawals.router,
    withdrawals.money,
    earnings.router,
    settlements.router,
    matching.router,
    matching.staff,
    offers.public,
    offers.router,
    jobs.router,
    jobs.public,
    # "applications" before any merchant's id.
    merchant_staff.router,
    merchants.router,
    products.router,
    merchant_orders.router,
    shares.router,
    takings.router,
    incidents.router,
    incidents.money,
    blocks.router,
    # "queue" before any post's id.
    board_staff.router,
    board_staff.warnings,
    board.router,
    mediators.router,
    mediators.bodies,
    # "queue" before any case's id.
    mediation_staff.router,
    mediation.router,
    mediation_guests.router,
    mediation_guests.talks,
    agreements.router,
    agreements.visits_router,
    hearings.router,
    hearings.announced,
    outcomes.router,
    outcomes.shown,
    case_files.public,
    case_files.router,
    *people.ROUTERS,
    care.router,
    wishes.router,
    takeovers.router,
    points.public,
    points.router,
    points_staff.router,
    points_mentoring.router,
    points_months.public,
    points_months.router,
    uploads.router,
    uploads.pictures,
    notifications.router,
    feed.router,
    live.router,
    pushes.router,
    paynotices.router,
    privacy.public,
    privacy.router,
    masks.outside,
    masks.router,
)
# Only where WeChat is played, never in production.
SANDBOX_PAYMENTS: tuple[APIRouter, ...] = (payments.sandbox, withdrawals.sandbox)
SANDBOX_MESSAGES: tuple[APIRouter, ...] = (notifications.sandbox,)
