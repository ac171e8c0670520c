"""Every table of every feature, gathered for Alembic and for the drift test."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from api.consents import models as consents
from api.events import models as events
from api.identity import models as identity
from api.jobs import models as jobs
from api.looks import models as looks
from api.orders import models as orders
from api.payments import models as payments
from api.places import models as places
from api.points import models as points
from api.privacy import models as privacy
from api.runners import models as runners
from api.wechat import models as wechat

MODULES = (
    consents, events, identity, jobs, looks, orders, payments, places, points, privacy, runners,
    wechat,
)  # fmt: skip
METADATA: MetaData = SQLModel.metadata
