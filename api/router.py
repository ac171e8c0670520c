"""All routes of all features, in one table."""

from fastapi import APIRouter

from api.identity import routes as identity
from api.jobs import routes as jobs
from api.matching import routes as matching
from api.orders import kind_routes as kinds
from api.orders import routes as orders
from api.payments import routes as payments
from api.places import routes as places
from api.points import routes as points
from api.repeats import routes as repeats
from api.runners import routes as runners
from api.uploads import routes as uploads

ROUTERS: tuple[APIRouter, ...] = (
    identity.doors,
    identity.router,
    places.router,
    orders.router,
    orders.money,
    kinds.public,
    kinds.router,
    repeats.router,
    payments.outside,
    payments.router,
    runners.router,
    matching.router,
    jobs.router,
    points.public,
    points.router,
    uploads.router,
    uploads.pictures,
)
# Only where payments are played, never in production.
SANDBOX: tuple[APIRouter, ...] = (payments.sandbox,)
