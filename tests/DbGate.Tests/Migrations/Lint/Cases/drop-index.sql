--- setup
CREATE TABLE t (id int, email text);
CREATE INDEX i ON t (email);
--- err
DROP INDEX i;
--- err
DROP INDEX IF EXISTS public.i;
--- ok
DROP INDEX CONCURRENTLY i;
--- ok
CREATE TABLE n (id int);
CREATE INDEX j ON n (id);
DROP INDEX j;
