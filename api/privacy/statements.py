"""The statements that follow from what the features declare. Names and conditions are constants."""

import re

from api.kit.crypto import NAME_BYTES
from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed

_NAMES = re.compile(r"\{(\w+)\}")


def shown_sql(table: PersonalTable, person: Person) -> str:
    """A page of a person's rows: $1 who, $2 how many, $3 how many to leave out."""
    columns = ", ".join(f"t.{c}" for c in (*person.shows, *_bound_columns(table, person)))
    order = ", ".join(f"t.{c}" for c in table.key)
    return (
        f"SELECT {columns} FROM {table.name} AS t WHERE {person.where}"
        f" ORDER BY {order} LIMIT $2 OFFSET $3"
    )


def shown_columns(table: PersonalTable, person: Person) -> tuple[str, ...]:
    """The names of the columns of `shown_sql`, in order."""
    return (*person.shows, *_bound_columns(table, person))


def erase_sql(table: PersonalTable, person: Person, erase: Erase) -> str:
    """Erase a batch of a person's rows that nothing holds: $1 who, $2 now, $3 how many."""
    until = erase.hold.until if erase.hold else "'-infinity'::timestamptz"
    due = (
        f"SELECT t.ctid FROM {table.name} AS t WHERE ({person.where}) AND ({erase.left})"
        f" AND coalesce({until}, 'infinity'::timestamptz) <= $2 LIMIT $3"
        " FOR UPDATE SKIP LOCKED"
    )
    if erase.sets is None:
        return f"DELETE FROM {table.name} AS t WHERE t.ctid IN ({due}) RETURNING 1"
    sets = ", ".join(f"{column} = {value}" for column, value in erase.sets.items())
    return f"UPDATE {table.name} AS t SET {sets} WHERE t.ctid IN ({due}) RETURNING 1"


def pass_sql(table: PersonalTable, column: str) -> str:
    """Let rows name another person: $1 the one, $2 the other."""
    return f"UPDATE {table.name} SET {column} = $2 WHERE {column} = $1"


def not_passed_sql(table: PersonalTable, column: str) -> str:
    """Rows that still name a person whose account was taken over."""
    key = table.key[0]
    return (
        f"SELECT t.{key} FROM {table.name} AS t JOIN takeovers AS o ON o.person_id = t.{column}"
        " WHERE o.state = 'joined'"
    )


def left_sql(table: PersonalTable, person: Person, erase: Erase) -> str:
    """What is not erased yet: how many rows, whether an end is unknown, first and last end."""
    until = erase.hold.until if erase.hold else "NULL::timestamptz"
    return (
        f"SELECT count(*), bool_or(({until}) IS NULL), min({until}), max({until})"
        f" FROM {table.name} AS t WHERE ({person.where}) AND ({erase.left})"
    )


def erased_left_sql(table: PersonalTable, person: Person, erase: Erase) -> str:
    """People who count as erased but of whom rows are left."""
    left = f"({person.where}) AND ({erase.left})".replace("$1", "gone.user_id")
    return (
        "SELECT gone.user_id FROM erasures AS gone WHERE gone.state = 'erased' AND EXISTS"
        f" (SELECT 1 FROM {table.name} AS t WHERE {left})"
    )


def forget_sql(table: PersonalTable, keep: Keep) -> str:
    """Forget a batch of what has had its time: $1 the limit of its age, $2 how many."""
    due = (
        f"SELECT t.ctid FROM {table.name} AS t WHERE ({keep.left}) AND ({keep.since}) < $1"
        " LIMIT $2 FOR UPDATE SKIP LOCKED"
    )
    if keep.sets is None:
        return f"DELETE FROM {table.name} AS t WHERE t.ctid IN ({due}) RETURNING 1"
    sets = ", ".join(f"{column} = {value}" for column, value in keep.sets.items())
    return f"UPDATE {table.name} AS t SET {sets} WHERE t.ctid IN ({due}) RETURNING 1"


def overdue_sql(table: PersonalTable, keep: Keep) -> str:
    """What should have been forgotten a day before the last thing that happened here.

    Not a day ago: where the clock was played with, or everything stood still, no sweep has run.
    """
    last = "(SELECT e.at FROM events AS e ORDER BY e.seq DESC LIMIT 1)"
    return (
        f"SELECT '{table.name}'::text FROM {table.name} AS t WHERE ({keep.left})"
        f" AND ({keep.since}) < {last} - interval '{keep.days + 1} days'"
    )


def stale_sql(table: PersonalTable, sealed: Sealed, *, is_first: bool, is_every: bool) -> str:
    """A batch of sealed values under another key than $1, after a primary key, $2 at most.

    ``is_every`` takes those under the key as well: only opening a value tells its blind index.
    """
    columns = ", ".join(f"t.{c}" for c in stale_columns(table, sealed))
    order = ", ".join(f"t.{c}" for c in table.key)
    is_stale = f"substring(t.{sealed.column} FROM 1 FOR {NAME_BYTES}) <> $1"
    if is_every:
        is_stale = "$1::bytea IS NOT NULL"
    after = ", ".join(f"${n}" for n in range(3, 3 + len(table.key)))
    page = "" if is_first else f" AND ({order}) > ({after})"
    return (
        f"SELECT {columns} FROM {table.name} AS t WHERE octet_length(t.{sealed.column}) > 0"
        f" AND NOT ({sealed.unless})"
        f" AND {is_stale}{page} ORDER BY {order} LIMIT $2"
    )


def stale_columns(table: PersonalTable, sealed: Sealed) -> tuple[str, ...]:
    """The names of the columns of `stale_sql`, in order."""
    index = (sealed.index.column, *sealed.index.needs) if sealed.index else ()
    names = (*table.key, sealed.column, *index, sealed.row, *_NAMES.findall(sealed.binding))
    return tuple(dict.fromkeys(names))


def reseal_sql(table: PersonalTable, sealed: Sealed) -> str:
    """Replace one sealed value, $1 by $2 (and its index by $3), unless it changed meanwhile."""
    sets = f"{sealed.column} = $2" + (f", {sealed.index.column} = $3" if sealed.index else "")
    first = 4 if sealed.index else 3
    row = " AND ".join(f"{c} = ${first + n}" for n, c in enumerate(table.key))
    return f"UPDATE {table.name} SET {sets} WHERE {sealed.column} = $1 AND {row}"


def bound_to(sealed: Sealed, row: dict[str, object]) -> str:
    """The name under which a value was sealed, for the row it stands in."""
    return sealed.binding.format_map(row)


def _bound_columns(table: PersonalTable, person: Person) -> tuple[str, ...]:
    """Columns that are not shown but needed to open what is."""
    needed: list[str] = []
    for sealed in table.sealed:
        if sealed.column in person.shows:
            needed += [sealed.row, *_NAMES.findall(sealed.binding)]
    return tuple(c for c in dict.fromkeys(needed) if c not in person.shows)
