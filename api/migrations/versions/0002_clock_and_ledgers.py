"""The clock that may be simulated, and ledgers that only grow."""

from alembic import op

revision = "0002"
down_revision = "0001"

# `now()` is fixed for a transaction, so the simulated time is too.
_CLOCK = """
CREATE TABLE simulated_clock (
    is_set boolean PRIMARY KEY DEFAULT true CHECK (is_set),
    anchor_real timestamptz NOT NULL,
    anchor_simulated timestamptz NOT NULL,
    speed float8 NOT NULL CHECK (speed > 0 AND speed <= 10000))
"""
_NOW = """
CREATE FUNCTION linli_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT c.anchor_simulated + (now() - c.anchor_real) * c.speed
         FROM simulated_clock AS c), now())
$$
"""
_REFUSE = """
CREATE FUNCTION linli_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_POINTS = """
CREATE TRIGGER points_entries_only_grow BEFORE UPDATE OR DELETE ON points_entries
FOR EACH ROW EXECUTE FUNCTION linli_refuse_change()
"""
# The pump may note that it took an event; nothing else of it ever changes.
_EVENTS = """
CREATE TRIGGER events_only_grow BEFORE DELETE OR UPDATE OF
    seq, name, subject, subject_id, subject_seq, from_state, to_state, actor_kind, actor_id,
    at, community_id, data, written_at ON events
FOR EACH ROW EXECUTE FUNCTION linli_refuse_change()
"""
# Rows that turn over all day: vacuum before the index of open jobs grows stale.
_VACUUM = """
ALTER TABLE {table} SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
    fillfactor = 85)
"""


def upgrade() -> None:
    """Apply."""
    for statement in (_CLOCK, _NOW, _REFUSE, _POINTS, _EVENTS):
        op.execute(statement)
    for table in ("jobs", "runners", "events", "orders", "reactions"):
        op.execute(_VACUUM.format(table=table))
