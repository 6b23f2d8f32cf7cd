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
CREATE TABLE n (id int);
ALTER TABLE n RENAME TO m;
--- err
ALTER TYPE mood RENAME TO "Mood";
--- err
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
--- err
ALTER VIEW v RENAME COLUMN id TO number;
--- err
CREATE SCHEMA archive;
ALTER TABLE t SET SCHEMA archive;
--- ok
CREATE TYPE mood_new AS ENUM ('ok', 'bad');
ALTER TYPE mood RENAME TO mood_old;
ALTER TYPE mood_new RENAME TO mood;
