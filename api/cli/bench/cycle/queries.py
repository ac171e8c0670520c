"""SQL that seeds a community of households and its cycles, and that counts afterwards.

People are numbered as in `bench.world`: an id is a prefix and sixteen digits.
"""

BUILDINGS = 150

# $1 the prefix of people, $2 the first number, $3 the last one.
BUILDINGS_SQL = f"""
WITH made AS (
    INSERT INTO places (id, kind, parent_id, path, community_id, name, lat, lng, version,
        created_at)
    SELECT fresh.id, 'building', s.community_id, s.path || fresh.id, s.community_id,
           n || '号楼', s.lat, s.lng, 1, now()
    FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(1, {BUILDINGS}) AS n) AS fresh,
         bench_scene AS s
    RETURNING id, community_id, parent_id)
INSERT INTO events (name, subject, subject_id, subject_seq, actor_kind, at, community_id, data,
                    pumped_at)
SELECT 'place.created', 'place', id, 1, 'system', now(), community_id,
       jsonb_build_object('kind', 'building', 'parent_id', parent_id, 'settings', NULL), now()
FROM made
"""
GRANTS_SQL = """
INSERT INTO grants (id, user_id, role, place_id, created_at)
SELECT gen_random_uuid(), ($1::text || n)::uuid, 'resident', s.community_id, now()
FROM generate_series($2::int8, $3::int8) AS n, bench_scene AS s
"""
CONSENTS_SQL = """
INSERT INTO data_consents (id, user_id, purpose, text_version, text_hash, state, how, version,
                           granted_at)
SELECT gen_random_uuid(), ($1::text || n)::uuid, 'privacy_rules', $4, $5, 'granted', 'demo', 1,
       now()
FROM generate_series($2::int8, $3::int8) AS n
"""
# A household behind a door each; $4 are the sealed doors, of memberships with the ids of $3.
HOUSEHOLDS_SQL = """
WITH door AS (
    SELECT n, membership_id, sealed, gen_random_uuid() AS household_id,
           ($1::text || ($2::int8 + n - 1))::uuid AS user_id
    FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS d (membership_id, sealed, n)),
spot AS (
    SELECT id, path, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS of
    FROM places WHERE kind = 'building'),
homes AS (
    INSERT INTO households (id, building_id, door_index, door_sealed, version, created_at)
    SELECT d.household_id, s.id, sha256(uuid_send(d.household_id)), d.sealed, 1, now()
    FROM door AS d JOIN spot AS s ON s.n = 1 + d.n % s.of)
INSERT INTO memberships (id, user_id, building_id, place_path, door_index, door_sealed, relation,
                         state, household_id, requested_at, decided_at, decided_by_id, version)
SELECT d.membership_id, d.user_id, s.id, s.path, sha256(uuid_send(d.household_id)), d.sealed,
       'owner', 'joined', d.household_id, now(), now(), $5, 2
FROM door AS d JOIN spot AS s ON s.n = 1 + d.n % s.of
"""
MERCHANT_SQL = """
INSERT INTO merchants (id, community_id, place_id, place_path, owner_id, state, name, legal_name,
                       credit_code, address, lat, lng, phone, intro, contact_sealed, licence_id,
                       version, applied_at, decided_at, decided_by_id)
SELECT $1, s.community_id, s.community_id, s.path, $2, 'approved', '测量菜店', '测量菜店',
       '91110105MA0000007L', '测量路1号', s.lat, s.lng, '', '', '', gen_random_uuid(), 2, now(),
       now(), $3
FROM bench_scene AS s
"""
PRODUCTS_SQL = """
INSERT INTO products (id, merchant_id, state, name, category, unit, sold_by, price_fen, weight_g,
                      intro, created_at, version)
SELECT ($2::text || ($3::int8 + n))::uuid, $1, 'on_shelf', '蔬菜' || n, 'vegetable', '份', 'piece',
       100 + n * 10, 500, '', now(), 2
FROM generate_series(0, $4::int4 - 1) AS n
"""
# Open for a day; $2 the number of its first item, $3 how many, $4 how many of them are few.
CYCLE_SQL = """
INSERT INTO cycles (id, community_id, place_path, merchant_id, title, state, scope, closes_at,
                    delivers_on, has_delivery, has_collection, fee_fen, orders_min, created_by_id,
                    created_at, opened_at, version)
SELECT $1, s.community_id, s.path, $2, '测量接龙', 'open', ARRAY[s.community_id],
       now() + interval '1 day', (now() + interval '2 days')::date, true, false, 200, 1, $3,
       now() - interval '1 minute', now() - interval '1 minute', 2
FROM bench_scene AS s
"""
CYCLE_EVENTS_SQL = """
INSERT INTO events (name, subject, subject_id, subject_seq, from_state, to_state, actor_kind, at,
                    community_id, data, pumped_at)
SELECT told.name, 'cycle', c.id, told.seq, told.from_state, told.to_state, 'system', c.created_at,
       c.community_id, told.data::jsonb, now()
FROM cycles AS c, (VALUES
    ('cycle.drafted', 1, NULL, 'draft', '{"merchant_id": null, "copied_from_id": null}'),
    ('cycle.opened', 2, 'draft', 'open', '{"closes_at": null}'))
    AS told (name, seq, from_state, to_state, data)
"""
ITEMS_SQL = """
INSERT INTO cycle_items (id, cycle_id, n, product_id, name, unit, sold_by, price_fen, weight_g,
                         stock_count, left_count, household_max)
SELECT ($2::text || ($3::int8 + n))::uuid, $1, 1 + n, p.id, p.name, p.unit, p.sold_by, p.price_fen,
       p.weight_g, stock.count, stock.count, 999
FROM generate_series(0, $5::int4 - 1) AS n
JOIN products AS p ON p.id = ($4::text || ($3::int8 + n))::uuid
CROSS JOIN LATERAL (SELECT CASE WHEN n < $6::int4 THEN $7::int4 ELSE 100000000 END) AS stock (count)
"""
# What the storm left: oversold portions, households over their limit, orders and whose they are.
AFTER_SQL = """
SELECT (SELECT coalesce(sum(greatest(taken.count - i.stock_count, 0)), 0) FROM cycle_items AS i
        JOIN (SELECT l.item_id, sum(l.count) AS count FROM cycle_lines AS l GROUP BY l.item_id)
            AS taken ON taken.item_id = i.id
        WHERE i.cycle_id = $1) AS oversold,
       (SELECT count(*) FROM cycle_orders WHERE cycle_id = $1) AS orders,
       (SELECT count(DISTINCT household_id) FROM cycle_orders WHERE cycle_id = $1) AS households,
       (SELECT coalesce(sum(left_count), 0) FROM cycle_items
        WHERE cycle_id = $1 AND stock_count < 100000000) AS few_left
"""
# Only what holds something: a table that is known to be empty is read from end to end by plans that
# outlive its emptiness.
SETTLE_SQL = """
VACUUM ANALYZE users, sessions, grants, data_consents, households, memberships, places, merchants,
    products, cycles, cycle_items, events
"""
