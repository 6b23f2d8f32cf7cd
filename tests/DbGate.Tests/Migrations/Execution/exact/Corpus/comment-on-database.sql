DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''c''', current_database()); END $$;
