--- setup
CREATE TABLE t (id int);
CREATE UNLOGGED TABLE u (id int);
--- err
ALTER TABLE t SET UNLOGGED;
--- err
ALTER TABLE u SET LOGGED;
--- ok
CREATE UNLOGGED TABLE n (id int);
