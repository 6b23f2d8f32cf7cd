-- The rules that the last release left for the next one, as the evidence log holds them too: whoever cuts the log cannot bring older rules back.
create table if not exists dbgate.rules (
    environment text primary key,
    record bigint not null,
    digest text not null,
    rules text not null,
    system_identifier text not null,
    database_oid oid not null,
    login text not null,
    at timestamptz not null
);
grant select on dbgate.rules to public;
