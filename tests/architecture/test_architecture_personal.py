"""No table, no column and no field of an event is there of which nobody said what it tells."""

import re

from api.events.personal import CODED, PLAIN_FIELDS, TYPED_BY_STAFF
from api.events.registry import KINDS
from api.kit.personal import Erase, Keep
from api.migrations.tables import METADATA
from api.privacy.declared import ERASED, KEPT, PASSED, SHOWN, TABLES

_NAMES = re.compile(r"\{(\w+)\}")


def test_every_column_of_every_table_is_classified_once() -> None:
    """A new table or column must say what it holds of people, in its feature's personal.py."""
    said = {t.name: sorted(t.columns()) for t in TABLES}
    there = {t.name: sorted(c.name for c in t.columns) for t in METADATA.tables.values()}

    assert there == said
    assert len(TABLES) == len(said)


def test_the_primary_key_of_every_table_is_stated() -> None:
    """No process needs the models of all features to walk through their rows."""
    said = {t.name: t.key for t in TABLES}

    assert said == {
        t.name: tuple(c.name for c in t.primary_key.columns) for t in METADATA.tables.values()
    }


def test_what_bytes_hold_is_never_plain() -> None:
    """A column of bytes is sealed, a blind index, a hash that nobody is shown, or a picture."""
    for table in TABLES:
        columns = METADATA.tables[table.name].columns
        binary = {c.name for c in columns if str(c.type) in ("BLOB", "BYTEA")}
        indexes = {s.index.column for s in table.sealed if s.index}

        assert set() == binary & {*table.plain}, table.name
        assert binary >= {s.column for s in table.sealed} | indexes, table.name


def test_declarations_name_columns_that_are_there() -> None:
    """What is shown, written or bound to stands in the table; secrets are shown to nobody."""
    for table, person in SHOWN:
        assert {*person.shows} <= {*table.columns()} - {*table.secret}, table.name
    changes: list[tuple[str, Erase | Keep]] = [
        *((t.name, e) for t, _, e in ERASED), *((t.name, k) for t, k in KEPT)
    ]  # fmt: skip
    columns = {t.name: {*t.columns()} for t in TABLES}
    for name, change in changes:
        assert {*(change.sets or {})} <= columns[name], name
    assert {(t.name, c) for t, c in PASSED} <= {
        (n, c) for n, there in columns.items() for c in there
    }
    for table in TABLES:
        for sealed in table.sealed:
            needed = {sealed.row, *_NAMES.findall(sealed.binding)}
            needed |= {*sealed.index.needs} if sealed.index else set()
            assert needed <= columns[table.name]


def test_what_is_personal_goes_with_its_person() -> None:
    """Each personal or sealed column is erased for somebody, and shown to them before."""
    # Card and facts are made by PostgreSQL from columns that go; the bent point is shown as lat and
    # lng; answers to requests repeat what the other tables hold.
    computed = {("jobs", "hall_card"), ("jobs", "hall_facts")}
    not_shown = computed | {
        ("jobs", "pickup_xy"),
        ("users", "openid"),
        ("idempotency_keys", "body"),
        # The sandboxes' openid; pictures are shown at the address of their photo.
        ("sandbox_consents", "openid"),
        ("sandbox_messages", "openid"),
        ("upload_pictures", "jpeg"),
        # Others stand on it: managers of the place see it, and say why.
        ("upload_originals", "jpeg"),
        # Gone within ten seconds.
        ("held_acts", "body_sealed"),
    }
    erased = {(t.name, c) for t, _, e in ERASED for c in (e.sets or t.columns())}
    shown = {(t.name, c) for t, p in SHOWN for c in p.shows}
    personal = {(t.name, c) for t in TABLES for c in (*t.personal, *(s.column for s in t.sealed))}

    assert set() == personal - erased - computed
    assert set() == personal - shown - not_shown


def test_events_carry_no_words() -> None:
    """Ids, codes, numbers and moments: an event can never be changed, so nothing personal is in.

    What staff type as the reason of a decision is the one exception, named kind by kind."""
    told = {(kind.name, field) for kind in KINDS.values() for field in kind.fields}

    assert TYPED_BY_STAFF == {(k, f) for k, f in told if f not in PLAIN_FIELDS} - CODED
