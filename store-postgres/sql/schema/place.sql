-- An event's place in its stream: the number of the stream and the version, in one number, so that the column and its index take
-- eight bytes for both. 31 bits are the stream's, 33 the version's: a stream ends near 8.59 billion events.
--
-- Invariant: among the events of a stream, the order of places is that of versions. The places of one stream are those
-- from `place(stream, 0)`, at which there is no event, to `place(stream, 8589934591)`.
CREATE FUNCTION factum.place(stream integer, version bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (stream::bigint << 33) | version
$$;

CREATE FUNCTION factum.stream_of(place bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((place >> 33) & 2147483647)::integer
$$;

CREATE FUNCTION factum.version_of(place bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT place & 8589934591
$$;
