"""SQL of the facts by which a mediator is chosen, and of the choice itself."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.mediation.rules import Mediator, Party

# Appointed for this place, above it, or below its community: more than are ever asked.
MEDIATORS_MAX = 200
_MEDIATORS_SQL = """
SELECT m.id, EXISTS (SELECT 1 FROM real_names AS r
                     WHERE r.id = m.id AND r.state = 'verified' AND r.age_band = 'adult'),
       m.place_path, m.appointed_on, m.appointed_until, m.categories, m.languages,
       m.hours_from, m.hours_to,
       (SELECT count(*) FROM mediator_asks AS a JOIN cases AS c ON c.id = a.case_id
        WHERE a.user_id = m.id AND (a.state = 'asked' AND c.id <> $4
              OR a.state = 'accepted' AND c.state IN ('assigned', 'in_session', 'suspended'))),
       m.load_max, m.state = 'suspended', m.is_available, h.household_id, h.building_id,
       m.employer_id, o.kind = 'property_company'
FROM mediators AS m
LEFT JOIN memberships AS h ON h.user_id = m.id AND h.state = 'joined'
LEFT JOIN organisations AS o ON o.id = m.employer_id
WHERE m.state IN ('appointed', 'suspended')
  AND (m.place_id = ANY ($1::uuid[]) OR m.place_path && ARRAY[$2]::uuid[])
ORDER BY m.id LIMIT $3
"""
# Staff of the place who mediate where nobody else is left: the same facts of one account.
_STANDING_IN_SQL = """
SELECT u.id, h.household_id, h.building_id, m.employer_id, o.kind = 'property_company'
FROM users AS u
LEFT JOIN memberships AS h ON h.user_id = u.id AND h.state = 'joined'
LEFT JOIN mediators AS m ON m.id = u.id
LEFT JOIN organisations AS o ON o.id = m.employer_id
WHERE u.id = $1 AND u.state = 'active'
"""
_MAY_MEDIATE_SQL = """
SELECT EXISTS (
    SELECT 1 FROM mediators AS m
    WHERE m.id = $1 AND m.state = 'appointed' AND $3 BETWEEN m.appointed_on AND m.appointed_until)
 OR EXISTS (
    SELECT 1 FROM grants AS g
    WHERE g.user_id = $1 AND g.revoked_at IS NULL
      AND g.role IN ('community_staff', 'office_staff')
      AND g.place_id = ANY ($2::uuid[])
      AND NOT EXISTS (SELECT 1 FROM mediators AS m WHERE m.id = $1 AND m.state = 'suspended'))
"""
_LOCK_TOPIC_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('case|' || $1::text, 0))"
# One row a party: what they are, and who of everybody is tied to them.
_PARTIES_SQL = """
SELECT p.user_id, h.household_id, coalesce(h.building_id, e.building_id, p.building_id),
       p.employer_id, p.organisation_id,
       ARRAY(
           SELECT j.runner_id FROM orders AS o
           JOIN stops AS s ON s.order_id = o.id JOIN jobs AS j ON j.id = s.job_id
           WHERE o.customer_id = p.user_id AND o.created_at > $2 AND j.runner_id IS NOT NULL
           UNION SELECT j.runner_id FROM orders AS o
           JOIN stops AS s ON s.order_id = o.id JOIN jobs AS j ON j.id = s.job_id
           WHERE o.placed_by_id = p.user_id AND o.created_at > $2 AND j.runner_id IS NOT NULL
           UNION SELECT t.other FROM jobs AS j
           JOIN stops AS s ON s.job_id = j.id JOIN orders AS o ON o.id = s.order_id
           CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS t (other)
           WHERE j.runner_id = p.user_id AND o.created_at > $2
           UNION SELECT w.user_id FROM orders AS o
           LEFT JOIN cycle_orders AS x ON x.order_id = o.id
           LEFT JOIN cycles AS y ON y.id = x.cycle_id
           JOIN merchant_members AS w
           ON w.merchant_id = coalesce(o.merchant_id, y.merchant_id) AND w.state = 'active'
           WHERE o.customer_id = p.user_id AND o.created_at > $2
           UNION SELECT o.customer_id FROM merchant_members AS w
           JOIN orders AS o ON o.merchant_id = w.merchant_id
           WHERE w.user_id = p.user_id AND w.state = 'active' AND o.created_at > $2
           UNION SELECT o.customer_id FROM merchant_members AS w
           JOIN cycles AS y ON y.merchant_id = w.merchant_id
           JOIN cycle_orders AS x ON x.cycle_id = y.id JOIN orders AS o ON o.id = x.order_id
           WHERE w.user_id = p.user_id AND w.state = 'active' AND o.created_at > $2
           UNION SELECT CASE WHEN d.carer_id = p.user_id THEN d.person_id ELSE d.carer_id END
           FROM dependants AS d
           WHERE (d.carer_id = p.user_id OR d.person_id = p.user_id) AND d.person_id IS NOT NULL),
       ARRAY(
           SELECT DISTINCT b.user_id FROM case_parties AS a
           JOIN case_parties AS b ON b.case_id = a.case_id AND b.side <> a.side
           WHERE a.user_id = p.user_id AND b.user_id IS NOT NULL AND a.case_id <> p.case_id),
       coalesce(u.apart, '{}')
