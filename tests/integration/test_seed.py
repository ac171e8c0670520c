"""The demonstration community: what `linli up --demo` begins with."""

from api.bootstrap import Parts
from api.cli.seed import seed
from api.doctor import examine
from tests.fixtures.builders.sql import rows

_RUNNERS_SQL = """
SELECT r.state, r.shift, count(DISTINCT t.module), a.is_adult
FROM runners AS r JOIN runner_applications AS a USING (id)
JOIN training_attempts AS t ON t.runner_id = r.id AND t.valid_until > linli_now()
GROUP BY r.id, a.id
"""


async def test_the_demonstration_has_trained_runners_and_holds_together(parts: Parts) -> None:
    """Made once; approved, online, trained in everything; the doctor finds nothing."""
    assert [True, False] == [await seed(parts), await seed(parts)]

    assert [("approved", "online", 5, True)] * 4 == await rows(parts, _RUNNERS_SQL)
    assert [] == await examine(parts.database)
