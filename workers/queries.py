"""SQL of the worker: who stands behind what an event is about, across features."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.tiers import mentoring_tiers

_ORDER_SQL = """
SELECT o.id, o.number, o.customer_id, o.community_id, s.n, j.id, j.runner_id, o.placed_by_id
FROM orders AS o
LEFT JOIN stops AS s ON s.order_id = o.id
LEFT JOIN jobs AS j ON j.id = s.job_id
WHERE o.id = $1
"""
_JOB_SQL = """
SELECT o.id, o.number, o.customer_id, o.community_id, s.n, j.id, j.runner_id, o.placed_by_id
FROM jobs AS j
JOIN stops AS s ON s.job_id = j.id
JOIN orders AS o ON o.id = s.order_id
WHERE j.id = $1 ORDER BY s.n LIMIT 200
"""
_INCIDENT_SQL = """
SELECT o.id, o.number, o.customer_id, o.community_id, s.n, j.id, j.runner_id, o.placed_by_id
FROM incidents AS i
JOIN orders AS o ON o.id = i.order_id
JOIN jobs AS j ON j.id = i.job_id
JOIN stops AS s ON s.job_id = j.id AND s.order_id = o.id
WHERE i.id = $1
"""
_OFFER_SQL = """
SELECT f.runner_id, f.community_id, o.number, b.job_id
FROM offers AS f JOIN offer_jobs AS b ON b.offer_id = f.id
JOIN stops AS s ON s.job_id = b.job_id JOIN orders AS o ON o.id = s.order_id
WHERE f.id = $1 AND b.job_id = ANY ($2::uuid[]) ORDER BY b.turn, s.n LIMIT 1
"""
_POST_SQL = """
SELECT p.id, p.author_id, p.community_id, a.author_id
FROM posts AS p LEFT JOIN posts AS a ON a.id = p.parent_id WHERE p.id = $1
"""
_POST_REPORT_SQL = """
SELECT p.id, r.reporter_id, p.community_id
FROM post_reports AS r JOIN posts AS p ON p.id = r.post_id WHERE r.id = $1
"""
_PILE_SQL = "SELECT community_id FROM piles WHERE id = $1"
_STANDING_SQL = "SELECT customer_id, community_id FROM standing_orders WHERE id = $1"
_OWNER_BEHIND_REPORT_SQL = """
SELECT m.owner_id FROM goods_reports AS r JOIN merchants AS m ON m.id = r.merchant_id
WHERE r.id = $1
"""
_ANNOUNCEMENT_SQL = """
SELECT a.user_id, c.community_id, c.closes_at
FROM cycle_announcements AS a JOIN cycles AS c ON c.id = a.cycle_id WHERE a.id = $1
"""
# The people of a case: its parties with an account, its mediator, the staff who are named for it.
_CASE_PEOPLE_SQL = """
SELECT u.id, 'party', p.id FROM case_parties AS p
LEFT JOIN users AS u ON u.id = p.user_id AND u.openid IS NOT NULL
WHERE p.case_id = $1 AND p.state = 'consented'
UNION ALL SELECT c.mediator_id, 'mediator', NULL FROM cases AS c
WHERE c.id = $1 AND c.mediator_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM mediators AS m WHERE m.id = c.mediator_id AND m.state IN ('suspended', 'ended'))
UNION ALL SELECT s.user_id, 'staff', NULL FROM case_staff AS s WHERE s.case_id = $1
"""
_AGREEMENT_SQL = "SELECT case_id, community_id FROM agreements WHERE id = $1"
_VISIT_SQL = """
SELECT v.case_id, a.community_id, v.visitor_id
FROM visits AS v JOIN agreements AS a ON a.id = v.agreement_id WHERE v.id = $1
"""
_CASE_SQL = """
SELECT c.community_id, p.user_id, p.role FROM cases AS c
LEFT JOIN LATERAL (
    SELECT t.user_id, 'party' AS role FROM case_parties AS t
    WHERE t.case_id = c.id AND t.user_id IS NOT NULL AND t.state NOT IN ('left', 'lapsed')
      AND (t.answer_until IS NOT NULL OR t.how IS NOT NULL)
    UNION SELECT c.mediator_id, 'mediator' WHERE c.mediator_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM mediators AS m
        WHERE m.id = c.mediator_id AND m.state IN ('suspended', 'ended'))
    UNION SELECT s.user_id, 'keeper' FROM case_staff AS s WHERE s.case_id = c.id) AS p ON true
