/* a /* b */ ; */ ALTER TABLE item ADD COLUMN a int;
