--- setup
CREATE TABLE t (id int, email text);
CREATE UNIQUE INDEX t_email ON t (email);
--- err
ALTER TABLE t ADD CONSTRAINT email_key UNIQUE (email);
--- err
ALTER TABLE t ADD PRIMARY KEY (id);
--- err
ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree (email WITH =);
--- err
ALTER TABLE t ADD COLUMN code text UNIQUE;
--- ok
ALTER TABLE t ADD CONSTRAINT email_key UNIQUE USING INDEX t_email;
--- ok
CREATE TABLE n (id int PRIMARY KEY, a text UNIQUE);
--- err fails 42601
ALTER TABLE t ADD PRIMARY KEY (id, email WITHOUT OVERLAPS);
