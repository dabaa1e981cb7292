-- Publishes the mark $1, unless a later one is published already.
UPDATE factum.mark SET position = $1 WHERE position < $1
