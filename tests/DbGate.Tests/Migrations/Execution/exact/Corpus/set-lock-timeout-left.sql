SET lock_timeout = '5s';
ALTER TABLE item ADD COLUMN a int;
