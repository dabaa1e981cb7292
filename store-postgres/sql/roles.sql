-- What the role of an application needs in order to use a log whose tables somebody else has made: to append, to read, and
-- to keep checkpoints, snapshots and an inbox. Not part of the tables: run by an administrator, with the name of the
-- schema for `factum` and that of the role for `application`, after the script of `PgConfig::script`. The application opens
-- the store with `migrate(false)`.
--
-- Nothing here allows to change or remove an event, a stream or a type, and the triggers would refuse it anyway. Leaving a
-- line out takes away what is said beside it, and nothing else.

-- To read: events, their names, and how far the log can be read.
GRANT USAGE ON SCHEMA factum TO application;
GRANT SELECT ON factum.log, factum.mark, factum.events, factum.event_tags, factum.event_types, factum.streams TO application;

-- To publish the mark for processes that start. Where nobody may, they start with a longer look at the log.
GRANT UPDATE (position) ON factum.mark TO application;

-- To append, also events of types and in streams that are new.
GRANT INSERT ON factum.events, factum.event_tags, factum.event_types, factum.streams TO application;
GRANT USAGE ON SEQUENCE factum.positions, factum.stream_numbers TO application;

-- To keep checkpoints.
GRANT SELECT, INSERT, UPDATE ON factum.checkpoints TO application;

-- To share the partitions of consumers with other nodes.
GRANT SELECT, INSERT ON factum.groups TO application;
GRANT SELECT, INSERT, UPDATE, DELETE ON factum.members TO application;

-- To keep events in quarantine that could not be applied.
GRANT SELECT, INSERT, UPDATE, DELETE ON factum.quarantine TO application;

-- To make read models anew beside those that are read.
GRANT SELECT, INSERT, UPDATE ON factum.generations TO application;

-- To make single documents anew.
GRANT SELECT, INSERT, UPDATE, DELETE ON factum.repairs TO application;

-- To remove read models that were made anew since: a generation's checkpoints go with it.
GRANT DELETE ON factum.checkpoints, factum.groups TO application;

-- To keep snapshots.
GRANT SELECT, INSERT, UPDATE, DELETE ON factum.snapshots TO application;

-- To recognise messages that were handled before, and to forget old ones.
GRANT SELECT, INSERT, DELETE ON factum.inbox TO application;
