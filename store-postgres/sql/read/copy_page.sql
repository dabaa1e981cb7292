-- The events that `choose_page` has chosen, in order. COPY takes no parameters, so they are settings of the session; its text is the
-- same each time, and it can be sent together with the choice.
COPY (
    SELECT payload, position, place, recorded_at, type, id, details
    FROM factum.events
    WHERE position > current_setting('page.after')::bigint AND position < current_setting('page.before')::bigint
    ORDER BY position
    LIMIT current_setting('page.limit')::bigint
) TO STDOUT (FORMAT binary)
