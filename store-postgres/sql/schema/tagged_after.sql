-- Which of some appends must not be written as far as one tag of each item of their conditions tells: those for which an event
-- has that tag and comes after what the writer has seen. It may name one too many, whose other tags or types `first_matches`
-- then looks at.
--
-- Parameters, as parallel arrays: the number of the append, the tag, and the position that the writer has seen.
--
-- VOLATILE, so that its query sees what was committed while the statement that calls it waited for the locks of the tags.
CREATE FUNCTION factum.tagged_after(append integer[], tag text[], after bigint[]) RETURNS integer[] LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'events are appended in READ COMMITTED only' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    RETURN ARRAY (
        SELECT i.append FROM unnest(append, tag, after) AS i (append, tag, after)
        -- One look at the index for each, as no join is.
        WHERE (SELECT t.position FROM factum.event_tags t WHERE t.tag = i.tag AND t.position > i.after LIMIT 1) IS NOT NULL
    );
END
$$;
