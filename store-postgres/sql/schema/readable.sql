-- The log for people: names instead of numbers, payloads as text. For looking, not for programs: it ignores the mark.
CREATE VIEW factum.readable AS
SELECT e.position, s.category || '-' || s.key AS stream, factum.version_of(e.place) AS version, t.name AS type,
    t.version AS type_version, e.id, e.recorded_at, e.details::json AS details, encode(e.payload, 'escape') AS payload
FROM factum.events e
JOIN factum.streams s ON s.id = factum.stream_of(e.place)
JOIN factum.event_types t ON t.id = e.type;
