--- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id int, m mood);
CREATE VIEW v AS SELECT id FROM t;
--- err
DROP TYPE mood CASCADE;
--- err
DROP VIEW v CASCADE;
--- ok
DROP VIEW v;
--- ok
CREATE TABLE n (id int);
DROP TABLE n CASCADE;
