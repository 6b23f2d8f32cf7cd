--- setup
CREATE TABLE t (id int, note text);
CREATE SCHEMA dbgate;
CREATE TABLE dbgate.release (id int);
CREATE FUNCTION is_production() RETURNS bool LANGUAGE sql AS $$ SELECT inet_server_addr() IS NOT NULL $$;
CREATE FUNCTION plain() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
--- err
DO $$ BEGIN IF inet_server_addr() IS DISTINCT FROM '192.0.2.1' THEN DELETE FROM t; END IF; END $$;
--- err
DELETE FROM t WHERE pg_catalog."inet_server_port"() <> 5432;
--- err
DO 'BEGIN IF current_database() NOT LIKE ''prod%'' THEN TRUNCATE t; END IF; END';
--- err
DO $$ DECLARE db text := current_database(); BEGIN IF db <> 'shop' THEN DELETE FROM t; END IF; END $$;
--- err
DO $$ BEGIN IF current_setting('cluster_name', true) <> 'production' THEN UPDATE t SET note = ''; END IF; END $$;
--- err
DO $$ BEGIN IF (SELECT count(*) FROM pg_stat_activity) > 1000000 THEN EXECUTE 'DROP TABLE ' || 't'; END IF; END $$;
--- err
DO $$ DECLARE n text; BEGIN EXECUTE 'SELECT inet_' || 'server_addr()' INTO n; IF n IS DISTINCT FROM '' THEN DELETE FROM t; END IF; END $$;
--- err
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_stats WHERE tablename = 't') THEN DELETE FROM t; END IF; END $$;
--- err
DO $$ BEGIN IF (SELECT reltuples FROM pg_class WHERE oid = 't'::regclass) < 9 THEN DELETE FROM t; END IF; END $$;
--- err
DO $$ BEGIN IF pg_try_advisory_xact_lock(1145194324, 1) THEN DELETE FROM t; END IF; END $$;
--- err
DO $$ BEGIN IF NOT EXISTS (SELECT FROM dbgate.release) THEN DELETE FROM t; END IF; END $$;
--- err
DELETE FROM t WHERE xmin::text::bigint < 700;
--- err
DO $$ BEGIN IF pg_relation_filenode('t') IS NOT NULL THEN DELETE FROM t; END IF; END $$;
--- err
DO $$ BEGIN IF (SELECT rolpassword FROM pg_authid WHERE rolname = current_user) IS NOT NULL THEN DELETE FROM t; END IF; END $$;
--- err
UPDATE t SET note = NULL WHERE is_production();
--- err
WITH gone AS (DELETE FROM t WHERE (SELECT system_identifier FROM pg_control_system()) > 0 RETURNING id) SELECT count(*) FROM gone;
--- err
ALTER TABLE t ALTER note TYPE text USING CASE WHEN inet_server_addr() IS NULL THEN note END;
--- err
SELECT set_config('app.live', (NOT pg_is_in_recovery())::text, false);
DELETE FROM t WHERE current_setting('app.live') = 'true';
--- err
CREATE VIEW live AS SELECT inet_server_addr() AS address;
DELETE FROM t USING live WHERE address IS NOT NULL;
--- err
SELECT pg_postmaster_start_time();
--- err
CREATE FUNCTION purge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF inet_server_addr() IS NOT NULL THEN DELETE FROM t; END IF; RETURN NEW; END $$;
--- ok
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$;
--- ok
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''c''', current_database()); END $$;
--- ok
DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.tables WHERE table_catalog = current_database()) THEN DELETE FROM t WHERE id = 0; END IF; END $$;
--- ok
DO $$ BEGIN IF current_setting('server_version_num')::int >= 140000 AND version() <> '' THEN DELETE FROM t WHERE id = 0; END IF; END $$;
--- ok
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_monitor') THEN CREATE ROLE app; END IF; END $$;
--- ok
UPDATE t SET note = current_setting('app.tenant', true) WHERE plain() = 2;
--- ok
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; INSERT INTO t VALUES (1, inet_client_addr()::text); RETURN NEW; END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION audit();
--- ok
CREATE TABLE visits (client inet DEFAULT inet_client_addr());
ALTER TABLE visits ADD server inet DEFAULT inet_server_addr();
--- ok
CREATE VIEW sessions AS SELECT pid FROM pg_stat_activity;
--- ok
COMMENT ON FUNCTION plain() IS 'see pg_stat_activity and inet_server_addr()';
--- ok
INSERT INTO t VALUES (1, 'DELETE where inet_server_addr() and pg_stat_activity') ON CONFLICT DO NOTHING;
