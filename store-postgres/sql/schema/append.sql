-- Appends a batch: checks each append, then writes those that have passed, all in the caller's transaction.
--
-- Parameters, as parallel arrays:
--   alone               whether nobody else may append at the same time
--   locks, exclusive    NULL, or names to be locked for the rest of the transaction, and whether nobody else may share
--                       the lock
--   head_*              one entry for each stream that an append expects something of or writes to; heads of an append
--                       follow each other. `stream` is its number, 0 where the caller does not know it; then the name
--                       is in `category` and `key`. `expected` is a version, -1 for any, -2 for any but none.
--   event_*             the events in the order of their positions. `head` is the index of the event's head, `nth` its
--                       place among the events of that head, from 1.
--                       With NULL for `event_type` the events are not written: the caller copies them into the table
--                       in the same transaction, at the positions that it is given.
--   prefixes            the first six bytes of the events' ids, each once
--   tag_event, tag      NULL, or the tags, with the index of their event
--   conditions          NULL, or a JSON array of the items of the appends' conditions:
--                       {"append", "after", "tags": [..], "types": [names], "categories": [..]}, null or left out
--                       for what an item does not ask
--   patience            NULL, or how long to wait for a lock at most, for the rest of the transaction
-- Results:
--   versions            of each head before the append
--   streams             the number of each head's stream, 0 if it has none
--   duplicates          the ids that are in the log already, NULL if none is
--   conflicts           for each append, the position of the first event that matches its condition, 0 if none does; NULL
--                       where there are no conditions
--   positions           of the events that were written, in their order: those of the appends that are not refused by
--                       one of the results before
--   at                  when they were recorded
--
-- Locks taken: that of the log, shared unless `alone`; `locks`, in the order of their hashes; the unique entries of
-- `events_by_stream` in theirs; so two batches never wait for each other in a circle. And that of the sequence. Needs READ COMMITTED: each statement here must see what has
-- been committed when a lock was got.
--
-- A transaction that appends is durable when it has committed: `synchronous_commit = off` becomes `local`.
--
-- Invariant: positions are drawn after the versions were checked. Whoever loses a race for a version finds out from the
-- unique index and fails as a whole (`unique_violation`); nothing of the batch is written then.
CREATE FUNCTION factum.append(
    alone boolean, locks text[], exclusive boolean[],
    head_append integer[], head_stream integer[], head_category text[], head_key text[], head_expected bigint[],
    event_head integer[], event_nth integer[], event_type smallint[], event_id uuid[], event_payload bytea[],
    event_details text[],
    prefixes bytea[], tag_event integer[], tag text[], conditions json, patience text,
    OUT versions bigint[], OUT streams integer[], OUT duplicates uuid[], OUT conflicts bigint[], OUT positions bigint[],
    OUT at timestamptz
) LANGUAGE plpgsql
-- A plan for the arrays at hand is never better, and takes longer to make than the batch to write.
SET plan_cache_mode = force_generic_plan
-- Nor is one that reads a whole table, as is made while the table is empty, and kept when it has grown.
SET enable_seqscan = off
-- What has to all the same would look dear enough to be compiled, which takes far longer than to run it.
SET jit = off
AS $$
DECLARE
    seed CONSTANT bigint := 'factum.log'::regclass::oid::bigint;
    -- The appends that write nothing, NULL if there are none.
    refused integer[];
    -- Whether a stream may have no room for the events of an append.
    is_full boolean;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'events are appended in READ COMMITTED only' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    -- A commit that is seen before it is on disk may be lost after readers have gone past it.
    IF current_setting('synchronous_commit') = 'off' AND set_config('synchronous_commit', 'local', true) IS NULL THEN
    END IF;
    IF patience IS NOT NULL AND set_config('lock_timeout', patience, true) IS NULL THEN
    END IF;
    -- As conditions of IF, since an expression takes a fraction of the time of a statement.
    IF alone THEN
        IF pg_advisory_xact_lock(seed) IS NULL THEN END IF;
    ELSIF pg_advisory_xact_lock_shared(seed) IS NULL THEN
    END IF;
    IF locks IS NOT NULL THEN
        PERFORM CASE WHEN l.exclusive THEN pg_advisory_xact_lock(l.key) ELSE pg_advisory_xact_lock_shared(l.key) END
        FROM (
            SELECT hashtextextended(n.name, seed) AS key, bool_or(n.exclusive) AS exclusive
            FROM unnest(locks, append.exclusive) AS n (name, exclusive)
            GROUP BY 1 ORDER BY 1
        ) AS l;
    END IF;

    SELECT
        array_agg(h.stream), array_agg(h.version),
        array_agg(h.append) FILTER (
            WHERE CASE h.expected WHEN -1 THEN false WHEN -2 THEN h.version = 0 ELSE h.version <> h.expected END
        ),
        (
            SELECT array_agg(e.id) FROM factum.events e
            WHERE substring(uuid_send(e.id) from 1 for 6) = ANY (prefixes) AND e.id = ANY (event_id)
        ),
        bool_or(h.version >= 8589900000)
    INTO streams, versions, refused, duplicates, is_full
    FROM (
        SELECT g.append, g.expected, g.stream, coalesce((
            SELECT factum.version_of(e.place) FROM factum.events e
            WHERE e.place BETWEEN factum.place(g.stream, 0) AND factum.place(g.stream, 8589934591)
            ORDER BY e.place DESC LIMIT 1
        ), 0) AS version
        FROM (
            SELECT k.append, k.expected, CASE k.stream WHEN 0 THEN coalesce((
                SELECT s.id FROM factum.streams s WHERE s.category = k.category AND s.key = k.key
            ), 0) ELSE k.stream END AS stream
            FROM unnest(head_append, head_stream, head_category, head_key, head_expected)
                AS k (append, stream, category, key, expected)
            OFFSET 0
        ) AS g
        OFFSET 0
    ) AS h;
    IF is_full THEN
        RAISE EXCEPTION 'a stream has as many events as it can have' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    IF conditions IS NOT NULL THEN
        conflicts := factum.first_matches(conditions, head_append[cardinality(head_append)]);
        refused := refused || ARRAY (
            SELECT c.append::integer FROM unnest(conflicts) WITH ORDINALITY AS c (position, append) WHERE c.position > 0
        );
    END IF;
    IF duplicates IS NOT NULL THEN
        refused := refused || ARRAY (
            SELECT head_append[e.head] FROM unnest(event_head, event_id) AS e (head, id) WHERE e.id = ANY (duplicates)
        );
    END IF;

    IF 0 = ANY (streams) THEN
        INSERT INTO factum.streams (category, key)
        SELECT DISTINCT head_category[e.head] COLLATE "C", head_key[e.head] COLLATE "C"
        FROM unnest(event_head) AS e (head)
        WHERE streams[e.head] = 0 AND (head_append[e.head] = ANY (refused)) IS NOT TRUE
        ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
        SELECT array_agg(coalesce(s.id, h.stream) ORDER BY h.n) INTO streams
        FROM unnest(streams, head_category, head_key) WITH ORDINALITY AS h (stream, category, key, n)
        LEFT JOIN factum.streams s ON h.stream = 0 AND s.category = h.category AND s.key = h.key;
    END IF;

    at := clock_timestamp();
    IF event_type IS NULL THEN
        positions := ARRAY (
            SELECT nextval('factum.positions') FROM unnest(event_head) AS e (head)
            WHERE (head_append[e.head] = ANY (refused)) IS NOT TRUE
        );
        RETURN;
    END IF;
    WITH written AS (
        INSERT INTO factum.events (position, place, recorded_at, type, id, payload, details)
        SELECT p.position, p.place, at, p.type, p.id, p.payload, p.details
        FROM (
            SELECT nextval('factum.positions') AS position,
                factum.place(streams[e.head], versions[e.head] + e.nth) AS place, e.type, e.id, e.payload, e.details
            FROM unnest(event_head, event_nth, event_type, event_id, event_payload, event_details)
                AS e (head, nth, type, id, payload, details)
            WHERE (head_append[e.head] = ANY (refused)) IS NOT TRUE
            OFFSET 0
        ) AS p
        ORDER BY p.place
        RETURNING position
    )
    SELECT array_agg(w.position ORDER BY w.position) INTO positions FROM written w;
    IF tag IS NOT NULL THEN
        INSERT INTO factum.event_tags (tag, position)
        SELECT t.tag, positions[w.nth]
        FROM unnest(append.tag, tag_event) AS t (tag, event)
        JOIN (
            SELECT e.n AS event, row_number() OVER (ORDER BY e.n) AS nth
            FROM unnest(event_head) WITH ORDINALITY AS e (head, n)
            WHERE (head_append[e.head] = ANY (refused)) IS NOT TRUE
        ) AS w USING (event)
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;
