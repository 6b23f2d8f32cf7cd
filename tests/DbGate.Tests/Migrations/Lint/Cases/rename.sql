--- setup
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE VIEW v AS SELECT id FROM t;
CREATE INDEX i ON t (a);
--- err
ALTER TABLE t RENAME TO "Thing";
--- err
ALTER TABLE t RENAME COLUMN a TO b;
--- err
ALTER TABLE t RENAME a TO b;
--- err
ALTER VIEW v RENAME TO w;
--- ok
ALTER TABLE t RENAME CONSTRAINT t_pkey TO "Thing_pkey";
--- ok
ALTER INDEX i RENAME TO j;
--- ok
ALTER TYPE mood RENAME TO "Mood";
--- ok
CREATE TABLE n (id int);
ALTER TABLE n RENAME TO m;
