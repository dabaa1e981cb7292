-- Gives each stream its number. CACHE 1, since those that a connection keeps and does not use are lost.
CREATE SEQUENCE factum.stream_numbers AS integer CACHE 1 NO CYCLE;
