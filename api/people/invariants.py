"""What must always hold of real names, households and people enrolled by staff."""

from api.kit.invariants import Invariant, moves_recorded, version_is_last_event_sql
from api.people.states import MEMBERSHIP, REAL_NAME

INVARIANTS = (
    *moves_recorded(("RN1", "RN2", "RN3"), REAL_NAME, "real_names"),
    *moves_recorded(("H1", "H2", "H3"), MEMBERSHIP, "memberships"),
    Invariant(
        "H4",
        "who joined lives behind the door of the household they joined",
        """
SELECT m.id FROM memberships AS m JOIN households AS h ON h.id = m.household_id
WHERE m.building_id <> h.building_id
   OR (m.door_index <> h.door_index
       AND octet_length(m.door_sealed) > 0 AND octet_length(h.door_sealed) > 0)
""",
    ),
    Invariant(
        "H5",
        "a household is there because somebody was let in",
        """
SELECT h.id FROM households AS h
WHERE NOT EXISTS (SELECT 1 FROM memberships AS m WHERE m.household_id = h.id)
""",
    ),
    Invariant(
        "H6",
        "a household's version counts its events",
        version_is_last_event_sql("household", "households"),
    ),
    Invariant(
        "U4",
        "whom staff enrolled has an address of their own there, and no way to sign in",
        """
SELECT p.id FROM enrolled AS p JOIN users AS u ON u.id = p.id
JOIN addresses AS a ON a.id = p.address_id
WHERE a.user_id <> p.id OR a.building_id <> p.building_id
   OR (u.openid IS NULL AND EXISTS (SELECT 1 FROM sessions AS s WHERE s.user_id = p.id))
""",
    ),
    Invariant(
        "U5",
        "preferences and people enrolled count their events by their version",
        version_is_last_event_sql("preferences", "preferences")
        + " UNION ALL "
        + version_is_last_event_sql("person", "enrolled"),
    ),
)
