--- setup
SELECT lo_create(0);
--- err
SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
--- err
DO $$ BEGIN PERFORM lo_put(oid, 0, 'x') FROM pg_largeobject_metadata; END $$;
--- ok
SELECT lo_from_bytea(0, 'abc');
