-- prisma_contract as prisma@8.0.0-rc.19 wrote it; the contracts themselves are left out.
CREATE SCHEMA prisma_contract;
CREATE TABLE prisma_contract.contract (
    core_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    contract_json jsonb NOT NULL
);
CREATE TABLE prisma_contract.ledger (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    space text NOT NULL,
    migration_name text NOT NULL,
    migration_hash text NOT NULL,
    origin_core_hash text,
    origin_profile_hash text,
    destination_core_hash text NOT NULL,
    destination_profile_hash text,
    operations jsonb NOT NULL
);
CREATE SEQUENCE prisma_contract.ledger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE prisma_contract.ledger_id_seq OWNED BY prisma_contract.ledger.id;
CREATE TABLE prisma_contract.marker (
    space text DEFAULT 'app'::text NOT NULL,
    core_hash text NOT NULL,
    profile_hash text NOT NULL,
    contract_json jsonb,
    canonical_version integer,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    app_tag text,
    meta jsonb DEFAULT '{}'::jsonb NOT NULL,
    invariants text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE ONLY prisma_contract.ledger ALTER COLUMN id SET DEFAULT nextval('prisma_contract.ledger_id_seq'::regclass);
INSERT INTO prisma_contract.ledger VALUES (1, '2026-11-30 18:41:03.982583+00', 'app', '20261130T1840_init', '23f8ec54c8cccb4f5992d5bbec260ce4579789d03911356694a3e0fea392aaa0', 'empty', NULL, '91e7f9f035806fa2789a4d726ef7724cad434fd6b00014d47ebf12d6e6bb784e', NULL, '[{"id": "schema.public", "label": "Create schema \"public\"", "target": {"id": "postgres"}, "execute": [{"sql": "CREATE SCHEMA IF NOT EXISTS \"public\"", "params": [], "description": "Create schema \"public\""}], "precheck": [], "postcheck": [], "operationClass": "additive"}, {"id": "table.Post", "label": "Create table \"Post\"", "target": {"id": "postgres", "details": {"name": "Post", "schema": "public", "objectType": "table"}}, "execute": [{"sql": "CREATE TABLE \"public\".\"Post\" (\n  \"authorId\" int4 NOT NULL,\n  \"content\" text,\n  \"createdAt\" timestamptz DEFAULT (now()) NOT NULL,\n  \"id\" SERIAL NOT NULL,\n  \"title\" text NOT NULL,\n  \"updatedAt\" timestamptz NOT NULL,\n  PRIMARY KEY (\"id\")\n)", "params": [], "description": "create table \"Post\""}], "summary": "Creates table \"Post\"", "precheck": [{"sql": "SELECT (to_regclass($1)) IS NULL AS \"result\"", "params": ["\"public\".\"Post\""], "description": "ensure table \"Post\" does not exist"}], "postcheck": [{"sql": "SELECT (to_regclass($1)) IS NOT NULL AS \"result\"", "params": ["\"public\".\"Post\""], "description": "verify table \"Post\" exists"}], "operationClass": "additive"}, {"id": "table.User", "label": "Create table \"User\"", "target": {"id": "postgres", "details": {"name": "User", "schema": "public", "objectType": "table"}}, "execute": [{"sql": "CREATE TABLE \"public\".\"User\" (\n  \"createdAt\" timestamptz DEFAULT (now()) NOT NULL,\n  \"email\" text NOT NULL,\n  \"id\" SERIAL NOT NULL,\n  \"name\" text,\n  \"updatedAt\" timestamptz NOT NULL,\n  \"username\" text,\n  PRIMARY KEY (\"id\")\n)", "params": [], "description": "create table \"User\""}], "summary": "Creates table \"User\"", "precheck": [{"sql": "SELECT (to_regclass($1)) IS NULL AS \"result\"", "params": ["\"public\".\"User\""], "description": "ensure table \"User\" does not exist"}], "postcheck": [{"sql": "SELECT (to_regclass($1)) IS NOT NULL AS \"result\"", "params": ["\"public\".\"User\""], "description": "verify table \"User\" exists"}], "operationClass": "additive"}, {"id": "unique.User.User_email_key", "label": "Add unique constraint on \"User\" (email)", "target": {"id": "postgres", "details": {"name": "User_email_key", "table": "User", "schema": "public", "objectType": "unique"}}, "execute": [{"sql": "ALTER TABLE \"public\".\"User\" ADD CONSTRAINT \"User_email_key\" UNIQUE (\"email\")", "description": "add unique constraint \"User_email_key\""}], "precheck": [{"sql": "SELECT NOT EXISTS (SELECT 1 AS \"one\" FROM \"pg_constraint\" AS \"c\" INNER JOIN \"pg_namespace\" AS \"n\" ON \"n\".\"oid\" = \"c\".\"connamespace\" WHERE (\"c\".\"conname\" = $1 AND \"n\".\"nspname\" = $2 AND \"c\".\"conrelid\" = to_regclass($3))) AS \"result\"", "params": ["User_email_key", "public", "\"public\".\"User\""], "description": "ensure constraint \"User_email_key\" does not exist"}], "postcheck": [{"sql": "SELECT EXISTS (SELECT 1 AS \"one\" FROM \"pg_constraint\" AS \"c\" INNER JOIN \"pg_namespace\" AS \"n\" ON \"n\".\"oid\" = \"c\".\"connamespace\" WHERE (\"c\".\"conname\" = $1 AND \"n\".\"nspname\" = $2 AND \"c\".\"conrelid\" = to_regclass($3))) AS \"result\"", "params": ["User_email_key", "public", "\"public\".\"User\""], "description": "verify constraint \"User_email_key\" exists"}], "operationClass": "additive"}, {"id": "index.Post.Post_authorId_idx_e47547ed", "label": "Create index \"Post_authorId_idx_e47547ed\" on \"Post\"", "target": {"id": "postgres", "details": {"name": "Post_authorId_idx_e47547ed", "table": "Post", "schema": "public", "objectType": "index"}}, "execute": [{"sql": "CREATE INDEX \"Post_authorId_idx_e47547ed\" ON \"public\".\"Post\" (\"authorId\")", "params": [], "description": "create index \"Post_authorId_idx_e47547ed\""}], "precheck": [{"sql": "SELECT (to_regclass($1)) IS NULL AS \"result\"", "params": ["\"public\".\"Post_authorId_idx_e47547ed\""], "description": "ensure index \"Post_authorId_idx_e47547ed\" does not exist"}], "postcheck": [{"sql": "SELECT (to_regclass($1)) IS NOT NULL AS \"result\"", "params": ["\"public\".\"Post_authorId_idx_e47547ed\""], "description": "verify index \"Post_authorId_idx_e47547ed\" exists"}], "operationClass": "additive"}, {"id": "foreignKey.Post.Post_authorId_fkey", "label": "Add foreign key \"Post_authorId_fkey\" on \"Post\"", "target": {"id": "postgres", "details": {"name": "Post_authorId_fkey", "table": "Post", "schema": "public", "objectType": "foreignKey"}}, "execute": [{"sql": "ALTER TABLE \"public\".\"Post\"\nADD CONSTRAINT \"Post_authorId_fkey\"\nFOREIGN KEY (\"authorId\")\nREFERENCES \"public\".\"User\" (\"id\")", "description": "add FK \"Post_authorId_fkey\""}], "precheck": [{"sql": "SELECT NOT EXISTS (SELECT 1 AS \"one\" FROM \"pg_constraint\" AS \"c\" INNER JOIN \"pg_namespace\" AS \"n\" ON \"n\".\"oid\" = \"c\".\"connamespace\" WHERE (\"c\".\"conname\" = $1 AND \"n\".\"nspname\" = $2 AND \"c\".\"conrelid\" = to_regclass($3))) AS \"result\"", "params": ["Post_authorId_fkey", "public", "\"public\".\"Post\""], "description": "ensure FK \"Post_authorId_fkey\" does not exist"}], "postcheck": [{"sql": "SELECT EXISTS (SELECT 1 AS \"one\" FROM \"pg_constraint\" AS \"c\" INNER JOIN \"pg_namespace\" AS \"n\" ON \"n\".\"oid\" = \"c\".\"connamespace\" WHERE (\"c\".\"conname\" = $1 AND \"n\".\"nspname\" = $2 AND \"c\".\"conrelid\" = to_regclass($3))) AS \"result\"", "params": ["Post_authorId_fkey", "public", "\"public\".\"Post\""], "description": "verify FK \"Post_authorId_fkey\" exists"}], "operationClass": "additive"}]');
INSERT INTO prisma_contract.ledger VALUES (2, '2026-11-30 18:41:27.853588+00', 'app', '20261130T1841_age', '475b86bc37a8d1170751f448d9cbb6fcfd253c9ff153fb8f6b7eef392f3dc7a8', '91e7f9f035806fa2789a4d726ef7724cad434fd6b00014d47ebf12d6e6bb784e', NULL, 'f273221f9874fff48f3c71bf9ba5c691f73536ce6dd62f8907e3aeabd232d8c8', NULL, '[{"id": "column.public.User.age", "label": "Add column \"age\" to \"User\"", "target": {"id": "postgres", "details": {"name": "age", "table": "User", "schema": "public", "objectType": "column"}}, "execute": [{"sql": "ALTER TABLE \"public\".\"User\" ADD COLUMN \"age\" int4", "description": "add column \"age\""}], "precheck": [{"sql": "SELECT NOT EXISTS (SELECT 1 AS \"one\" FROM \"information_schema\".\"columns\" WHERE (\"table_schema\" = $1 AND \"table_name\" = $2 AND \"column_name\" = $3)) AS \"result\"", "params": ["public", "User", "age"], "description": "ensure column \"age\" is missing"}], "postcheck": [{"sql": "SELECT EXISTS (SELECT 1 AS \"one\" FROM \"information_schema\".\"columns\" WHERE (\"table_schema\" = $1 AND \"table_name\" = $2 AND \"column_name\" = $3)) AS \"result\"", "params": ["public", "User", "age"], "description": "verify column \"age\" exists"}], "operationClass": "additive"}]');
INSERT INTO prisma_contract.marker VALUES ('app', 'f273221f9874fff48f3c71bf9ba5c691f73536ce6dd62f8907e3aeabd232d8c8', '3916f444a8a17ad749191acf9e08dad97d1a327b88c2f1d45d12f240296aa8b2', NULL, NULL, '2026-11-30 18:41:27.853588+00', NULL, '{}', '{}');
ALTER TABLE ONLY prisma_contract.contract
    ADD CONSTRAINT contract_pkey PRIMARY KEY (core_hash);
ALTER TABLE ONLY prisma_contract.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (id);
ALTER TABLE ONLY prisma_contract.marker
    ADD CONSTRAINT marker_pkey PRIMARY KEY (space);
