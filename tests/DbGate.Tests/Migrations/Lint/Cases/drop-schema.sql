--- setup
CREATE SCHEMA old;
CREATE TABLE old.t (id int);
--- err
DROP SCHEMA old CASCADE;
--- err fails 2BP01
DROP SCHEMA IF EXISTS old;
--- ok
CREATE SCHEMA new;
