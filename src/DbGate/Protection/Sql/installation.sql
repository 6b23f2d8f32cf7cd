-- What stands in this database for DbGate. Everyone may read it; only its owner may write.
create schema dbgate;
comment on schema dbgate is 'DbGate: the schema of this database changes only in a release. See docs/guides/protect.md.';
grant usage on schema dbgate to public;

create table dbgate.installation (
    version integer not null,
    mode text not null,
    deploy_role text,
    owner_role text,
    runtime_role text,
    exempt_roles text[] not null default '{}',
    tripwire_tables text[] not null default '{}',
    installed_by text not null default session_user,
    installed_at timestamptz not null default now()
);
grant select on dbgate.installation to public;
