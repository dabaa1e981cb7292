-- Appends events to streams where versions, ids and tags have to be checked: what `factum.append` does with such a batch,
-- without its interpreter. What would be refused is left out, and `factum.append` then says why.
--
-- Parameters, as parallel arrays:
--   $1 to $4    of each append the stream, 0 if its number is not known; the expected version (-1 for any, -2 for any but
--               none); the categories and keys of the streams without numbers, NULL for the others, or NULL where there are none
--   $5 to $10   of each event the index of its append, its place among that append's events, from 1, its type, id, payload
--               and details (NULL where no event has any)
--   $11         the first six bytes of the ids, each once
--   $12, $13    NULL, or names to be locked, and whether nobody else may share the lock
--   $14 to $16  NULL, or the items of the conditions: the index of the append, one of the tags, and what the writer has seen
--   $17, $18    NULL, or the index of an event and one of its tags, each once
-- No two appends are of one stream. They come by the number of their streams, then those without by name, so that two batches
-- never wait for each other's unique entries in a circle, and positions are drawn in the order in which events are written.
-- Results: of the events that were written their positions and places; for each append its stream and the version before; and when
-- they were recorded.
-- Locks taken: that of the log, shared; those named, in the order of their hashes; the unique entries in theirs; that of the
-- sequence. What is seen of versions and ids may be older than the locks; of tags it must not be (`factum.tagged_after`).
--
-- The version is looked for from what is expected on, since a look at the index reads what is on its page of the range: who expects
-- one that the stream does not have finds none, or a later one.
-- What is looked for among many is looked up in a table of hashes, as IN is (with IS TRUE, so that it is no join).
-- Lines with a mark are for appends with locks, tags or conditions, or for those without. These draw each position when it is written, so
-- that of two batches at once neither fills a page of the index that the other has left behind.
WITH
{guarded}locked AS MATERIALIZED (
{guarded}    SELECT count(CASE WHEN l.exclusive THEN pg_advisory_xact_lock(l.key) ELSE pg_advisory_xact_lock_shared(l.key) END) AS names
{guarded}    FROM (
{guarded}        SELECT hashtextextended(n.name, 'factum.log'::regclass::oid::bigint) AS key, bool_or(n.exclusive) AS exclusive
{guarded}        FROM unnest($12::text[], $13::boolean[]) AS n (name, exclusive)
{guarded}        WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
{guarded}        GROUP BY 1 ORDER BY 1
{guarded}    ) AS l
{guarded}), barred AS MATERIALIZED (
{guarded}    SELECT factum.tagged_after($14, $15, $16) AS appends
{guarded}    FROM locked l WHERE $14::integer[] IS NOT NULL AND l.names IS NOT NULL
{guarded}),
named AS MATERIALIZED (
    SELECT h.category, h.key, greatest(h.expected, 0) AS least, CASE h.stream
        WHEN 0 THEN (SELECT s.id FROM factum.streams s WHERE s.category = h.category AND s.key = h.key)
        ELSE h.stream
    END AS stream
    FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::text[]) AS h (stream, expected, category, key)
    WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
{guarded}        AND (SELECT l.names FROM locked l) IS NOT NULL
), numbered AS MATERIALIZED (
    SELECT n.category, n.key, n.stream IS NULL AS is_new,
        CASE WHEN n.stream IS NULL THEN nextval('factum.stream_numbers')::integer ELSE n.stream END AS stream,
        CASE WHEN n.stream IS NULL THEN 0 ELSE coalesce((
            SELECT factum.version_of(e.place) FROM factum.events e
            WHERE e.place BETWEEN factum.place(n.stream, n.least) AND factum.place(n.stream, 8589934591)
            ORDER BY e.place DESC LIMIT 1
        ), 0) END AS version
    FROM named n
), made AS (
    INSERT INTO factum.streams (id, category, key)
    SELECT n.stream, n.category, n.key FROM numbered n WHERE n.is_new
    ON CONFLICT (category, key) DO NOTHING
    RETURNING id
), head AS MATERIALIZED (
    SELECT ARRAY (SELECT n.stream FROM numbered n) AS streams, ARRAY (SELECT n.version FROM numbered n) AS versions,
        ARRAY (SELECT n.is_new FROM numbered n) AS are_new, clock_timestamp() AS at
), taken AS MATERIALIZED (
    SELECT ARRAY (
        SELECT e.id FROM factum.events e
        WHERE substring(uuid_send(e.id) from 1 for 6) = ANY ($11::bytea[])
            AND (e.id IN (SELECT i.id FROM unnest($8::uuid[]) AS i (id))) IS TRUE
    ) AS ids
), refused AS MATERIALIZED (
    SELECT ARRAY (
        SELECT n.append FROM unnest($5::integer[], $8::uuid[]) AS n (append, id) WHERE n.id = ANY (t.ids)
    ) AS appends
    FROM taken t WHERE t.ids <> '{}'
), passed AS MATERIALIZED (
    SELECT ARRAY (
        SELECT CASE WHEN
            (NOT h.are_new[n.append] OR h.streams[n.append] IN (SELECT m.id FROM made m))
            AND CASE ($2::bigint[])[n.append]
                WHEN -1 THEN true
                WHEN -2 THEN h.versions[n.append] > 0
                ELSE h.versions[n.append] = ($2::bigint[])[n.append]
            END
            AND h.versions[n.append] < 8589900000
            AND (n.append = ANY ((SELECT r.appends FROM refused r)::integer[])) IS NOT TRUE
{guarded}            AND (n.append = ANY ((SELECT b.appends FROM barred b)::integer[])) IS NOT TRUE
{plain}        THEN true END
{guarded}        THEN nextval('factum.positions') END
        FROM unnest($5::integer[]) AS n (append)
    ) AS events
    FROM head h
), written AS (
    INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
{plain}    SELECT nextval('factum.positions'), factum.place(h.streams[n.append], h.versions[n.append] + n.nth) AS place, h.at,
{guarded}    SELECT n.passed, factum.place(h.streams[n.append], h.versions[n.append] + n.nth) AS place, h.at,
        n.type, n.id, n.payload, n.details
    FROM head h, passed p,
        unnest(p.events, $5::integer[], $6::integer[], $7::smallint[], $8::uuid[], $9::bytea[], $10::text[])
            AS n (passed, append, nth, type, id, payload, details)
    WHERE n.passed IS NOT NULL
    ORDER BY 2
    RETURNING position, place
{guarded}), tagged AS (
{guarded}    INSERT INTO factum.event_tags (tag, position)
{guarded}    SELECT t.tag, p.events[t.event]
{guarded}    FROM passed p, unnest($17::integer[], $18::text[]) AS t (event, tag)
{guarded}    WHERE p.events[t.event] IS NOT NULL
)
SELECT ARRAY (SELECT w.position FROM written w), ARRAY (SELECT w.place FROM written w), h.streams, h.versions, h.at FROM head h