FROM case_parties AS p
LEFT JOIN users AS u ON u.id = p.user_id
LEFT JOIN memberships AS h ON h.user_id = p.user_id AND h.state = 'joined'
LEFT JOIN enrolled AS e ON e.id = p.user_id
WHERE p.case_id = $1 AND p.state IN ('invited', 'consented')
ORDER BY p.id
"""
_AUTHORS_SQL = """
SELECT DISTINCT p.author_id FROM case_posts AS cp JOIN posts AS p ON p.id = cp.post_id
WHERE cp.case_id = $1
"""
# Whoever said "me too" took a side as well.
_COMMENTERS_SQL = """
SELECT c.author_id FROM case_posts AS cp JOIN posts AS c ON c.parent_id = cp.post_id
WHERE cp.case_id = $1
UNION SELECT t.user_id FROM case_posts AS cp JOIN me_toos AS t ON t.post_id = cp.post_id
WHERE cp.case_id = $1 AND t.state = 'given'
"""
_PASSED_SQL = """
SELECT user_id FROM mediator_asks
WHERE case_id = $1 AND state IN ('passed', 'timed_out')
"""
# Objected to is a reason by itself.
_REPLACED_SQL = """
SELECT a.user_id FROM mediator_asks AS a WHERE a.case_id = $1 AND a.state = 'replaced'
  AND NOT EXISTS (SELECT 1 FROM case_objections AS o
                  WHERE o.case_id = a.case_id AND o.user_id = a.user_id)
"""
_OBJECTED_SQL = "SELECT user_id FROM case_objections WHERE case_id = $1"
_AROUND = {
    "author_ids": _AUTHORS_SQL,
    "commenter_ids": _COMMENTERS_SQL,
    "passed_ids": _PASSED_SQL,
    "objected_ids": _OBJECTED_SQL,
    "replaced_ids": _REPLACED_SQL,
}
_NOTE_CHOICE_SQL = """
INSERT INTO case_choices (case_id, n, user_id, rank, reasons, at)
SELECT $1, coalesce((SELECT max(n) FROM case_choices WHERE case_id = $1), 0) + 1,
       user_id, rank, string_to_array(reasons, ' '), $5
FROM unnest($2::uuid[], $3::int[], $4::text[]) AS c (user_id, rank, reasons)
"""
# Distinct people who complain, and earlier cases between two of these parties.
_WEIGHT_SQL = """
SELECT
    (SELECT count(DISTINCT who) FROM (
        SELECT p.author_id AS who FROM case_posts AS cp JOIN posts AS p ON p.id = cp.post_id
        WHERE cp.case_id = $1
        UNION ALL SELECT t.user_id FROM case_posts AS cp JOIN me_toos AS t ON t.post_id = cp.post_id
        WHERE cp.case_id = $1 AND t.state = 'given'
        UNION ALL SELECT user_id FROM case_parties
        WHERE case_id = $1 AND side = 1 AND user_id IS NOT NULL) AS voices),
    (SELECT count(DISTINCT oa.case_id) FROM case_parties AS a
     JOIN case_parties AS b ON b.case_id = a.case_id AND b.side <> a.side
     JOIN case_parties AS oa ON oa.user_id = a.user_id AND oa.case_id <> a.case_id
     JOIN case_parties AS ob ON ob.case_id = oa.case_id AND ob.user_id = b.user_id
          AND ob.side <> oa.side
     WHERE a.case_id = $1)
