"""SQL that fills fresh stores for a measurement: many rows in few statements, on one connection."""

# Where everything lies: one row that the other statements read. `north_m` and `east_m` are metres
# of one degree at the office.
SCENE_SQL = """
CREATE TEMP TABLE bench_scene AS
SELECT c.id AS community_id, c.path, o.sheet_number, o.lat, o.lng,
       $1::float8 AS north_m, $2::float8 AS east_m
FROM places AS c JOIN places AS o ON o.id = c.path[1] WHERE c.kind = 'community'
"""
SPOTS_SQL = (
    "CREATE TEMP TABLE IF NOT EXISTS bench_spots (id uuid, lat float8, lng float8)",
    "TRUNCATE bench_spots",
)

# People are numbered: $1 begins an id, $2 a session's token, n ends both.
USERS_SQL = """
INSERT INTO users (id, nickname, state, version, created_at)
SELECT ($1::text || n)::uuid, 'bench ' || n, 'active', 1, now()
FROM generate_series($2::int8, $3::int8) AS n
"""
USER_EVENTS_SQL = """
INSERT INTO events (name, subject, subject_id, subject_seq, actor_kind, at, data, pumped_at)
SELECT 'user.registered', 'user', id, 1, 'system', created_at, '{"how": "bench"}', now() FROM users
"""
SESSIONS_SQL = """
INSERT INTO sessions (id, token_hash, user_id, created_at, seen_at, expires_at)
SELECT gen_random_uuid(), sha256(($2::text || n)::bytea), ($1::text || n)::uuid,
       now(), now(), now() + interval '29 days'
FROM generate_series($3::int8, $4::int8) AS n
"""
# Somewhere in a square of $4 metres around the office, until they are moved.
RUNNERS_SQL = """
INSERT INTO runners (id, community_id, state, kinds, tier, shift, lat, lng, position_at,
                     capacity, load, version, applied_at, decided_at)
SELECT ($1::text || n)::uuid, s.community_id, 'approved', '{fetch}', 'trainee', 'online',
       round((s.lat + (random() - 0.5) * $4 / s.north_m)::numeric, 6)::float8,
       round((s.lng + (random() - 0.5) * $4 / s.east_m)::numeric, 6)::float8,
       now(), 5, 0, 2, now(), now()
FROM generate_series($2::int8, $3::int8) AS n, bench_scene AS s
"""
RUNNER_EVENTS_SQL = """
INSERT INTO events (name, subject, subject_id, subject_seq, from_state, to_state, actor_kind, at,
                    community_id, data, pumped_at)
SELECT told.name, 'runner', r.id, told.seq, told.from_state, told.to_state, 'system', r.applied_at,
       r.community_id, told.data::jsonb, now()
FROM runners AS r, (VALUES
    ('runner.applied', 1, NULL, 'applied', '{}'),
    ('runner.approved', 2, 'applied', 'approved', '{"reason": "bench"}'))
    AS told (name, seq, from_state, to_state, data)
"""
# Everybody is staff of the community, too.
STAFF_SQL = """
INSERT INTO grants (id, user_id, role, place_id, created_at)
SELECT gen_random_uuid(), u.id, 'grid_worker', s.community_id, now()
FROM users AS u, bench_scene AS s WHERE replace(u.id::text, '-', '') LIKE $1::text || '%'
"""
MOVE_RUNNERS_SQL = """
UPDATE runners SET position_at = now(),
    lat = round((s.lat + (random() - 0.5) * $1 / s.north_m)::numeric, 6)::float8,
    lng = round((s.lng + (random() - 0.5) * $1 / s.east_m)::numeric, 6)::float8
FROM bench_scene AS s
"""

