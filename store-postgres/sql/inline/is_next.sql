-- Whether the events at positions $3 of this transaction, the last of them at $2, are the next ones for consumer $4 of log $5,
-- whose checkpoint is locked and at $1: it is generation $7 of consumer $6, which is still read, was founded, has one partition
-- and nothing in quarantine, and no other event up to there is one of the types $8, in one of the categories $9 and has all
-- the tags $10 (NULL: any). Begun after the lock was got, so that it sees what whoever held it has done.
SELECT coalesce((SELECT active FROM factum.generations WHERE consumer = $6), 0) = $7
    AND EXISTS (SELECT FROM factum.groups WHERE consumer = $4 AND log = $5 AND partitions = 1)
    AND NOT EXISTS (SELECT FROM factum.quarantine WHERE consumer = $4 AND log = $5)
    AND NOT EXISTS (
        SELECT FROM factum.events e
        WHERE e.position > $1 AND e.position <= $2 AND e.position <> ALL ($3::bigint[])
            AND ($8::text[] IS NULL OR e.type = ANY (ARRAY (
                SELECT n.id FROM factum.event_types n WHERE n.name = ANY ($8)
            )))
            AND ($9::text[] IS NULL OR EXISTS (
                SELECT FROM factum.streams s WHERE s.id = factum.stream_of(e.place) AND s.category = ANY ($9)
            ))
            AND NOT EXISTS (
                SELECT FROM unnest($10::text[]) AS o (tag)
                WHERE NOT EXISTS (SELECT FROM factum.event_tags x WHERE x.tag = o.tag AND x.position = e.position)
            )
    )