"""


async def may_mediate(
    session: AsyncSession, *, user_id: UUID, place_path: Sequence[UUID], on: date
) -> bool:
    """Whether somebody is appointed on a day, or is staff of a place who may stand in."""
    return (await run(session, _MAY_MEDIATE_SQL, user_id, list(place_path), on))[0][0]


async def lock_topic(session: AsyncSession, *, key: str) -> None:
    """Let one case at a time be opened of a pile, a post or an order."""
    await run(session, _LOCK_TOPIC_SQL, key)


async def mediators_for(
    session: AsyncSession, *, case_id: UUID, place_path: Sequence[UUID], community_id: UUID
) -> list[Mediator]:
    """Everybody who may come into question for a case, with what decides about them."""
    arguments = (list(place_path), community_id, MEDIATORS_MAX, case_id)
    return [_mediator(row) for row in await run(session, _MEDIATORS_SQL, *arguments)]


async def standing_in(session: AsyncSession, *, user_id: UUID, on: date) -> Mediator | None:
    """A member of staff as a mediator of whom only conflicts are asked; ``None``: not there."""
    rows = await run(session, _STANDING_IN_SQL, user_id)
    if not rows:
        return None
    _, household_id, building_id, employer_id, is_property = rows[0]
    return Mediator(
        user_id=user_id,
        is_adult=True,
        place_path=(),
        appointed_on=on,
        appointed_until=on,
        categories=frozenset(),
        languages=frozenset(),
        hours=(),
        load=0,
        load_max=1,
        household_id=household_id,
        unit_id=building_id,
        employer_id=employer_id,
        company_ids=frozenset([employer_id] if is_property else []),
    )


async def parties_of(session: AsyncSession, *, case_id: UUID, ties_since: datetime) -> list[Party]:
    """The parties of a case, with whom each is tied to: by orders since then, care, cases, blocks.

    A building stands for the stairs, as doors are sealed.
    """
    return [
        Party(
            user_id=row[0],
            household_id=row[1],
            unit_id=row[2],
            employer_id=row[3],
            company_id=row[4],
            tied_ids=frozenset(row[5]),
            against_ids=frozenset(row[6]),
            apart_ids=frozenset(row[7]),
        )
        for row in await run(session, _PARTIES_SQL, case_id, ties_since)
    ]


async def people_around(session: AsyncSession, *, case_id: UUID) -> dict[str, frozenset[UUID]]:
    """Who wrote the posts, who commented or said "me too", who passed, who was objected to, and
    who had the case before: by the names of `Matter`."""
    return {
        name: frozenset(r[0] for r in await run(session, sql, case_id))
        for name, sql in _AROUND.items()
    }


async def note_choice(
    session: AsyncSession,
    *,
    case_id: UUID,
    judged: Sequence[tuple[UUID, int | None, Sequence[str]]],
    now: datetime,
) -> None:
    """Keep what the rules said of each mediator: rank, or reasons."""
    await run(
        session, _NOTE_CHOICE_SQL, case_id, [j[0] for j in judged], [j[1] for j in judged],
        [" ".join(j[2]) for j in judged], now,
    )  # fmt: skip


async def weight(session: AsyncSession, *, case_id: UUID) -> tuple[int, int]:
    """How many people complain, and how many earlier cases there were between the same sides."""
    row = (await run(session, _WEIGHT_SQL, case_id))[0]
    return row[0], row[1]


def _mediator(row: Sequence[Any]) -> Mediator:
    employer_id = row[15]
    return Mediator(
        user_id=row[0],
        is_adult=row[1],
        place_path=tuple(row[2]),
        appointed_on=row[3],
        appointed_until=row[4],
        categories=frozenset(row[5]),
        languages=frozenset(row[6]),
        hours=tuple(zip(row[7], row[8], strict=True)),
        load=row[9],
        load_max=row[10],
        is_suspended=row[11],
        is_available=row[12],
        household_id=row[13],
        unit_id=row[14],
        employer_id=employer_id,
        company_ids=frozenset([employer_id] if row[16] else []),
    )