# Runner n's own five jobs are n * 5 … n * 5 + 4, at most 354 m away.
SPOTS_BY_RUNNER_SQL = """
INSERT INTO bench_spots
SELECT ($1::text || ($4::int8 + n))::uuid,
       r.lat + (random() - 0.5) * 500 / s.north_m, r.lng + (random() - 0.5) * 500 / s.east_m
FROM generate_series(0, $3::int8 - 1) AS n
JOIN runners AS r ON r.id = ($2::text || ($4::int8 + n / 5))::uuid, bench_scene AS s
"""
# $1 spread evenly over a square of $2 metres, but for one of $3 metres inside; $4 are thrown.
SPOTS_IN_RING_SQL = """
INSERT INTO bench_spots
SELECT gen_random_uuid(), s.lat + up_m / s.north_m, s.lng + right_m / s.east_m
FROM (SELECT (random() - 0.5) * $2::float8, (random() - 0.5) * $2::float8
      FROM generate_series(1, $4::int8)) AS thrown (up_m, right_m), bench_scene AS s
WHERE greatest(abs(up_m), abs(right_m)) > $3::float8 / 2
LIMIT $1::int8
"""
# $1 spread evenly over a circle of $2 metres around the office.
SPOTS_IN_CIRCLE_SQL = """
INSERT INTO bench_spots
SELECT gen_random_uuid(), s.lat + far_m * sin(turn) / s.north_m,
       s.lng + far_m * cos(turn) / s.east_m
FROM (SELECT $2::float8 * sqrt(random()), 2 * pi() * random()
      FROM generate_series(1, $1::int8)) AS thrown (far_m, turn), bench_scene AS s
"""
JOBS_SQL = """
INSERT INTO jobs (id, community_id, place_path, kind, state, requester_id, load, weight_g, fee_fen,
                  trip_m, pickup_place, pickup_lat, pickup_lng, pickup_xy, pickup_contact_sealed,
                  dropoff_place, dropoff_lat, dropoff_lng, pickup_code, wrong_codes, opens_at,
                  ready_at, due_at, expires_at, version, created_at)
SELECT p.id, s.community_id, s.path, 'fetch', 'open', $1, 1, 1500, 350, 412.3,
       '桂花苑菜鸟驿站', p.lat, p.lng,
       point(round(((p.lng - s.lng) * s.east_m + s.sheet_number * 10000000.0)::numeric, 3)::float8,
             round(((p.lat - s.lat) * s.north_m)::numeric, 3)::float8),
       decode(repeat('ab', 90), 'hex'), '桂花苑3号楼', p.lat + 0.002, p.lng + 0.003, '1234', 0,
       now(), now(), now() + interval '1 day', now() + interval '2 days', 2, now()
FROM (SELECT id, round(lat::numeric, 6)::float8 AS lat, round(lng::numeric, 6)::float8 AS lng
      FROM bench_spots) AS p, bench_scene AS s
"""
# Only the accept needs whole jobs: what the doctor asks of one beside its own row.
STOPS_SQL = """
INSERT INTO stops (job_id, n, order_id, state, place, lat, lng, floor, has_lift, contact_sealed,
                   receipt_code, wrong_codes)
SELECT id, 1, gen_random_uuid(), 'pending', dropoff_place, dropoff_lat, dropoff_lng, 1, true,
       pickup_contact_sealed, '5678', 0
FROM jobs
"""
JOB_EVENTS_SQL = """
INSERT INTO events (name, subject, subject_id, subject_seq, from_state, to_state, actor_kind, at,
                    community_id, data, pumped_at)
SELECT told.name, 'job', j.id, told.seq, told.from_state, told.to_state, 'system', j.created_at,
       j.community_id, told.data::jsonb, now()
FROM jobs AS j, (VALUES
    ('job.made', 1, NULL, 'waiting', '{"order_ids": []}'),
    ('job.opened', 2, 'waiting', 'open', '{}')) AS told (name, seq, from_state, to_state, data)
"""

ACCEPTED_SQL = """
SELECT (SELECT count(*) FROM events WHERE name = 'job.accepted') AS events,
       (SELECT count(*) FROM jobs WHERE state = 'accepted') AS jobs,
       (SELECT sum(load) FROM runners) AS load,
       (SELECT count(*) FROM idempotency_keys) AS keys
"""
DURABILITY_SQL = """
SELECT string_agg(name || ' ' || setting, ', ' ORDER BY name) FROM pg_settings
WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')
"""
VERSION_SQL = "SHOW server_version"
VACUUM_SQL = "VACUUM ANALYZE"
CHECKPOINT_SQL = "CHECKPOINT"
