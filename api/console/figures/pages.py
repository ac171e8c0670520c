"""Figures with pictures: orders by day, times by hour, mediation, how points are spread."""

from starlette.responses import Response

from api.agreements.file_routes import read_figures
from api.agreements.schemas import FiguresOut, FiguresQuery
from api.console.figures.charts import Column, columns
from api.console.forms import days, filled
from api.console.page import Here, Page
from api.earnings.schemas import PeriodQuery
from api.stats.routes import read_stats
from api.stats.schemas import StatsOut


async def show_figures(here: Here) -> Response:
    """All of them for the days asked for; nobody is named, nobody is ranked."""
    query = filled(PeriodQuery, {}, **days(here.query))
    found = await read_stats(here.place_id, query, here.session, here.caller)
    return here.show(
        "figures/figures.html",
        found=found,
        mediation=await _mediation(here, found),
        by_day=columns([
            Column(f"{day.day:%m-%d}", [
                ("good", day.delivered_count), ("bad", day.failed_count),
                ("plain", day.cancelled_count),
                ("live", day.orders_count - day.delivered_count - day.failed_count
                 - day.cancelled_count),
            ])
            for day in found.days
        ]),
        by_hour=columns([
            Column(f"{h.hour}点", [("good", round(h.median_s / 60)), ("warn", round(h.p90_s / 60))],
                   is_beside=True)
            for h in found.hours
        ]),
        spread=columns([
            Column(str(band.from_points), [("good", band.runners_count)]) for band in found.points
        ]),
    )  # fmt: skip


async def _mediation(here: Here, found: StatsOut) -> FiguresOut:
    query = FiguresQuery(place_id=here.place_id, first=found.first, last=found.last)
    return await read_figures(query, here.session, here.caller)


PAGES = (
    Page("GET", "/figures", show_figures, grants=("stats_read_stats", "agreements_read_figures")),
)
