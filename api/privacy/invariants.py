"""What must always hold of what people were promised."""

from api.kit.invariants import Invariant, moves_recorded
from api.privacy.declared import ERASED, PASSED, SWEPT
from api.privacy.statements import erased_left_sql, not_passed_sql, overdue_sql
from api.privacy.states import ERASURE

_NOT_CLOSED_SQL = """
SELECT o.id FROM takeovers AS o JOIN users AS u ON u.id = o.person_id
WHERE o.state = 'joined'
  AND (u.state <> 'closed' OR EXISTS (SELECT 1 FROM enrolled AS p WHERE p.id = u.id))
"""

INVARIANTS: tuple[Invariant, ...] = (
    *moves_recorded(("PV1", "PV2", "PV3"), ERASURE, "erasures"),
    Invariant(
        "PV4",
        "who asked to be forgotten has no name, no number and no open session",
        """
SELECT e.id FROM erasures AS e JOIN users AS u ON u.id = e.user_id
WHERE u.state <> 'closed' OR u.openid IS NOT NULL OR u.phone_index IS NOT NULL
   OR EXISTS (SELECT 1 FROM sessions AS s WHERE s.user_id = u.id AND s.ended_at IS NULL)
""",
    ),
    Invariant(
        "PV5",
        "of an erased person nothing is left that a feature says goes",
        "\nUNION ALL ".join(erased_left_sql(*rule) for rule in ERASED),
    ),
    Invariant(
        "PV6",
        "nothing is older than it is kept, plus a day",
        "\nUNION ALL ".join(overdue_sql(*kept) for kept in SWEPT),
    ),
    Invariant(
        "PV7",
        "whose account was taken over has nothing that passes, and was closed with it",
        "\nUNION ALL ".join((*(not_passed_sql(*passed) for passed in PASSED), _NOT_CLOSED_SQL)),
    ),
)
