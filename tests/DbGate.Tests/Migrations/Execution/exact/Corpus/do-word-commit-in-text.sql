DO $$ BEGIN UPDATE item SET note = 'please commit' WHERE id = 1; END $$;
ALTER TABLE item ADD COLUMN a int;
