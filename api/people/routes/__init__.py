"""HTTP of people: one's own side, and that of staff."""

from api.people.routes.mine import router as mine
from api.people.routes.staff import router as staff

ROUTERS = (mine, staff)
