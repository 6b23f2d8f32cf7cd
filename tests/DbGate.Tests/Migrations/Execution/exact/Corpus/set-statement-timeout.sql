SET statement_timeout = '10min';
ALTER TABLE item ADD COLUMN a int;
