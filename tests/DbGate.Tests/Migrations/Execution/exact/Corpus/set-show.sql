SHOW search_path;
ALTER TABLE item ADD COLUMN a int;
