ALTER TABLE item ALTER COLUMN name TYPE int USING name::int;
