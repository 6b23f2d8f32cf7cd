--- setup
CREATE TABLE t (id int, email text);
--- err
CREATE INDEX i ON t (email);
--- err
CREATE UNIQUE INDEX IF NOT EXISTS "t_email_key" ON "t" USING btree (lower(email), id DESC) WHERE id > 0;
--- ok
CREATE INDEX CONCURRENTLY i ON t (email);
--- ok
CREATE TABLE n (id int);
CREATE INDEX ON n (id);
--- ok
CREATE TABLE p (k int) PARTITION BY RANGE (k);
CREATE INDEX ON ONLY p (k);
