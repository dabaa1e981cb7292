-- Parks the event at position ?4 of consumer ?1, log ?2 in lane ?3: partition, stream, type, error and attempts.
INSERT INTO factum_quarantine
    (consumer, log, lane, position, partition, stream, event_type, error, attempts, parked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, factum_now())
ON CONFLICT DO NOTHING
