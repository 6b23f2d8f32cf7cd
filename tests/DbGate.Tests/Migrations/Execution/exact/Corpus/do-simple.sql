DO $$ BEGIN UPDATE item SET note = 'd' WHERE id = 1; END $$;
