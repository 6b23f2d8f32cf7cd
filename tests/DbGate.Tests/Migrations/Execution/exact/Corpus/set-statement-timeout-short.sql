SET statement_timeout = 300;
ALTER TABLE item ADD COLUMN a int;
RESET statement_timeout;
