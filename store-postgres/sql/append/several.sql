-- Appends events to streams where nothing but versions and ids has to be checked: what `factum.append` does with such a
-- batch, without its interpreter. What would be refused is left out, and `factum.append` then says why.
--
-- Parameters, as parallel arrays: of each append the stream, 0 if it is to be made, and the expected version (-1 for any, -2 for
-- any but none); of each event the index of its append, its place among that append's events, from 1, its type, id, payload
-- and details (NULL where no event has any); the first six bytes of the ids, each once; and the categories and keys of the
-- streams that are to be made, NULL for the others, or NULL where there are none. No two appends are of one stream. Streams
-- that are to be made come first, by name, then the others, by number, so that two batches never wait for each other's unique
-- entries in a circle. A stream that is to be made and there already is left out.
-- Locks taken: that of the log, shared; the unique entries; that of the sequence.
--
-- What is looked for among many is looked up in a table of hashes, as IN is (with IS TRUE, so that it is no join).
WITH numbered AS MATERIALIZED (
    SELECT h.category, h.key,
        CASE
            WHEN h.stream > 0 THEN h.stream
            -- A number that is drawn is used up, also if somebody else makes the stream. (EXISTS might read all streams once.)
            WHEN (SELECT s.id FROM factum.streams s WHERE s.category = h.category AND s.key = h.key) IS NOT NULL THEN 0
            ELSE nextval('factum.stream_numbers')::integer
        END AS stream,
        CASE WHEN h.stream = 0 THEN 0 ELSE coalesce((
            SELECT factum.version_of(e.place) FROM factum.events e
            WHERE e.place BETWEEN factum.place(h.stream, 0) AND factum.place(h.stream, 8589934591)
            ORDER BY e.place DESC LIMIT 1
        ), 0) END AS version
    FROM unnest($1::integer[], $10::text[], $11::text[]) AS h (stream, category, key)
    WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
), made AS (
    INSERT INTO factum.streams (id, category, key)
    SELECT n.stream, n.category, n.key FROM numbered n WHERE n.category IS NOT NULL AND n.stream > 0
    ON CONFLICT DO NOTHING
    RETURNING id
), head AS MATERIALIZED (
    SELECT ARRAY (SELECT n.stream FROM numbered n) AS streams, ARRAY (SELECT n.version FROM numbered n) AS versions,
        clock_timestamp() AS at
), taken AS MATERIALIZED (
    SELECT ARRAY (
        SELECT e.id FROM factum.events e
        WHERE substring(uuid_send(e.id) from 1 for 6) = ANY ($9::bytea[])
            AND (e.id IN (SELECT i.id FROM unnest($6::uuid[]) AS i (id))) IS TRUE
    ) AS ids
), refused AS MATERIALIZED (
    SELECT ARRAY (
        SELECT n.append FROM unnest($3::integer[], $6::uuid[]) AS n (append, id) WHERE n.id = ANY (t.ids)
    ) AS appends
    FROM taken t WHERE t.ids <> '{}'
)
INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
SELECT nextval('factum.positions'), factum.place(h.streams[n.append], h.versions[n.append] + n.nth), h.at,
    n.type, n.id, n.payload, n.details
FROM head h,
    unnest($3::integer[], $4::integer[], $5::smallint[], $6::uuid[], $7::bytea[], $8::text[])
        AS n (append, nth, type, id, payload, details)
WHERE (($1::integer[])[n.append] > 0 OR h.streams[n.append] IN (SELECT m.id FROM made m))
    AND CASE ($2::bigint[])[n.append]
        WHEN -1 THEN true
        WHEN -2 THEN h.versions[n.append] > 0
        ELSE h.versions[n.append] = ($2::bigint[])[n.append]
    END
    AND h.versions[n.append] < 8589900000
    AND (n.append = ANY ((SELECT r.appends FROM refused r)::integer[])) IS NOT TRUE
RETURNING position, place, recorded_at, id
