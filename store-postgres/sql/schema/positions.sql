-- Gives each event its position. Drawing takes a lock on the sequence that lasts to the end of the transaction, by which
-- readers know who may still own a position that they do not see; so it must never be drawn from outside
-- `factum.append`, and CACHE must stay 1: a cached value would be used long after it was drawn.
CREATE SEQUENCE factum.positions AS bigint MINVALUE 1 CACHE 1 NO CYCLE;
