--- setup
CREATE TABLE t (id int);
--- err
DO $$ DECLARE name text := 't'; BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN x int', name); END $$;
--- ok
DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD COLUMN x int'; END $$;
--- ok
DO $$ BEGIN PERFORM 1; END $$;
