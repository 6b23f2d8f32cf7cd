-- The release that is under way, if any. A token is never here, only its SHA-256.
create table dbgate.release (
    token_hash bytea not null,
    until timestamptz not null,
    login text not null,
    pid integer not null
);

create table dbgate.refusals (
    serial bigint primary key,
    at timestamptz not null,
    login text not null,
    pid integer not null,
    address text,
    application text,
    command text not null,
    statement text not null
);

-- A refused statement takes its transaction with it, and every row that was written there. Sequences are the one storage that
-- stays: each refusal leaves what is known of it in the twelve registers of one of sixteen slots; collect_refusals() makes rows of them.
create sequence dbgate.refusal as bigint;
do $dbgate$
begin
    for slot in 0..15 loop
        for register in 0..11 loop
            execute format('create sequence dbgate.slot_%s_%s as bigint minvalue 0', slot, register);
        end loop;
    end loop;
end
$dbgate$;

-- True in a session that may change the schema: it carries the token of the release that is under way now, or its login is exempt.
-- The release counts only while its own session lives, which is told by an advisory lock: one that crashed is over at once.
create function dbgate.allows() returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
declare
    token constant text := coalesce(current_setting('dbgate.token', true), '');
begin
    if exists (select from only dbgate.installation i where session_user::text = any (i.exempt_roles)) then
        return true;
    end if;
    return token <> '' and exists (
        select from only dbgate.release r
        where r.token_hash = sha256(convert_to(token, 'UTF8'))
          and r.until > clock_timestamp()
          and r.login = session_user::text
          and exists (
              select from pg_locks l
              where l.locktype = 'advisory' and l.granted and l.pid = r.pid
                and l.classid = 1145194324::oid and l.objid = 1::oid and l.objsubid = 2
                and l.database = (select d.oid from pg_database d where d.datname = current_database())));
end
$dbgate$;