WHERE c.id = $1
"""
_PARTY_SQL = """
SELECT case_id, user_id, answer_until IS NOT NULL FROM case_parties WHERE id = $1
"""
_LISTENING_SQL = """
SELECT user_id FROM listeners WHERE hearing_id = $1 AND state = 'signed_up' ORDER BY id
"""
_GUEST_SQL = "SELECT user_id FROM case_guests WHERE id = $1"
_ASK_SQL = """
SELECT a.case_id, a.user_id, c.community_id
FROM mediator_asks AS a JOIN cases AS c ON c.id = a.case_id WHERE a.id = $1
"""
_COMPLAINT_SQL = """
SELECT k.by_id, c.community_id
FROM mediator_complaints AS k JOIN cases AS c ON c.id = k.case_id WHERE k.id = $1
"""
_COMMUNITY_OF_MEDIATOR_SQL = "SELECT place_path[2] FROM mediators WHERE id = $1"
# The two of them; while nobody took the newcomer along, the leads of the community.
_MENTORSHIP_SQL = """
SELECT m.community_id, p.user_id FROM points_mentorships AS m
CROSS JOIN LATERAL (
    SELECT r.id AS user_id FROM runners AS r
    WHERE m.state = 'asked' AND r.community_id = m.community_id
      AND r.tier = ANY ($2::text[]) AND r.state = 'approved'
    UNION ALL SELECT m.mentee_id WHERE m.state <> 'asked'
    UNION ALL SELECT m.mentor_id WHERE m.state <> 'asked' AND m.mentor_id IS NOT NULL) AS p
WHERE m.id = $1
"""
# Where somebody lives; how many orders of theirs were carried, since when; whether a runner whom
# they rate has rated them as a runner.
_RATER_SQL = """
SELECT (SELECT m.building_id FROM memberships AS m WHERE m.user_id = $1 AND m.state = 'joined'),
       count(*), min(o.completed_at),
       EXISTS (SELECT 1 FROM points_entries AS p
               WHERE p.runner_id = $1 AND p.kind = 'rating.revealed'
                 AND p.fact->>'household' = $2::text)
