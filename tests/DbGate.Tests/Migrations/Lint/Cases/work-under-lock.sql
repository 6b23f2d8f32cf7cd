--- setup
CREATE TABLE t (id int, a text);
CREATE TABLE u (id int, a text);
--- err
ALTER TABLE t ADD COLUMN b text;
UPDATE u SET a = 'x' WHERE id > 0;
--- err
ALTER TABLE t DROP COLUMN a;
CREATE INDEX ON u (id);
--- ok
UPDATE u SET a = 'x' WHERE id > 0;
ALTER TABLE t ADD COLUMN b text;
--- ok
ALTER TABLE t ADD COLUMN b text;
ALTER TABLE u ADD COLUMN b text;
