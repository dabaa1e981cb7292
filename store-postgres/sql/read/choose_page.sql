-- Chooses what `copy_page` gives: at most $3 events after position $1 and before $2, as text.
SELECT set_config('page.after', $1, false), set_config('page.before', $2, false), set_config('page.limit', $3, false)
