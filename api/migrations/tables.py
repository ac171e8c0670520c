"""Every table of every feature, gathered for Alembic and for the drift test."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from api.events import models as events
from api.identity import models as identity
from api.jobs import models as jobs
from api.orders import models as orders
from api.payments import models as payments
from api.places import models as places
from api.points import models as points
from api.repeats import models as repeats
from api.runners import models as runners
from api.uploads import models as uploads
from api.wechat import models as wechat

MODULES = (
    events, identity, jobs, orders, payments, places, points, repeats, runners, uploads, wechat,
)  # fmt: skip
METADATA: MetaData = SQLModel.metadata