FROM orders AS o WHERE o.customer_id = $1 AND o.state = 'completed'
"""
_REPEAT_SQL = "SELECT customer_id, community_id FROM repeats WHERE id = $1"
_ACT_SQL = "SELECT user_id FROM held_acts WHERE id = $1"
_COMMUNITY_OF_RUNNER_SQL = "SELECT community_id FROM runners WHERE id = $1"
_STAFF_SQL = """
SELECT DISTINCT g.user_id FROM places AS c
JOIN grants AS g ON g.place_id = ANY (c.path) AND g.revoked_at IS NULL
JOIN users AS u ON u.id = g.user_id AND u.state = 'active'
WHERE c.id = $1 AND g.role IN ('community_staff', 'grid_worker')
ORDER BY g.user_id LIMIT 50
"""

_ADMINS_SQL = """
SELECT DISTINCT g.user_id FROM grants AS g
JOIN users AS u ON u.id = g.user_id AND u.state = 'active'
WHERE g.role = 'admin' AND g.revoked_at IS NULL
ORDER BY g.user_id LIMIT 50
"""


async def behind_order(session: AsyncSession, *, order_id: UUID) -> list[Any]:
    """Rows (order, number, customer, community, stop, job, runner, placer): one, or none."""
    return list(await run(session, _ORDER_SQL, order_id))


async def behind_job(session: AsyncSession, *, job_id: UUID) -> list[Any]:
    """The same, one row for each order of a job, in the order of its stops."""
    return list(await run(session, _JOB_SQL, job_id))


async def behind_incident(session: AsyncSession, *, incident_id: UUID) -> list[Any]:
    """The same, of the order that an incident is about."""
    return list(await run(session, _INCIDENT_SQL, incident_id))


async def behind_offer(
    session: AsyncSession, *, offer_id: UUID, job_ids: list[UUID]
) -> tuple[UUID, UUID, int, UUID]:
    """The runner of an offer, its community, and number and job of its first order among these."""
    row = (await run(session, _OFFER_SQL, offer_id, job_ids))[0]
    return row[0], row[1], row[2], row[3]


async def behind_post(
    session: AsyncSession, *, post_id: UUID
) -> tuple[UUID, UUID, UUID, UUID | None]:
    """A post, its author, its community, and the author of what it is below."""
    row = (await run(session, _POST_SQL, post_id))[0]
    return row[0], row[1], row[2], row[3]


async def behind_post_report(session: AsyncSession, *, report_id: UUID) -> tuple[UUID, UUID, UUID]:
    """What was reported, by whom, and where."""
    row = (await run(session, _POST_REPORT_SQL, report_id))[0]
    return row[0], row[1], row[2]


async def behind_agreement(session: AsyncSession, *, agreement_id: UUID) -> tuple[UUID, UUID]:
    """The case of an agreement, and its community."""
    row = (await run(session, _AGREEMENT_SQL, agreement_id))[0]
    return row[0], row[1]


async def behind_visit(session: AsyncSession, *, visit_id: UUID) -> tuple[UUID, UUID, UUID | None]:
    """The case of a visit, its community, and who visits."""
    row = (await run(session, _VISIT_SQL, visit_id))[0]
    return row[0], row[1], row[2]


async def people_of_case(
    session: AsyncSession, *, case_id: UUID
) -> list[tuple[UUID | None, str, UUID | None]]:
    """Who has to do with a case: account (None: they cannot sign in), as what, which party."""
    rows = await run(session, _CASE_PEOPLE_SQL, case_id)
    return [(r[0], r[1], r[2]) for r in rows]


async def community_of_pile(session: AsyncSession, *, pile_id: UUID) -> UUID:
    """Where a trouble piles up."""
    return (await run(session, _PILE_SQL, pile_id))[0][0]


async def behind_case(
    session: AsyncSession, *, case_id: UUID
) -> tuple[UUID, list[tuple[UUID, Literal["party", "mediator", "keeper"]]]]:
    """Where a case is; the parties who were asked, the mediator, the staff named for it."""
    rows = await run(session, _CASE_SQL, case_id)
    return rows[0][0], [(row[1], row[2]) for row in rows if row[1] is not None]


async def behind_party(session: AsyncSession, *, party_id: UUID) -> tuple[UUID, UUID | None, bool]:
    """The case of a party, whose account it is, and whether they were asked."""
    row = (await run(session, _PARTY_SQL, party_id))[0]
    return row[0], row[1], row[2]


async def behind_guest(session: AsyncSession, *, guest_id: UUID) -> UUID | None:
    """Whose account it is who joins talks."""
    return (await run(session, _GUEST_SQL, guest_id))[0][0]


async def behind_ask(session: AsyncSession, *, ask_id: UUID) -> tuple[UUID, UUID, UUID]:
    """The case, who was asked to mediate it, and where."""
    row = (await run(session, _ASK_SQL, ask_id))[0]
    return row[0], row[1], row[2]


async def listening(session: AsyncSession, *, hearing_id: UUID) -> list[UUID]:
    """Who signed up to listen; a hundred at most."""
    return [r[0] for r in await run(session, _LISTENING_SQL, hearing_id)]


async def behind_mentorship(
    session: AsyncSession, *, mentorship_id: UUID
) -> tuple[UUID | None, list[UUID]]:
    """Where it is, and its people: leads of the community while a newcomer waits."""
    rows = await run(session, _MENTORSHIP_SQL, mentorship_id, list(mentoring_tiers()))
    return rows[0][0] if rows else None, [r[1] for r in rows]


async def rater(
    session: AsyncSession, *, user_id: UUID, runner_id: UUID
) -> tuple[UUID | None, int, datetime | None, bool]:
    """Where somebody lives, their orders and since when, whether the two rate each other."""
    row = (await run(session, _RATER_SQL, user_id, str(runner_id)))[0]
    return row[0], row[1], row[2], row[3]


async def behind_complaint(session: AsyncSession, *, complaint_id: UUID) -> tuple[UUID, UUID]:
    """Who complained about a mediator, and where."""
    row = (await run(session, _COMPLAINT_SQL, complaint_id))[0]
    return row[0], row[1]


async def community_of_mediator(session: AsyncSession, *, mediator_id: UUID) -> UUID | None:
    """Where a mediator works."""
    rows = await run(session, _COMMUNITY_OF_MEDIATOR_SQL, mediator_id)
    return rows[0][0] if rows else None


async def behind_act(session: AsyncSession, *, act_id: UUID) -> UUID:
    """Whose held act it is."""
    return (await run(session, _ACT_SQL, act_id))[0][0]


async def behind_standing(session: AsyncSession, *, standing_id: UUID) -> tuple[UUID, UUID]:
    """Whose standing order it is, and where."""
    row = (await run(session, _STANDING_SQL, standing_id))[0]
    return row[0], row[1]


async def owner_behind_report(session: AsyncSession, *, report_id: UUID) -> UUID:
    """Whose shop sold what was reported."""
    return (await run(session, _OWNER_BEHIND_REPORT_SQL, report_id))[0][0]


async def behind_announcement(
    session: AsyncSession, *, announcement_id: UUID
) -> tuple[UUID, UUID, datetime] | None:
    """To whom a cycle is announced, where it is, and its cut-off."""
    rows = await run(session, _ANNOUNCEMENT_SQL, announcement_id)
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


async def behind_repeat(session: AsyncSession, *, repeat_id: UUID) -> tuple[UUID, UUID]:
    """Whose repeating errand it is, and where."""
    row = (await run(session, _REPEAT_SQL, repeat_id))[0]
    return row[0], row[1]


async def community_of_runner(session: AsyncSession, *, runner_id: UUID) -> UUID | None:
    """Where a runner runs."""
    rows = await run(session, _COMMUNITY_OF_RUNNER_SQL, runner_id)
    return rows[0][0] if rows else None


async def staff_of(session: AsyncSession, *, community_id: UUID) -> list[UUID]:
    """Who works for a community, at it or above it; fifty at most."""
    return [r[0] for r in await run(session, _STAFF_SQL, community_id)]


async def admins(session: AsyncSession) -> list[UUID]:
    """Who runs this deployment; fifty at most."""
    return [r[0] for r in await run(session, _ADMINS_SQL)]