-- Leaves what is known of a refusal where a rollback does not reach.
create function dbgate.remember(command text, statement text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
declare
    serial constant bigint := nextval('dbgate.refusal');
    slot constant text := 'dbgate.slot_' || serial % 16 || '_';
    words constant text := regexp_replace(
        concat_ws('|', coalesce(host(inet_client_addr()), ''), left(translate(current_setting('application_name'), '|', '/'), 16), command,
                  regexp_replace(statement, '\s+', ' ', 'g')),
        '[^ -~]', '?', 'g');
begin
    perform setval(slot || 0, 0);
    perform setval(slot || 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint);
    perform setval(slot || 2, (select oid::bigint from pg_roles where rolname = session_user) * 4194304 + pg_backend_pid() % 4194304);
    for part in 0..8 loop
        perform setval(
            slot || (3 + part),
            ('x' || rpad(encode(convert_to(substr(words, 1 + 7 * part, 7), 'UTF8'), 'hex'), 14, '0'))::bit(56)::bigint);
    end loop;
    perform setval(slot || 0, serial);
end
$dbgate$;

-- Makes rows of the slots that are not yet in dbgate.refusals; returns how many refusals there have been in all.
create function dbgate.collect_refusals() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
declare
    seen bigint;
    registers bigint[];
    words text;
begin
    for slot in 0..15 loop
        seen := pg_sequence_last_value(format('dbgate.slot_%s_0', slot)::regclass);
        continue when coalesce(seen, 0) = 0 or exists (select from only dbgate.refusals r where r.serial = seen);
        registers := array(
            select pg_sequence_last_value(format('dbgate.slot_%s_%s', slot, register)::regclass)
            from generate_series(1, 11) register order by register);
        -- A refusal may be writing there at this very moment: then it will be collected another time.
        continue when seen is distinct from pg_sequence_last_value(format('dbgate.slot_%s_0', slot)::regclass);
        words := convert_from(
            decode(
                regexp_replace((select string_agg(lpad(to_hex(r), 14, '0'), '' order by n) from unnest(registers[3:]) with ordinality p(r, n)), '(00)+$', ''),
                'hex'),
            'UTF8');
        insert into dbgate.refusals (serial, at, login, pid, address, application, command, statement)
        values (
            seen,
            to_timestamp(registers[1] / 1000000.0),
            coalesce((select rolname from pg_roles where oid = (registers[2] / 4194304)::oid), 'a role that is gone'),
            (registers[2] % 4194304)::integer,
            nullif(split_part(words, '|', 1), ''),
            nullif(split_part(words, '|', 2), ''),
            split_part(words, '|', 3),
            substr(words, 4 + length(split_part(words, '|', 1)) + length(split_part(words, '|', 2)) + length(split_part(words, '|', 3))))
        on conflict do nothing;
    end loop;
    return coalesce(pg_sequence_last_value('dbgate.refusal'::regclass), 0);
end
$dbgate$;

-- Ends a statement that is not allowed.
create function dbgate.refuse(command text, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
begin
    perform dbgate.remember(command, coalesce(current_query(), ''));
    raise exception 'DbGate: % refused on protected database %. % Deploy with: ./build.sh --target=release', command, current_database(), why
        using errcode = 'DBG01',
              detail = 'This session carries no token of a release that is under way. The statement was rolled back.',
              hint = 'If "prisma migrate deploy" left a failed row: npx prisma migrate resolve --rolled-back <migration>, then release. See docs/guides/protect.md.';
end
$dbgate$;

-- Refuses schema changes. What can be told only afterwards (is the table temporary? did IF NOT EXISTS do anything?) is decided at the
-- command's end, when refusing still undoes it; everything else, and all that undoing would not reach, before it begins.
create function dbgate.guard() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
declare
    harmless constant text[] := array[
        'COMMENT', 'SECURITY LABEL', 'GRANT', 'REVOKE', 'ALTER DEFAULT PRIVILEGES', 'REFRESH MATERIALIZED VIEW', 'REINDEX'];
    told_afterwards constant text[] := array[
        'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE INDEX', 'CREATE SEQUENCE', 'CREATE VIEW', 'CREATE SCHEMA', 'CREATE EXTENSION',
        'ALTER TABLE', 'ALTER INDEX', 'ALTER SEQUENCE', 'ALTER VIEW', 'DROP TABLE', 'DROP INDEX', 'DROP SEQUENCE', 'DROP VIEW'];
begin
    if tg_tag = any (harmless) or dbgate.allows() then
        return;
    end if;
    if tg_event = 'ddl_command_start' then
        if tg_tag = any (told_afterwards) and coalesce(current_query(), 'concurrently') !~* '\mconcurrently\M' then
            return;
        end if;
    elsif tg_event = 'ddl_command_end' then
        if not exists (select from pg_event_trigger_ddl_commands() c where c.schema_name is distinct from 'pg_temp') then
            return;
        end if;
    elsif tg_event = 'sql_drop' then
        if not exists (select from pg_event_trigger_dropped_objects() d where d.schema_name !~ '^pg_(toast_)?temp(_|$)') then
            return;
        end if;
    elsif tg_event = 'table_rewrite' then
        if exists (select from pg_class c where c.oid = pg_event_trigger_table_rewrite_oid() and c.relpersistence = 't') then
            return;
        end if;
    end if;
    perform dbgate.refuse(tg_tag, 'Its schema changes only in a release.');
end
$dbgate$;

-- On chosen tables: refuses TRUNCATE, and a DELETE or UPDATE that reaches every row, from ten rows on.
create function dbgate.tripwire() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
declare
    reached bigint;
    other bigint;
begin
    if tg_op <> 'TRUNCATE' then
        select count(*) into reached from touched;
        if reached < 10 then
            return null;
        end if;
        execute format('select count(*) from (select from %I.%I limit $1) r', tg_table_schema, tg_table_name)
            into other using case tg_op when 'DELETE' then 1 else reached + 1 end;
        if other > (case tg_op when 'DELETE' then 0 else reached end) then
            return null;
        end if;
    end if;
    if not dbgate.allows() then
        perform dbgate.refuse(
            format('%s of every row of %I.%I', tg_op, tg_table_schema, tg_table_name), 'A tripwire stands on this table.');
    end if;
    return null;
end
$dbgate$;

-- Opens the gate for one token, for one release; the caller's session must live on, and renew within the time.
create function dbgate.open_release(token_hash bytea, seconds integer) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
declare
    until constant timestamptz := clock_timestamp() + make_interval(secs => least(greatest(seconds, 1), 600));
begin
    if length(token_hash) <> 32 then
        raise exception 'DbGate: not a SHA-256' using errcode = '22023';
    end if;
    if not pg_try_advisory_lock(1145194324, 1) then
        raise exception 'DbGate: another release holds the gate of this database open' using errcode = 'DBG02';
    end if;
    perform dbgate.collect_refusals();
    delete from only dbgate.release;
    insert into dbgate.release (token_hash, until, login, pid) values (token_hash, until, session_user, pg_backend_pid());
    return until;
end
$dbgate$;

create function dbgate.renew_release(seconds integer) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
declare
    renewed timestamptz;
begin
    update only dbgate.release r
    set until = clock_timestamp() + make_interval(secs => least(greatest(seconds, 1), 600))
    where r.pid = pg_backend_pid() and r.until > clock_timestamp()
    returning r.until into renewed;
    return renewed;
end
$dbgate$;

create function dbgate.close_release() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $dbgate$
begin
    delete from only dbgate.release r where r.pid = pg_backend_pid();
    perform pg_advisory_unlock(1145194324, 1);
end
$dbgate$;

revoke all on all functions in schema dbgate from public;
grant select on dbgate.refusals to pg_monitor;
grant execute on function dbgate.collect_refusals() to pg_monitor;
