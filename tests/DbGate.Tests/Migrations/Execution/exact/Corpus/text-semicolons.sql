;;;
ALTER TABLE item ADD COLUMN a int;;;
