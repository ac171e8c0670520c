"""The shadow price of a runner's minute: how much longer others wait where it is spent."""

import numpy as np

from api.matching.dispatch.ends import Ends
from api.matching.dispatch.objective import Minute
from api.matching.dispatch.snapshot import Jobs, Snapshot


def minute_price(moment: Snapshot, ends: Ends, minute: Minute) -> float:
    """Minutes of waiting that one minute of a runner costs at the moment.

    Where nothing queues a runner's minute is nearly free; where work queues, whatever takes a
    minute longer lets everything behind it wait that minute longer.
    """
    until_min = moment.now_min + minute.window_min
    soon = _count(moment.jobs, until_min)
    # Whose shift ends before the present route does will fetch nothing more.
    free = int(np.sum((ends.at_min <= until_min) & (ends.at_min <= moment.runners.off_min)))
    above = max(0.0, soon / max(free, 1) - minute.from_pressure)
    return minute.least + min(minute.most, minute.slope * above)


def _count(jobs: Jobs, until_min: float) -> int:
    return int(np.sum(jobs.ready_min <= until_min))
