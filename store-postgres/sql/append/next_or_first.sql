-- What `next_of_several` does, beside appends that begin a stream: what `several` does with such appends, in four fifths of the time.
-- What would be refused does not come back, all of an append or nothing of it; `factum.append` then says why.
--
-- Parameters, as parallel arrays: of each event its place, or its version where the stream is to be made; the place of the first of
-- its append, 0 there; its type, id, payload and details (NULL where no event has any). The first six bytes of the ids, each once.
-- The categories and keys of the streams to be made. And of each event which of these is its stream, from 1, or NULL.
-- No two appends are of one stream. They come by their places, then those that begin a stream by its name. As in `several`, names
-- are taken before places, so that two batches never wait for each other in a circle.
-- Results: of the events that were written their positions and places; when they were recorded; and of the streams that were made
-- which they are, and their numbers.
-- Locks taken: that of the log, shared; the unique entries in the order above; that of the sequence.
WITH free AS MATERIALIZED (
    SELECT clock_timestamp() AS at
    WHERE (SELECT pg_advisory_xact_lock_shared('factum.log'::regclass::oid::bigint)) IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM factum.events e
            WHERE substring(uuid_send(e.id) from 1 for 6) = ANY ($7::bytea[])
                AND (e.id IN (SELECT i.id FROM unnest($4::uuid[]) AS i (id))) IS TRUE
        )
), made AS MATERIALIZED (
    -- A number that is drawn is used up, also if somebody else makes the stream.
    SELECT s.category, s.key, s.nth, nextval('factum.stream_numbers')::integer AS stream
    FROM free f, unnest($8::text[], $9::text[]) WITH ORDINALITY AS s (category, key, nth)
    -- One look at the index for each. `NOT EXISTS` may be planned as a join, which reads all of it, while there are few streams.
    WHERE (SELECT o.id FROM factum.streams o WHERE o.category = s.category AND o.key = s.key) IS NULL
), named AS (
    INSERT INTO factum.streams (id, category, key) SELECT m.stream, m.category, m.key FROM made m
    RETURNING id
), written AS (
    INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
    SELECT nextval('factum.positions'), coalesce(factum.place(m.stream, n.place), n.place), f.at,
        n.type, n.id, n.payload, n.details
    FROM free f, unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::uuid[], $5::bytea[], $6::text[], $10::bigint[])
        WITH ORDINALITY AS n (place, first, type, id, payload, details, new, nth)
        LEFT JOIN made m ON m.nth = n.new
    WHERE (SELECT count(*) FROM named) IS NOT NULL
        AND (n.new IS NULL OR m.stream IS NOT NULL)
        AND n.first <> ALL (ARRAY (SELECT e.place FROM factum.events e WHERE e.place = ANY ($2::bigint[])))
    ORDER BY n.nth
    RETURNING position, place
)
SELECT ARRAY (SELECT w.position FROM written w), ARRAY (SELECT w.place FROM written w), (SELECT f.at FROM free f),
    ARRAY (SELECT m.nth FROM made m ORDER BY m.nth), ARRAY (SELECT m.stream FROM made m ORDER BY m.nth)
